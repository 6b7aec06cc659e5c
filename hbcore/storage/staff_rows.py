"""Staff and their sessions as rows: read several times on every run of a page, so by statements built once."""

from typing import Any

import sqlalchemy as sa

from hbcore.storage.tables import StaffInstitution, StaffRow, StaffSession

STAFF: sa.Table = StaffRow.__table__  # type: ignore[attr-defined]
SESSIONS: sa.Table = StaffSession.__table__  # type: ignore[attr-defined]
WORKS_FOR: sa.Table = StaffInstitution.__table__  # type: ignore[attr-defined]

_ACTIVE = sa.select(*STAFF.c["id", "name", "full_name", "role", "unit", "language"]).where(
    STAFF.c.id == sa.bindparam("staff_id"), STAFF.c.disabled_at.is_(None)
)
_INSTITUTIONS = (
    sa.select(WORKS_FOR.c.institution).where(WORKS_FOR.c.staff_id == sa.bindparam("staff_id")).order_by(WORKS_FOR.c.institution)
)
_SESSION = sa.select(SESSIONS).where(SESSIONS.c.id_hash == sa.bindparam("id_hash"))


def active(connection: sa.Connection, staff_id: int) -> sa.Row[*tuple[Any, ...]] | None:
    """The account, unless it is unknown or disabled."""
    return connection.execute(_ACTIVE, {"staff_id": staff_id}).first()


def institutions_of(connection: sa.Connection, staff_id: int) -> tuple[str, ...]:
    """The codes of the institutions somebody works for."""
    return tuple(connection.execute(_INSTITUTIONS, {"staff_id": staff_id}).scalars())


def session_by_hash(connection: sa.Connection, id_hash: bytes) -> sa.Row[*tuple[Any, ...]] | None:
    """The session of this secret's hash, ended or not."""
    return connection.execute(_SESSION, {"id_hash": id_hash}).first()
