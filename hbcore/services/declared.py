"""What an application says of its person beside the registration: symptoms, and where they live. It takes two accounts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from hbcore.domain.applications import ApplicationState
from hbcore.domain.errors import Refused
from hbcore.domain.known import micros
from hbcore.domain.permissions import Permission
from hbcore.services import audit, codes, second_look, units
from hbcore.services.acting import Staff, acting
from hbcore.services.application_entry import in_scope
from hbcore.services.refusals import refusals_recorded
from hbcore.services.second_look import Settled, What
from hbcore.storage import application_rows, application_text, proposal_rows, registration_rows


def take_effect(session: Session, rows: Sequence[sa.Row[Any]], *, by: Staff, at: datetime) -> None:
    """What approved applications say counts from now on, in the caller's transaction; codes are decided by the caller.

    Who brought one in or typed its answer, and approves it as well, would alone make somebody yellow, or move them to where a
    fact makes them red (S13): the approval stands, and what it says waits for another person.
    """
    for row in rows:
        if row.brought_by != by.id or not _says_something(session, row):
            _apply(session, row, at)
        elif not proposal_rows.is_waiting(session.connection(), What.DECLARED, _subject(row)):
            content = {"receipt": row.receipt}
            second_look.propose(session, What.DECLARED, _subject(row), unit=row.unit, content=content, by=by, at=at)


def take_back(session: Session, row: sa.Row[Any], at: datetime) -> None:
    """What an approval that is taken back made count stands no more, nor does its proposal wait, in the caller's transaction.

    By the next approval the application may say another thing, by another hand: its proposal is that one's own.
    """
    registration_rows.end_declared(session.connection(), row.person_id, row.receipt, at)
    registration_rows.put_residence_back(session.connection(), row)
    second_look.lapse(session, What.DECLARED, _subject(row), at)


def confirm_declared(proposal_id: int, *, by: Staff, at: datetime) -> None:
    """The second person agrees: what the approved application says counts from now on.

    :raises Refused: as `second_look.settle`; `not_in_this_state` where it isn't approved any more.
    """
    with refusals_recorded(by, at, f"proposal {proposal_id}"), acting(by, Permission.SECOND_REVIEW, at) as session:
        proposal = second_look.settle(session, proposal_id, Settled.CONFIRMED, by=by, at=at, what=What.DECLARED)
        row = in_scope(session.connection(), proposal.about, units.units_below(session, by.unit or ""))
        if by.id in application_rows.relatives_of(row):
            raise Refused("relative_declared")
        if row.state != ApplicationState.APPROVED:
            raise Refused("not_in_this_state")
        _apply(session, row, at)
        changes = codes.decide_again(session, [row.person_id], at=at, cause=row.id)
        figures = {"receipt": row.receipt, "codes": changes}
        audit.record(session, audit.Act.DECLARED_CONFIRMED, by=by, at=at, subject=_subject(row), figures=figures)


def _subject(row: sa.Row[Any]) -> str:
    return f"application {row.id}"


def _says_something(session: Session, row: sa.Row[Any]) -> bool:
    """Whether it declares symptoms, or says that its person lives elsewhere than we know."""
    lives = registration_rows.person_row(session.connection(), row.person_id).unit
    return application_text.opened(row).declares or row.residence not in (None, lives)


def _apply(session: Session, row: sa.Row[Any], at: datetime) -> None:
    connection = session.connection()
    if row.residence:
        registration_rows.set_residence(connection, row.id, row.person_id, row.residence)
    if application_text.opened(row).declares:
        registration_rows.end_declared(connection, row.person_id, row.receipt, at)
        declared_at = micros(row.answered_at or row.submitted_at)
        registration_rows.add_declared(connection, row.person_id, row.receipt, declared_at=declared_at, at=micros(at))
