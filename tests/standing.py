"""Staff, people, results and facts that stand before a test begins, put in by the storage layer's own functions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from hbcore.domain.documents import read_document
from hbcore.domain.known import micros
from hbcore.domain.names import name_key
from hbcore.domain.vocabulary import Assay, DocumentKind, FactKind, FactSource, Outcome, Role
from hbcore.services import audit, codes
from hbcore.services.acting import Staff, read_staff
from hbcore.storage import people_rows, result_counts, result_rows, sampling_rows, sealing
from hbcore.storage.engine import engine
from hbcore.storage.ids import new_id
from hbcore.storage.result_rows import Uploaded
from hbcore.storage.sampling_rows import SamplingLine
from hbcore.storage.tables import Fact, Institution, StaffInstitution, StaffRow

WUCHANG, JIANGAN, YICHANG = "420106", "420102", "420502"
LAB = "420106L01"


@dataclass(frozen=True)
class Sampled:
    """A result to put in."""

    outcome: Outcome
    sampled_at: datetime
    assay: Assay = Assay.NAAT
    single: bool = True
    sample_number: str = "S1"
    institution: str = LAB
    reported_at: datetime | None = None


def staff(role: Role, at: datetime, *, name: str = "li.jing", unit: str | None = None, institutions: Sequence[str] = ()) -> Staff:
    """An account that acts by shell."""
    staff_id = new_id()
    with Session(engine()) as session, session.begin():
        session.add(StaffRow(id=staff_id, name=name, full_name=name, role=role, unit=unit, password="-", recorded_at=at))
        session.flush()
        for institution in institutions:
            session.add(StaffInstitution(staff_id=staff_id, institution=institution))
    with Session(engine()) as session:
        found = read_staff(session.connection(), staff_id)
    assert found
    return found


def institution(at: datetime, code: str = LAB, name: str = "武昌医学检验所", unit: str = WUCHANG) -> None:
    """A testing institution."""
    with Session(engine()) as session, session.begin():
        session.add(Institution(code=code, name=name, unit=unit, recorded_at=at))


def person(
    number: str, at: datetime, *, kind: DocumentKind = DocumentKind.RESIDENT_ID, name: str = "张三", unit: str = WUCHANG
) -> int:
    """Somebody with one document; a resident counts as registered."""
    with engine().connect().execution_options(writes=True) as connection, connection.begin():
        return add_person(connection, number, at, kind=kind, name=name, unit=unit)


def documents(held: str, *more: str) -> None:
    """Whoever holds the resident identity card `held` has these, too."""
    key, *keys = sealing.document_keys([str(DocumentKind.RESIDENT_ID)] * (1 + len(more)), [held, *more])
    with engine().connect().execution_options(writes=True) as connection, connection.begin():
        ((country, person),) = people_rows.owners_of_one(connection, key)
        rows = [(one, country, person, str(DocumentKind.RESIDENT_ID), 1, "staff") for one in keys]
        people_rows.add_documents(connection, rows)


def add_person(
    connection: sa.Connection,
    number: str,
    at: datetime,
    *,
    kind: DocumentKind = DocumentKind.RESIDENT_ID,
    name: str = "张三",
    unit: str = WUCHANG,
) -> int:
    """`person` inside a transaction of the test's own."""
    document = read_document(kind, number)
    ids = people_rows.add_people(
        connection,
        people_rows.NewPeople(
            names=[name],
            name_keys=[name_key(name)],
            kinds=[str(kind)],
            numbers=[document.number],
            countries=[document.country],
            phones=[None],
            document_keys=sealing.document_keys([str(kind)], [document.number]),
            unit=unit,
            unit_source="institution",
            recorded_at=micros(at),
        ),
    )
    return ids[0]


def result(person_id: int, sampled: Sampled, at: datetime, *, unit: str = WUCHANG) -> None:
    """A result recorded at `at`, with its sample, its count and the code decided again."""
    sampled_at, upload = micros(sampled.sampled_at), Uploaded(0, sampled.institution, micros(at))
    added = {
        "person_id": [person_id],
        "assay": [str(sampled.assay)],
        "sampled_at": [sampled_at],
        "sampled_day": [result_counts.shanghai_day(sampled_at)],
        "id": [new_id()],
        "outcome": [str(sampled.outcome)],
        "single": [sampled.single],
        "tested_at": [None],
        "reported_at": [micros(sampled.reported_at) if sampled.reported_at else None],
        "sample_number": [sampled.sample_number],
        "sampling_site": [None],
        "unit": [unit],
        "ended_how": [None],
    }
    with engine().connect().execution_options(writes=True) as connection, connection.begin(), Session(connection) as session:
        result_counts.count(connection, added, upload)
        result_rows.add_results(connection, added, upload)
        result_rows.add_samples(connection, added, upload.institution)
        codes.decide_again(session, [person_id], at=at, cause=0)
        session.info[audit.RECORDED] = True


def sampling(person_id: int, sampled_at: datetime, at: datetime, *, tube: str = "T1") -> None:
    """A sampling registration recorded at `at`, and the code decided again."""
    taken = micros(sampled_at)
    line = SamplingLine(
        person_id, taken, new_id(), tube, result_counts.shanghai_day(taken), False, "光谷采样点", LAB, 0, micros(at), None, None
    )
    with engine().connect().execution_options(writes=True) as connection, connection.begin(), Session(connection) as session:
        sampling_rows.add(connection, [line])
        codes.decide_again(session, [person_id], at=at, cause=0)
        session.info[audit.RECORDED] = True


def fact(person_id: int, kind: FactKind, from_at: datetime, at: datetime, *, until_at: datetime | None = None) -> None:
    """A fact recorded at `at`, and the code decided again."""
    with engine().connect().execution_options(writes=True) as connection, connection.begin(), Session(connection) as session:
        session.add(
            Fact(
                person_id=person_id,
                id=new_id(),
                kind=kind,
                from_at=from_at,
                until_at=until_at,
                source=FactSource.DESK,
                evidence="-",
                proposed_by=1,
                confirmed_by=2,
                recorded_at=at,
            )
        )
        session.flush()
        codes.decide_again(session, [person_id], at=at, cause=0)


def no_more_events(of: sa.Engine, table: str) -> None:
    """From now on the database takes no event into this table, as when its disk is full."""
    refuse = {
        "sqlite": f"CREATE TRIGGER full_up BEFORE INSERT ON {table} BEGIN SELECT RAISE(FAIL, 'disk full'); END",
        "postgresql": f"ALTER TABLE {table} ADD CONSTRAINT full_up CHECK (false) NOT VALID",
    }
    with of.connect().execution_options(writes=True) as connection, connection.begin():
        connection.exec_driver_sql(refuse[of.dialect.name])
