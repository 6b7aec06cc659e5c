"""What staff say of an applicant and somebody held: one person, to be joined on approval by another, or not the same."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from hbcore.domain.applications import CLAIMABLE
from hbcore.domain.errors import Refused
from hbcore.domain.permissions import Permission
from hbcore.services import audit, units
from hbcore.services.acting import Staff, acting
from hbcore.services.application_checking import checked
from hbcore.services.application_entry import in_scope
from hbcore.services.refusals import refusals_recorded
from hbcore.storage import application_rows, likeness_rows


def say_same(application_id: int, person: int, *, by: Staff, at: datetime) -> None:
    """Say that an applicant is somebody held: joined when another person approves the application.

    :raises Refused: `unknown_application`, `not_your_unit`, `not_in_this_state`, `relative_declared`, `not_alike`,
        `already_said`.
    """
    subject = f"application {application_id}"
    with refusals_recorded(by, at, subject), acting(by, Permission.SECOND_REVIEW, at) as session:
        row = _row(session, application_id, person, by, at)
        if row.same_as == person:
            raise Refused("already_said")
        application_rows.set_same(session.connection(), application_id, person, by.id)
        figures = {"receipt": row.receipt, "second": person}
        audit.record(session, audit.Act.SAID_SAME, by=by, at=at, subject=subject, figures=figures)


def say_not_same(application_id: int, person: int, *, by: Staff, at: datetime) -> None:
    """Say that an applicant is not somebody held, for this application and every later one of theirs.

    :raises Refused: as `say_same`.
    """
    subject = f"application {application_id}"
    with refusals_recorded(by, at, subject), acting(by, Permission.SECOND_REVIEW, at) as session:
        row = _row(session, application_id, person, by, at)
        connection = session.connection()
        likeness_rows.tell_apart(connection, row.person_id, person, by.id, at)
        if row.same_as == person:
            application_rows.set_same(connection, application_id, None, None)
        figures = {"receipt": row.receipt, "second": person}
        audit.record(session, audit.Act.TOLD_APART, by=by, at=at, subject=subject, figures=figures)


def _row(session: Session, application_id: int, person: int, by: Staff, at: datetime) -> sa.Row[Any]:
    connection = session.connection()
    row = in_scope(connection, application_id, units.units_below(session, by.unit or ""))
    if by.id in application_rows.relatives_of(row):
        raise Refused("relative_declared")
    if row.state not in CLAIMABLE:
        raise Refused("not_in_this_state")
    (seen,) = checked(connection, [row], at)
    if person not in [one.person for one in seen.possible]:
        raise Refused("not_alike")
    return row
