"""All that is recorded of one person over time, what has ended too; the person is named in each statement."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from hbcore.storage.code_rows import HISTORY, SEGMENTS
from hbcore.storage.instants import raw
from hbcore.storage.look_up_rows import APPLICATIONS, FACTS, INSTITUTIONS
from hbcore.storage.people_rows import PERSONS
from hbcore.storage.policy_rows import PUBLICATIONS
from hbcore.storage.prepared import Prepared
from hbcore.storage.recall_book import RECALLS
from hbcore.storage.result_rows import RESULTS
from hbcore.storage.sampling_rows import AWAITED, SAMPLINGS
from hbcore.storage.tables import BIG, PersonJoin
from hbcore.storage.upload_rows import UPLOADS

JOINS: sa.Table = PersonJoin.__table__  # type: ignore[attr-defined]

_PERSON = sa.bindparam("person", type_=BIG)
_RECALLED = sa.select(RECALLS.c.id, UPLOADS.c.number).join(UPLOADS, UPLOADS.c.id == RECALLS.c.upload_id).subquery()
_ENDED_BY = UPLOADS.alias("ended_by_upload")
_PUBLISHED, _WITHDRAWN = (
    sa.select(PUBLICATIONS.c.id, PUBLICATIONS.c.policy).where(PUBLICATIONS.c.withdrawal == withdrawal).subquery()
    for withdrawal in (sa.false(), sa.true())
)


class ResultRow(NamedTuple):
    """A result with the uploads it came with and ended by; instants in microseconds."""

    assay: str
    outcome: str
    single: bool
    sampled_at: int
    tested_at: int | None
    reported_at: int | None
    recorded_at: int
    institution: str
    upload: str | None
    ended_at: int | None
    ended_how: str | None
    ended_by: str | None


class FactRow(NamedTuple):
    """A fact; instants in microseconds."""

    kind: str
    from_at: int
    until_at: int | None
    source: str
    evidence: str
    recorded_at: int
    ended_at: int | None


class SamplingRow(NamedTuple):
    """A sampling registration with the uploads it came with and ended by; instants in microseconds. `awaited`: no result yet."""

    sampled_at: int
    recorded_at: int
    sample_number: str
    site: str | None
    institution: str
    upload: str | None
    ended_at: int | None
    ended_by: str | None
    awaited: bool


class ApplicationRow(NamedTuple):
    """An application; instants in microseconds."""

    id: int
    receipt: str
    channel: str
    state: str
    submitted_at: int
    asked_at: int | None
    decided_at: int | None
    reasons: str
    filing_fields: str


class CodeRow(NamedTuple):
    """A stretch of a code, lived or to come; instants in microseconds."""

    from_at: int
    until_at: int | None
    colour: str
    row: str
    policy: str
    unit: str
    cause: int


_RESULTS = Prepared(
    sa.select(
        *(raw(RESULTS.c[name]) for name in ResultRow._fields[:7]),
        sa.func.coalesce(INSTITUTIONS.c.name, RESULTS.c.institution),
        UPLOADS.c.number,
        raw(RESULTS.c.ended_at),
        RESULTS.c.ended_how,
        _ENDED_BY.c.number,
    )
    .outerjoin_from(RESULTS, INSTITUTIONS, INSTITUTIONS.c.code == RESULTS.c.institution)
    .outerjoin(UPLOADS, UPLOADS.c.id == RESULTS.c.upload_id)
    .outerjoin(_ENDED_BY, _ENDED_BY.c.id == RESULTS.c.ended_by)
    .where(RESULTS.c.person_id == _PERSON)
    .order_by(RESULTS.c.id),
    ResultRow,
)
_FACTS = Prepared(
    sa.select(*(raw(FACTS.c[name]) for name in FactRow._fields)).where(FACTS.c.person_id == _PERSON).order_by(FACTS.c.id), FactRow
)
_s = SAMPLINGS.c
_SAMPLINGS = Prepared(
    sa.select(
        *(raw(column) for column in (_s.sampled_at, _s.recorded_at, _s.sample_number, _s.sampling_site)),
        sa.func.coalesce(INSTITUTIONS.c.name, _s.institution),
        UPLOADS.c.number,
        raw(_s.ended_at),
        _ENDED_BY.c.number,
        AWAITED,
    )
    .outerjoin_from(SAMPLINGS, INSTITUTIONS, INSTITUTIONS.c.code == _s.institution)
    .outerjoin(UPLOADS, UPLOADS.c.id == _s.upload_id)
    .outerjoin(_ENDED_BY, _ENDED_BY.c.id == _s.ended_by)
    .where(_s.person_id == _PERSON)
    .order_by(_s.id),
    SamplingRow,
)
_APPLICATIONS = Prepared(
    sa.select(*(raw(APPLICATIONS.c[name]) for name in ApplicationRow._fields)).where(APPLICATIONS.c.person_id == _PERSON),
    ApplicationRow,
)
_CODES = Prepared(
    sa.union_all(
        *(
            sa.select(*(raw(table.c[name]) for name in CodeRow._fields)).where(table.c.person_id == _PERSON)
            for table in (HISTORY, SEGMENTS)
        )
    ),
    CodeRow,
)
_JOINED = Prepared(sa.select(PERSONS.c.id).where(PERSONS.c.joined_to == _PERSON), int)


def results(connection: sa.Connection, person: int) -> list[ResultRow]:
    """Every result, in the order recorded."""
    return list(_RESULTS.rows(connection, {"person": person}))


def facts(connection: sa.Connection, person: int) -> list[FactRow]:
    """Every fact, in the order recorded."""
    return list(_FACTS.rows(connection, {"person": person}))


def samplings(connection: sa.Connection, person: int) -> list[SamplingRow]:
    """Every sampling registration, in the order recorded."""
    return list(_SAMPLINGS.rows(connection, {"person": person}))


def applications(connection: sa.Connection, person: int) -> list[ApplicationRow]:
    """Every application."""
    return list(_APPLICATIONS.rows(connection, {"person": person}))


def codes(connection: sa.Connection, people: Sequence[int]) -> list[CodeRow]:
    """Every stretch of these people's codes."""
    return [row for person in people for row in _CODES.rows(connection, {"person": person})]


def joined_to(connection: sa.Connection, person: int) -> list[int]:
    """The rows that turned out to be this person, those joined to them before too: codes and look-ups of then are theirs."""
    found = list(_JOINED.rows(connection, {"person": person}))
    return found + [further for one in found for further in joined_to(connection, one)]


def causes(connection: sa.Connection, ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """What stood behind a code: (`upload`, number), (`application`, receipt), (`policy` or its `withdrawal`, its id),
    (`joining`, nothing), (`recall`, the upload's number)."""
    tables: tuple[tuple[str, sa.FromClause, sa.ColumnElement[Any]], ...] = (
        ("upload", UPLOADS, UPLOADS.c.number),
        ("application", APPLICATIONS, APPLICATIONS.c.receipt),
        ("joining", JOINS, sa.literal("")),
        ("recall", _RECALLED, _RECALLED.c.number),
        ("policy", _PUBLISHED, _PUBLISHED.c.policy),
        ("withdrawal", _WITHDRAWN, _WITHDRAWN.c.policy),
    )
    found: dict[int, tuple[str, str]] = {}
    for what, table, shown in tables:
        rows = connection.execute(sa.select(table.c.id, shown).where(table.c.id.in_(ids)))
        found |= {id_: (what, named) for id_, named in rows}
    return found
