"""Adding an application to what we hold: whose it is, the person where we did not hold them, the receipt."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from hbcore.domain.applicants import Applicant, Channel
from hbcore.domain.applications import ApplicationState, due_at, registration_of
from hbcore.domain.errors import Refused
from hbcore.domain.filing_match import FilingMatch
from hbcore.domain.known import micros
from hbcore.domain.names import same_name
from hbcore.domain.numbers import SECRET_ALPHABET, SECRET_LENGTH, SERIALS, receipt_number, receipt_secret
from hbcore.domain.vocabulary import Registration
from hbcore.services.application_expiry import room_for_another
from hbcore.services.clock import day_of
from hbcore.services.filing_checks import check, filing_for, filings_for
from hbcore.services.staff import Staff
from hbcore.storage import application_rows, application_text, people_rows, registration_rows, sealing, token_rows
from hbcore.storage.ids import new_ids
from hbcore.storage.likeness_rows import of_applicant

_WAITING = ApplicationState.WAITING


@dataclass(frozen=True)
class Receipt:
    """What the applicant takes away. The secret is shown once: only its hash is kept."""

    id: int
    number: str
    secret: str


@dataclass(frozen=True)
class Submission:
    """An application on its way in: where it came from and when it was submitted there.

    `entered_by`: who typed it at the counter; of a file nobody did, but somebody `brought` it. Online nobody did either:
    `language` is what the applicant reads.
    """

    applicant: Applicant
    unit: str
    channel: Channel
    submitted_at: datetime
    entered_by: int | None
    brought_by: int | None = None
    language: str | None = None


@dataclass(frozen=True)
class Entered:
    """An application that has been added, and whose; `first`: nothing else is known of this person."""

    receipt: Receipt
    person_id: int
    registration: Registration
    first: bool


@dataclass(frozen=True)
class Whose:
    """A submission: of whom, what comparing it with the filing gave, its receipt, and that person's application before, and
    who said there that they are related to them."""

    submission: Submission
    person_id: int
    match: FilingMatch
    receipt: Receipt
    previous: int | None = None
    relatives: frozenset[int] = frozenset()


def add(session: Session, submission: Submission, *, by: Staff | None, at: datetime) -> Entered:
    """Add one application, and its person where we did not hold them; codes are decided by the caller. `by` None: a stranger.

    What it declares and where somebody we hold lives by it counts once another person has approved it: no one alone makes
    anybody yellow, nor moves them to where a fact makes them red.

    :raises Refused: `ambiguous_document`, `already_registered`, `duplicate`.
    """
    connection, applicant = session.connection(), submission.applicant
    held = held_person(session, applicant, by, at)
    person_id = registration_rows.add_applicant(connection, applicant, submission.unit, micros(at)) if held is None else held
    previous = registration_rows.person_row(connection, person_id).application_id
    before = application_rows.bare_row(connection, previous) if previous is not None else None
    relatives = application_rows.relatives_of(before) if before is not None else frozenset()
    match = check(applicant, filing_for(connection, applicant))
    (receipt,) = _draw_receipts(connection, 1, at)
    registration = registration_of(_WAITING, match.check)
    _write(connection, [Whose(submission, person_id, match, receipt, previous, relatives)], at)
    registration_rows.set_registration(connection, person_id, registration, receipt.id, None)
    return Entered(receipt, person_id, registration, first=held is None)


def add_new(session: Session, submissions: Sequence[Submission], *, at: datetime) -> list[Entered]:
    """`add` for strangers whose documents nobody has, no two of them the same; their people's ids rise.

    :raises Refused: `receipts_used_up`.
    """
    connection, applicants = session.connection(), [one.applicant for one in submissions]
    receipts = _draw_receipts(connection, len(submissions), at)
    matches = list(map(check, applicants, filings_for(connection, applicants)))
    registrations = [registration_of(_WAITING, match.check) for match in matches]
    own: dict[str, Sequence[object]] = {
        "unit": [one.unit for one in submissions],
        "registration": list(map(str, registrations)),
        "application_id": [receipt.id for receipt in receipts],
    }
    people = registration_rows.add_applicants(connection, applicants, own, micros(at))
    _write(connection, list(map(Whose, submissions, people, matches, receipts)), at)
    return [Entered(*one, first=True) for one in zip(receipts, people, registrations, strict=True)]


def _write(connection: sa.Connection, those: Sequence[Whose], at: datetime) -> None:
    """Their rows, and what makes their people found as somebody who may be one with another."""
    application_rows.add_applications(connection, [_row(one, at) for one in those])
    token_rows.add_tokens(connection, [(one.person_id, of_applicant(one.submission.applicant)) for one in those])


def _row(one: Whose, at: datetime) -> dict[str, object]:
    submission, receipt = one.submission, one.receipt
    return {
        "id": receipt.id,
        "receipt": receipt.number,
        "secret_hash": application_rows.secret_hash(receipt.number, receipt.secret),
        "person_id": one.person_id,
        "unit": submission.unit,
        "state": str(_WAITING),
        "channel": str(submission.channel),
        "filing_check": str(one.match.check),
        "filing_fields": json.dumps(one.match.fields),
        "submitted_at": submission.submitted_at,
        "due_at": due_at(submission.submitted_at),
        "entered_by": submission.entered_by,
        "brought_by": submission.brought_by,
        "residence": submission.unit,
        "language": submission.language,
        "reasons": "[]",
        "previous_id": one.previous,
        "relatives": application_rows.as_relatives(one.relatives),
        "recorded_at": at,
        **application_text.sealed_columns(receipt.id, submission.applicant),
    }


def held_person(session: Session, applicant: Applicant, by: Staff | None, at: datetime, but: int | None = None) -> int | None:
    """Whose application it is, None for nobody we hold; `but`: an application of theirs that does not count as another one.

    A stranger who states another name or birth date than the application that stands is not told that there is one: theirs is
    taken, stands beside it (`registration_rows`), and people see which of the two has the document.
    """
    connection, document = session.connection(), applicant.document
    owners = people_rows.owners_of_one(connection, sealing.document_key(document.kind, document.number))
    people = people_rows.match(owners, document.country)
    if len(people) > 1:
        raise Refused("ambiguous_document")
    if not people:
        return None
    person_id = people[0]
    row = registration_rows.person_row(connection, person_id)
    held = people_rows.open_person(row)
    if row.registration == Registration.APPROVED:
        if by is None and not _is_the_same(connection, row.application_id, applicant, held.name):
            return person_id
        raise Refused("already_registered")
    room_for_another(session, person_id, by=by, at=at)
    standing = application_rows.standing_of(connection, person_id)
    if standing is not None and standing.id != but:
        if by is None and not _is_the_same(connection, standing.id, applicant, held.name):
            return person_id
        raise Refused("duplicate")
    if same_name(held.name, applicant.name):
        registration_rows.make_country_known(connection, person_id, held, applicant)
    return person_id


def _is_the_same(connection: sa.Connection, application_id: int | None, applicant: Applicant, held: str) -> bool:
    """Whether somebody states what the application that stands states: name and, where that has one, birth date."""
    row = application_rows.bare_row(connection, application_id) if application_id is not None else None
    if row is None:
        return same_name(held, applicant.name)
    stated = application_text.opened(row)
    return same_name(stated.name, applicant.name) and stated.birth_on in (None, applicant.birth_on)


def _draw_receipts(connection: sa.Connection, count: int, at: datetime) -> list[Receipt]:
    """The next numbers of the day, under the write lock, each with a secret nobody can guess."""
    on = day_of(at)
    last = application_rows.last_receipt(connection, f"A{on:%y%m%d}-")
    first = int(last.split("-")[1]) + 1 if last else 1
    if first + count > SERIALS:
        raise Refused("receipts_used_up")
    serials = range(first, first + count)
    return [Receipt(id_, receipt_number(on, serial), _secret()) for id_, serial in zip(new_ids(count), serials, strict=True)]


def _secret() -> str:
    return receipt_secret([secrets.randbelow(len(SECRET_ALPHABET)) for _ in range(SECRET_LENGTH)])
