"""The look-up's reads: statements built once, index seeks only, Core rows, the person named in each (performance part 2)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from hbcore.storage.code_rows import SEGMENTS
from hbcore.storage.instants import Instant, raw
from hbcore.storage.people_rows import DOCUMENTS, LOOK_UP_NUMBERS, PERSONS
from hbcore.storage.result_rows import RESULTS, SAMPLES
from hbcore.storage.tables import BIG, Application, Fact, Institution, Unit

APPLICATIONS: sa.Table = Application.__table__  # type: ignore[attr-defined]
INSTITUTIONS: sa.Table = Institution.__table__  # type: ignore[attr-defined]
FACTS: sa.Table = Fact.__table__  # type: ignore[attr-defined]
UNITS: sa.Table = Unit.__table__  # type: ignore[attr-defined]

MOST_KEYS = 8
"""More document keys than there are kinds of document: a text is at most one number of each."""

_PERSON = sa.bindparam("person", type_=BIG)
_AT = sa.bindparam("at", type_=Instant)

BY_DOCUMENT = sa.select(DOCUMENTS.c.person_id).where(
    DOCUMENTS.c.key.in_([sa.bindparam(f"key{place}", type_=sa.LargeBinary()) for place in range(MOST_KEYS)])
)
BY_SAMPLE = (
    sa.select(SAMPLES.c.person_id)
    .where(SAMPLES.c.sample_number.in_([sa.bindparam("sample"), sa.bindparam("capitals")]))
    .distinct()
    .limit(2)
)  # a tube number restarts daily and is shared: two people are enough to know that it is not one
BY_LOOK_UP_NUMBER = sa.select(LOOK_UP_NUMBERS.c.person_id).where(LOOK_UP_NUMBERS.c.number == sa.bindparam("number", type_=BIG))
BY_RECEIPT = sa.select(APPLICATIONS.c.person_id).where(APPLICATIONS.c.receipt == sa.bindparam("receipt"))

PERSON = (
    sa.select(
        PERSONS.c.id,
        PERSONS.c.unit,
        UNITS.c.name_zh,
        UNITS.c.name_en,
        PERSONS.c.registration,
        raw(PERSONS.c.registered_at).label("registered_at"),
        PERSONS.c.number,
        PERSONS.c.sealed,
        PERSONS.c.key_version,
        raw(APPLICATIONS.c.submitted_at).label("submitted_at"),
        raw(APPLICATIONS.c.asked_at).label("asked_at"),
        raw(APPLICATIONS.c.decided_at).label("decided_at"),
        APPLICATIONS.c.reasons,
        APPLICATIONS.c.filing_fields,
    )
    .outerjoin_from(PERSONS, UNITS, UNITS.c.code == PERSONS.c.unit)
    .outerjoin(APPLICATIONS, APPLICATIONS.c.id == PERSONS.c.application_id)
    .where(PERSONS.c.id == _PERSON)
)
VALID_RESULTS = (
    sa.select(
        RESULTS.c.assay,
        RESULTS.c.outcome,
        raw(RESULTS.c.sampled_at),
        raw(RESULTS.c.tested_at),
        raw(RESULTS.c.reported_at),
        RESULTS.c.single,
        sa.func.coalesce(INSTITUTIONS.c.name, RESULTS.c.institution),
    )
    .outerjoin_from(RESULTS, INSTITUTIONS, INSTITUTIONS.c.code == RESULTS.c.institution)
    .where(RESULTS.c.person_id == _PERSON, RESULTS.c.ended_at.is_(None))
    .order_by(RESULTS.c.id)
)
STANDING_FACTS = (
    sa.select(FACTS.c.kind, raw(FACTS.c.from_at), raw(FACTS.c.until_at))
    .where(FACTS.c.person_id == _PERSON, FACTS.c.ended_at.is_(None))
    .order_by(FACTS.c.id)
)
RUNNING_SEGMENT = (
    sa.select(raw(SEGMENTS.c.from_at), SEGMENTS.c.row, SEGMENTS.c.policy)
    .where(SEGMENTS.c.person_id == _PERSON, SEGMENTS.c.from_at <= _AT)
    .order_by(SEGMENTS.c.from_at.desc())
    .limit(1)
)

STATEMENTS = (
    BY_DOCUMENT,
    BY_SAMPLE,
    BY_LOOK_UP_NUMBER,
    BY_RECEIPT,
    PERSON,
    VALID_RESULTS,
    STANDING_FACTS,
    RUNNING_SEGMENT,
)
"""Every statement of a look-up, for the test that reads their plans."""


class Sought(NamedTuple):
    """What the text in the one box may be: each None or empty where it cannot be that. A sample as typed and in capitals."""

    receipt: str | None = None
    number: int | None = None
    document_keys: Sequence[bytes] = ()
    samples: tuple[str, str] | None = None


class ResultRow(NamedTuple):
    """A valid result; instants in microseconds, the institution by name."""

    assay: str
    outcome: str
    sampled_at: int
    tested_at: int | None
    reported_at: int | None
    single: bool
    institution: str


class FactRow(NamedTuple):
    """A fact that stands; instants in microseconds."""

    kind: str
    from_at: int
    until_at: int | None


def people_sought(connection: sa.Connection, sought: Sought) -> set[int]:
    """The ids of everyone the text may mean."""
    found: set[int] = set()
    if sought.document_keys:
        padded = [*sought.document_keys, *[sought.document_keys[0]] * (MOST_KEYS - len(sought.document_keys))]
        found.update(connection.execute(BY_DOCUMENT, {f"key{place}": key for place, key in enumerate(padded)}).scalars())
    if sought.samples:
        sample, capitals = sought.samples
        found.update(connection.execute(BY_SAMPLE, {"sample": sample, "capitals": capitals}).scalars())
    if sought.number is not None:
        found.update(connection.execute(BY_LOOK_UP_NUMBER, {"number": sought.number}).scalars())
    if sought.receipt is not None:
        found.update(connection.execute(BY_RECEIPT, {"receipt": sought.receipt}).scalars())
    return found


AnyRow = sa.Row[*tuple[Any, ...]]


class PersonRead(NamedTuple):
    """All that a card is made of: the person's row, valid results, standing facts, the stored segment running now."""

    row: AnyRow
    results: list[ResultRow]
    facts: list[FactRow]
    segment: AnyRow | None


def read_person(connection: sa.Connection, person: int, at: datetime) -> PersonRead:
    """One person, in four statements."""
    asked = {"person": person}
    return PersonRead(
        connection.execute(PERSON, asked).one(),
        [ResultRow(*row) for row in connection.execute(VALID_RESULTS, asked)],
        [FactRow(*row) for row in connection.execute(STANDING_FACTS, asked)],
        connection.execute(RUNNING_SEGMENT, {"person": person, "at": at}).first(),
    )
