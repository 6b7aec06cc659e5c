"""The order in which a large file is recorded, and where its slices may end."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hbcore.domain.cells import Places
from hbcore.services.lab_batch import KEY, NUMBER
from hbcore.services.lab_documents import one_for_each_person
from hbcore.services.lab_lines import Lines
from hbcore.storage import people_rows, sealing

AT_A_TIME = 20_000
"""Lines that are looked at together."""


@dataclass(frozen=True)
class Ordered:
    """Lines, and the order in which they are recorded; `numbers`: look-up numbers for who is new, in that order.

    A part is put in order when it is asked for: a million lines are not there twice.
    """

    lines: Lines
    order: Places
    numbers: pa.Int64Array | None = None

    @property
    def count(self) -> int:
        """How many lines there are."""
        return self.lines.count

    @property
    def of_documents(self) -> bool:
        """Whether they stand by document, so that nobody new stands in two slices."""
        return self.numbers is not None

    def slice(self, first: int, count: int) -> Lines:
        """So many lines from `first` on, in order."""
        part = self.lines.at(self.order[first : first + count])
        return part if self.numbers is None else Lines(part.table.append_column(NUMBER, self.numbers.slice(first, count)))


def in_order(lines: Lines) -> Ordered:
    """Lines by the key of their document, as the tables have people, so that a slice touches few pages; where documents of one
    person say different things of one sample, by the first of those.

    The lines of a row stay together and in order: where several people stand in a row, a file of tubes, it is by tube.
    """
    keys = pa.chunked_array([_keys(lines.slice(first, AT_A_TIME)) for first in range(0, lines.count, AT_A_TIME)])
    with_keys = Lines(lines.table.append_column(KEY, keys))
    starts = np.concatenate([np.frombuffer(part.buffers()[1], dtype=">u8")[::2] for part in keys.chunks]).astype(np.uint64)
    rows, tubes = lines.table.column("row").to_numpy(), lines.table.column("sample_number")
    if ((rows[1:] == rows[:-1]) & (starts[1:] != starts[:-1])).any():
        return Ordered(with_keys, pc.sort_indices(tubes).to_numpy())
    together = one_for_each_person(lines, keys, starts)
    order = np.argsort(together, kind="stable")
    if together is not starts:  # a sample of theirs is never parted, whatever document names them
        order = np.lexsort((tubes.combine_chunks().dictionary_encode().indices, together))
    numbers = pa.array(people_rows.drawn_numbers(lines.count).astype(np.int64))
    return Ordered(with_keys, order, numbers)


def _keys(lines: Lines) -> pa.FixedSizeBinaryArray:
    return pa.array(sealing.document_keys(lines["kind"], lines["number"]), pa.binary(16))


def slices(lines: Ordered, size: int) -> Iterator[Lines]:
    """Lines in slices of about `size`; the lines of a row, of a document, and of a tube by tube are never parted."""
    first = 0
    while first < lines.count:
        near = lines.slice(first, size + AT_A_TIME)
        last = end_of_slice(near, 0, size)
        yield near.slice(0, last)
        first += last


def end_of_slice(lines: Lines, first: int, size: int) -> int:
    """Where a slice of at least `size` lines from `first` on may end."""
    last = first + size
    while last < lines.count and _together(lines, last):
        last += 1
    return min(last, lines.count)


def _together(lines: Lines, place: int) -> bool:
    """Whether a line belongs to the one before it."""
    one_of = ("row", "number", "sample_number")
    return any(lines.table.column(name)[place - 1].as_py() == lines.table.column(name)[place].as_py() for name in one_of)
