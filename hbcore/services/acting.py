"""The only door from a page or the shell to a transaction: authority is read again inside it, and an act leaves its event."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session

from hbcore.domain.errors import Refused
from hbcore.domain.known import instant
from hbcore.domain.permissions import BEFORE_OWN_PASSWORD, Permission, may
from hbcore.domain.vocabulary import Role, Theme
from hbcore.services import audit
from hbcore.services.staff import Staff as Staff
from hbcore.storage import staff_rows
from hbcore.storage.engine import engine
from hbcore.storage.staff_rows import SessionSeen

IDLE = timedelta(minutes=15)
IN_ALL = timedelta(hours=12)


def read_staff(connection: sa.Connection, staff_id: int, signed_in_by: bytes | None = None) -> Staff | None:
    """The active member of staff with this id as the database has them now; None when unknown or disabled."""
    row = staff_rows.active(connection, staff_id)
    if row is None:
        return None
    institutions = staff_rows.institutions_of(connection, staff_id) if row.role == Role.LAB_LIAISON else ()
    return Staff(
        row.id,
        row.name,
        row.full_name,
        Role(row.role),
        row.unit,
        institutions,
        row.language,
        signed_in_by,
        Theme(row.theme),
        password_change_needed=row.one_time_until is not None,
    )


def session_lives(row: SessionSeen | None, at: datetime) -> bool:
    """Whether a session still stands: not ended, not idle for 15 minutes, not older than 12 hours (S01)."""
    if row is None or row.ended_at is not None:
        return False
    return at < instant(row.seen_at) + IDLE and at < instant(row.began_at) + IN_ALL


def _why_not(connection: sa.Connection, by: Staff, permission: Permission, at: datetime) -> str | None:
    if by.session is not None and not session_lives(staff_rows.session_by_hash(connection, by.session), at):
        return "session_ended"
    now = read_staff(connection, by.id, by.session)
    if now is None:
        return "session_ended"
    if now != by:  # role, unit or institutions have changed since the page was drawn (S09)
        return "authority_changed"
    if now.password_change_needed and permission not in BEFORE_OWN_PASSWORD:
        return "password_change_needed"
    return None if may(now.role, permission) else "not_allowed"


@contextmanager
def _open(by: Staff, permission: Permission, at: datetime, writes: bool) -> Iterator[Session]:
    why_not = None
    connecting = engine().connect().execution_options(writes=writes)
    with connecting as connection, connection.begin() as work, Session(connection) as session:
        why_not = _why_not(connection, by, permission, at)
        if why_not is None:
            yield session
            if writes:
                session.flush()
                if not session.info.get(audit.RECORDED):
                    raise AssertionError("an act left no event")
            else:
                work.rollback()  # nothing changes without its event, not even by mistake
    if why_not is not None:
        audit.record_alone(audit.Act.REFUSED, by=by, at=at, subject=str(permission), figures={"why": why_not})
        raise Refused(why_not)


@contextmanager
def acting(by: Staff, permission: Permission, at: datetime) -> Iterator[Session]:
    """A write transaction in which `by` holds `permission` now: session, role and scope are read again inside it (S09).

    Committed when the block ends, provided an event was recorded; undone whole on any exception (S19).

    :raises Refused: `session_ended`, `authority_changed`, `password_change_needed` or `not_allowed`; the refusal is an event
        of its own.
    """
    with _open(by, permission, at, writes=True) as session:
        yield session


@contextmanager
def as_applicant(*, writes: bool = True) -> Iterator[Session]:
    """The applicant's own door, for somebody who is no staff and holds no permission: what they may reach is their application.

    As `acting`: committed when the block ends, provided an event was recorded; undone whole on any exception (S19).
    """
    connecting = engine().connect().execution_options(writes=writes)
    with connecting as connection, connection.begin() as work, Session(connection) as session:
        yield session
        if not writes:
            work.rollback()
            return
        session.flush()
        if not session.info.get(audit.RECORDED):
            raise AssertionError("an act left no event")


@contextmanager
def saving_own(by: Staff, permission: Permission, at: datetime) -> Iterator[Session]:
    """`acting` for what is nobody's but `by`'s own and no act yet, such as a draft: it leaves no event."""
    with _open(by, permission, at, writes=True) as session:
        yield session
        session.info[audit.RECORDED] = True


@contextmanager
def reading(by: Staff, permission: Permission, at: datetime) -> Iterator[Session]:
    """`acting` for reads: one consistent picture, no write lock, no event of its own."""
    with _open(by, permission, at, writes=False) as session:
        yield session
