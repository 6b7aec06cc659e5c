"""Recolouring requests moved: reviewed by the county, confirmed by the level above; no hand twice."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from hbcore.domain.applications import left_when_asked
from hbcore.domain.errors import Refused
from hbcore.domain.permissions import Permission
from hbcore.domain.recolouring import RequestAct, RequestState, arrow_of, why_not
from hbcore.domain.recolouring_grounds import RULES, Ground
from hbcore.domain.vocabulary import FactSource
from hbcore.services import audit, second_look, units
from hbcore.services.acting import Staff, acting
from hbcore.services.fact_records import record_fact
from hbcore.services.looked_up import pictures_opened
from hbcore.services.recolouring_seen import codes_of, may_take, row_in_scope, view_of
from hbcore.services.refusals import refusals_recorded
from hbcore.services.second_look import Settled, What
from hbcore.storage import look_up_rows, recolouring_rows
from hbcore.storage.recolouring_rows import Row

EVENT_OF = {
    RequestAct.ASK: audit.Act.RECOLOURING_ASKED,
    RequestAct.ANSWER: audit.Act.RECOLOURING_ANSWERED,
    RequestAct.REVIEW: audit.Act.RECOLOURING_REVIEWED,
    RequestAct.CONFIRM: audit.Act.RECOLOURING_CONFIRMED,
    RequestAct.SEND_BACK: audit.Act.RECOLOURING_SENT_BACK,
    RequestAct.REFUSE: audit.Act.RECOLOURING_REFUSED,
    RequestAct.WITHDRAW: audit.Act.RECOLOURING_WITHDRAWN,
}


TAKEN_BACK = "taken_back"
"""Instead of a reason for sending it back: its reviewer has taken the review back."""


@dataclass(frozen=True)
class Moved:
    """Where a request stands now."""

    id: int
    state: RequestState


def ask(request: int, reasons: Sequence[str], *, by: Staff, at: datetime) -> Moved:
    """Ask the person for what is missing, one thing of the list or several; the clock stands until they answer.

    :raises Refused: `unknown_request`, `not_your_unit`, or a code of `why_not`.
    """
    with refusals_recorded(by, at, subject_of_request(request)), acting(by, Permission.RECOLOUR, at) as session:
        row = row_for(session, request, RequestAct.ASK, by, at, reasons)
        left = left_when_asked(row.due_at, at)
        values = {"asked_at": at, "due_at": None, "remaining_seconds": int(left.total_seconds())}
        return moved(session, row, RequestAct.ASK, by, at, reasons=reasons, values=values)


def review(request: int, *, by: Staff, at: datetime) -> Moved:
    """The county, or an office above it, finds it right: it waits for the level above who reviews, under second looks as well.

    :raises Refused: as `ask`; `own_request`, `request_evidence_missing`, `request_more_severe`,
        `request_evidence_unopened`.
    """
    with refusals_recorded(by, at, subject_of_request(request)), acting(by, Permission.RECOLOUR, at) as session:
        row = row_for(session, request, RequestAct.REVIEW, by, at)
        above = units.level_above(session, by.unit or "")
        content = {"ground": row.ground, "person": row.person_id}
        proposal = second_look.propose(
            session, What.RECOLOUR, subject_of_request(request), unit=above, content=content, by=by, at=at
        )
        values = {"reviewed_by": by.id, "reviewed_at": at, "proposal_id": proposal}
        return moved(session, row, RequestAct.REVIEW, by, at, values=values)


def confirm(proposal_id: int, *, by: Staff, at: datetime) -> Moved:
    """The level above confirms: the fact the ground names is recorded, if it names one, and the code decided again.

    :raises Refused: as `second_look.settle`, and a code of `why_not`: what was right when reviewed may not be so now.
    """
    with refusals_recorded(by, at, f"proposal {proposal_id}"), acting(by, Permission.CONFIRM_FACTS, at) as session:
        # Read before the proposal is settled: a request whose proposal is settled is the county's again.
        request = second_look.about(session, proposal_id, What.RECOLOUR)
        row = row_for(session, request, RequestAct.CONFIRM, by, at)
        second_look.settle(session, proposal_id, Settled.CONFIRMED, by=by, at=at, what=What.RECOLOUR)
        values = {"decided_by": by.id, "decided_at": at, "fact_id": _record(session, row, by, at)}
        return moved(session, row, RequestAct.CONFIRM, by, at, values=values)


def send_back(request: int, reason: str, *, by: Staff, at: datetime) -> Moved:
    """The level above does not confirm it as it is, for one of `second_look.DeclineReason`: the county looks again, its clock
    running on.

    :raises Refused: as `confirm`, and `unknown_reason`.
    """
    with refusals_recorded(by, at, subject_of_request(request)), acting(by, Permission.CONFIRM_FACTS, at) as session:
        row = row_for(session, request, RequestAct.SEND_BACK, by, at)
        second_look.settle(session, row.proposal_id, Settled.DECLINED, by=by, at=at, what=What.RECOLOUR, reason=reason)
        return moved(session, row, RequestAct.SEND_BACK, by, at, reasons=(reason,))


def take_back(proposal_id: int, *, by: Staff, at: datetime) -> Moved:
    """Who reviewed it thinks again before anybody above has settled it: the county's again, as if sent back.

    :raises Refused: as `second_look.settle`.
    """
    with refusals_recorded(by, at, f"proposal {proposal_id}"), acting(by, Permission.RECOLOUR, at) as session:
        request = second_look.about(session, proposal_id, What.RECOLOUR)
        row = row_in_scope(session, request, by, at)
        second_look.settle(session, proposal_id, Settled.WITHDRAWN, by=by, at=at, what=What.RECOLOUR)
        return moved(session, row, RequestAct.SEND_BACK, by, at, reasons=(TAKEN_BACK,))


def refuse(request: int, reason: str, *, by: Staff, at: datetime) -> Moved:
    """Refuse for one reason of the list; after the county's review only the level above does.

    :raises Refused: as `ask`.
    """
    with refusals_recorded(by, at, subject_of_request(request)), acting(by, Permission.RECOLOUR, at) as session:
        row = row_for(session, request, RequestAct.REFUSE, by, at, (reason,))
        if row.state == RequestState.REVIEWED:
            second_look.settle(session, row.proposal_id, Settled.DECLINED, by=by, at=at, what=What.RECOLOUR)
        values = {"decided_by": by.id, "decided_at": at, "due_at": None}
        return moved(session, row, RequestAct.REFUSE, by, at, reasons=(reason,), values=values)


def withdraw(request: int, *, by: Staff, at: datetime) -> Moved:
    """The person no longer asks for it, on their word alone; a proposal above goes with it.

    :raises Refused: as `ask`.
    """
    with refusals_recorded(by, at, subject_of_request(request)), acting(by, Permission.RECOLOUR, at) as session:
        row = row_for(session, request, RequestAct.WITHDRAW, by, at)
        second_look.lapse(session, What.RECOLOUR, subject_of_request(request), at)
        return moved(session, row, RequestAct.WITHDRAW, by, at, values={"due_at": None, "proposal_id": None})


def subject_of_request(request: int) -> str:
    return f"recolouring {request}"


def row_for(session: Session, request: int, act: RequestAct, by: Staff, at: datetime, reasons: Sequence[str] = ()) -> Row:
    row = row_in_scope(session, request, by, at)
    if not may_take(act, RequestState(row.state), by.role):
        raise Refused("not_allowed")
    images = recolouring_rows.image_ids(session.connection(), row.person_id, row.id)
    steps = recolouring_rows.steps_of(session.connection(), row.person_id, row.id)
    said, opened = recolouring_rows.said_in(row), pictures_opened(row.person_id, {"request": row.id}, by.id)
    view = view_of(row, steps, said, len(images), codes_of(session, row, at), at, opened=opened)
    if code := why_not(view, act, by.id, at, reasons=reasons):
        raise Refused(code)
    return row


def moved(
    session: Session,
    row: Row,
    act: RequestAct,
    by: Staff,
    at: datetime,
    *,
    reasons: Sequence[str] = (),
    values: Mapping[str, object] | None = None,
) -> Moved:
    """Take the arrow of `act`: the state, the step, the event."""
    arrow = arrow_of(act, RequestState(row.state))
    if arrow is None:
        raise AssertionError(f"no arrow for {act}")
    back = arrow.before == RequestState.ENTERED or act == RequestAct.SEND_BACK
    afresh = {"reviewed_by": None, "reviewed_at": None, "proposal_id": None} if back else {}
    standing = () if act == RequestAct.SEND_BACK else reasons  # what the step says; nothing is asked of the person
    after = {"state": arrow.after, "reasons": json.dumps(list(standing)), **afresh, **(values or {})}
    if not recolouring_rows.change(session.connection(), row, after):
        raise Refused("request_moved")
    recolouring_rows.add_step(session.connection(), row.person_id, row.id, act, arrow.after, reasons, by.id, at)
    figures = {"ground": row.ground, "was": row.state, "reasons": list(reasons), "person": row.person_id}
    audit.record(session, EVENT_OF[act], by=by, at=at, subject=subject_of_request(row.id), figures=figures)
    return Moved(row.id, arrow.after)


def _record(session: Session, row: Row, by: Staff, at: datetime) -> int | None:
    """The fact that the ground names, by the reviewer's hand and the confirmer's; its id. None where none is recorded."""
    fact = RULES[Ground(row.ground)].fact
    if fact is None:
        return None
    standing = look_up_rows.pointed_to(session.connection(), row.person_id)
    return record_fact(
        session,
        standing.id if standing else row.person_id,
        fact,
        row.dated_at,
        None,
        source=FactSource.RECOLOURING,
        evidence=recolouring_rows.said_in(row).evidence,
        proposed_by=row.reviewed_by,
        confirmed_by=by.id,
        at=at,
    )
