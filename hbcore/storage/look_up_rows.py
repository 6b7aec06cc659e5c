"""The look-up's reads: statements built once, index seeks only, the person named in each (performance part 2)."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from hbcore.domain.known import micros
from hbcore.storage.code_rows import HISTORY, SEGMENTS
from hbcore.storage.instants import raw
from hbcore.storage.people_rows import DOCUMENTS, LOOK_UP_NUMBERS, PERSONS, PersonText, unpack
from hbcore.storage.prepared import Prepared
from hbcore.storage.result_rows import RESULTS, SAMPLES
from hbcore.storage.sampling_rows import AWAITED, SAMPLINGS
from hbcore.storage.sealing import unseal
from hbcore.storage.tables import BIG, Application, Fact, Institution, Unit

APPLICATIONS: sa.Table = Application.__table__  # type: ignore[attr-defined]
INSTITUTIONS: sa.Table = Institution.__table__  # type: ignore[attr-defined]
FACTS: sa.Table = Fact.__table__  # type: ignore[attr-defined]
UNITS: sa.Table = Unit.__table__  # type: ignore[attr-defined]

MOST_KEYS = 8
"""More document keys than there are kinds of document: a text is at most one number of each."""

_PERSON = sa.bindparam("person", type_=BIG)
_AT = sa.bindparam("at", type_=BIG)

_PEOPLE_SOUGHT = sa.union(
    sa.select(DOCUMENTS.c.person_id).where(
        DOCUMENTS.c.key.in_([sa.bindparam(f"key{place}", type_=sa.LargeBinary()) for place in range(MOST_KEYS)])
    ),
    sa.select(LOOK_UP_NUMBERS.c.person_id).where(LOOK_UP_NUMBERS.c.number == sa.bindparam("number", type_=BIG)),
    sa.select(APPLICATIONS.c.person_id).where(APPLICATIONS.c.receipt == sa.bindparam("receipt")),
    # A tube number restarts daily and is shared: two people are enough to know that it is not one.
    sa.select(SAMPLES.c.person_id)
    .where(SAMPLES.c.sample_number.in_([sa.bindparam("sample"), sa.bindparam("capitals")]))
    .distinct()
    .limit(2)
    .subquery("tube")
    .select(),
)
"""One statement for every reading of a text: what is not asked for is null and matches nothing."""

_STARTED = SEGMENTS.alias("started")
_RUNNING_FROM = (
    sa.select(sa.func.max(raw(_STARTED.c.from_at)))
    .where(_STARTED.c.person_id == PERSONS.c.id, raw(_STARTED.c.from_at) <= _AT)
    .scalar_subquery()
)

_PERSON_ROW = (
    sa.select(
        PERSONS.c.id,
        PERSONS.c.unit,
        UNITS.c.name_zh,
        UNITS.c.name_en,
        PERSONS.c.registration,
        raw(PERSONS.c.registered_at),
        PERSONS.c.number,
        PERSONS.c.sealed,
        PERSONS.c.key_version,
        raw(APPLICATIONS.c.submitted_at),
        raw(APPLICATIONS.c.asked_at),
        raw(APPLICATIONS.c.decided_at),
        APPLICATIONS.c.reasons,
        APPLICATIONS.c.filing_fields,
        raw(SEGMENTS.c.from_at),
        SEGMENTS.c.row,
        SEGMENTS.c.policy,
        PERSONS.c.joined_to,
    )
    .outerjoin_from(PERSONS, UNITS, UNITS.c.code == PERSONS.c.unit)
    .outerjoin(APPLICATIONS, APPLICATIONS.c.id == PERSONS.c.application_id)
    .outerjoin(SEGMENTS, (SEGMENTS.c.person_id == PERSONS.c.id) & (raw(SEGMENTS.c.from_at) == _RUNNING_FROM))
    .where(PERSONS.c.id == _PERSON)
)
_VALID_RESULTS = (
    sa.select(
        RESULTS.c.assay,
        RESULTS.c.outcome,
        raw(RESULTS.c.sampled_at),
        raw(RESULTS.c.tested_at),
        raw(RESULTS.c.reported_at),
        RESULTS.c.single,
        sa.func.coalesce(INSTITUTIONS.c.name, RESULTS.c.institution),
        RESULTS.c.id,
    )
    .outerjoin_from(RESULTS, INSTITUTIONS, INSTITUTIONS.c.code == RESULTS.c.institution)
    .where(RESULTS.c.person_id == _PERSON, RESULTS.c.ended_at.is_(None))
    .order_by(RESULTS.c.id)
)
_STANDING_FACTS = (
    sa.select(FACTS.c.kind, raw(FACTS.c.from_at), raw(FACTS.c.until_at))
    .where(FACTS.c.person_id == _PERSON, FACTS.c.ended_at.is_(None))
    .order_by(FACTS.c.id)
)
_SAMPLINGS = (
    sa.select(raw(SAMPLINGS.c.sampled_at), SAMPLINGS.c.sampling_site, SAMPLINGS.c.sample_number, AWAITED)
    .where(SAMPLINGS.c.person_id == _PERSON, SAMPLINGS.c.ended_at.is_(None))
    .order_by(SAMPLINGS.c.sampled_at)
)


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
    id: int


class FactRow(NamedTuple):
    """A fact that stands; instants in microseconds."""

    kind: str
    from_at: int
    until_at: int | None


NOTHING_SOUGHT: dict[str, object] = dict.fromkeys(
    (*(f"key{place}" for place in range(MOST_KEYS)), "number", "receipt", "sample", "capitals")
)


class PersonRow(NamedTuple):
    """A person, the application behind the registration, and the stored segment running now; instants in microseconds."""

    id: int
    unit: str
    unit_zh: str | None
    unit_en: str | None
    registration: str
    registered_at: int | None
    number: int
    sealed: bytes
    key_version: int
    submitted_at: int | None
    asked_at: int | None
    decided_at: int | None
    reasons: str | None
    filing_fields: str | None
    since: int | None
    row: str | None
    policy: str | None
    joined_to: int | None


class Pointer(NamedTuple):
    """A person's id and unit, whom they were joined to, and the application their registration rests on."""

    id: int
    joined_to: int | None
    unit: str
    application_id: int | None


