"""Daily counts: applications, results and codes of a unit on a day, from counters, with a row for each unit below."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session

from hbcore.domain.counting import Counted, DayOf, Figures, by_place, day_span, figures
from hbcore.domain.errors import Refused
from hbcore.domain.known import micros
from hbcore.domain.permissions import Permission
from hbcore.domain.sentence import Sentence, same
from hbcore.domain.vocabulary import PROVINCE
from hbcore.services import audit, units
from hbcore.services.acting import Staff, reading
from hbcore.services.clock import day_of as shanghai_day
from hbcore.services.units import UnitSeen
from hbcore.storage import count_rows, gate_count_rows
from hbcore.storage.code_rows import MINUTE
from hbcore.storage.people_rows import UNKNOWN_UNIT

FIRST_DAY = date(1970, 1, 1)
UNKNOWN = Sentence("未知辖区", "Unit unknown")
"""Whose people's unit is not known is counted for the province alone (model part 3)."""


@dataclass(frozen=True)
class CountRow:
    """The figures of one unit or institution within the whole. For an institution only its results are counted.

    `direct`: what is counted for the whole's own unit itself, or for no unit, and not for one below it.
    """

    code: str
    name: Sentence
    figures: Figures
    direct: bool = False


@dataclass(frozen=True)
class DayCounts:
    """A day's figures. `as_at`: now, or the end of a day gone by; results are those now valid.

    Results, codes and applications of the rows add up to those of the whole. People and tubes do not: who was tested at two
    institutions, or moved between two units, counts once in each and once in the whole.
    """

    on: date
    as_at: datetime
    unit: UnitSeen
    day_of: DayOf
    by_institution: bool
    figures: Figures
    rows: tuple[CountRow, ...]


