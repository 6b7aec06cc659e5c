"""Entries on the national code as rows: when and where, nothing of the person."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hbcore.storage import sealing
from hbcore.storage.instants import Instant
from hbcore.storage.tables import NationalEntry

Row = sa.Row[Any]
ENTRIES: sa.Table = NationalEntry.__table__  # type: ignore[attr-defined]

c = ENTRIES.c
_LAST = (
    sa.select(ENTRIES)
    .where(c.recorded_by == sa.bindparam("staff"), c.recorded_at > sa.bindparam("since", type_=Instant), c.undone_at.is_(None))
    .order_by(c.recorded_at.desc(), c.id.desc())
    .limit(1)
)
OF_DAY = (
    sa.select(ENTRIES)
    .where(
        c.unit.in_(sa.bindparam("units", expanding=True)),
        c.recorded_at >= sa.bindparam("from_at", type_=Instant),
        c.recorded_at < sa.bindparam("until_at", type_=Instant),
        c.undone_at.is_(None),
    )
    .order_by(c.recorded_at.desc(), c.id.desc())
)


def add(connection: sa.Connection, values: Mapping[str, object], place: str) -> None:
    """Put an entry down."""
    sealed = sealing.seal("national_entry", "sealed", int(str(values["id"])), place.encode())
    connection.execute(ENTRIES.insert().values(**values, sealed=sealed, key_version=sealing.KEY_VERSION))


def place_of(row: Row) -> str:
    """The place of an entry."""
    return sealing.unseal("national_entry", "sealed", row.id, row.sealed, row.key_version).decode()


def last_of(connection: sa.Connection, staff: int, since: datetime) -> Row | None:
    """The newest entry of somebody since then that was not taken back."""
    return connection.execute(_LAST, {"staff": staff, "since": since}).first()


def undo(connection: sa.Connection, entry: int, at: datetime) -> bool:
    """Take it back; False when it was already."""
    still = sa.and_(c.id == entry, c.undone_at.is_(None))
    return connection.execute(sa.update(ENTRIES).where(still).values(undone_at=at)).rowcount == 1


def of_day(
    connection: sa.Connection, units: Sequence[str], from_at: datetime, until_at: datetime, *, offset: int, limit: int
) -> Sequence[Row]:
    """A page of the entries of units on a day, the newest first."""
    asked = {"units": list(units), "from_at": from_at, "until_at": until_at}
    return connection.execute(OF_DAY.limit(limit).offset(offset), asked).all()
