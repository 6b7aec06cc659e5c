"""Many applications that wait, put straight into the tables, of people who share nothing."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import cycle

from hbcore.domain.applicants import Applicant, Channel
from hbcore.domain.applications import ApplicationState, FilingCheck, due_at
from hbcore.domain.documents import UNKNOWN_COUNTRY, Document
from hbcore.domain.known import micros
from hbcore.domain.names import name_key
from hbcore.domain.vocabulary import DocumentKind
from hbcore.storage import people_rows, sealing
from hbcore.storage.application_rows import APPLICATIONS
from hbcore.storage.application_text import pack
from hbcore.storage.engine import engine
from hbcore.storage.ids import new_ids
from hbcore.storage.likeness_rows import of_applicant
from hbcore.storage.people_rows import NewPeople
from hbcore.storage.staging import add_rows
from hbcore.storage.token_rows import add_tokens

_KIND = DocumentKind.HK_MACAU_PERMIT
_LOOK = 8
"""One in so many declares something, so that it is not clean."""


def put(count: int, units: Sequence[str], at: datetime) -> list[int]:
    """So many applications of permit holders, one in eight to be looked at, submitted within the last 20 hours; their ids."""
    applicants = [_applicant(place) for place in range(count)]
    ids = list(new_ids(count))
    names, numbers = [one.name for one in applicants], [one.document.number for one in applicants]
    keys = sealing.document_keys([str(_KIND)] * count, numbers)
    cells = (names, list(map(name_key, names)), [str(_KIND)] * count, numbers, [UNKNOWN_COUNTRY] * count, [None] * count, keys)
    blobs = sealing.seal_many("application", "sealed", ids, [pack(one) for one in applicants])
    with engine().connect().execution_options(writes=True) as connection, connection.begin():
        people = people_rows.add_people(connection, NewPeople(*cells, units[0], "residence", micros(at)))
        add_tokens(connection, zip(people, map(of_applicant, applicants), strict=True))
        made = enumerate(zip(ids, people, cycle(units), blobs, keys, strict=False))
        rows = [_row(place, *of_one, at) for place, of_one in made]
        add_rows(connection, APPLICATIONS, list(rows[0]), [tuple(row.values()) for row in rows])
    return ids


def _applicant(place: int) -> Applicant:
    mixed = f"{(place + 1) * 7_654_321 % 10**7:07}"
    name = "CHAN " + "".join(chr(65 + int(digit)) for digit in mixed)
    born = date(1940, 1, 1) + timedelta(days=place * 7919 % 20_000)
    document, symptoms = Document(_KIND, f"H1{mixed}"), place % _LOOK == 0
    return Applicant(name, document, born, nationality="HKG", address="中南路1号", symptoms=symptoms, contact=False)


def _row(place: int, id_: int, person: int, unit: str, sealed: bytes, key: bytes, at: datetime) -> dict[str, object]:
    submitted = at - timedelta(seconds=place * 7 % 72_000)
    return {
        "id": id_,
        "receipt": f"B{place:012}",
        "secret_hash": b"-",
        "person_id": person,
        "unit": unit,
        "state": str(ApplicationState.WAITING),
        "channel": str(Channel.FILE),
        "document_kind": str(_KIND),
        "document_key": key,
        "country": UNKNOWN_COUNTRY,
        "sealed": sealed,
        "key_version": sealing.KEY_VERSION,
        "filing_check": str(FilingCheck.NOT_REQUIRED),
        "filing_fields": "[]",
        "submitted_at": micros(submitted),
        "due_at": micros(due_at(submitted)),
        "reasons": "[]",
        "recorded_at": micros(at),
        "residence": unit,
    }
