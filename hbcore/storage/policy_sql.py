"""A policy's table as SQL: who of a whole population gets which row at an instant, in one statement on either database.

Every condition asks whether some evidence lies late enough: what opens it not before what closes it, not older than so many
hours. So of each person no more is needed than the latest instant of each sort of evidence, its *mark*: one pass over facts,
one over results, where it is asked who was sampled one over the registrations young enough, and a look at all results of the
few for whom those of the last days are not enough; joined to people once.
"""

from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa

from hbcore.domain.conditions import UNREGISTERED
from hbcore.domain.policy_table import Policy, Row
from hbcore.domain.vocabulary import Registration
from hbcore.storage.application_rows import below
from hbcore.storage.code_rows import SEGMENTS
from hbcore.storage.instants import raw
from hbcore.storage.people_rows import PERSONS
from hbcore.storage.policy_conditions import Asked, held, holds_unmarked
from hbcore.storage.policy_marks import marks

PERSON, CODE = PERSONS.c, SEGMENTS.c
NO_POINTER = PERSON.joined_to.is_(None)


def decided(policy: Policy, at: int, *, within: str | None = None) -> sa.Select[Any]:
    """`person_id`, `unit`, `row` and `colour` of everybody at `at` (microseconds), as `decide` says; no code: NULL.

    `within`: only people of this unit and of those below it. Rows that are only pointers to somebody are left out.
    """
    asked = Asked(policy, at, marks(policy, at))
    whose = PERSONS.outerjoin(asked.marks, asked.marks.c.person_id == PERSON.id)
    answers = (_answer(asked, lambda row: row.id).label("row"), _answer(asked, lambda row: row.colour.value).label("colour"))
    select = sa.select(PERSON.id.label("person_id"), PERSON.unit, *answers).select_from(whose).where(NO_POINTER)
    return select if within is None else select.where(PERSON.unit.in_(below(sa.bindparam("whole", within))))


def counted(policy: Policy, at: int, *, within: str | None = None) -> sa.Select[Any]:
    """How many `people` of each `unit` get each `row` and `colour` at `at`."""
    one = decided(policy, at, within=within).subquery("decided").c
    return _grouped(sa.select(one.unit, one.row, one.colour))


def changed(policy: Policy, at: int, *, within: str | None = None) -> sa.Select[Any]:
    """How many `people` of each `unit` go from colour `was` to `row` and `colour`, all three NULL where there is no code.

    `was` is what the stored chain says at `at`, whichever policy it came from; `colour` what this policy says then.
    """
    people = decided(policy, at, within=within).subquery("decided")
    runs = sa.and_(raw(CODE.from_at) <= at, sa.or_(raw(CODE.until_at).is_(None), raw(CODE.until_at) > at))
    both = people.outerjoin(SEGMENTS, sa.and_(CODE.person_id == people.c.person_id, runs))
    return _grouped(sa.select(people.c.unit, CODE.colour.label("was"), people.c.row, people.c.colour).select_from(both))


def _grouped(select: sa.Select[Any]) -> sa.Select[Any]:
    return select.add_columns(sa.func.count().label("people")).group_by(*select.selected_columns)


def _answer(asked: Asked, says: Callable[[Row], str]) -> sa.Case[Any]:
    """What the first row that holds says. Of most people nothing is marked: what they get is settled by their registration."""
    states = sorted(Registration, key=lambda state: state is not Registration.APPROVED)  # the most first
    unmarked = sa.case({state.value: _unmarked(state, asked, says) for state in states}, value=PERSON.registration)
    return sa.case((asked.marks.c.person_id.is_(None), unmarked), else_=_first(asked.policy.rows, asked, says))


def _unmarked(state: Registration, asked: Asked, says: Callable[[Row], str]) -> sa.ColumnElement[Any]:
    """What the first row says that holds for somebody of this registration of whom nothing is marked."""
    by_place: list[tuple[sa.ColumnElement[bool], sa.ColumnElement[Any]]] = []
    for row in asked.policy.rows:
        holds = [holds_unmarked(condition, state) for condition in row.when]
        if False in holds or (state in UNREGISTERED and not row.against):
            continue
        says_this = sa.literal(says(row), sa.String())
        if None not in holds:
            return sa.case(*by_place, else_=says_this) if by_place else says_this
        tests = (held(condition, asked) for condition, settled in zip(row.when, holds, strict=True) if settled is None)
        by_place.append((sa.and_(*tests), says_this))
    return sa.case(*by_place) if by_place else sa.null()


def _first(rows: Sequence[Row], asked: Asked, says: Callable[[Row], str]) -> sa.Case[Any]:
    return sa.case(*((_holds(row, asked), sa.literal(says(row), sa.String())) for row in rows))


def _holds(row: Row, asked: Asked) -> sa.ColumnElement[bool]:
    tests = [held(condition, asked) for condition in row.when]
    if not row.against:
        tests.append(PERSON.registration.not_in(UNREGISTERED))
    return sa.and_(sa.true(), *tests)
