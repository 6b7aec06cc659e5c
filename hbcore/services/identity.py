"""What identifies a person: documents over time, everything revealed for a purpose, a renewed document added."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Session

from hbcore.domain.documents import UNKNOWN_COUNTRY, Document, masked_number, read_document
from hbcore.domain.errors import Refused
from hbcore.domain.permissions import Permission
from hbcore.domain.vocabulary import DocumentKind
from hbcore.services import audit, units
from hbcore.services.acting import Staff, acting, reading
from hbcore.services.countries import read_country
from hbcore.services.looked_up import look_up_of, record, subject_of
from hbcore.services.refusals import refusals_recorded
from hbcore.storage import document_rows, people_rows, registration_rows, sealing
from hbcore.storage.people_rows import UNKNOWN_UNIT


class Source(StrEnum):
    """From what a document became known."""

    APPLICATION = "application"
    UPLOAD = "upload"
    STAFF = "staff"


class AddedFor(StrEnum):
    """Why staff add a document to a person."""

    RENEWED = "renewed"
    LOST = "lost"
    SECOND_DOCUMENT = "second_document"


@dataclass(frozen=True)
class HeldDocument:
    """One document of a person; `held_since` and `source` None where that was not kept yet. `number`: masked unless revealed."""

    kind: DocumentKind
    number: str
    country: str | None
    held_since: datetime | None
    source: Source | None


@dataclass(frozen=True)
class Revealed:
    """A person's full name, documents and phone, shown for a purpose that is on record."""

    name: str
    documents: tuple[HeldDocument, ...]
    phone: str | None


def documents(person: int, *, by: Staff, at: datetime) -> tuple[HeldDocument, ...]:
    """The documents of somebody looked up within the hour, masked, the newest last; part of the same look-up.

    :raises Refused: `look_up_first`, and those of `reading`.
    """
    with reading(by, Permission.LOOK_UP_PEOPLE, at) as session:
        look_up_of(person, by=by, at=at)
        text = people_rows.open_person(registration_rows.person_row(session.connection(), person))
        return _held(session.connection(), text.documents, masked=True)


def reveal(person: int, *, by: Staff, at: datetime) -> Revealed:
    """Everything that identifies somebody looked up within the hour, for the same purpose; its event comes first (S42).

    :raises Refused: `look_up_first`, `look_up_not_recorded`, and those of `reading`.
    """
    with reading(by, Permission.REVEAL_PEOPLE, at) as session:
        look_up = look_up_of(person, by=by, at=at)
        text = people_rows.open_person(registration_rows.person_row(session.connection(), person))
        shown = Revealed(text.name, _held(session.connection(), text.documents, masked=False), text.phone)
    record(audit.Act.PERSON_REVEALED, person, look_up, by=by, at=at)
    return shown


def add_document(
    person: int, kind: DocumentKind, number: str, country: str, reason: AddedFor, *, by: Staff, at: datetime
) -> None:
    """Add a renewed passport or permit: the person is found by both from now on, and results under either are theirs.

    `country`: the issuing country of a passport, as a code or a name. The event names kind and reason, never the number.

    :raises Refused: `look_up_first`, `not_your_unit`, `country_needed`, `unknown_country`, a code of `read_document`,
        `document_held_already`, `held_by_other`.
    """
    subject = subject_of(person)
    with refusals_recorded(by, at, subject), acting(by, Permission.KEEP_PEOPLE, at) as session:
        look_up_of(person, by=by, at=at)
        connection = session.connection()
        row = registration_rows.person_row(connection, person)
        refuse_beyond(session, row.unit, by)
        document = read_document(kind, number, _issuer(kind, country))
        _refuse_held(connection, person, document)
        document_rows.add(connection, person, people_rows.open_person(row), document, at)
        figures = {"kind": str(kind), "reason": str(reason)}
        audit.record(session, audit.Act.DOCUMENT_ADDED, by=by, at=at, subject=subject, figures=figures)


def refuse_beyond(session: Session, unit: str, by: Staff) -> None:
    """People of one's own unit and below, and those of no known unit, are one's own to change.

    :raises Refused: `not_your_unit`.
    """
    if unit != UNKNOWN_UNIT and unit not in units.units_below(session, by.unit or ""):
        raise Refused("not_your_unit")


def _issuer(kind: DocumentKind, country: str) -> str:
    if kind is not DocumentKind.PASSPORT:
        return UNKNOWN_COUNTRY
    if not country.strip():
        raise Refused("country_needed")
    issuer = read_country(country)
    if issuer is None:
        raise Refused("unknown_country")
    return issuer


def _refuse_held(connection: sa.Connection, person: int, document: Document) -> None:
    owners = people_rows.owners_of_one(connection, sealing.document_key(document.kind, document.number))
    holders = people_rows.match(owners, document.country)
    if person in holders:
        raise Refused("document_held_already")
    if holders:
        raise Refused("held_by_other")


def _held(connection: sa.Connection, all_: tuple[Document, ...], *, masked: bool) -> tuple[HeldDocument, ...]:
    return tuple(
        HeldDocument(
            one.kind,
            masked_number(one) if masked else one.number,
            None if one.country == UNKNOWN_COUNTRY else one.country,
            since,
            Source(source) if source else None,
        )
        for one, (since, source) in zip(all_, document_rows.held_since(connection, all_), strict=True)
    )
