"""Facts as rows: added by the list, ended one by one."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from hbcore.storage.evidence_rows import FACTS
from hbcore.storage.staging import add_rows


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
