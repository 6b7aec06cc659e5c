"""Facts as rows: added by the list, ended one by one, those in force listed by unit as the policy counts them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from hbcore.domain.known import HOUR, micros
from hbcore.domain.policy import Policy
from hbcore.domain.vocabulary import PROVINCE
from hbcore.storage.evidence_rows import FACTS
from hbcore.storage.instants import raw
from hbcore.storage.people_rows import PERSONS, UNKNOWN_UNIT
from hbcore.storage.proposal_rows import STAFF
from hbcore.storage.staged_keys import staged
from hbcore.storage.staging import add_rows
from hbcore.storage.tables import BIG
from hbcore.storage.unit_rows import below

Row = sa.Row[Any]
Rules = tuple[tuple[str, int | None, tuple[str, ...]], ...]
"""What the policy says of each kind: its days (None: until closed), and the kinds that close it."""


class AddedFact(NamedTuple):
    """A new fact, its columns in the table's order; instants in microseconds."""

    person_id: int
    id: int
    kind: str
    from_at: int
    until_at: int | None
    source: str
    evidence: str
    proposed_by: int
    confirmed_by: int
    recorded_at: int
    list_id: int | None
    case_number: str | None
    follows: int | None


def add_facts(connection: sa.Connection, facts: Sequence[AddedFact]) -> None:
    """Add facts."""
    add_rows(connection, FACTS, AddedFact._fields, sorted(facts))


def end_fact(connection: sa.Connection, person: int, fact: int, at: datetime, ended_by: Mapping[str, object]) -> bool:
    """End a fact that stands; False when it does not any more."""
    c = FACTS.c
    still = sa.and_(c.person_id == person, c.id == fact, c.ended_at.is_(None))
    return connection.execute(sa.update(FACTS).where(still).values(ended_at=at, **ended_by)).rowcount == 1


_f, _p = FACTS.c, PERSONS.c
_proposer, _confirmer = STAFF.alias("fact_proposer"), STAFF.alias("fact_confirmer")
_SHOWN = (
    sa.select(
        FACTS,
        _p.unit,
        _p.sealed,
        _p.key_version,
        _proposer.c.full_name.label("proposed_by_name"),
        _proposer.c.unit.label("proposer_unit"),
        _confirmer.c.full_name.label("confirmed_by_name"),
        _confirmer.c.unit.label("confirmer_unit"),
    )
    .join(PERSONS, _p.id == _f.person_id)
    .outerjoin(_proposer, _proposer.c.id == _f.proposed_by)
    .outerjoin(_confirmer, _confirmer.c.id == _f.confirmed_by)
)
_ONE = _SHOWN.where(_f.id == sa.bindparam("fact"))
_INSTANT = _f.from_at.type


def one(connection: sa.Connection, fact: int) -> Row | None:
    """A fact by its id, with its person's unit and sealed text, and names and units of both hands."""
    return connection.execute(_ONE, {"fact": fact}).first()


def people_of_list(connection: sa.Connection, list_id: int, people: Iterable[int]) -> set[int]:
    """Of whom among these people the list has recorded a fact."""
    with staged(connection, BIG, people) as wanted:
        recorded = sa.select(_f.person_id).join(wanted, wanted.c.key == _f.person_id).where(_f.list_id == list_id)
        return set(connection.execute(recorded).scalars())


def rules_of(policy: Policy) -> Rules:
    """What a policy says of each kind."""
    return tuple((str(kind), rule.days, tuple(str(closing) for closing in rule.closed_by)) for kind, rule in policy.facts.items())


def standing_of(
    connection: sa.Connection, people: Iterable[int], case: str | None, at: datetime, rules: Rules
) -> set[tuple[int, str, int]]:
    """What stands of these people in a case, neither over nor closed: person, kind and when it begins, in microseconds."""
    with staged(connection, BIG, people) as wanted:
        from_at = sa.type_coerce(raw(_f.from_at), BIG)
        of_people = sa.select(_f.person_id, _f.kind, from_at).select_from(wanted).join(FACTS, _f.person_id == wanted.c.key)
        same_case = _f.case_number == case if case is not None else _f.case_number.is_(None)
        stands = of_people.where(same_case, *_standing(rules))
        return {(person, kind, begins) for person, kind, begins in connection.execute(stands, {"at": micros(at)})}


