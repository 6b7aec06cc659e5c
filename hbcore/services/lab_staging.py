"""What a large upload waits in between acceptance and its last line: parts of its lines and of its cells, sealed."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import lru_cache, partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlmodel import Session

from hbcore.domain.known import micros
from hbcore.services import recall_slices
from hbcore.services.clock import now
from hbcore.services.lab_lines import Lines
from hbcore.services.lab_order import Ordered, end_of_slice
from hbcore.services.slicing import writing
from hbcore.storage import applying_rows, result_rows
from hbcore.storage.applying_rows import CELLS, LINES
from hbcore.storage.engine import engine
from hbcore.storage.ids import id_at
from hbcore.storage.readers import Table
from hbcore.storage.result_rows import Uploaded

ABANDONED = 3_600_000_000
"""Microseconds after which staged parts that nobody has accepted are forgotten."""

_ROW = ""
"""The column of staged cells that has the row: no heading is empty."""


@contextmanager
def staged(upload: int, lines: Ordered, table: Table) -> Iterator[None]:
    """Lines and cells kept, sealed, for an act in which they are accepted; forgotten where they are not."""
    try:
        _stage_all(upload, lines, table)
        yield
    except BaseException:
        with writing() as session:
            applying_rows.finished(session.connection(), upload)
        raise


def _stage_all(upload: int, lines: Ordered, table: Table) -> None:
    """A part at a time, so that nobody waits; each is sealed while the one before is written."""
    with ThreadPoolExecutor(1, "staging") as beside:
        before = None
        for kind, number, part in _parts(lines, table):
            row = applying_rows.sealed_part(upload, kind, number, part)
            if before:
                before.result()
            before = beside.submit(_stage, row)
        if before:
            before.result()


def _stage(row: dict[str, object]) -> None:
    with writing() as session:
        applying_rows.stage(session.connection(), row)


def _parts(lines: Ordered, table: Table) -> Iterator[tuple[str, int, pa.Table]]:
    size = applying_rows.PART
    for first in range(0, lines.count, size):
        yield LINES, first // size, lines.slice(first, size).table
    cells = pa.table({**table.columns, **table.other, _ROW: pa.array(table.rows)})
    for number in range(int(table.rows[-1]) // size + 1):
        begin, end = np.searchsorted(table.rows, (number * size, (number + 1) * size))
        yield CELLS, number, cells.slice(begin, end - begin)


def accept(session: Session, upload: Uploaded, lines: Ordered, *, room: int) -> None:
    """What is staged is to be recorded, in the transaction and with the event of the act.

    :raises Refused: as `recall_slices.refuse_beside_any`: another of the institution is being recorded, recalled or put back.
    """
    connection = session.connection()
    recall_slices.refuse_beside_any(connection, upload.institution)
    ends = pc.min_max(lines.lines.table.column("sample_number"))
    own_tubes = lines.own_tubes and result_rows.are_new_tubes(connection, ends["min"].as_py(), ends["max"].as_py())
    row = {"upload_id": upload.id, "institution": upload.institution, "lines": lines.count, "room": room, "own_tubes": own_tubes}
    applying_rows.accept(connection, row)


def forget_abandoned() -> None:
    """Forget what was staged and never accepted: whoever staged it was stopped."""
    with writing() as session:
        applying_rows.forget_unaccepted(session.connection(), id_at(micros(now()) - ABANDONED))


class Staged:
    """The staged parts of one upload; the last ones stay open, and what people told us is forgotten with this."""

    def __init__(self, upload: int) -> None:
        self._part = lru_cache(maxsize=8)(partial(_part, upload))

    def lines(self, done: int, size: int) -> Lines:
        """About `size` lines from `done` on; they may reach into the next parts, as far as they belong together."""
        number, first = divmod(done, applying_rows.PART)
        part = self._part(LINES, number)
        if part is None:
            raise LookupError("lines of no part")
        lines, size = Lines(part), min(size, applying_rows.PART)
        end = end_of_slice(lines, first, size)
        while end == lines.count and (beyond := self._part(LINES, number := number + 1)) is not None:
            lines = Lines(pa.concat_tables([lines.table, beyond], promote_options="default").combine_chunks())
            end = end_of_slice(lines, first, size)
        return lines.slice(first, end - first)

    def columns(self) -> Sequence[str]:
        """The file's columns by our word."""
        first = self._part(CELLS, 0)
        return first.column_names if first is not None else ()

    def cells(self, row: int) -> dict[str, str]:
        """The filled cells of one row of the file, as they came."""
        part = self._part(CELLS, row // applying_rows.PART)
        if part is None:
            raise LookupError("a row of no part")
        place = int(np.searchsorted(part.column(_ROW).to_numpy(), row))
        return {name: cell for name in part.column_names if name != _ROW and (cell := part.column(name)[place].as_py())}


def _part(upload: int, kind: str, number: int) -> pa.Table | None:
    with engine().connect() as connection:
        return applying_rows.part(connection, upload, kind, number)
