"""The valid results, standing and proposed facts and applications of one person with who stands behind each; read on “Why?”."""

from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from hbcore.domain.alarms import AlarmKind
from hbcore.domain.known import micros
from hbcore.storage.alarm_rows import SEEN
from hbcore.storage.fact_list_rows import LINES, LISTS
from hbcore.storage.instants import raw
from hbcore.storage.look_up_rows import APPLICATIONS, FACTS, INSTITUTIONS
from hbcore.storage.people_rows import PERSONS
from hbcore.storage.prepared import Prepared
from hbcore.storage.proposal_rows import PROPOSALS
from hbcore.storage.recolouring_rows import of_whom
from hbcore.storage.result_rows import RESULTS
from hbcore.storage.staff_rows import STAFF
from hbcore.storage.tables import BIG
from hbcore.storage.upload_rows import UPLOADS

OF_POSITIVES = (AlarmKind.TO_VERIFY, AlarmKind.UNCLASSIFIED, AlarmKind.NOT_RETESTED)
"""The alarms and lists on which a positive is checked."""

_PERSON = sa.bindparam("person", type_=BIG)
_PROPOSER, _CONFIRMER = STAFF.alias("proposer"), STAFF.alias("confirmer")


class ResultRow(NamedTuple):
    """A valid result with its sample and upload; instants in microseconds."""

    id: int
    assay: str
    outcome: str
    single: bool
    sampled_at: int
    tested_at: int | None
    reported_at: int | None
    recorded_at: int
    sample_number: str
    sampling_site: str | None
    institution: str
    upload: str | None


class TakenRow(NamedTuple):
    """Who has taken the checking of a positive on, of which unit, and when (microseconds)."""

    full_name: str
    unit: str | None
    seen_at: int


class FactRow(NamedTuple):
    """A standing fact with its two hands: full names and units, None where it came in by no hand; instants in microseconds."""

    kind: str
    source: str
    evidence: str
    from_at: int
    recorded_at: int
    proposer: str | None
    proposer_unit: str | None
    confirmer: str | None
    confirmer_unit: str | None
    case_number: str | None


class WaitingRow(NamedTuple):
    """Something proposed of a fact that waits for its second person: what, of which kind, since when (microseconds), where."""

    what: str
    kind: str
    proposed_at: int
    unit: str


class ApplicationRow(NamedTuple):
    """An application; instants in microseconds. `behind`: it is the one behind the person's registration."""

    id: int
    receipt: str
    unit: str
    state: str
    channel: str
    submitted_at: int
    decided_at: int | None
    behind: bool


_RESULTS = Prepared(
    sa.select(
        *(raw(RESULTS.c[name]) for name in ResultRow._fields[:10]),
        sa.func.coalesce(INSTITUTIONS.c.name, RESULTS.c.institution),
        UPLOADS.c.number,
    )
    .outerjoin_from(RESULTS, INSTITUTIONS, INSTITUTIONS.c.code == RESULTS.c.institution)
    .outerjoin(UPLOADS, UPLOADS.c.id == RESULTS.c.upload_id)
    .where(RESULTS.c.person_id == _PERSON, RESULTS.c.ended_at.is_(None))
    .order_by(RESULTS.c.id),
    ResultRow,
)
_FACTS = Prepared(
    sa.select(
        *(raw(FACTS.c[name]) for name in FactRow._fields[:5]),
        _PROPOSER.c.full_name,
        _PROPOSER.c.unit,
        _CONFIRMER.c.full_name,
        _CONFIRMER.c.unit,
        FACTS.c.case_number,
    )
    .outerjoin_from(FACTS, _PROPOSER, _PROPOSER.c.id == FACTS.c.proposed_by)
    .outerjoin(_CONFIRMER, _CONFIRMER.c.id == FACTS.c.confirmed_by)
    .where(FACTS.c.person_id == _PERSON, FACTS.c.ended_at.is_(None))
    .order_by(FACTS.c.id),
    FactRow,
)
_WAITING = Prepared(
    sa.select(LISTS.c.what, LINES.c.kind, raw(LISTS.c.proposed_at), LISTS.c.unit)
    .join_from(LINES, LISTS, LISTS.c.id == LINES.c.list_id)
    .join(PROPOSALS, PROPOSALS.c.id == LISTS.c.proposal_id)
    .where(
        of_whom(LINES.c.person_id),
        PROPOSALS.c.settled_at.is_(None),
        raw(PROPOSALS.c.expires_at) > sa.bindparam("at", type_=BIG),
    )
    .order_by(LISTS.c.proposed_at, LINES.c.id),
    WaitingRow,
)
_APPLICATIONS = Prepared(
    sa.select(*(raw(APPLICATIONS.c[name]) for name in ApplicationRow._fields[:7]), PERSONS.c.application_id == APPLICATIONS.c.id)
    .join_from(APPLICATIONS, PERSONS, PERSONS.c.id == APPLICATIONS.c.person_id)
    .where(APPLICATIONS.c.person_id == _PERSON),
    ApplicationRow,
)


_TAKEN = Prepared(
    sa.select(STAFF.c.full_name, STAFF.c.unit, raw(SEEN.c.seen_at))
    .join_from(SEEN, STAFF, STAFF.c.id == SEEN.c.seen_by)
    .where(sa.or_(*(SEEN.c.kind == str(kind) for kind in OF_POSITIVES)), SEEN.c.subject == sa.bindparam("subject"))
    .order_by(SEEN.c.seen_at.desc()),
    TakenRow,
)


def taken(connection: sa.Connection, subject: str) -> TakenRow | None:
    """Who checks a positive, by its subject among the alarms; the latest who took it on, None where nobody has."""
    return next(_TAKEN.rows(connection, {"subject": subject}), None)


def results(connection: sa.Connection, person: int) -> list[ResultRow]:
    """The valid results, in the order in which `look_up_rows.read_person` has them."""
    return list(_RESULTS.rows(connection, {"person": person}))


def facts(connection: sa.Connection, person: int) -> list[FactRow]:
    """The standing facts, in the order in which `look_up_rows.read_person` has them."""
    return list(_FACTS.rows(connection, {"person": person}))


def waiting(connection: sa.Connection, person: int, at: datetime) -> list[WaitingRow]:
    """What is proposed of facts of theirs, also under a row that was joined to theirs, and nobody has settled; oldest first."""
    return list(_WAITING.rows(connection, {"person": person, "at": micros(at)}))


def applications(connection: sa.Connection, person: int) -> list[ApplicationRow]:
    """Every application."""
    return list(_APPLICATIONS.rows(connection, {"person": person}))
