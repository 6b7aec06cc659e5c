"""Public-security filings as rows: sealed, found by the keyed hash of the document."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from hbcore.domain.documents import Document
from hbcore.domain.vocabulary import DocumentKind
from hbcore.storage import sealing
from hbcore.storage.ids import new_ids
from hbcore.storage.staged_keys import staged
from hbcore.storage.staging import add_rows
from hbcore.storage.tables import Filing

FILINGS: sa.Table = Filing.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class FilingText:
    """What public security holds of one document; what its list leaves out is None."""

    name: str
    document: Document
    birth_on: date | None = None
    sex: str | None = None
    entry_on: date | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class HeldFiling:
    """A filing and its row."""

    id: int
    text: FilingText


def _pack(text: FilingText) -> bytes:
    days = [day.isoformat() if day else None for day in (text.birth_on, text.entry_on)]
    cells = [text.name, text.document.kind, text.document.number, text.document.country, *days, text.sex, text.address]
    return json.dumps(cells, ensure_ascii=False, separators=(",", ":")).encode()


def _unpack(blob: bytes) -> FilingText:
    name, kind, number, country, birth, entry, sex, address = json.loads(blob)
    born, entered = (date.fromisoformat(day) if day else None for day in (birth, entry))
    return FilingText(name, Document(DocumentKind(kind), number, country), born, sex, entered, address)


def _opened(row: sa.Row[Any]) -> HeldFiling:
    return HeldFiling(row.id, _unpack(sealing.unseal("filing", "sealed", row.id, row.sealed, row.key_version)))


_OF_ONE = sa.select(FILINGS).where(FILINGS.c.document_key == sa.bindparam("wanted"))


def filings_of(connection: sa.Connection, document_key: bytes) -> list[HeldFiling]:
    """The filings of one document number, whatever the issuing country: one index seek."""
    return [_opened(row) for row in connection.execute(_OF_ONE, {"wanted": document_key})]


def filings_of_many(connection: sa.Connection, document_keys: Sequence[bytes]) -> dict[tuple[bytes, str], HeldFiling]:
    """The filings of these document numbers by key and issuing country, in one join."""
    with staged(connection, sa.LargeBinary(), document_keys) as wanted:
        rows = connection.execute(sa.select(FILINGS).join(wanted, wanted.c.key == FILINGS.c.document_key))
        return {(row.document_key, row.country): _opened(row) for row in rows}


def add_filings(connection: sa.Connection, keyed: Sequence[tuple[bytes, FilingText]], *, upload: int, at: int) -> None:
    """Add filings that are new, as (document key, text); `at` in microseconds."""
    ids = new_ids(len(keyed))
    sealed = sealing.seal_many("filing", "sealed", ids, [_pack(text) for _, text in keyed])
    columns = ("id", "document_key", "country", "sealed", "key_version", "upload_id", "recorded_at")
    rows = [
        (id_, key, text.document.country, blob, sealing.KEY_VERSION, upload, at)
        for id_, (key, text), blob in zip(ids, keyed, sealed, strict=True)
    ]
    add_rows(connection, FILINGS, columns, rows)


def change_filings(connection: sa.Connection, changed: Sequence[tuple[int, FilingText]], *, upload: int, at: datetime) -> None:
    """Put what a newer list says in the place of what the older one said, as (id, text)."""
    for id_, text in changed:
        connection.execute(
            sa.update(FILINGS)
            .where(FILINGS.c.id == id_)
            .values(
                sealed=sealing.seal("filing", "sealed", id_, _pack(text)),
                key_version=sealing.KEY_VERSION,
                upload_id=upload,
                recorded_at=at,
            )
        )
