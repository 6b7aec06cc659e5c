"""A policy's table as SQL: who of a whole population gets which row at an instant, in one statement on either database.

Every condition asks whether some evidence lies late enough: what opens it not before what closes it, not older than so many
hours. So of each person no more is needed than the latest instant of each sort of evidence, its *mark*, and only those are
marked who have a fact or a result other than negative that can matter: an index finds these results. Of all others it is only
asked who has a young test.
"""

from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa

from hbcore.domain.conditions import UNREGISTERED
from hbcore.domain.policy_table import Policy, Row
from hbcore.domain.vocabulary import Registration
from hbcore.storage.code_rows import SEGMENTS
from hbcore.storage.instants import raw
from hbcore.storage.people_rows import PERSONS
from hbcore.storage.policy_conditions import holds_unmarked
from hbcore.storage.policy_holds import Holds, holds
from hbcore.storage.unit_rows import below

PERSON, CODE = PERSONS.c, SEGMENTS.c
NO_POINTER = PERSON.joined_to.is_(None)


def decided(policy: Policy, at: int, *, within: str | None = None) -> sa.Select[Any]:
    """`person_id`, `unit`, `row` and `colour` of everybody at `at` (microseconds), as `decide` says; no code: NULL.

    `within`: only people of this unit and of those below it. Rows that are only pointers to somebody are left out.
    """
    held = holds(policy, at)
    says: tuple[Says, ...] = (lambda row: row.id, lambda row: row.colour.value)
    answers = (_answer(policy, held, one).label(name) for name, one in zip(("row", "colour"), says, strict=True))
    select = sa.select(PERSON.id.label("person_id"), PERSON.unit, *answers).select_from(held.whose).where(NO_POINTER)
    return select if within is None else select.where(PERSON.unit.in_(below(sa.bindparam("whole", within))))


def counted(policy: Policy, at: int, *, within: str | None = None) -> sa.Select[Any]:
    """How many `people` of each `unit` get each `row` and `colour` at `at`."""
    one = decided(policy, at, within=within).subquery("decided").c
    return _grouped(policy, sa.select(one.unit, one.row))


def changed(policy: Policy, at: int, *, within: str | None = None) -> sa.Select[Any]:
    """How many `people` of each `unit` go from colour `was` to `row` and `colour`, all three NULL where there is no code.

    `was` is what the stored chain says at `at`, whichever policy it came from; `colour` what this policy says then.
    """
    people = decided(policy, at, within=within).subquery("decided")
    runs = sa.and_(raw(CODE.from_at) <= at, sa.or_(raw(CODE.until_at).is_(None), raw(CODE.until_at) > at))
    both = people.outerjoin(SEGMENTS, sa.and_(CODE.person_id == people.c.person_id, runs))
    return _grouped(policy, sa.select(people.c.unit, CODE.colour.label("was"), people.c.row).select_from(both))


def _grouped(policy: Policy, select: sa.Select[Any]) -> sa.Select[Any]:
    """How many there are of each; the colour is told of each group, not of each of the people."""
    groups = select.add_columns(sa.func.count().label("people")).group_by(*select.selected_columns).subquery("groups")
    colours = {row.id: row.colour.value for row in policy.rows}
    return sa.select(*groups.c, sa.case(colours, value=groups.c.row).label("colour"))


Says = Callable[[Row], str]


def _answer(policy: Policy, held: Holds, says: Says) -> sa.Case[Any]:
    """What the first row that holds says. Of most people nothing is marked: what they get is settled by their registration."""
    states = sorted(Registration, key=lambda state: state is not Registration.APPROVED)  # the most first
    unmarked = sa.case({state.value: _unmarked(state, policy, held, says) for state in states}, value=PERSON.registration)
    return sa.case((held.is_marked, _first(policy.rows, held, says)), else_=unmarked)


def _unmarked(state: Registration, policy: Policy, held: Holds, says: Says) -> sa.ColumnElement[Any]:
    """What the first row says that holds for somebody of this registration of whom nothing is marked."""
    lines: list[tuple[sa.ColumnElement[bool], sa.ColumnElement[Any]]] = []
    denied: set[object] = set()  # asked by a line above already
    for row in policy.rows:
        known = [holds_unmarked(condition, state) for condition in row.when]
        if False in known or (state in UNREGISTERED and not row.against):
            continue
        says_this = sa.literal(says(row), sa.String())
        if None not in known:
            return sa.case(*lines, else_=says_this) if lines else says_this
        open_ones = (held.ways_unmarked(condition) for condition, settled in zip(row.when, known, strict=True) if settled is None)
        ways = [{what: test for what, test in one.items() if what not in denied} for one in open_ones]
        if all(ways):
            lines.append((sa.and_(*(sa.or_(*one.values()) for one in ways)), says_this))
        if len(ways) == 1:
            denied.update(ways[0])
    return sa.case(*lines) if lines else sa.null()


def _first(rows: Sequence[Row], held: Holds, says: Says) -> sa.Case[Any]:
    return sa.case(*((_holds(row, held), sa.literal(says(row), sa.String())) for row in rows))


def _holds(row: Row, held: Holds) -> sa.ColumnElement[bool]:
    tests = [held.held(condition) for condition in row.when]
    if not row.against:
        tests.append(PERSON.registration.not_in(UNREGISTERED))
    return sa.and_(sa.true(), *tests)
