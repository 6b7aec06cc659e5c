"""Marks for a second look as rows, and the institutions that are suspended."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hbcore.storage.ids import new_id
from hbcore.storage.look_up_rows import INSTITUTIONS
from hbcore.storage.result_counts import TEST_COUNTS
from hbcore.storage.tables import Recheck, StaffRow

RECHECKS: sa.Table = Recheck.__table__  # type: ignore[attr-defined]
STAFF: sa.Table = StaffRow.__table__  # type: ignore[attr-defined]

_c, _i = RECHECKS.c, INSTITUTIONS.c
_OPEN = (
    sa.select(RECHECKS, _i.name, _i.unit, STAFF.c.full_name)
    .join(INSTITUTIONS, _i.code == _c.institution)
    .join(STAFF, STAFF.c.id == _c.marked_by)
    .where(_c.lifted_at.is_(None))
    .order_by(_c.marked_at.desc())
)

Row = sa.Row[Any]


def open_marks(connection: sa.Connection) -> list[Row]:
    """All marks that stand, with the institution's name and unit and who made each; the newest first. They are few."""
    return list(connection.execute(_OPEN))


def suspended(connection: sa.Connection, units: Collection[str]) -> list[Row]:
    """The institutions of these units that are suspended: code, name, unit, since when, why; the latest first."""
    columns = (_i.code, _i.name, _i.unit, _i.suspended_at, _i.suspended_reason)
    asked = sa.select(*columns).where(_i.unit.in_(units), _i.suspended_at.is_not(None))
    return list(connection.execute(asked.order_by(_i.suspended_at.desc())))


def count(connection: sa.Connection, institution: str, from_day: int, until_day: int) -> int:
    """How many valid results an institution has of samples of these days, from the counters."""
    c = TEST_COUNTS.c
    which = (c.day_of == "sampled", c.day.between(from_day, until_day), c.institution == institution)
    return int(connection.execute(sa.select(sa.func.coalesce(sa.func.sum(c.n), 0)).where(*which)).scalar_one())


def add(connection: sa.Connection, values: dict[str, Any]) -> int:
    """Put a mark down; its id."""
    id_ = new_id()
    connection.execute(RECHECKS.insert().values(id=id_, **values))
    return id_


def one(connection: sa.Connection, mark: int) -> Row | None:
    """A mark that stands."""
    return connection.execute(_OPEN.where(_c.id == mark)).first()


def lift(connection: sa.Connection, mark: int, by: int, at: datetime) -> bool:
    """Take a mark away; False when somebody was faster."""
    still = sa.and_(_c.id == mark, _c.lifted_at.is_(None))
    return connection.execute(sa.update(RECHECKS).where(still).values(lifted_by=by, lifted_at=at)).rowcount == 1
