"""Whom the rows of a list are about: found by document, made where we did not hold them, only in one's own unit and below."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session

from hbcore.domain.documents import UNKNOWN_COUNTRY
from hbcore.domain.known import micros
from hbcore.domain.names import name_key
from hbcore.domain.problems import RowProblem
from hbcore.domain.vocabulary import PROVINCE, RowCode
from hbcore.services.acting import Staff
from hbcore.services.fact_file_rows import ReadRow
from hbcore.services.fact_proposing import scope_of
from hbcore.services.lab_batch import COLUMN_OF
from hbcore.services.lab_owners import find_owners
from hbcore.storage import people_rows, sealing
from hbcore.storage.people_rows import UNKNOWN_UNIT, NewPeople


@dataclass
class Found:
    """The person of each row by its number, the people made for it, and the rows whose person is not clear or not ours."""

    people: dict[int, int] = field(default_factory=dict)
    new: list[int] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)


def find_people(session: Session, rows: Sequence[ReadRow], *, by: Staff, at: datetime) -> Found:
    """Whose each row is. Somebody new gets a row of one's own unit without a registration, as uploads give them."""
    found, scope = Found(), scope_of(session, by)
    lines = _lines(rows)
    keys = sealing.document_keys(lines["kind"], lines["number"])
    owners = find_owners(session.connection(), lines, keys, people_rows.name_tokens(lines["name_key"]))
    made: dict[int, int] = {}
    for place, row in enumerate(rows):
        owner = owners.people[place]
        if place in owners.unclear:
            code = owners.unclear[place]
            found.problems.append(RowProblem(row.row, COLUMN_OF[code], code))
        elif owner > 0 and owners.units[owner] not in scope:
            found.problems.append(RowProblem(row.row, "document_number", RowCode.NOT_YOUR_UNIT))
        else:
            if owner < 0 and owner not in made:
                made[owner] = _add(session, lines, keys, place, by, at)
                found.new.append(made[owner])
            found.people[row.row] = made.get(owner, owner)
    return found


def _lines(rows: Sequence[ReadRow]) -> dict[str, list[Any]]:
    documents = [row.document for row in rows if row.document]
    return {
        "kind": [str(document.kind) for document in documents],
        "number": [document.number for document in documents],
        "name": [row.name for row in rows],
        "name_key": [name_key(row.name) for row in rows],
    }


def _add(session: Session, lines: dict[str, list[Any]], keys: list[bytes], place: int, by: Staff, at: datetime) -> int:
    known = by.unit is not None and by.unit != PROVINCE
    new = NewPeople(
        names=[lines["name"][place]],
        name_keys=[lines["name_key"][place]],
        kinds=[lines["kind"][place]],
        numbers=[lines["number"][place]],
        countries=[UNKNOWN_COUNTRY],
        phones=[None],
        document_keys=[keys[place]],
        unit=str(by.unit) if known else UNKNOWN_UNIT,
        unit_source="institution" if known else "unknown",
        recorded_at=micros(at),
    )
    return people_rows.add_people(session.connection(), new)[0]
