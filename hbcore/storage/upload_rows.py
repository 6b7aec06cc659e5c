"""Uploads and the rows they could not record, their cells sealed so that nothing is lost."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
import sqlalchemy as sa

from hbcore.domain.documents import document_of_row
from hbcore.domain.vocabulary import RowCode
from hbcore.storage import sealing
from hbcore.storage.instants import Instant
from hbcore.storage.readers.table import Table
from hbcore.storage.staging import add_rows
from hbcore.storage.tables import Upload, UploadRow

UPLOADS: sa.Table = Upload.__table__  # type: ignore[attr-defined]
ROWS: sa.Table = UploadRow.__table__  # type: ignore[attr-defined]


class OfLines(NamedTuple):
    """What a held row's lines say besides its cells: whether nobody else was in the tube as the whole file says, and whether
    somebody may be infectious."""

    alone: bool
    positive: bool


@dataclass(frozen=True)
class KeptRow:
    """A refused or held row: `problems` as (column, code), `cells` by heading.

    `waits`: what a held one needs a second account for; `lines`: what its lines say; `held_for`: what holds it.
    """

    row: int
    status: str
    problems: tuple[tuple[str | None, str], ...]
    cells: Mapping[str, str | None]
    waits: str | None = None
    lines: OfLines | None = None
    held_for: str | None = None

    @property
    def document_key(self) -> bytes | None:
        """Whose row it is, where its number can be read: so that somebody asking for their result finds it."""
        document = document_of_row(self.cells.get("document_kind"), self.cells.get("document_number"))
        return sealing.document_key(document.kind, document.number) if document else None


LONGEST_NAME = 200


def sealed_name(upload: int, file_name: str) -> dict[str, object]:
    """The columns that hold a file's name: laboratories name files after people, too. Of a longer name its end is kept."""
    name = file_name[-LONGEST_NAME:].encode("utf-8", "replace")
    return {"sealed": sealing.seal("upload", "sealed", upload, name), "key_version": sealing.KEY_VERSION}


def file_name(upload: int, sealed: bytes, key_version: int) -> str:
    """What `sealed_name` closed."""
    return sealing.unseal("upload", "sealed", upload, sealed, key_version).decode()


NUMBER = re.compile("B[0-9]{8}-[0-9]{6,}")
"""An upload's number, as `next_number` makes it."""


def next_number(connection: sa.Connection, day: str) -> str:
    """The next upload number of a day (`20261123`): `B20261123-000001` and up. Called under the write lock."""
    start = f"B{day}-"
    last = connection.execute(
        sa.select(sa.func.max(UPLOADS.c.number)).where(UPLOADS.c.number > start, UPLOADS.c.number < f"B{day}.")
    ).scalar()
    return f"{start}{int(last.removeprefix(start)) + 1 if last else 1:06d}"


def committed(connection: sa.Connection, kind: str, institution: str, digest: str) -> sa.Row[*tuple[Any, ...]] | None:
    """The upload of this very file, where it stands."""
    c = UPLOADS.c
    return connection.execute(
        sa.select(c.id, c.number, c.report).where(
            c.kind == kind, c.institution == institution, c.digest == digest, c.status == "committed"
        )
    ).first()


_POSITIVES = sa.select(sa.func.coalesce(sa.func.sum(UPLOADS.c.positives), 0)).where(
    UPLOADS.c.recorded_by == sa.bindparam("account"), UPLOADS.c.recorded_at >= sa.bindparam("since", type_=Instant)
)


def positives_since(connection: sa.Connection, account: int, since: datetime) -> int:
    """How many single-specimen positives of an account stood at once since an instant, whatever became of them later."""
    return int(connection.execute(_POSITIVES, {"account": account, "since": since}).scalar_one())


def set_recorded(connection: sa.Connection, upload: int, report: str, *, positives: int, pooled: int) -> None:
    """A large upload is recorded to its last line."""
    counted = {"report": report, "positives": positives, "pooled": pooled}
    connection.execute(sa.update(UPLOADS).where(UPLOADS.c.id == upload).values(**counted))


def held_problems(connection: sa.Connection, upload: int) -> list[tuple[int, list[tuple[str | None, RowCode]]]]:
    """What holds each held row of an upload, in the file's order."""
    wanted = (ROWS.c.upload_id == upload, ROWS.c.status == "held")
    rows = connection.execute(sa.select(ROWS.c.row_number, ROWS.c.problems).where(*wanted).order_by(ROWS.c.row_number))
    return [(row, [(column, RowCode(code)) for column, code in json.loads(problems)]) for row, problems in rows]


KEPT = (
    *("upload_id", "row_number", "status", "problems", "sealed", "key_version", "document_key"),
    *("waits", "alone", "held_for", "positive"),
)


def keep_rows(connection: sa.Connection, upload: int, rows: Iterable[KeptRow]) -> None:
    """Store rows that were not recorded."""
    add_rows(connection, ROWS, KEPT, [stored(upload, row) for row in rows])


def stored(upload: int, row: KeptRow) -> tuple[object, ...]:
    """A row's `KEPT` columns, its cells sealed."""
    return (
        upload,
        row.row,
        row.status,
        json.dumps(row.problems),
        sealing.seal(f"upload_row {row.row}", "sealed", upload, json.dumps(row.cells, ensure_ascii=False).encode()),
        sealing.KEY_VERSION,
        row.document_key,
        row.waits,
        row.lines and row.lines.alone,
        row.held_for,
        row.lines and row.lines.positive,
    )


def set_documents(connection: sa.Connection, upload: int, keys: Mapping[int, bytes]) -> None:
    """Whose rows these are, where the rows themselves do not say."""
    for row, key in keys.items():
        connection.execute(sa.update(ROWS).where(ROWS.c.upload_id == upload, ROWS.c.row_number == row).values(document_key=key))


BEYOND = "+"
"""Before the number of a cell right of the last heading, which has no other name."""


def cells_of_row(table: Table, row: int) -> dict[str, str]:
    """The filled cells of one spreadsheet row, by our word or by the heading we do not know; those beyond it as +1, +2."""
    place = int(np.searchsorted(table.rows, row))
    cells = {name: column[place].as_py() for name, column in {**table.columns, **table.other}.items()}
    cells |= {f"{BEYOND}{n}": cell for n, cell in enumerate(table.beyond.get(row, ()), start=1)}
    return {name: cell for name, cell in cells.items() if cell}


def cells_beyond(cells: Mapping[str, str]) -> list[str]:
    """Of the cells of `cells_of_row`, those right of the last heading, each in its place."""
    numbers = [int(name.removeprefix(BEYOND)) for name in cells if name.startswith(BEYOND) and name[1:].isdecimal()]
    return [cells.get(f"{BEYOND}{n}", "") for n in range(1, max(numbers, default=0) + 1)]
