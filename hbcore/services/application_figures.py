"""The supervisor's view of applications: what waits and for how long, how fast and how evenly is decided, why not, by whom."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from hbcore.domain import application_figures as rules
from hbcore.domain.application_figures import Age, Compared, DecidedColumns, Part
from hbcore.domain.counting import day_span
from hbcore.domain.errors import Refused
from hbcore.domain.known import micros
from hbcore.domain.permissions import Permission
from hbcore.services.acting import Staff, reading
from hbcore.services.clock import day_of
from hbcore.services.collecting import no_collecting
from hbcore.services.daily_counts import Scope, check_day, child_of, scope_of
from hbcore.services.units import UnitSeen
from hbcore.storage import application_figure_rows
from hbcore.storage.application_figure_rows import APPROVED, DecidedRow, WaitingRow
from hbcore.storage.application_figure_rows import DecidedToday as DecidedToday

_APPROVED = frozenset(map(str, APPROVED))


@dataclass(frozen=True)
class UnitLine:
    """A unit right below the whole with all below it, or (`direct`) the whole's own unit alone."""

    code: str
    waiting: Mapping[Age, int]
    part: Part
    direct: bool = False


@dataclass(frozen=True)
class GroupLine:
    """Applicants of one kind of document or country, compared with all."""

    key: str
    part: Part
    compared: Compared


@dataclass(frozen=True)
class ReviewerLine:
    """A member of staff: what they decided, and how many they hold claimed now."""

    id: int
    name: str
    part: Part
    held: int


@dataclass(frozen=True)
class ApplicationFigures:
    """The figures of a unit with all below it. Decided: from `first` to `last`, both days included; waiting and claims: now.

    Reasons: of the refusals that stand, and of the requests that were not taken back; several may stand in one.
    """

    unit: UnitSeen
    first: date
    last: date
    as_at: datetime
    whole: Part
    waiting: Mapping[Age, int]
    units: tuple[UnitLine, ...]
    kinds: tuple[GroupLine, ...]
    countries: tuple[GroupLine, ...]
    reviewers: tuple[ReviewerLine, ...]
    refused_for: Mapping[str, int]
    asked_for: Mapping[str, int]


def figures(first: date, last: date, *, unit: str | None = None, by: Staff, at: datetime) -> ApplicationFigures:
    """The figures of Asia/Shanghai days for `unit` (None: one's own) and below.

    :raises Refused: `not_your_unit`, `unknown_unit`, `day_ahead`, `too_old`, `days_turned_round`, `span_too_long`.
    """
    check_span(first, last, at)
    with no_collecting(), reading(by, Permission.SEE_APPLICATION_FIGURES, at) as session:
        scope = scope_of(session, unit, by)
        connection, values = session.connection(), span_values(first, last, scope.whole.code, at)
        decided = _decided(application_figure_rows.DECIDED.rows(connection, values))
        waiting = _waiting(application_figure_rows.WAITING.rows(connection, values))
        refused = list(application_figure_rows.REFUSED.rows(connection, values))
        asked = list(application_figure_rows.ASKED.rows(connection, values))
        held = dict(application_figure_rows.CLAIMS.rows(connection, values))
        names = application_figure_rows.names_of(connection, sorted({*held, *decided.by}))
    columns, of_all = decided.columns, rules.whole(decided.columns)
    return ApplicationFigures(
        scope.whole,
        first,
        last,
        at,
        of_all,
        _sum(waiting.values()),
        _units(scope, decided, waiting),
        _groups(decided.kinds, columns, of_all),
        _groups(decided.countries, columns, of_all),
        _reviewers(decided, held, names),
        _reasons(refused),
        _reasons(asked),
    )


def check_span(first: date, last: date, at: datetime) -> None:
    """Whether these days can be asked for.

    :raises Refused: `day_ahead`, `too_old`, `days_turned_round`, `span_too_long`.
    """
    for day in (first, last):
        check_day(day, at)
    if first > last:
        raise Refused("days_turned_round")
    if (last - first).days >= rules.MOST_DAYS:
        raise Refused("span_too_long", days=rules.MOST_DAYS)


