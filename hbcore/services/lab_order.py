"""The order in which a large file is recorded, and where its slices may end."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hbcore.domain.cells import Places
from hbcore.services.lab_documents import one_for_each_person
from hbcore.services.lab_lines import Lines
from hbcore.services.lab_prepared import KEY, NUMBER
from hbcore.storage import people_rows, sealing

AT_A_TIME = 20_000
"""Lines of which keys are made together."""

MOST_TOGETHER = 200
"""Lines of one tube that no slice parts: far more than stand in any, but for a number that was never one."""

BELONGS = "belongs"
"""The column of lines that belong to the one before them: no slice ends between the two, however many there are in a run."""

Belongs = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Ordered:
    """Lines, and the order in which they are recorded; `belongs`, and `numbers`, look-up numbers for who is new, in that order.
    `own_tubes`: each line has a tube of its own.

    A part is put in order when it is asked for: a million lines are not there twice.
    """

    lines: Lines
    order: Places
    belongs: Belongs
    own_tubes: bool
    numbers: pa.Int64Array | None = None

    @property
    def count(self) -> int:
        """How many lines there are."""
        return self.lines.count

    @property
    def of_documents(self) -> bool:
        """Whether each document stands in one place, so that nobody new stands in two slices."""
        return self.numbers is not None

    def slice(self, first: int, count: int) -> Lines:
        """So many lines from `first` on, in order."""
        part = self.lines.at(self.order[first : first + count]).table
        part = part.append_column(BELONGS, pa.array(self.belongs[first : first + count]))
        return Lines(part if self.numbers is None else part.append_column(NUMBER, self.numbers.slice(first, count)))


def in_order(lines: Lines) -> Ordered:
    """Lines by the key of their document, as the tables have people, so that a slice touches few pages; where documents of one
    person say different things of one sample, by the first of those.

    Where several lines are of one tube, and nobody is in two tubes, by tube: no slice asks what those before it had in its tubes.
    The lines of a row stay together and in order: where several people stand in a row, a file of tubes, it is by tube, too.
    """
    keys = pa.chunked_array([_keys(lines.slice(first, AT_A_TIME)) for first in range(0, lines.count, AT_A_TIME)])
    with_keys = Lines(lines.table.append_column(KEY, keys))
    starts = np.concatenate([np.frombuffer(part.buffers()[1], dtype=">u8")[::2] for part in keys.chunks]).astype(np.uint64)
    rows, tubes = lines.table.column("row").to_numpy(), lines.table.column("sample_number")
    several = bool(((rows[1:] == rows[:-1]) & (starts[1:] != starts[:-1])).any())
    numbers = None if several else pa.array(people_rows.drawn_numbers(lines.count).astype(np.int64))
    codes = _codes(tubes)
    most = int(np.bincount(codes).max())
    if several or (1 < most <= MOST_TOGETHER and _in_one_tube_each(starts, codes)):
        order = pc.sort_indices(tubes).to_numpy()
        return Ordered(with_keys, order, _belongs(order, rows, codes), most == 1, numbers)
    together = one_for_each_person(lines, keys, starts)
    order = np.argsort(together, kind="stable")
    if together is not starts:  # a sample of theirs is never parted, whatever document names them
        order = np.lexsort((codes, together))
    return Ordered(with_keys, order, _belongs(order, rows, together), most == 1, numbers)


def _in_one_tube_each(starts: npt.NDArray[np.uint64], codes: Places) -> bool:
    """Whether whoever has several lines has them in one tube."""
    order = np.argsort(starts)
    document, tube = starts[order], codes[order]
    return not ((document[1:] == document[:-1]) & (tube[1:] != tube[:-1])).any()


def _codes(words: pa.ChunkedArray) -> Places:
    return np.asarray(words.combine_chunks().dictionary_encode().indices)


def _belongs(order: Places, *one_of: npt.NDArray[Any]) -> Belongs:
    """Which lines, in this order, say the same as the one before in one of these columns."""
    belongs = np.zeros(len(order), np.bool_)
    for column in one_of:
        placed = column[order]
        belongs[1:] |= placed[1:] == placed[:-1]
    return belongs


def _keys(lines: Lines) -> pa.FixedSizeBinaryArray:
    return pa.array(sealing.document_keys(lines["kind"], lines["number"]), pa.binary(16))


def slices(lines: Ordered, size: int) -> Iterator[Lines]:
    """Lines in slices of about `size`; the lines of a row, of a person, and of a tube by tube are never parted."""
    first = 0
    while first < lines.count:
        last = _end(lines.belongs, first + size)
        yield lines.slice(first, last - first)
        first = last


def end_of_slice(lines: Lines, first: int, size: int) -> int:
    """Where a slice of at least `size` lines from `first` on may end."""
    return _end(lines.table.column(BELONGS).to_numpy(), first + size)


def _end(belongs: Belongs, last: int) -> int:
    rest = belongs[last:]
    return last + int(rest.argmin()) if not rest.all() else len(belongs)
