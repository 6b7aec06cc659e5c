"""Shifts at gates as rows: where somebody has stood since when, and the places of a unit."""

from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from hbcore.storage.instants import raw
from hbcore.storage.prepared import Prepared
from hbcore.storage.tables import BIG, GateShift

SHIFTS: sa.Table = GateShift.__table__  # type: ignore[attr-defined]
_c = SHIFTS.c


class ShiftRow(NamedTuple):
    """A shift; the instant in microseconds."""

    began_at: int
    place: str
    look_ups_before: int


_NEWEST = Prepared(
    sa.select(raw(_c.began_at), _c.place, _c.look_ups_before)
    .where(_c.staff_id == sa.bindparam("staff", type_=BIG))
    .order_by(_c.began_at.desc())
    .limit(1),
    ShiftRow,
)


def newest(connection: sa.Connection, staff_id: int) -> ShiftRow | None:
    """The newest shift of somebody, however long ago it began."""
    return next(_NEWEST.rows(connection, {"staff": staff_id}), None)


def begin(connection: sa.Connection, staff_id: int, unit: str, place: str, look_ups_before: int, at: datetime) -> None:
    """Somebody stands at a place from now on."""
    connection.execute(
        SHIFTS.insert().values(staff_id=staff_id, began_at=at, unit=unit, place=place, look_ups_before=look_ups_before)
    )


def places(connection: sa.Connection, unit: str, most: int) -> list[str]:
    """Where people of a unit have stood, the place of the newest shift first."""
    newest_at = sa.func.max(raw(_c.began_at))
    asked = sa.select(_c.place).where(_c.unit == unit).group_by(_c.place).order_by(newest_at.desc(), _c.place).limit(most)
    return list(connection.execute(asked).scalars())