def span_values(first: date, last: date, unit: str, at: datetime) -> dict[str, object]:
    """What the statements are asked: the days' instants, the unit, now."""
    return {"unit": unit, "from_at": micros(day_span(first)[0]), "until_at": micros(day_span(last)[1]), "at": micros(at)}


def decided_today(session: Session, scope: Scope, at: datetime) -> DecidedToday:
    """How many were decided today and how many of them within their 24 hours, in the caller's transaction."""
    today = day_of(at)
    values = span_values(today, today, scope.whole.code, at)
    return next(application_figure_rows.WITHIN_COUNT.rows(session.connection(), values))


@dataclass(frozen=True)
class _Decided:
    """The decided applications, a column for each thing that is told of them."""

    columns: DecidedColumns
    units: Sequence[str] = ()
    kinds: Sequence[str] = ()
    countries: Sequence[str] = ()
    by: Sequence[int] = ()


def _decided(found: Iterable[DecidedRow]) -> _Decided:
    rows = list(found)
    if not rows:
        return _Decided(rules.decided_columns((), (), ()))
    units, states, kinds, countries, by, decided_at, due_at = zip(*rows, strict=True)
    return _Decided(
        rules.decided_columns(decided_at, due_at, [state in _APPROVED for state in states]), units, kinds, countries, by
    )


def _waiting(found: Iterable[WaitingRow]) -> dict[str, dict[Age, int]]:
    return {row.unit: dict(zip(Age, map(int, row[1:]), strict=True)) for row in found}


def _units(scope: Scope, decided: _Decided, waiting: Mapping[str, Mapping[Age, int]]) -> tuple[UnitLine, ...]:
    line_of = {code: child_of(code, scope.whole.code, scope.below) for code in scope.below}
    parts = rules.by_key([line_of[unit] for unit in decided.units], decided.columns)
    waits = {line: _sum(of for code, of in waiting.items() if line_of[code] == line) for line in set(line_of.values())}
    children = sorted(code for code, one in scope.below.items() if one.parent == scope.whole.code)
    own = scope.whole.code
    lines = [UnitLine(code, waits[code], parts.get(code, rules.NOTHING)) for code in children]
    if not children or own in parts or any(waits[own].values()):
        lines.append(UnitLine(own, waits[own], parts.get(own, rules.NOTHING), direct=True))
    return tuple(lines)


def _groups(keys: Sequence[str], columns: DecidedColumns, of_all: Part) -> tuple[GroupLine, ...]:
    """The largest first."""
    lines = [GroupLine(key, part, rules.compare(part, of_all)) for key, part in rules.by_key(keys, columns).items()]
    return tuple(sorted(lines, key=lambda line: (-line.part.decided, line.key)))


def _reviewers(decided: _Decided, held: Mapping[int, int], names: Mapping[int, str]) -> tuple[ReviewerLine, ...]:
    parts = rules.by_key([str(by) for by in decided.by], decided.columns)
    ids = {*held, *map(int, parts)}
    lines = [ReviewerLine(id_, names.get(id_, ""), parts.get(str(id_), rules.NOTHING), held.get(id_, 0)) for id_ in ids]
    return tuple(sorted(lines, key=lambda line: (-line.part.decided, line.name, line.id)))


def _sum(ages: Iterable[Mapping[Age, int]]) -> dict[Age, int]:
    total = Counter(dict.fromkeys(Age, 0))
    for one in ages:
        total.update(one)
    return {age: total[age] for age in Age}


def _reasons(found: Iterable[tuple[str, int]]) -> dict[str, int]:
    """The most frequent first."""
    counted: Counter[str] = Counter()
    for reasons, n in found:
        counted.update(dict.fromkeys(json.loads(reasons), n))
    return dict(sorted(counted.items(), key=lambda one: (-one[1], one[0])))
