"""Applications asked for something and not answered for seven days: written down as expired by the clock, or by who looks."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from hbcore.domain.applications import ASKED_EXPIRES_AFTER, Act, ApplicationState, FilingCheck, registration_of
from hbcore.domain.permissions import Permission
from hbcore.domain.vocabulary import PROVINCE
from hbcore.services import audit, codes, notices
from hbcore.services.acting import Staff, acting, reading
from hbcore.storage import application_rows, application_work_rows, registration_rows
from hbcore.storage.application_work_rows import Row, step_at
from hbcore.storage.engine import engine

AT_ONCE = 500
_ASKED, _EXPIRED = ApplicationState.ASKED, ApplicationState.EXPIRED


def expire(*, by: Staff, at: datetime) -> int:
    """Write down what has expired in one's own unit and below, one act for all of them; how many.

    Nothing waits for this: what is past its seven days counts as expired wherever it is looked at.
    """
    late = at - ASKED_EXPIRES_AFTER
    with reading(by, Permission.SEE_APPLICATIONS, at) as session:
        if not application_work_rows.asked_until(session.connection(), by.unit or "", late):
            return 0
    with acting(by, Permission.SEE_APPLICATIONS, at) as session:
        rows = application_work_rows.asked_until(session.connection(), by.unit or "", late)
        end_these(session, rows, by=by, at=at)
    return len(rows)


def expire_everywhere(*, at: datetime) -> int:
    """Write down what has expired in the whole province, five hundred in an act; how many. Public: the clock does it.

    Who applied is told of it the same day, whether or not anybody opens the queue.
    """
    late, ended = at - ASKED_EXPIRES_AFTER, 0
    while rows := _some_late(late):
        with engine().connect().execution_options(writes=True) as connection, connection.begin(), Session(connection) as session:
            rows = application_work_rows.asked_until(connection, PROVINCE, late)[:AT_ONCE]
            end_these(session, rows, by=None, at=at)
            session.flush()
        ended += len(rows)
    return ended


def _some_late(late: datetime) -> Sequence[Row]:
    with engine().connect() as connection:
        return application_work_rows.asked_until(connection, PROVINCE, late)[:1]


def end_these(session: Session, rows: Sequence[Row], *, by: Staff | None, at: datetime) -> None:
    """Expire applications whose time is over, in the caller's transaction: registrations, codes, steps, one event."""
    connection = session.connection()
    application_rows.set_state_of_many(connection, [row.id for row in rows], _ASKED, {"state": _EXPIRED})
    steps = [step_at(row.id, Act.EXPIRE, _ASKED, _EXPIRED, row.unit, None, at) for row in rows]
    application_work_rows.add_steps(connection, steps)
    notices.follow(session, [row.id for row in rows], Act.EXPIRE, at=at)
    registrations = [(row.person_id, row.id, registration_of(_EXPIRED, FilingCheck(row.filing_check))) for row in rows]
    registration_rows.set_registrations(connection, registrations, None)
    codes.decide_again(session, [row.person_id for row in rows], at=at, cause={row.person_id: row.id for row in rows})
    audit.record(session, audit.Act.EXPIRED, by=by, at=at, figures={"applications": len(rows), "ids": [row.id for row in rows]})


def room_for_another(session: Session, person_id: int, *, by: Staff | None, at: datetime) -> None:
    """An application of this person whose time is over does not stand in the way of the next one."""
    rows = application_work_rows.asked_of(session.connection(), person_id, at - ASKED_EXPIRES_AFTER)
    if rows:
        end_these(session, rows, by=by, at=at)
