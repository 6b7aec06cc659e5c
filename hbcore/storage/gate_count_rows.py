"""What gates count on a day: readings and entries by their counters, notices by indexes of their own; and the rows behind."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hbcore.domain.counting import GATES, Counted, GateFigure
from hbcore.domain.known import micros
from hbcore.domain.temperatures import SETTLED_WITHIN, ReadingState
from hbcore.storage.instants import Instant, shanghai_day
from hbcore.storage.staging import add_up
from hbcore.storage.tables import GateCount
from hbcore.storage.temperature_rows import AT, DUE, OPEN_OF_UNSETTLED, SHOWN, TEMPERATURES, UNSETTLED, c, is_state

GATE_COUNTS: sa.Table = GateCount.__table__  # type: ignore[attr-defined]

_UNITS: sa.BindParameter[Any] = sa.bindparam("units", expanding=True)
_FROM, _UNTIL = (sa.bindparam(name, type_=Instant) for name in ("from_at", "until_at"))
_g = GATE_COUNTS.c
COUNTERS = (
    sa.select(_g.unit, _g.figure, sa.func.sum(_g.n))
    .where(_g.unit.in_(_UNITS), _g.day == sa.bindparam("day"))
    .group_by(_g.unit, _g.figure)
)
_NOTICED = sa.and_(c.notice_at.is_not(None), c.notice_at >= _FROM, c.notice_at < _UNTIL)
_SETTLED = sa.and_(c.settled_at.is_not(None), c.settled_at >= _FROM, c.settled_at < _UNTIL)
_OPEN = sa.and_(UNSETTLED, OPEN_OF_UNSETTLED)
_CLOSED_LATER = sa.and_(is_state(ReadingState.CLOSED), c.settled_at.is_not(None), c.settled_at > AT, c.notice_at <= AT)
_IS_LATE = sa.func.sum(sa.case((c.notice_at <= DUE, 1), else_=0))
NOTICED = sa.select(c.unit, sa.func.count()).where(_NOTICED, c.unit.in_(_UNITS)).group_by(c.unit)
SETTLED = sa.select(c.unit, c.state, sa.func.count()).where(_SETTLED, c.unit.in_(_UNITS)).group_by(c.unit, c.state)
STILL_OPEN = sa.select(c.unit, sa.func.count(), _IS_LATE).where(_OPEN, c.unit.in_(_UNITS)).group_by(c.unit)
CLOSED_LATER = sa.select(c.unit, sa.func.count(), _IS_LATE).where(_CLOSED_LATER, c.unit.in_(_UNITS)).group_by(c.unit)

_HERE, _AT_GATES = c.unit.in_(_UNITS), c.place_unit.in_(_UNITS)
_STANDING = sa.or_(_OPEN, _CLOSED_LATER)
COUNTS_AS: dict[str, sa.ColumnElement[bool]] = {
    GateFigure.READINGS: sa.and_(_AT_GATES, c.recorded_at >= _FROM, c.recorded_at < _UNTIL, c.undone_at.is_(None)),
    GateFigure.ABNORMAL: sa.and_(_AT_GATES, _NOTICED),
    GateFigure.NOTICES: sa.and_(_HERE, _NOTICED),
    GateFigure.OPEN: sa.and_(_HERE, _STANDING),
    GateFigure.OVERDUE: sa.and_(_HERE, _STANDING, c.notice_at <= DUE),
    GateFigure.CLOSED: sa.and_(_HERE, _SETTLED, is_state(ReadingState.CLOSED)),
    GateFigure.PROPOSED: sa.and_(_HERE, _SETTLED, is_state(ReadingState.PROPOSED)),
}
"""Which readings each figure counts, row by row, as counters and statements above count them."""


def count_one(connection: sa.Connection, unit: str, at: datetime, figure: GateFigure, n: int = 1) -> None:
    """One more (`n` -1: one fewer, on the day of the one that is taken back)."""
    add_up(connection, GATE_COUNTS, ("unit", "day", "figure"), ("n",), [(unit, shanghai_day(micros(at)), str(figure), n)])


def count_gates(
    connection: sa.Connection, units: Collection[str], *, from_at: datetime, until_at: datetime, as_at: datetime
) -> list[Counted]:
    """What happened at the gates and to the notices of units within a day, and what stands as at `as_at`."""
    asked = _asked(units, from_at, until_at, as_at)
    lines: list[Counted] = [(unit, GATES, figure, n) for unit, figure, n in connection.execute(COUNTERS, asked)]
    lines += [(unit, GATES, GateFigure.NOTICES, n) for unit, n in connection.execute(NOTICED, asked)]
    lines += [(unit, GATES, state, n) for unit, state, n in connection.execute(SETTLED, asked)]
    for standing in (STILL_OPEN, CLOSED_LATER):
        for unit, n, late in connection.execute(standing, asked):
            lines += [(unit, GATES, GateFigure.OPEN, n), (unit, GATES, GateFigure.OVERDUE, late)]
    return lines


def readings(
    connection: sa.Connection, units: Collection[str], figure: str, of_day: Mapping[str, datetime], *, offset: int, limit: int
) -> Sequence[sa.Row[Any]]:
    """A page of the readings that a figure counts, the newest first; `of_day`: `from_at`, `until_at`, `as_at`."""
    chosen = SHOWN.where(COUNTS_AS[figure]).order_by(TEMPERATURES.c.recorded_at.desc(), TEMPERATURES.c.id.desc())
    return connection.execute(chosen.limit(limit).offset(offset), _asked(units, **of_day)).all()


def _asked(units: Collection[str], from_at: datetime, until_at: datetime, as_at: datetime) -> dict[str, object]:
    moments = {"from_at": from_at, "until_at": until_at, "at": as_at, "due": as_at - SETTLED_WITHIN}
    return {"units": list(units), "day": shanghai_day(micros(from_at)), **moments}
