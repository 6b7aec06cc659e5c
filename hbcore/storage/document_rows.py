"""One person's documents as rows: since when each is held, from what it became known, another one added."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from hbcore.domain.documents import Document
from hbcore.domain.known import micros
from hbcore.storage import people_rows, sealing
from hbcore.storage.people_rows import DOCUMENTS, PERSONS, PersonText

_c = DOCUMENTS.c


def held_since(connection: sa.Connection, documents: Sequence[Document]) -> list[tuple[datetime | None, str | None]]:
    """Since when each document is held and from what it became known; None where that was not kept yet."""
    keys = sealing.document_keys([one.kind for one in documents], [one.number for one in documents])
    rows = connection.execute(sa.select(_c.key, _c.country, _c.recorded_at, _c.source).where(_c.key.in_(keys)))
    found = {(row.key, row.country): (row.recorded_at, row.source) for row in rows}
    return [found.get((key, one.country), (None, None)) for key, one in zip(keys, documents, strict=True)]


def add(connection: sa.Connection, person: int, text: PersonText, document: Document, at: datetime) -> None:
    """One more document of a person, added by staff: found by it from now on."""
    key = sealing.document_key(document.kind, document.number)
    row = (key, document.country, person, str(document.kind), micros(at), "staff")
    people_rows.add_documents(connection, [row])
    keep_text(connection, person, people_rows.with_document(text, document))


def keep_text(connection: sa.Connection, person: int, text: PersonText) -> None:
    """Seal what is now known of a person."""
    connection.execute(sa.update(PERSONS).where(PERSONS.c.id == person).values(**people_rows.seal_person(person, text)))
