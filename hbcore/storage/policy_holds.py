"""Which conditions hold for whom: bits of those of whom something is marked, and sets of people with a young test."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any

import sqlalchemy as sa

from hbcore.domain.conditions import Condition, Word
from hbcore.domain.marks import asked_in
from hbcore.domain.policy_table import Policy
from hbcore.domain.vocabulary import Assay
from hbcore.storage.engine import engine
from hbcore.storage.people_rows import PERSONS
from hbcore.storage.policy_conditions import OF_PERSON, TESTS, Asked, marked
from hbcore.storage.policy_marks import SOUGHT, Sought, Test, evidence, registered, young, young_naat

BITS = 60
"""So many conditions go into one whole number."""


@dataclass(frozen=True)
class Holds:
    """`whose`: people, each once, beside what evidence says of them. `is_marked`: of whom something is marked."""

    whose: sa.FromClause
    is_marked: Test
    bits: Mapping[Condition, Test]
    young: Mapping[Sought, Test]
    registered: Mapping[int | None, Test]

    def held(self, condition: Condition) -> Test:
        """Whether a condition holds for somebody of whom something is marked."""
        if condition.word is Word.ANY_OF:
            return sa.or_(*map(self.held, condition.of))
        if condition.word in OF_PERSON:
            return OF_PERSON[condition.word](condition)
        if condition.word is Word.SAMPLED:
            return sa.or_(self.bits[condition], self.registered[condition.hours])
        return self.bits[condition]

    def ways_unmarked(self, condition: Condition) -> dict[object, Test]:
        """Tests of which one is enough for a condition to hold for somebody of whom nothing is marked, by what they ask."""
        if condition.word is Word.ANY_OF:
            return {what: test for one in condition.of for what, test in self.ways_unmarked(one).items()}
        if condition.word is Word.RESIDENCE_WITHIN:
            return {condition.prefix: OF_PERSON[condition.word](condition)}
        sought = _common(condition)
        ways: dict[object, Test] = {sought: self.young[sought]} if sought else {}
        return ways | {condition.hours: self.registered[condition.hours]} if condition.word is Word.SAMPLED else ways


def holds(policy: Policy, at: int) -> Holds:
    """What evidence says of everybody at `at` (microseconds)."""
    conditions = list(dict.fromkeys(one for one in asked_in(policy) if one.word in TESTS))
    each = evidence(policy, at)
    latest = Asked(policy, at, {name: sa.func.max(mark) for name, mark in each.c.items() if name != "person_id"})
    joined = _Joined(PERSONS)
    # Bits are reckoned where the latest marks are found: SQLite took a step of their own apart, and reckoned all for each asked.
    marked_ones = sa.select(each.c.person_id, *_bits(conditions, latest)).group_by(each.c.person_id)
    is_marked, bits = joined.lines(marked_ones, "marked")
    tests = {one: _bit(bits, place) for place, one in enumerate(conditions)}
    youngs = dict.fromkeys(sought for one in conditions if (sought := _common(one)))
    ages = dict.fromkeys(one.hours for one in conditions if one.word is Word.SAMPLED)
    return Holds(
        is_marked=is_marked,
        bits=tests,
        young={one: _young(joined, one, at, f"young_{place}") for place, one in enumerate(youngs)},
        registered={hours: joined.among(registered(hours, at), f"registered_{hours}") for hours in ages},
        whose=joined.people,
    )


def _common(condition: Condition) -> Sought | None:
    """What is sought of an assay, whichever of the conditions seeks it."""
    if condition.word not in SOUGHT or not (sought := SOUGHT[condition.word](condition)).common:
        return None
    return Sought(sought.assay, (), sought.hours)


def _young(people: "_Joined", sought: Sought, at: int, name: str) -> Test:
    return young_naat(sought, at) if sought.assay is Assay.NAAT else people.among(young(sought, at), name)


def _bits(conditions: Sequence[Condition], asked: Asked) -> Iterator[sa.Label[int]]:
    """A bit of each condition, in numbers of `BITS` bits."""
    nothing = sa.literal(0, sa.BigInteger)
    for first in range(0, len(conditions), BITS):
        some = conditions[first : first + BITS]
        each = (sa.case((marked(one, asked), _power(bit)), else_=nothing) for bit, one in enumerate(some))
        yield reduce(add, each, nothing).label(f"bits_{first // BITS}")


def _bit(bits: Mapping[str, sa.ColumnElement[int]], place: int) -> Test:
    number, bit = divmod(place, BITS)
    return bits[f"bits_{number}"].bitwise_and(_power(bit)) != 0


def _power(bit: int) -> sa.BindParameter[int]:
    return sa.literal(1 << bit, sa.BigInteger)


Lines = sa.Select[*tuple[Any, ...]]
"""Their first column is `person_id`."""


class _Joined:
    """People beside lines of some of them.

    The workers of a parallel join on PostgreSQL cannot read a common table, and each of them would gather a subquery again. So
    all lines are gathered once, a line of each person, and handed to them as arrays, to be joined once. SQLite joins one line
    after the other, and seeks in a set faster.
    """

    def __init__(self, people: sa.FromClause) -> None:
        self._people = people
        self._arrays = engine().dialect.name == "postgresql"
        self._gathered: dict[str, Lines] = {}

    @property
    def people(self) -> sa.FromClause:
        """The people, beside all that was asked for before."""
        return self._beside_arrays() if self._gathered else self._people

    def lines(self, chosen: Lines, name: str) -> tuple[Test, Mapping[str, sa.ColumnElement[int]]]:
        """Whether somebody has a line, one at the most; its other columns, whole numbers, by their names."""
        if self._arrays:
            self._gathered[name] = chosen
            return _beside(name).is_not(None), {column: _beside(column) for column in _columns(chosen)}
        lines = chosen.cte(name)
        self._people = self._people.outerjoin(lines, lines.c.person_id == PERSONS.c.id)
        return lines.c.person_id.is_not(None), dict(lines.c.items())

    def among(self, chosen: Lines, name: str) -> Test:
        """Whether somebody is among these."""
        return self.lines(chosen, name)[0] if self._arrays else PERSONS.c.id.in_(chosen)

    def _beside_arrays(self) -> sa.FromClause:
        names = [name for of, chosen in self._gathered.items() for name in (of, *_columns(chosen))]
        each = sa.union_all(*(_widened(of, chosen, names) for of, chosen in self._gathered.items())).subquery("each")
        latest = (sa.func.max(each.c[name]).label(name) for name in names)
        lines = sa.select(each.c.person_id, *latest).group_by(each.c.person_id).cte("gathered")
        arrays = (sa.select(sa.func.array_agg(column)).scalar_subquery() for column in lines.c)
        columns = (sa.column(column.name, sa.BigInteger()) for column in lines.c)
        beside = sa.func.unnest(*arrays).table_valued(*columns).render_derived(name="beside")
        return self._people.outerjoin(beside, beside.c.person_id == PERSONS.c.id)


def _columns(chosen: Lines) -> list[str]:
    return [column.name for column in chosen.selected_columns if column.name != "person_id"]


def _beside(name: str) -> sa.ColumnElement[int]:
    return sa.literal_column(f"beside.{name}", sa.BigInteger())


def _widened(of: str, chosen: Lines, names: Sequence[str]) -> Lines:
    """Lines with the columns of all, and in the one of their own name that they are there."""
    lines = chosen.subquery(of)
    there: dict[str, sa.ColumnElement[int]] = {of: sa.literal(1, sa.BigInteger), **dict(lines.c.items())}
    return sa.select(lines.c.person_id, *(there.get(name, sa.null().cast(sa.BigInteger)).label(name) for name in names))
