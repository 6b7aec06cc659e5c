"""What is known of a set of people, read in a few joins: what a policy may look at."""

from collections import defaultdict
from typing import NamedTuple

import sqlalchemy as sa

from hbcore.domain.known import FactSeen, Known, ResultSeen, instant
from hbcore.domain.vocabulary import Assay, FactKind, Outcome, Registration
from hbcore.storage.instants import raw
from hbcore.storage.people_rows import PERSONS
from hbcore.storage.tables import Fact, Result

RESULTS: sa.Table = Result.__table__  # type: ignore[attr-defined]
FACTS: sa.Table = Fact.__table__  # type: ignore[attr-defined]

_ASSAYS = {str(word): word for word in Assay}
_OUTCOMES = {str(word): word for word in Outcome}
_REGISTRATIONS = {str(word): word for word in Registration}


class KnownPerson(NamedTuple):
    """A person's unit for counting, and what a policy may look at."""

    unit: str
    known: Known


def _results(connection: sa.Connection, wanted: sa.Table) -> dict[int, list[ResultSeen]]:
    c = RESULTS.c
    rows = connection.execute(
        sa.select(c.person_id, c.assay, c.outcome, raw(c.sampled_at), c.single, c.institution)
        .join(wanted, wanted.c.key == c.person_id)
        .where(c.ended_at.is_(None))
        .order_by(c.person_id, c.id)
    )
    seen: dict[int, list[ResultSeen]] = defaultdict(list)
    for person, assay, outcome, sampled_at, single, institution in rows:
        seen[person].append(ResultSeen(_ASSAYS[assay], _OUTCOMES[outcome], instant(sampled_at), bool(single), institution))
    return seen


def _facts(connection: sa.Connection, wanted: sa.Table) -> dict[int, list[FactSeen]]:
    c = FACTS.c
    rows = connection.execute(
        sa.select(c.person_id, c.kind, c.from_at, c.until_at)
        .join(wanted, wanted.c.key == c.person_id)
        .where(c.ended_at.is_(None))
        .order_by(c.person_id, c.id)
    )
    seen: dict[int, list[FactSeen]] = defaultdict(list)
    for person, kind, from_at, until_at in rows:
        seen[person].append(FactSeen(FactKind(kind), from_at, until_at))
    return seen


def known_of(connection: sa.Connection, wanted: sa.Table) -> dict[int, KnownPerson]:
    """What is known of each person staged in `wanted`: registration, valid results, facts in the order recorded."""
    results, facts = _results(connection, wanted), _facts(connection, wanted)
    people = connection.execute(
        sa.select(PERSONS.c.id, PERSONS.c.unit, PERSONS.c.registration)
        .join(wanted, wanted.c.key == PERSONS.c.id)
        .order_by(PERSONS.c.id)
    )
    return {
        id_: KnownPerson(
            unit,
            Known(_REGISTRATIONS[registration], unit, tuple(results.get(id_, ())), tuple(facts.get(id_, ()))),
        )
        for id_, unit, registration in people
    }
