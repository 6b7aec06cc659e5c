"""Daily counts: applications, results and codes of a unit on a day, from counters, with a row for each unit below."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from hbcore.domain.counting import Counted, DayOf, Figures, by_place, day_span, figures
from hbcore.domain.errors import Refused
from hbcore.domain.known import micros
from hbcore.domain.permissions import Permission
from hbcore.domain.sentence import Sentence, same
from hbcore.domain.vocabulary import PROVINCE
from hbcore.services import units
from hbcore.services.acting import Staff, reading
from hbcore.services.clock import day_of as shanghai_day
from hbcore.services.units import UnitSeen
from hbcore.storage import count_rows
from hbcore.storage.code_rows import MINUTE
from hbcore.storage.people_rows import UNKNOWN_UNIT

FIRST_DAY = date(1970, 1, 1)
UNKNOWN = Sentence("未知辖区", "Unit unknown")
"""Whose people's unit is not known is counted for the province alone (model part 3)."""


@dataclass(frozen=True)
class CountRow:
    """The figures of one unit or institution within the whole. For an institution only its results are counted."""

    code: str
    name: Sentence
    figures: Figures


@dataclass(frozen=True)
class DayCounts:
    """A day's figures. `as_at`: now, or the end of a day gone by; results are those now valid."""

    on: date
    as_at: datetime
    unit: UnitSeen
    day_of: DayOf
    by_institution: bool
    figures: Figures
    rows: tuple[CountRow, ...]


def count_day(
    on: date,
    *,
    unit: str | None = None,
    by_institution: bool = False,
    day_of: DayOf = DayOf.RECORDED,
    by: Staff,
    at: datetime,
) -> DayCounts:
    """The figures of `on` (an Asia/Shanghai day) for `unit` (None: the whole of what `by` may see) and all below it.

    Rows are the units right below and `unit` itself where something is counted for it directly, or the institutions that
    tested; results of the rows add up to the results of the whole.

    :raises Refused: `not_your_unit` outside the scope of `by` (model part 3), `day_ahead` for a day that has not begun,
        `too_old` for one before 1970.
    """
    if on < FIRST_DAY:
        raise Refused("too_old")
    if on > shanghai_day(at):
        raise Refused("day_ahead")
    with reading(by, Permission.SEE_COUNTS, at) as session:
        whole = _unit(session, unit, by)
        scope = units.units_below(session, whole.code)
        below = {one.code: one for one in units.listed() if one.code in scope}
        counted = sorted({*below, UNKNOWN_UNIT} if whole.code == PROVINCE else below)
        as_at = _as_at(on, at)
        lines = _lines(session, counted, on, as_at, day_of)
        rows = _institution_rows(session, counted, on, day_of) if by_institution else _unit_rows(lines, whole, below)
    return DayCounts(on, as_at, whole, day_of, by_institution, figures(lines), rows)


def _unit(session: Session, code: str | None, by: Staff) -> UnitSeen:
    own = by.unit or PROVINCE
    wanted = units.unit(session, code or own)
    if wanted.code not in units.units_below(session, own):
        raise Refused("not_your_unit")
    return wanted


def _as_at(on: date, at: datetime) -> datetime:
    """Now for today; the last second of a day gone by, so that what changes at midnight belongs to the next."""
    return min(at, day_span(on)[1] - timedelta(seconds=1))


def _lines(session: Session, counted: Collection[str], on: date, as_at: datetime, day_of: DayOf) -> list[Counted]:
    connection, (start, end) = session.connection(), day_span(on)
    return [
        *count_rows.count_applications(connection, counted, from_at=start, until_at=end, as_at=as_at),
        *count_rows.count_results(connection, counted, day_of=day_of, day=_day_number(on), by_institution=False),
        *count_rows.count_codes(connection, counted, minute=micros(as_at) // MINUTE),
    ]


def _day_number(on: date) -> int:
    return (on - FIRST_DAY).days


def _unit_rows(lines: Collection[Counted], whole: UnitSeen, below: Mapping[str, UnitSeen]) -> tuple[CountRow, ...]:
    row_of = {code: _child(code, whole.code, below) for code in below} | {UNKNOWN_UNIT: UNKNOWN_UNIT}
    counted = by_place((row_of[place], group, figure, n) for place, group, figure, n in lines)
    nothing = figures(())
    children = sorted(code for code, one in below.items() if one.parent == whole.code)
    direct = [place for place in (whole.code, UNKNOWN_UNIT) if place in counted]
    return tuple(
        CountRow(code, _name(below.get(code)), counted.get(code, nothing))
        for code in (*children, *(direct or [whole.code] * (not children)))
    )


def _child(code: str, whole: str, below: Mapping[str, UnitSeen]) -> str:
    """The unit right below `whole` in which `code` lies; `whole` for itself."""
    while code != whole and below[code].parent != whole:
        code = below[code].parent or whole
    return code


def _name(unit: UnitSeen | None) -> Sentence:
    return Sentence(unit.name_zh, unit.name_en) if unit else UNKNOWN


def _institution_rows(session: Session, counted: Collection[str], on: date, day_of: DayOf) -> tuple[CountRow, ...]:
    lines = count_rows.count_results(session.connection(), counted, day_of=day_of, day=_day_number(on), by_institution=True)
    names = count_rows.institution_names(session.connection())
    return tuple(CountRow(code, same(names.get(code, code)), of_one) for code, of_one in sorted(by_place(lines).items()))
