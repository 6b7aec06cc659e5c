"""Figures of each day of a span as rows: seeks into counters, and the difference array of codes added up once."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from hbcore.domain.applications import ApplicationState
from hbcore.domain.counting import APPLICATIONS, CODES, PEOPLE, TUBES, ApplicationFigure
from hbcore.domain.vocabulary import Colour
from hbcore.storage.code_rows import BUCKETS
from hbcore.storage.count_rows import APPLIED
from hbcore.storage.instants import raw
from hbcore.storage.result_counts import TEST_COUNTS
from hbcore.storage.tables import BIG
from hbcore.storage.tested_counts import TESTED_COUNTS

_UNITS: sa.BindParameter[Any] = sa.bindparam("units", expanding=True)
_DAYS: sa.BindParameter[Any] = sa.bindparam("days", expanding=True)
_DAY, _SHANGHAI = 86_400_000_000, 8 * 3_600_000_000

DayLine = tuple[int, str, str, int]
"""One counted line of a span: a day (or its place), a group, a figure, how many."""

_T = TESTED_COUNTS.c
_C = TEST_COUNTS.c
RESULTS_BY_DAY = (
    sa.select(_C.day, _C.assay, _C.outcome, sa.func.sum(_C.n), sa.func.sum(_C.corrected), sa.func.sum(_C.withdrawn))
    .where(_C.day_of == sa.bindparam("day_of"), _C.day.in_(_DAYS), _C.unit.in_(_UNITS))
    .group_by(_C.day, _C.assay, _C.outcome)
)
TESTED_BY_DAY = sa.select(_T.day, _T.assay, _T.people, _T.tubes).where(
    _T.day_of == sa.bindparam("day_of"),
    _T.day.in_(_DAYS),
    _T.unit == sa.bindparam("unit"),
    _T.whole.is_(True),
    _T.institution == "",
)

_B = BUCKETS.c
_SINCE = sa.case((_B.minute <= sa.bindparam("first"), 0), else_=_B.minute)
CODES_BY_MINUTE = (
    sa.select(_SINCE.label("since"), _B.colour, sa.func.sum(_B.n))
    .where(_B.unit.in_(_UNITS), _B.colour.in_(list(map(str, Colour))), _B.minute <= sa.bindparam("last"))
    .group_by(sa.text("since"), _B.colour)
)
"""What stood at the first minute together, and every change after it."""


def _by_day(
    happened_at: sa.Column[Any], figure: sa.ColumnElement[Any], *more: sa.ColumnElement[bool]
) -> sa.Select[*tuple[Any, ...]]:
    at = raw(happened_at)
    day = ((at + sa.literal_column("28800000000")) // sa.literal_column("86400000000")).label("day")
    return (
        sa.select(day, figure.label("figure"), sa.func.count())
        .where(at >= sa.bindparam("begin", type_=BIG), at < sa.bindparam("end", type_=BIG), APPLIED.c.unit.in_(_UNITS), *more)
        .group_by(sa.text("day"), sa.text("figure"))
    )


SUBMITTED_BY_DAY = _by_day(APPLIED.c.submitted_at, sa.literal(str(ApplicationFigure.SUBMITTED)))
DECIDED_BY_DAY = _by_day(
    APPLIED.c.decided_at,
    APPLIED.c.state,
    APPLIED.c.state.in_([str(ApplicationState.APPROVED), str(ApplicationState.REFUSED)]),
)


def count_results_by_day(connection: sa.Connection, units: Collection[str], *, day_of: str, days: Iterable[int]) -> list[DayLine]:
    """Results of these units on each of these days (since 1970), whoever tested."""
    lines: list[DayLine] = []
    for row in connection.execute(RESULTS_BY_DAY, {"units": list(units), "day_of": day_of, "days": list(days)}):
        day, assay, outcome, n, corrected, withdrawn = tuple(row)
        lines += [(day, assay, outcome, n), (day, assay, "corrected", corrected), (day, assay, "withdrawn", withdrawn)]
    return lines


def count_tested_by_day(connection: sa.Connection, unit: str, *, day_of: str, days: Iterable[int]) -> list[DayLine]:
    """Different people and tubes of a unit with all below it, on each of these days."""
    lines: list[DayLine] = []
    for day, assay, people, tubes in connection.execute(TESTED_BY_DAY, {"unit": unit, "day_of": day_of, "days": list(days)}):
        lines += [(day, assay, PEOPLE, people), (day, assay, TUBES, tubes)]
    return lines


def count_codes_by_day(connection: sa.Connection, units: Collection[str], minutes: Sequence[int]) -> list[DayLine]:
    """People of each colour at each of these minutes (since 1970, rising); each line says the place of its minute."""
    asked = {"units": list(units), "first": minutes[0], "last": minutes[-1]}
    changes = sorted((max(minute, minutes[0]), colour, n) for minute, colour, n in connection.execute(CODES_BY_MINUTE, asked))
    lines: list[DayLine] = []
    sums: Counter[str] = Counter()
    come = iter([*changes, (minutes[-1] + 1, "", 0)])
    minute, colour, n = next(come)
    for place, end in enumerate(minutes):
        while minute <= end:
            sums[colour] += n
            minute, colour, n = next(come)
        lines += [(place, CODES, one, so_far) for one, so_far in sums.items()]
    return lines


def count_applications_by_day(connection: sa.Connection, units: Collection[str], *, first: int, last: int) -> list[DayLine]:
    """What came in, was approved and was refused on each day from `first` to `last` (since 1970 in Shanghai)."""
    span = {"units": list(units), "begin": first * _DAY - _SHANGHAI, "end": (last + 1) * _DAY - _SHANGHAI}
    lines: list[DayLine] = []
    for happened in (SUBMITTED_BY_DAY, DECIDED_BY_DAY):
        lines += [(day, APPLICATIONS, figure, n) for day, figure, n in connection.execute(happened, span)]
    return lines
