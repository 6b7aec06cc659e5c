"""Exports of more than 1,000 rows take two people: proposed with a reason, confirmed by another, taken once within an hour."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlmodel import Session

from hbcore.domain.errors import Refused
from hbcore.domain.permissions import Permission
from hbcore.domain.vocabulary import PROVINCE
from hbcore.services import audit, second_look
from hbcore.services.acting import Staff, acting, reading
from hbcore.services.refusals import refusals_recorded
from hbcore.services.second_look import Proposal, Settled, What
from hbcore.storage import proposal_rows
from hbcore.storage.ids import new_id

ALONE = 1_000
"""So many rows somebody takes alone. Counts are no rows: they name nobody."""

TAKEN_WITHIN = timedelta(hours=1)


class ExportReason(StrEnum):
    """What a large export is for."""

    INSPECTION = "inspection"
    INCIDENT = "incident"
    ARCHIVE = "archive"
    OWN_REQUEST = "own_request"


@dataclass(frozen=True)
class Granted:
    """A file that another has confirmed and that was not taken yet: which filter, how many rows it had, until when."""

    id: int
    asked: Mapping[str, Any]
    rows: int
    until: datetime


def propose(asked: Mapping[str, object], rows: int, reason: ExportReason, *, by: Staff, at: datetime) -> int:
    """Propose an export of events; `asked`: their filter, by our numbers and codes; `rows`: how many fit now. The proposal's id.

    :raises Refused: `unknown_reason`.
    """
    if reason not in set(ExportReason):
        raise Refused("unknown_reason")
    subject = f"export {new_id()}"
    with refusals_recorded(by, at, subject), acting(by, Permission.EXPORT_EVENTS, at) as session:
        content = {"asked": asked, "rows": rows, "reason": str(reason)}
        proposal = second_look.propose(session, What.EXPORT, subject, unit=PROVINCE, content=content, by=by, at=at)
        audit.record(session, audit.Act.EXPORT_PROPOSED, by=by, at=at, subject=subject, figures={"rows": rows, "reason": reason})
    return proposal


def settle(proposal_id: int, how: Settled, reason: str | None = None, *, by: Staff, at: datetime) -> None:
    """Confirm, decline for a reason of the list, or withdraw one.

    :raises Refused: as `second_look.settle`.
    """
    acts = {Settled.CONFIRMED: audit.Act.EXPORT_CONFIRMED, Settled.DECLINED: audit.Act.PROPOSAL_DECLINED}
    with refusals_recorded(by, at, f"proposal {proposal_id}"), acting(by, Permission.EXPORT_EVENTS, at) as session:
        proposal = second_look.settle(session, proposal_id, how, by=by, at=at, what=What.EXPORT, reason=reason)
        figures = {"rows": proposal.content["rows"], "reason": proposal.content["reason"]} | second_look.declined_for(reason)
        act = acts.get(how, audit.Act.PROPOSAL_WITHDRAWN)
        audit.record(session, act, by=by, at=at, subject=proposal.subject, figures=figures)


def waiting(*, by: Staff, at: datetime) -> tuple[Proposal, ...]:
    """The proposals that wait: those of others, and one's own."""
    with reading(by, Permission.EXPORT_EVENTS, at) as session:
        rows = proposal_rows.waiting(session.connection(), by.id, PROVINCE, [str(What.EXPORT)], at)
        return tuple(second_look.as_seen(row, by) for row in rows if row.what == What.EXPORT)


def count_in(session: Session, by: Staff, at: datetime) -> int:
    """How many of others wait for `by`, in the caller's transaction."""
    return proposal_rows.count_waiting_for(session.connection(), by.id, PROVINCE, [str(What.EXPORT)], at)


def granted(*, by: Staff, at: datetime) -> tuple[Granted, ...]:
    """What `by` proposed, another has confirmed and `by` may take now, the newest first."""
    with reading(by, Permission.EXPORT_EVENTS, at) as session:
        found = [(row, proposal_rows.content_of(row)) for row in _open(session, by, at)]
    return tuple(Granted(row.id, content["asked"], content["rows"], row.settled_at + TAKEN_WITHIN) for row, content in found)


def granted_in(session: Session, asked: Mapping[str, object], by: Staff, at: datetime) -> proposal_rows.Row:
    """What lets `by` take this export now: confirmed by another within the hour and not used yet.

    :raises Refused: `export_needs_two`.
    """
    for row in _open(session, by, at):
        if proposal_rows.content_of(row)["asked"] == asked:
            return row
    raise Refused("export_needs_two", most=ALONE)


def _open(session: Session, by: Staff, at: datetime) -> list[proposal_rows.Row]:
    """Confirmed within the hour and not taken yet."""
    rows = proposal_rows.confirmed(session.connection(), str(What.EXPORT), by.id, at - TAKEN_WITHIN, at)
    return [row for row in rows if "taken" not in proposal_rows.content_of(row)]


def taken_in(session: Session, row: proposal_rows.Row) -> None:
    """It is taken with this: no second time, in the caller's transaction.

    :raises Refused: `export_needs_two` where somebody was faster.
    """
    content = proposal_rows.content_of(row)
    if not proposal_rows.change_content(session.connection(), row, {**content, "taken": True}):
        raise Refused("export_needs_two", most=ALONE)
