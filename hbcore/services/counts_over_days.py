"""Counts over days: the figures of each day of a span, for a unit and all below it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hbcore.domain.counting import APPLICATIONS, CODES, MOST_DAYS, RESULT_FIGURES, ApplicationFigure, DayOf
from hbcore.domain.errors import Refused
from hbcore.domain.known import micros
from hbcore.domain.permissions import Permission
from hbcore.domain.vocabulary import Assay, Colour
from hbcore.services.acting import Staff, reading
from hbcore.services.daily_counts import as_at, check_day, day_number, scope_of
from hbcore.services.units import UnitSeen
from hbcore.storage import count_span_rows
from hbcore.storage.code_rows import MINUTE
from hbcore.storage.count_span_rows import DayLine

HAPPENED = (ApplicationFigure.SUBMITTED, ApplicationFigure.APPROVED, ApplicationFigure.REFUSED)
"""What is counted of applications over days: what happened on each. What stood at its end is a day's own page."""


@dataclass(frozen=True)
class OneDay:
    """The figures of one day of a span; codes at its end, or now."""

    on: date
    results: Mapping[str, Mapping[str, int]]
    codes: Mapping[str, int]
    applications: Mapping[str, int]


@dataclass(frozen=True)
class SpanCounts:
    """The days of a span in order. People and tubes count once a day, so those of several days do not add up."""

    unit: UnitSeen
    day_of: DayOf
    as_at: datetime
    days: tuple[OneDay, ...]


def count_days(
    first: date, last: date, *, unit: str | None = None, day_of: DayOf = DayOf.RECORDED, by: Staff, at: datetime
) -> SpanCounts:
    """The figures of every Asia/Shanghai day from `first` to `last`, both included, for `unit` and all below it.

    :raises Refused: `span_too_long` for more than 92 days, `days_turned_round`, and those of `count_day`.
    """
    check_day(first, at)
    check_day(last, at)
    if last < first:
        raise Refused("days_turned_round")
    if (last - first).days >= MOST_DAYS:
        raise Refused("span_too_long", days=MOST_DAYS)
    days = [first + timedelta(days=more) for more in range((last - first).days + 1)]
    numbers = list(map(day_number, days))
    with reading(by, Permission.SEE_COUNTS, at) as session:
        scope, connection = scope_of(session, unit, by), session.connection()
        minutes = [micros(as_at(day, at)) // MINUTE for day in days]
        codes = count_span_rows.count_codes_by_day(connection, scope.counted, minutes)
        lines = [
            *count_span_rows.count_results_by_day(connection, scope.counted, day_of=day_of, days=numbers),
            *count_span_rows.count_tested_by_day(connection, scope.whole.code, day_of=day_of, days=numbers),
            *((numbers[place], group, colour, n) for place, group, colour, n in codes),
            *count_span_rows.count_applications_by_day(connection, scope.counted, first=numbers[0], last=numbers[-1]),
        ]
    return SpanCounts(scope.whole, day_of, as_at(last, at), _days(days, numbers, lines))


def _days(days: list[date], numbers: list[int], lines: list[DayLine]) -> tuple[OneDay, ...]:
    found: Counter[tuple[int, str, str]] = Counter()
    for day, group, figure, n in lines:
        found[day, group, figure] += n

    def of(day: int, group: str, figures: tuple[str, ...]) -> dict[str, int]:
        return {figure: found[day, group, figure] for figure in figures}

    return tuple(
        OneDay(
            on,
            {str(assay): of(day, str(assay), RESULT_FIGURES) for assay in Assay},
            of(day, CODES, tuple(map(str, Colour))),
            of(day, APPLICATIONS, tuple(map(str, HAPPENED))),
        )
        for on, day in zip(days, numbers, strict=True)
    )
