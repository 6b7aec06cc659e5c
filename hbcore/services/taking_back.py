"""Taking a decision back: alone within ten minutes, later by two people; and revoking an approval, always by two."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from hbcore.domain.application_reasons import RefuseReason, known_reasons
from hbcore.domain.applications import Act, ApplicationState, due_when_undone
from hbcore.domain.errors import Refused
from hbcore.domain.known import micros
from hbcore.domain.permissions import Permission
from hbcore.services import audit, second_look, units
from hbcore.services.acting import Staff, acting
from hbcore.services.application_entry import in_scope
from hbcore.services.application_view import last_decision, may_undo_alone
from hbcore.services.decisions import Decision, deciding_view, moved, why_not
from hbcore.services.refusals import refusals_recorded
from hbcore.services.same_on_approval import part_undone
from hbcore.services.second_look import Settled, What
from hbcore.storage import application_rows, application_work_rows, notice_rows
from hbcore.storage.application_work_rows import NO_CLAIM

_WAITING, _REVOKED = ApplicationState.WAITING, ApplicationState.REVOKED


def undo(application_id: int, *, by: Staff, at: datetime) -> Decision:
    """Take one's own decision back within ten minutes: waiting again, registration and code as before, the clock as it was.

    :raises Refused: `unknown_application`, `not_your_unit`, `not_in_this_state`, `undo_needs_second_person` for anybody else
        or later, `applied_again`, `already_decided`.
    """
    subject = f"application {application_id}"
    with refusals_recorded(by, at, subject), acting(by, Permission.SECOND_REVIEW, at) as session:
        row = _row(session, application_id, Act.UNDO, by, at)
        steps = application_work_rows.steps_of(session.connection(), application_id)
        if not may_undo_alone(steps, notice_rows.notices_of(session.connection(), application_id), by, at):
            raise Refused("undo_needs_second_person")
        _put_back(session, row, by, at)
        audit.record(session, audit.Act.UNDONE, by=by, at=at, subject=subject, figures=_figures(row))
    return Decision(application_id, row.receipt, _WAITING)


def propose_undo(application_id: int, *, by: Staff, at: datetime) -> int:
    """Propose to a second person that a decision be taken back; the proposal's id.

    :raises Refused: as `undo` but for the ten minutes, and `already_proposed`.
    """
    subject = f"application {application_id}"
    with refusals_recorded(by, at, subject), acting(by, Permission.SECOND_REVIEW, at) as session:
        row = _row(session, application_id, Act.UNDO, by, at)
        last = last_decision(application_work_rows.steps_of(session.connection(), application_id))
        content = {"receipt": row.receipt, "state": row.state, "decided": micros(last.at) if last else None}
        proposal = second_look.propose(session, What.UNDO, subject, unit=row.unit, content=content, by=by, at=at)
        audit.record(session, audit.Act.UNDO_PROPOSED, by=by, at=at, subject=subject, figures=_figures(row))
    return proposal


def confirm_undo(proposal_id: int, *, by: Staff, at: datetime) -> Decision:
    """The second person agrees: the decision is taken back, provided it still is the one that was meant.

    :raises Refused: as `second_look.settle` and `undo` but for the ten minutes; `already_decided` when decided anew since.
    """
    with refusals_recorded(by, at, f"proposal {proposal_id}"), acting(by, Permission.SECOND_REVIEW, at) as session:
        proposal = second_look.settle(session, proposal_id, Settled.CONFIRMED, by=by, at=at, what=What.UNDO)
        row = _row(session, proposal.about, Act.UNDO, by, at)
        last = last_decision(application_work_rows.steps_of(session.connection(), row.id))
        if (row.state, micros(last.at) if last else None) != (proposal.content["state"], proposal.content["decided"]):
            raise Refused("already_decided")
        _put_back(session, row, by, at)
        audit.record(session, audit.Act.UNDONE, by=by, at=at, subject=proposal.subject, figures=_figures(row))
    return Decision(row.id, row.receipt, _WAITING)


def propose_revoke(application_id: int, reason: str, *, by: Staff, at: datetime, evidence: str = "") -> int:
    """Propose to a second person that an approval be revoked for a reason of the list; the proposal's id.

    :raises Refused: `unknown_application`, `not_your_unit`, `not_in_this_state`, `unknown_reason`, `evidence_needed` for false
        information without the number of what it rests on, `already_proposed`.
    """
    subject = f"application {application_id}"
    with refusals_recorded(by, at, subject), acting(by, Permission.SECOND_REVIEW, at) as session:
        row = _row(session, application_id, Act.REVOKE, by, at)
        if not known_reasons([reason], RefuseReason):
            raise Refused("unknown_reason")
        if reason == RefuseReason.FALSE_INFORMATION and not evidence.strip():
            raise Refused("evidence_needed")
        content = {
            "receipt": row.receipt,
            "reason": str(reason),
            "evidence": evidence.strip()[:40],
            "decided": micros(row.decided_at),
        }
        proposal = second_look.propose(session, What.REVOKE, subject, unit=row.unit, content=content, by=by, at=at)
        figures = {"receipt": row.receipt, "reasons": [str(reason)]}
        audit.record(session, audit.Act.REVOKE_PROPOSED, by=by, at=at, subject=subject, figures=figures)
    return proposal


def confirm_revoke(proposal_id: int, *, by: Staff, at: datetime) -> Decision:
    """The second person agrees: the approval is revoked and the code decided again.

    :raises Refused: as `second_look.settle`; `not_in_this_state`; `already_decided` when approved anew since.
    """
    with refusals_recorded(by, at, f"proposal {proposal_id}"), acting(by, Permission.SECOND_REVIEW, at) as session:
        proposal = second_look.settle(session, proposal_id, Settled.CONFIRMED, by=by, at=at, what=What.REVOKE)
        row = _row(session, proposal.about, Act.REVOKE, by, at)
        if proposal.content.get("decided", micros(row.decided_at)) != micros(row.decided_at):
            raise Refused("already_decided")
        reasons = [str(proposal.content["reason"])]
        values = {"state": _REVOKED, "reasons": application_rows.as_list(reasons)}
        if not application_rows.change_state(session.connection(), row.id, ApplicationState(row.state), values):
            raise Refused("already_decided")
        moved(session, row, Act.REVOKE, _REVOKED, by=by, at=at, reasons=reasons)
        figures = {"receipt": row.receipt, "reasons": reasons}
        audit.record(session, audit.Act.REVOKED, by=by, at=at, subject=proposal.subject, figures=figures)
    return Decision(row.id, row.receipt, _REVOKED, tuple(reasons))


def _row(session: Session, application_id: int, act: Act, by: Staff, at: datetime) -> sa.Row[Any]:
    row = in_scope(session.connection(), application_id, units.units_below(session, by.unit or ""))
    if code := why_not(deciding_view(row, at=at), act, by):
        raise Refused(code)
    return row


def _put_back(session: Session, row: sa.Row[Any], by: Staff, at: datetime) -> None:
    row = part_undone(session, row, by=by, at=at)
    state = ApplicationState(row.state)
    if state != ApplicationState.APPROVED and row.elsewhere:
        raise Refused("applied_again")
    values: dict[str, object] = {"state": _WAITING, "reasons": "[]", "decided_by": None, "decided_at": None, **NO_CLAIM}
    if state == ApplicationState.ASKED:
        due = due_when_undone(row.asked_at, timedelta(seconds=row.remaining_seconds or 0))
        values |= {"due_at": due, "asked_at": None, "remaining_seconds": None}
    if not application_rows.change_state(session.connection(), row.id, state, values):
        raise Refused("already_decided")
    moved(session, row, Act.UNDO, _WAITING, by=by, at=at)


def _figures(row: sa.Row[Any]) -> dict[str, object]:
    return {"receipt": row.receipt, "was": row.state}