@dataclass(frozen=True)
class Scope:
    """A unit with all below it. `counted`: the codes it is counted by, for the province with nobody's unit among them."""

    whole: UnitSeen
    below: Mapping[str, UnitSeen]
    counted: tuple[str, ...]


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
    tested.

    :raises Refused: `not_your_unit` outside the scope of `by` (model part 3), `day_ahead` for a day that has not begun,
        `too_old` for one before 1970.
    """
    check_day(on, at)
    with reading(by, Permission.SEE_COUNTS, at) as session:
        return count_day_of(session, on, scope_of(session, unit, by), by_institution=by_institution, day_of=day_of, at=at)


@dataclass(frozen=True)
class DaySeen:
    """What a page was told of a day: the question, the newest act at the time, the counts."""

    asked: tuple[object, ...]
    newest: int
    counts: DayCounts


def day_seen(
    on: date, *, unit: str, by_institution: bool, day_of: DayOf, by: Staff, at: datetime, seen: DaySeen | None = None
) -> DaySeen:
    """`count_day` for a page that is drawn again and again.

    `seen` is what the page was told before: it is told again as it is while the question and the minute are the same and no
    act has been recorded since. What a minute brings besides, as the readings of gates, is told with the next.

    :raises Refused: as `count_day`.
    """
    check_day(on, at)
    asked = (by, on, unit, by_institution, day_of, at.replace(second=0, microsecond=0))
    with reading(by, Permission.SEE_COUNTS, at) as session:
        newest = audit.newest(session)
        if seen is not None and (seen.asked, seen.newest) == (asked, newest):
            return seen
        counts = count_day_of(session, on, scope_of(session, unit, by), by_institution=by_institution, day_of=day_of, at=at)
    return DaySeen(asked, newest, counts)


def check_day(on: date, at: datetime) -> None:
    """Whether there is something to count on a day.

    :raises Refused: `day_ahead`, `too_old`.
    """
    if on < FIRST_DAY:
        raise Refused("too_old")
    if on > shanghai_day(at):
        raise Refused("day_ahead")


def count_day_of(
    session: Session, on: date, scope: Scope, *, by_institution: bool = False, day_of: DayOf = DayOf.RECORDED, at: datetime
) -> DayCounts:
    """`count_day` inside a transaction that somebody opened at a door and checked the scope in."""
    connection, moment = session.connection(), as_at(on, at)
    asked = _Asked(on, moment, day_of)
    lines = _lines(connection, scope, asked)
    rows = _institution_rows(connection, scope, asked) if by_institution else _unit_rows(connection, lines, scope, asked)
    tested = count_rows.count_tested(connection, [scope.whole.code], day_of=day_of, day=day_number(on), whole=True)
    return DayCounts(on, moment, scope.whole, day_of, by_institution, figures([*lines, *tested]), rows)


def codes_at(session: Session, scope: Scope, at: datetime) -> Mapping[str, int]:
    """How many codes of each colour run at an instant, also one to come: the chains say it if nothing else is recorded."""
    counted = count_rows.count_codes(session.connection(), scope.counted, minute=micros(at) // MINUTE)
    return figures([*counted]).codes


@dataclass(frozen=True)
class _Asked:
    on: date
    as_at: datetime
    day_of: DayOf

    @property
    def day(self) -> int:
        """As the counters have it."""
        return day_number(self.on)


def scope_of(session: Session, code: str | None, by: Staff) -> Scope:
    """The unit `code` (None: the own one) and all below it, once it is sure that `by` may see it.

    :raises Refused: `unknown_unit`, `not_your_unit`.
    """
    own = by.unit or PROVINCE
    known = units.all_units(session)
    if code is not None and code not in known:
        raise Refused("unknown_unit")
    whole = known[code or own]
    if not units.lies_in(known, whole.code, own):
        raise Refused("not_your_unit")
    below = {one: seen for one, seen in known.items() if units.lies_in(known, one, whole.code)}
    return Scope(whole, below, tuple(sorted({*below, UNKNOWN_UNIT} if whole.code == PROVINCE else below)))


def as_at(on: date, at: datetime) -> datetime:
    """Now for today; the last second of a day gone by, so that what changes at midnight belongs to the next."""
    return min(at, day_span(on)[1] - timedelta(seconds=1))


def day_number(on: date) -> int:
    """Days since 1970, as the counters have it."""
    return (on - FIRST_DAY).days


def _lines(connection: sa.Connection, scope: Scope, asked: _Asked) -> list[Counted]:
    start, end = day_span(asked.on)
    return [
        *count_rows.count_applications(connection, scope.counted, from_at=start, until_at=end, as_at=asked.as_at),
        *count_rows.count_results(connection, scope.counted, day_of=asked.day_of, day=asked.day, by_institution=False),
        *count_rows.count_codes(connection, scope.counted, minute=micros(asked.as_at) // MINUTE),
        *gate_count_rows.count_gates(connection, scope.counted, from_at=start, until_at=end, as_at=asked.as_at),
    ]


def _unit_rows(connection: sa.Connection, lines: Collection[Counted], scope: Scope, asked: _Asked) -> tuple[CountRow, ...]:
    whole, below = scope.whole.code, scope.below
    row_of = {code: child_of(code, whole, below) for code in below} | {UNKNOWN_UNIT: UNKNOWN_UNIT}
    children = sorted(code for code, one in below.items() if one.parent == whole)
    own = (whole, UNKNOWN_UNIT) if UNKNOWN_UNIT in scope.counted else (whole,)
    tested = [
        *count_rows.count_tested(connection, children, day_of=asked.day_of, day=asked.day, whole=True),
        *count_rows.count_tested(connection, own, day_of=asked.day_of, day=asked.day, whole=False),
    ]
    counted = by_place([*((row_of[place], group, figure, n) for place, group, figure, n in lines), *tested])
    nothing = figures(())
    direct = [place for place in own if place in counted] or [whole] * (not children)
    return (
        *(CountRow(code, _name(below[code]), counted.get(code, nothing)) for code in children),
        *(CountRow(code, _name(below.get(code)), counted.get(code, nothing), direct=True) for code in direct),
    )


def child_of(code: str, whole: str, below: Mapping[str, UnitSeen]) -> str:
    """The unit right below `whole` in which `code` lies; `whole` for itself."""
    while code != whole and below[code].parent != whole:
        code = below[code].parent or whole
    return code


def _name(unit: UnitSeen | None) -> Sentence:
    return Sentence(unit.name_zh, unit.name_en) if unit else UNKNOWN


def _institution_rows(connection: sa.Connection, scope: Scope, asked: _Asked) -> tuple[CountRow, ...]:
    lines = [
        *count_rows.count_results(connection, scope.counted, day_of=asked.day_of, day=asked.day, by_institution=True),
        *count_rows.count_tested_by_institution(connection, scope.whole.code, day_of=asked.day_of, day=asked.day),
    ]
    names = count_rows.institution_names(connection)
    return tuple(CountRow(code, same(names.get(code, code)), of_one) for code, of_one in sorted(by_place(lines).items()))
