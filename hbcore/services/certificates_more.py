"""More certificates in a day than one account prints alone: proposed with a reason, confirmed by another, for 24 hours."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Session

from hbcore.domain.errors import Refused
from hbcore.domain.permissions import Permission
from hbcore.domain.vocabulary import PROVINCE
from hbcore.services import audit, second_look
from hbcore.services.acting import Staff, acting
from hbcore.services.refusals import refusals_recorded
from hbcore.services.second_look import Settled, What
from hbcore.storage import proposal_rows

ALONE = 1_000
"""So many certificates one account prints alone in 24 hours, and so many more another person lets it."""

A_DAY = timedelta(days=1)


class MoreReason(StrEnum):
    """What so many certificates are for."""

    WORK = "work"
    SCHOOL = "school"
    JOURNEY = "journey"


def propose(reason: str, *, by: Staff, at: datetime) -> int:
    """Propose that `by` prints as many again within the 24 hours after another has confirmed it; the proposal's id.

    :raises Refused: `unknown_reason`, `already_proposed`, and those of `acting`.
    """
    subject = f"staff {by.id}"
    with refusals_recorded(by, at, subject), acting(by, Permission.PRINT_CERTIFICATES, at) as session:
        if reason not in set(MoreReason):
            raise Refused("unknown_reason")
        content = {"reason": str(reason), "more": ALONE}
        unit = by.unit or PROVINCE
        made = second_look.propose(session, What.CERTIFICATES, subject, unit=unit, content=content, by=by, at=at)
        audit.record(session, audit.Act.CERTIFICATES_MORE_PROPOSED, by=by, at=at, subject=subject, figures=content)
    return made


def confirm(proposal_id: int, *, by: Staff, at: datetime) -> None:
    """The second person agrees.

    :raises Refused: as `second_look.settle`.
    """
    with refusals_recorded(by, at, f"proposal {proposal_id}"), acting(by, Permission.SECOND_REVIEW, at) as session:
        proposal = second_look.settle(session, proposal_id, Settled.CONFIRMED, by=by, at=at, what=What.CERTIFICATES)
        figures = {name: proposal.content[name] for name in ("reason", "more")}
        audit.record(session, audit.Act.CERTIFICATES_MORE_CONFIRMED, by=by, at=at, subject=proposal.subject, figures=figures)


def allowed(session: Session, by: Staff, at: datetime) -> int:
    """How many certificates `by` may print in the 24 hours that end now, in the caller's transaction."""
    confirmed = proposal_rows.confirmed(session.connection(), str(What.CERTIFICATES), by.id, at - A_DAY, at)
    return ALONE + sum(int(proposal_rows.content_of(row)["more"]) for row in confirmed)