class SamplingRow(NamedTuple):
    """A sampling registration that stands; the instant in microseconds. `awaited`: the tube's result has not come."""

    sampled_at: int
    site: str | None
    sample_number: str
    awaited: bool


class PersonRead(NamedTuple):
    """All that a card is made of."""

    row: PersonRow
    results: tuple[ResultRow, ...]
    facts: tuple[FactRow, ...]
    samplings: tuple[SamplingRow, ...]


PEOPLE_SOUGHT = Prepared(_PEOPLE_SOUGHT, int)
PERSON_ROW = Prepared(_PERSON_ROW, PersonRow)
VALID_RESULTS = Prepared(_VALID_RESULTS, ResultRow)
STANDING_FACTS = Prepared(_STANDING_FACTS, FactRow)
STANDING_SAMPLINGS = Prepared(_SAMPLINGS, SamplingRow)


def people_sought(connection: sa.Connection, sought: Sought) -> set[int]:
    """The ids of everyone the text may mean."""
    asked = NOTHING_SOUGHT | {f"key{place}": key for place, key in enumerate(sought.document_keys)}
    asked["receipt"], asked["number"] = sought.receipt, sought.number
    if sought.samples:
        asked["sample"], asked["capitals"] = sought.samples
    return set(PEOPLE_SOUGHT.rows(connection, asked))


_OF_NUMBER = Prepared(
    sa.select(LOOK_UP_NUMBERS.c.person_id).where(LOOK_UP_NUMBERS.c.number == sa.bindparam("number", type_=BIG)), int
)


def person_of_number(connection: sa.Connection, number: int) -> int | None:
    """Whose a look-up number is, without its check digit; None for nobody's."""
    return next(_OF_NUMBER.rows(connection, {"number": number}), None)


def read_person(connection: sa.Connection, person: int, at: datetime) -> PersonRead:
    """One person, in four statements."""
    asked = {"person": person, "at": micros(at)}
    (row,) = PERSON_ROW.rows(connection, asked)
    results, facts = tuple(VALID_RESULTS.rows(connection, asked)), tuple(STANDING_FACTS.rows(connection, asked))
    return PersonRead(row, results, facts, tuple(STANDING_SAMPLINGS.rows(connection, asked)))


_POINTER = Prepared(
    sa.select(PERSONS.c.id, PERSONS.c.joined_to, PERSONS.c.unit, PERSONS.c.application_id).where(PERSONS.c.id == _PERSON), Pointer
)


class LivedRow(NamedTuple):
    """A stretch of somebody's code that another chain has ended; instants in microseconds."""

    from_at: int
    until_at: int
    colour: str
    row: str


_LIVED = Prepared(
    sa.select(raw(HISTORY.c.from_at), raw(HISTORY.c.until_at), HISTORY.c.colour, HISTORY.c.row)
    .where(HISTORY.c.person_id == _PERSON)
    .order_by(HISTORY.c.from_at.desc(), HISTORY.c.until_at.desc())
    .limit(20),
    LivedRow,
)


_POINTING = Prepared(sa.select(PERSONS.c.id).where(PERSONS.c.joined_to == _PERSON), int)


def lived(connection: sa.Connection, person: int) -> Iterator[LivedRow]:
    """The newest stretches that somebody lived through, the last one first."""
    return _LIVED.rows(connection, {"person": person})


def pointed_to(connection: sa.Connection, person: int) -> Pointer | None:
    """The row an id stands for now: of somebody joined, the row of whom they were joined to; None for an unknown id."""
    found = next(iter(_POINTER.rows(connection, {"person": person})), None)
    while found is not None and found.joined_to is not None:
        found = next(iter(_POINTER.rows(connection, {"person": found.joined_to})), None)
    return found


def all_of(connection: sa.Connection, person: int) -> list[int]:
    """Every id that stands for a person now: the row that theirs points to, and all that point to it, over however many joins."""
    found = pointed_to(connection, person)
    ids = [found.id] if found else []
    for one in ids:  # it grows as it is read
        ids += _POINTING.rows(connection, {"person": one})
    return ids


def opened(row: PersonRow) -> PersonText:
    """What the person's row seals."""
    return unpack(unseal("person", "sealed", row.id, row.sealed, row.key_version))
