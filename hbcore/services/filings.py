"""Public-security filings (备案) from a file: kept by document, and every open application they settle is checked again."""

from dataclasses import dataclass, field
from datetime import date, datetime

import sqlalchemy as sa

from hbcore.domain.applicants import plain, read_day, read_sex
from hbcore.domain.applications import ApplicationState, registration_of
from hbcore.domain.documents import UNKNOWN_COUNTRY, Document, read_document
from hbcore.domain.errors import Refused
from hbcore.domain.headings import FILINGS
from hbcore.domain.known import micros
from hbcore.domain.names import clean_name, why_bad_name
from hbcore.domain.permissions import Permission
from hbcore.domain.vocabulary import DocumentKind, RowCode
from hbcore.services import audit, list_files, units
from hbcore.services.acting import Staff
from hbcore.services.clock import day_of
from hbcore.services.countries import read_country
from hbcore.services.filing_checks import check, filing_for
from hbcore.services.import_report import ImportReport
from hbcore.services.list_files import Import, Sort, Taken, faults, rows_of
from hbcore.services.uploads import IncomingFile
from hbcore.storage import application_rows, application_text, registration_rows, sealing
from hbcore.storage.filing_rows import FilingText, add_filings, change_filings, filings_of_many

SORT = Sort(
    "filings",
    lambda file: file.table(FILINGS),
    Permission.IMPORT_FILINGS,
    audit.Act.FILINGS_IMPORTED,
    audit.Act.FILINGS_PREVIEWED,
)
LEVELS = ("prefecture", "province")
"""Filings come to the prefecture or the province, not to a district (model part 3)."""

Key = tuple[bytes, str]


def preview(file: IncomingFile, *, by: Staff, at: datetime) -> ImportReport:
    """What `import_filings` would do now, every figure of it; nothing is stored but the event.

    :raises FileRefused: as `import_filings`.
    :raises Refused: `not_allowed_here`, and the quota of previews.
    """
    return list_files.preview(file, SORT, _record, by=by, at=at)


def import_filings(file: IncomingFile, *, by: Staff, at: datetime) -> ImportReport:
    """Take in a list of filings; a newer list's line takes the place of the same document's older one.

    The same file again changes nothing and repeats the first run's figures (`already_committed`).

    :raises FileRefused: a file that as a whole cannot be read.
    :raises Refused: `not_allowed_here` below prefecture level.
    """
    return list_files.commit(file, SORT, _record, by=by, at=at)


def _record(one: Import) -> Taken:
    if units.unit(one.session, one.by.unit or "").level not in LEVELS:
        raise Refused("not_allowed_here")
    read = _read(one)
    connection = one.session.connection()
    held = filings_of_many(connection, [key for _, (key, _), _ in read.lines])
    stands = {key: filing.text for key, filing in held.items()}
    for _, key, text in read.lines:
        same = stands.get(key) == text
        read.taken.already_held += same
        read.taken.recorded += not same
        stands[key] = text
    changed = [(filing.id, stands[key]) for key, filing in held.items() if stands[key] != filing.text]
    add_filings(
        connection,
        sorted(((key[0], text) for key, text in stands.items() if key not in held), key=lambda new: new[0]),
        upload=one.upload,
        at=micros(one.at),
    )
    change_filings(connection, changed, upload=one.upload, at=one.at)
    read.taken.people = _check_again(connection, sorted({key for _, (key, _), _ in read.lines}))
    return read.taken


def _check_again(connection: sa.Connection, document_keys: list[bytes]) -> list[int]:
    """Compare the open applications of these documents again; the people whose registration may have changed by it."""
    people = []
    for row in application_rows.waiting_for_filing(connection, document_keys):
        applicant = application_text.opened(row)
        match = check(applicant, filing_for(connection, applicant))
        application_rows.set_filing_check(connection, row.id, match.check, match.fields)
        registration = registration_of(ApplicationState(row.state), match.check)
        registration_rows.set_registration(connection, row.person_id, registration, row.id, None)
        people.append(row.person_id)
    return people


@dataclass
class _Read:
    lines: list[tuple[int, Key, FilingText]] = field(default_factory=list)
    taken: Taken = field(default_factory=Taken)


def _read(one: Import) -> _Read:
    read, today = _Read(), day_of(one.at)
    for row, cells in rows_of(one.table):
        text, found = read_filing(cells, today)
        if text is None:
            read.taken.problems.extend(faults(row, found))
        else:
            key = sealing.document_key(text.document.kind, text.document.number)
            read.lines.append((row, (key, text.document.country), text))
    return read


def read_filing(cells: dict[str, str], today: date) -> tuple[FilingText | None, dict[str, RowCode]]:
    """A row as a filing, or None and what is wrong with which column. Without a country the filing fits any."""
    found: dict[str, RowCode] = {}
    name, number = cells.get("name", ""), cells.get("document_number", "")
    if why := why_bad_name(name):
        found["name"] = why
    country = read_country(cells.get("country", "")) or UNKNOWN_COUNTRY
    if country == UNKNOWN_COUNTRY and plain(cells.get("country", "")):
        found["country"] = RowCode.UNKNOWN_COUNTRY
    document: Document | None = None
    try:
        document = read_document(DocumentKind.PASSPORT, number, country)
    except Refused as refused:
        found["document_number"] = RowCode(refused.code)
    sex = read_sex(cells.get("sex", ""))
    if sex is None and plain(cells.get("sex", "")):
        found["sex"] = RowCode.UNKNOWN_WORD
    born, entered = (_day(cells, column, today, found) for column in ("birth_date", "entry_date"))
    if found or document is None:
        return None, found
    return FilingText(clean_name(name), document, born, sex, entered, plain(cells.get("address", "")) or None), {}


def _day(cells: dict[str, str], column: str, today: date, found: dict[str, RowCode]) -> date | None:
    text = plain(cells.get(column, ""))
    day = read_day(text)
    if text and day is None:
        found[column] = RowCode.NOT_A_DATE
    if day is not None and day > today:
        found[column] = RowCode.IN_THE_FUTURE
    return day
