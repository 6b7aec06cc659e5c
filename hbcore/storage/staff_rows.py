"""Staff and their sessions as rows: read several times on every run of a page, so by statements prepared once."""

from typing import NamedTuple

import sqlalchemy as sa

from hbcore.storage.instants import raw
from hbcore.storage.prepared import Prepared
from hbcore.storage.tables import StaffInstitution, StaffRow, StaffSession

STAFF: sa.Table = StaffRow.__table__  # type: ignore[attr-defined]
SESSIONS: sa.Table = StaffSession.__table__  # type: ignore[attr-defined]
WORKS_FOR: sa.Table = StaffInstitution.__table__  # type: ignore[attr-defined]


class Account(NamedTuple):
    """An active account. `one_time_until`: microseconds, None with an own password."""

    id: int
    name: str
    full_name: str
    role: str
    unit: str | None
    language: str
    theme: str
    one_time_until: int | None


class SessionSeen(NamedTuple):
    """A session, ended or not; instants in microseconds."""

    staff_id: int
    began_at: int
    seen_at: int
    ended_at: int | None


_ACTIVE = Prepared(
    sa.select(*(raw(STAFF.c[name]) for name in Account._fields)).where(
        STAFF.c.id == sa.bindparam("staff_id"), STAFF.c.disabled_at.is_(None)
    ),
    Account,
)
_INSTITUTIONS = Prepared(
    sa.select(WORKS_FOR.c.institution).where(WORKS_FOR.c.staff_id == sa.bindparam("staff_id")).order_by(WORKS_FOR.c.institution),
    str,
)
_SESSION = Prepared(
    sa.select(*(raw(SESSIONS.c[name]) for name in SessionSeen._fields)).where(SESSIONS.c.id_hash == sa.bindparam("id_hash")),
    SessionSeen,
)


def active(connection: sa.Connection, staff_id: int) -> Account | None:
    """The account, unless it is unknown or disabled."""
    return next(_ACTIVE.rows(connection, {"staff_id": staff_id}), None)


def institutions_of(connection: sa.Connection, staff_id: int) -> tuple[str, ...]:
    """The codes of the institutions somebody works for."""
    return tuple(_INSTITUTIONS.rows(connection, {"staff_id": staff_id}))


def session_by_hash(connection: sa.Connection, id_hash: bytes) -> SessionSeen | None:
    """The session of this secret's hash."""
    return next(_SESSION.rows(connection, {"id_hash": id_hash}), None)


def names(connection: sa.Connection) -> dict[int, str]:
    """Every account's name by its id, also of those closed."""
    return {row.id: row.name for row in connection.execute(sa.select(STAFF.c.id, STAFF.c.name).order_by(STAFF.c.name))}
