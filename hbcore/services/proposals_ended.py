"""What became of what somebody proposed: declined by another, or void because nobody settled it in time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from hbcore.domain.permissions import Permission
from hbcore.services.acting import Staff, reading
from hbcore.services.second_look import DECLINED_FOR, DeclineReason, Proposal, as_seen
from hbcore.storage import proposal_rows

SHOWN = timedelta(days=7)


@dataclass(frozen=True)
class Declined:
    """A proposal that another has declined, who and when; `reason`: None where none was asked for."""

    proposal: Proposal
    by: str
    at: datetime
    reason: DeclineReason | None


def declined_lately(*, by: Staff, at: datetime) -> tuple[Declined, ...]:
    """What `by` proposed and another declined within the last seven days, the newest first."""
    with reading(by, Permission.SECOND_REVIEW, at) as session:
        rows = proposal_rows.declined(session.connection(), by.id, at - SHOWN, at)
        return tuple(Declined(as_seen(row, by), row.settled_by_name, row.settled_at, _reason(row)) for row in rows)


def expired_lately(*, by: Staff, at: datetime) -> tuple[Proposal, ...]:
    """What `by` proposed and nobody settled in time, void within the last seven days; the newest first."""
    with reading(by, Permission.SECOND_REVIEW, at) as session:
        rows = proposal_rows.expired(session.connection(), by.id, at - SHOWN, at)
        return tuple(as_seen(row, by) for row in rows)


def _reason(row: proposal_rows.Row) -> DeclineReason | None:
    reason = proposal_rows.content_of(row).get(DECLINED_FOR)
    return DeclineReason(reason) if reason else None
