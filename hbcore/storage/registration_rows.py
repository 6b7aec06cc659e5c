"""What an application changes on the person it is for: registration, unit of residence, documents, self-declared facts."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hbcore.domain.applicants import Applicant
from hbcore.domain.documents import UNKNOWN_COUNTRY
from hbcore.domain.names import name_key
from hbcore.domain.vocabulary import FactKind, FactSource, Registration
from hbcore.storage import people_rows, sealing
from hbcore.storage.application_rows import APPLICATIONS, STANDING_STATES, one_of_states
from hbcore.storage.evidence_rows import FACTS
from hbcore.storage.ids import new_id
from hbcore.storage.people_rows import DOCUMENTS, PERSONS, NewPeople, PersonText
from hbcore.storage.staging import add_rows
from hbcore.storage.tables import BIG

_PERSON = sa.select(PERSONS).where(PERSONS.c.id == sa.bindparam("person"))
DECLARED = str(FactSource.DECLARED)


def person_row(connection: sa.Connection, person_id: int) -> sa.Row[Any]:
    """One whole person row."""
    return connection.execute(_PERSON, {"person": person_id}).one()


def add_applicant(connection: sa.Connection, applicant: Applicant, unit: str, at: int) -> int:
    """Add somebody we did not hold; their id. `at` in microseconds."""
    return add_applicants(connection, [applicant], {"unit": [unit]}, at)[0]


def add_applicants(
    connection: sa.Connection, applicants: Sequence[Applicant], own: Mapping[str, Sequence[object]], at: int
) -> Sequence[int]:
    """`add_applicant` of several, of which `own` holds the unit where each lives and other columns; their ids, which rise."""
    documents = [one.document for one in applicants]
    return people_rows.add_people(
        connection,
        NewPeople(
            names=[one.name for one in applicants],
            name_keys=[name_key(one.name) for one in applicants],
            kinds=[str(one.kind) for one in documents],
            numbers=[one.number for one in documents],
            countries=[one.country for one in documents],
            phones=[one.phone for one in applicants],
            document_keys=[sealing.document_key(one.kind, one.number) for one in documents],
            unit=people_rows.UNKNOWN_UNIT,
            unit_source="residence",
            recorded_at=at,
        ),
        own=own,
    )


def make_country_known(connection: sa.Connection, person_id: int, text: PersonText, applicant: Applicant) -> None:
    """A passport held without its issuing country gets it from the application; results by number alone still find it."""
    document = applicant.document
    if document.country == UNKNOWN_COUNTRY or document in text.documents:
        return
    key = sealing.document_key(document.kind, document.number)
    of_this = (DOCUMENTS.c.key == key, DOCUMENTS.c.person_id == person_id, DOCUMENTS.c.country == UNKNOWN_COUNTRY)
    connection.execute(sa.update(DOCUMENTS).where(*of_this).values(country=document.country))
    sealed = people_rows.seal_person(person_id, people_rows.with_document(text, document))
    connection.execute(sa.update(PERSONS).where(PERSONS.c.id == person_id).values(**sealed))


def set_residence(connection: sa.Connection, application_id: int, person_id: int, unit: str) -> None:
    """A person's unit is where they live, where that is known (model part 3); what it was is kept with the application."""
    was = person_row(connection, person_id)
    if (was.unit, was.unit_source) == (unit, "residence"):
        return
    before = {"unit_before": was.unit, "unit_source_before": was.unit_source}
    connection.execute(sa.update(APPLICATIONS).where(APPLICATIONS.c.id == application_id).values(**before))
    connection.execute(sa.update(PERSONS).where(PERSONS.c.id == person_id).values(unit=unit, unit_source="residence"))


def put_residence_back(connection: sa.Connection, application: sa.Row[Any]) -> None:
    """Where a person lived before the approval of this application, which is taken back; what was learnt since then stays."""
    if application.unit_before is None:
        return
    still = (PERSONS.c.id == application.person_id, PERSONS.c.unit == application.residence)
    before = {"unit": application.unit_before, "unit_source": application.unit_source_before}
    connection.execute(sa.update(PERSONS).where(*still).values(**before))
    nothing = {"unit_before": None, "unit_source_before": None}
    connection.execute(sa.update(APPLICATIONS).where(APPLICATIONS.c.id == application.id).values(**nothing))


def set_registration(
    connection: sa.Connection, person_id: int, registration: Registration, application_id: int, since: datetime | None
) -> None:
    """What the application makes of the person; `since` only where approved. As `set_registrations`."""
    set_registrations(connection, [(person_id, application_id, registration)], since)


def clear_registration(connection: sa.Connection, person_id: int, application_id: int) -> None:
    """Nothing rests on this application any more: it turned out to be somebody else's."""
    of_this = (PERSONS.c.id == person_id, PERSONS.c.application_id == application_id)
    nothing = {"registration": str(Registration.NONE), "application_id": None, "registered_at": None}
    connection.execute(sa.update(PERSONS).where(*of_this).values(**nothing))


_THIS = sa.bindparam("application", type_=BIG)
_BEHIND = (
    sa.exists()
    .where(APPLICATIONS.c.id == PERSONS.c.application_id, one_of_states(APPLICATIONS.c.state, STANDING_STATES))
    .correlate(PERSONS)
)
_FREE = sa.or_(PERSONS.c.application_id == _THIS, sa.and_(PERSONS.c.registration != str(Registration.APPROVED), sa.not_(_BEHIND)))
"""That the registration rests on this application, or on none that stands: one beside it takes nothing from anybody."""

_SET = (
    sa.update(PERSONS)
    .where(PERSONS.c.id == sa.bindparam("person"))
    .values(
        registration=sa.bindparam("state"),
        application_id=_THIS,
        registered_at=sa.bindparam("since", type_=PERSONS.c.registered_at.type),
    )
)


def set_registrations(
    connection: sa.Connection, registrations: Sequence[tuple[int, int, Registration]], since: datetime | None
) -> None:
    """Persons, applications, what these make of them.

    Unless it is approved, an application beside another that stands changes nothing: anybody may type anybody's number.
    """
    values = [
        {"person": person, "application": application, "state": str(registration), "since": since}
        for person, application, registration in registrations
    ]
    if values:
        connection.execute(_SET if since else _SET.where(_FREE), values)


def add_declared(connection: sa.Connection, person_id: int, receipt: str, *, declared_at: int, at: int) -> None:
    """The fact `self_declared`: the applicant's own statement, which nobody proposes or confirms, but another has approved."""
    columns = ("person_id", "id", "kind", "from_at", "source", "evidence", "recorded_at")
    add_rows(connection, FACTS, columns, [(person_id, new_id(), str(FactKind.SELF_DECLARED), declared_at, DECLARED, receipt, at)])


def end_declared(connection: sa.Connection, person_id: int, receipt: str, at: datetime) -> None:
    """What this application declared no longer stands: it was answered anew, or its approval taken back."""
    of_this = (FACTS.c.person_id == person_id, FACTS.c.source == DECLARED, FACTS.c.evidence == receipt)
    connection.execute(sa.update(FACTS).where(*of_this, FACTS.c.ended_at.is_(None)).values(ended_at=at))
