"""Decisions on an application: approve, refuse, ask, send to a second person and back. One decision, one event (S37)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from hbcore.domain.applications import (
    Act,
    ApplicationState,
    DecidingView,
    FilingCheck,
    left_when_asked,
    registration_of,
    state_at,
    transition,
    why_not_decide,
)
from hbcore.domain.errors import Refused
from hbcore.domain.known import instant
from hbcore.domain.permissions import Permission, may
from hbcore.domain.vocabulary import SHANGHAI
from hbcore.services import audit, codes, declared, notices, units
from hbcore.services.acting import Staff, acting
from hbcore.services.application_checking import checked
from hbcore.services.application_entry import in_scope
from hbcore.services.refusals import refusals_recorded
from hbcore.services.same_on_approval import join_said_same
from hbcore.storage import application_rows, application_work_rows, registration_rows
from hbcore.storage.application_queue_rows import QueueRow
from hbcore.storage.application_work_rows import NO_CLAIM, free_for, step_at

EVENT_OF = {
    Act.APPROVE: audit.Act.APPROVED,
    Act.REFUSE: audit.Act.DECLINED,
    Act.ASK: audit.Act.ASKED,
    Act.SEND_ON: audit.Act.SENT_TO_SECOND_REVIEW,
    Act.SEND_BACK: audit.Act.SENT_BACK,
}


TAKES_BACK = (Act.UNDO, Act.REVOKE)


@dataclass(frozen=True)
class Decision:
    """What was decided."""

    id: int
    receipt: str
    state: ApplicationState
    reasons: tuple[str, ...] = ()


def approve(application_id: int, *, by: Staff, at: datetime) -> Decision:
    """Approve: registration, what it declares and code in the same transaction.

    :raises Refused: `unknown_application`, `not_your_unit`, or a code of `why_not_decide`.
    """
    return _decide(application_id, Act.APPROVE, (), "", by=by, at=at)


def refuse(application_id: int, reasons: Sequence[str], *, by: Staff, at: datetime, evidence: str = "") -> Decision:
    """Refuse for one reason of the list; `evidence`: the number of the paper that false information rests on, no name.

    :raises Refused: as `approve`.
    """
    return _decide(application_id, Act.REFUSE, reasons, evidence, by=by, at=at)


def ask(application_id: int, reasons: Sequence[str], *, by: Staff, at: datetime) -> Decision:
    """Ask the applicant to put things right; the clock stands until they answer.

    :raises Refused: as `approve`.
    """
    return _decide(application_id, Act.ASK, reasons, "", by=by, at=at)


def send_on(application_id: int, reasons: Sequence[str] = (), *, by: Staff, at: datetime) -> Decision:
    """Send to a second person what one alone may not decide; `reasons`: what is proposed to refuse it for.

    :raises Refused: as `approve`.
    """
    return _decide(application_id, Act.SEND_ON, reasons, "", by=by, at=at)


def send_back(application_id: int, *, by: Staff, at: datetime) -> Decision:
    """The second person sends it back to the queue.

    :raises Refused: as `approve`.
    """
    return _decide(application_id, Act.SEND_BACK, (), "", by=by, at=at)


def deciding_view(row: QueueRow | sa.Row[Any], *, stopped: Sequence[str] = (), at: datetime) -> DecidingView:
    """What the rule looks at, of a row; `stopped`: the checks besides the filing that stop it."""
    state = state_at(ApplicationState(row.state), as_instant(row.asked_at), at)
    until = as_instant(row.claimed_until)
    return DecidingView(
        state=state,
        entered_by=row.entered_by,
        filing_check=FilingCheck(row.filing_check),
        checks_stopped=tuple(stopped),
        changed_by_staff=bool(row.changed_by_staff),
        # Until it is decided, who "decided" is who sent it on.
        sent_on_by=row.decided_by if state == ApplicationState.SECOND_REVIEW else None,
        claimed_by=row.claimed_by if until is not None and until > at else None,
        same_said_by=row.same_said_by,
        relatives=application_rows.relatives_of(row),
        typed_by=row.typed_by,
    )


def as_instant(value: datetime | int | None) -> datetime | None:
    """An instant of a row, which the queue reads in microseconds."""
    return instant(value) if isinstance(value, int) else value


TYPED_IN = (Act.WITHDRAW, Act.ANSWER)
"""What an applicant does at the counter, where staff type it in."""


def why_not(view: DecidingView, act: Act, by: Staff, reasons: Sequence[str] = (), evidence: str = "") -> str | None:
    """`why_not_decide`; besides, a supervisor is a second person only, and nobody sends on what they entered."""
    second = view.state == ApplicationState.SECOND_REVIEW or act in TAKES_BACK
    needed = Permission.SECOND_REVIEW if second else Permission.DECIDE_APPLICATIONS
    if not may(by.role, Permission.ENTER_APPLICATIONS if act in TYPED_IN else needed):
        return "not_allowed"
    if act == Act.SEND_ON and view.entered_by == by.id:
        return "own_application"
    return why_not_decide(view, act, by.id, reasons=reasons, evidence=evidence)


def _decide(application_id: int, act: Act, reasons: Sequence[str], evidence: str, *, by: Staff, at: datetime) -> Decision:
    subject = f"application {application_id}"
    with refusals_recorded(by, at, subject), acting(by, Permission.SECOND_REVIEW, at) as session:
        connection = session.connection()
        row = in_scope(connection, application_id, units.units_below(session, by.unit or ""))
        (seen,) = checked(connection, [row], at)
        view = deciding_view(row, stopped=seen.stopped, at=at)
        code = why_not(view, act, by, reasons, evidence)
        if code == "claimed_by_other":
            raise claimed_by_other(row)
        if code:
            raise Refused(code)
        arrow = transition(act, view.state)
        # Two reviewers may press together: the second must lose, also where the database let both read first.
        if arrow is None or not application_rows.change_state(
            connection, application_id, view.state, _values(arrow.after, row, reasons, by, at), free_for(by.id, at)
        ):
            raise Refused("already_decided")
        moved(session, row, act, arrow.after, by=by, at=at, reasons=reasons)
        joined = join_said_same(session, row, by=by, at=at) if act is Act.APPROVE else {}
        figures = {"receipt": row.receipt, "reasons": list(reasons), **joined} | ({"evidence": evidence[:40]} if evidence else {})
        audit.record(session, EVENT_OF[act], by=by, at=at, subject=subject, figures=figures)
    return Decision(application_id, row.receipt, arrow.after, tuple(reasons))


def claimed_by_other(row: sa.Row[Any]) -> Refused:
    """The refusal for an application that somebody else holds, with who and until when."""
    return Refused("claimed_by_other", holder=row.holder or "", until=f"{row.claimed_until.astimezone(SHANGHAI):%H:%M}")


def moved(
    session: Session,
    row: sa.Row[Any],
    act: Act,
    after: ApplicationState,
    *,
    by: Staff | None,
    at: datetime,
    reasons: Sequence[str] = (),
) -> None:
    """What follows from a change of state, in its transaction: the step, the registration, the notice, the code.

    `by` None: the applicant did it.
    """
    connection = session.connection()
    step = step_at(row.id, act, row.state, after, row.unit, by.id if by else None, at, reasons=reasons)
    application_work_rows.add_steps(connection, [step])
    notices.follow(session, [row.id], act, at=at)
    since = at if after == ApplicationState.APPROVED else None
    registration = registration_of(after, FilingCheck(row.filing_check))
    registration_rows.set_registration(connection, row.person_id, registration, row.id, since)
    if after == ApplicationState.APPROVED and by is not None:
        declared.take_effect(session, [row], by=by, at=at)
    elif act is Act.UNDO:
        declared.take_back(session, row, at)
    codes.decide_again(session, [row.person_id], at=at, cause=row.id)


def _values(after: ApplicationState, row: sa.Row[Any], reasons: Sequence[str], by: Staff, at: datetime) -> dict[str, object]:
    values: dict[str, object] = {"state": after, "reasons": json.dumps(list(reasons)), **NO_CLAIM}
    if after == ApplicationState.ASKED:
        left = left_when_asked(row.due_at, at)
        return values | {"asked_at": at, "due_at": None, "remaining_seconds": int(left.total_seconds())}
    if after == ApplicationState.WAITING:
        return values | {"decided_by": None, "decided_at": None}
    return values | {"decided_by": by.id, "decided_at": at}