@dataclass(frozen=True)
class Asked:
    """Which facts in force are asked for: in `unit` and below at `at`; of one kind; ending before an instant.

    `ahead`: those instead that stand and begin later.
    """

    unit: str
    at: datetime
    kind: str | None = None
    ends_before: datetime | None = None
    ahead: bool = False


def in_force(connection: sa.Connection, asked: Asked, rules: Rules, limit: int) -> list[Row]:
    """The facts in force, those that end soonest first and those without an end last; `end` is when each ends."""
    end = _end(rules)
    statement = (
        _SHOWN.add_columns(sa.type_coerce(end, _INSTANT).label("end"))
        .where(*_conditions(rules, asked.ahead))
        .order_by(end.is_(None), end, _f.id)
        .limit(limit)
    )
    return list(connection.execute(statement, _values(asked)))


def counts(connection: sa.Connection, asked: Asked, rules: Rules) -> dict[str, int]:
    """How many facts in force there are of each kind."""
    statement = (
        sa.select(_f.kind, sa.func.count())
        .select_from(FACTS)
        .join(PERSONS, _p.id == _f.person_id)
        .where(*_conditions(rules, asked.ahead))
        .group_by(_f.kind)
    )
    return {kind: n for kind, n in connection.execute(statement, _values(asked))}


def _values(asked: Asked) -> dict[str, object]:
    before = asked.ends_before
    return {"unit": asked.unit, "at": micros(asked.at), "kind": asked.kind, "before": micros(before) if before else None}


@lru_cache(maxsize=8)
def _conditions(rules: Rules, ahead: bool) -> tuple[sa.ColumnElement[bool], ...]:
    """In force now or begun later, in these units; of the kind and ending by the instant that is asked for, where one is."""
    end = _end(rules)
    kind, before = sa.bindparam("kind", type_=sa.String), sa.bindparam("before", type_=BIG)
    unit, now = sa.bindparam("unit", type_=sa.String), sa.bindparam("at", type_=BIG)
    return (
        *_standing(rules),
        raw(_f.from_at) > now if ahead else raw(_f.from_at) <= now,
        sa.or_(_p.unit.in_(below(unit)), sa.and_(_p.unit == UNKNOWN_UNIT, unit == PROVINCE)),
        sa.or_(kind.is_(None), _f.kind == kind),
        sa.or_(before.is_(None), end < before),
    )


def _standing(rules: Rules) -> tuple[sa.ColumnElement[bool], ...]:
    """Neither ended nor over nor closed by another, though it may begin later."""
    now, end = sa.bindparam("at", type_=BIG), _end(rules)
    return (
        _f.ended_at.is_(None),
        sa.or_(_f.until_at.is_(None), raw(_f.until_at) > now),
        sa.or_(end.is_(None), end > now),
        sa.not_(_closed(rules)),
    )


def _end(rules: Rules) -> sa.ColumnElement[Any]:
    """When a fact ends: its own end, else the policy's days after its beginning; null without either."""
    days = [(_f.kind == kind, raw(_f.from_at) + days * 24 * HOUR) for kind, days, _ in rules if days is not None]
    return sa.func.coalesce(raw(_f.until_at), sa.case(*days, else_=None)) if days else raw(_f.until_at)


def _closed(rules: Rules) -> sa.ColumnElement[bool]:
    """Whether a later fact has closed it, as the policy says."""
    later = FACTS.alias("later_fact")
    closes = [sa.and_(_f.kind == kind, later.c.kind.in_(closed_by)) for kind, _, closed_by in rules if closed_by]
    by_now = raw(later.c.from_at) <= sa.bindparam("at", type_=BIG)
    of_person = (later.c.person_id == _f.person_id, later.c.ended_at.is_(None), later.c.from_at > _f.from_at, by_now)
    return sa.exists(sa.select(sa.literal(1)).select_from(later).where(*of_person, sa.or_(sa.false(), *closes)))
