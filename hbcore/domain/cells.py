"""Columns of text as bytes: judged whole, looked at one by one only where something falls out."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from numpy.lib.stride_tricks import sliding_window_view

from hbcore.domain.problems import Mask

Codes = npt.NDArray[np.int8]
Places = npt.NDArray[np.int64]

_SLICE, _AT_HAND = 1 << 18, 1 << 14
"""Bytes, rows: what is worked on in pieces that stay beside the processor takes a third of the time."""

DIGITS = (0x30, 0x39)
CAPITALS = (0x41, 0x5A)
PRINTABLE = (0x21, 0x7E)

INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
"""Zero-width characters that spreadsheets leave behind: no letter, no fault, taken out."""

CONTROL = re.compile("[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""Control and direction characters: they can make a name show as another one, so a cell with one is refused."""


@dataclass(frozen=True)
class Cells:
    """A column of UTF-8 text with its bytes in one run: cell i is `bytes[starts[i] : ends[i]]`."""

    text: pa.StringArray
    bytes: npt.NDArray[np.uint8]
    starts: npt.NDArray[np.int32]
    ends: npt.NDArray[np.int32]

    @property
    def lengths(self) -> npt.NDArray[np.int32]:
        """Bytes, not characters."""
        return self.ends - self.starts

    def byte(self, place: int, rows: Places) -> npt.NDArray[np.uint8]:
        """The byte at `place` of each of `rows`, which must be longer than that."""
        return self.bytes[self.starts[rows] + place]

    def run(self, length: int, rows: Places) -> npt.NDArray[np.uint8]:
        """The first `length` bytes of each of `rows`, which must be as long or longer: a line a row."""
        if not len(rows):
            return np.zeros((0, length), np.uint8)
        if len(rows) == len(self.starts) and len(rows) * length == len(self.bytes):
            return self.bytes.reshape(-1, length)
        return sliding_window_view(self.bytes, length)[self.starts[rows]]

    def runs(self, length: int, rows: Places) -> Iterator[tuple[slice, npt.NDArray[np.uint8]]]:
        """`run` turned, a line a place, of as many rows at a time as the processor has at hand; which of `rows` they are."""
        for first in range(0, len(rows), _AT_HAND):
            part = slice(first, first + _AT_HAND)
            yield part, np.ascontiguousarray(self.run(length, rows[part]).T)


def cells_of(text: pa.StringArray) -> Cells:
    """A view of `text` (no nulls), no copy."""
    _, places, raw = text.buffers()
    offsets = np.zeros(1, np.int32)
    if len(text):
        offsets = np.frombuffer(places, np.int32)[text.offset : text.offset + len(text) + 1]
    held = np.frombuffer(raw, np.uint8) if raw is not None and raw.size else np.zeros(0, np.uint8)
    first = int(offsets[0])
    offsets = offsets - first if first else offsets
    return Cells(text, held[first : first + int(offsets[-1])], offsets[:-1], offsets[1:])


def only_of(cells: Cells, *ranges: tuple[int, int]) -> Mask:
    """Where all bytes of a cell lie in one of `ranges` (both ends included). An empty cell does."""
    made = np.ones(len(cells.starts), np.bool_)
    for first in range(0, len(cells.bytes), _SLICE):
        some = cells.bytes[first : first + _SLICE]
        strange = np.ones(len(some), np.bool_)
        for low, high in ranges:
            strange &= (some - np.uint8(low)) > np.uint8(high - low)
        places = (np.flatnonzero(strange) + first).astype(np.int32)  # as `ends`: else all of those are copied each time
        made[np.searchsorted(cells.ends, places, side="right")] = False
    return made


def is_one_of(text: pa.StringArray, words: Sequence[str]) -> Mask:
    """Where a cell is exactly one of `words`."""
    return as_mask(pc.is_in(text, value_set=pa.array(words, pa.string())))


def begins(text: pa.StringArray, *letters: str) -> Mask:
    """Where a cell begins with one of `letters`."""
    cells = cells_of(text)
    made = np.zeros(len(text), np.bool_)
    some = np.flatnonzero(cells.lengths > 0)
    first = cells.byte(0, some)
    for letter in map(str.encode, letters):
        rows = some[first == letter[0]]
        rows = rows[cells.lengths[rows] >= len(letter)]
        for place in range(1, len(letter)):
            rows = rows[cells.byte(place, rows) == letter[place]]
        made[rows] = True
    return made


def as_mask(answer: pa.BooleanArray) -> Mask:
    """Arrow's bits as numpy's bytes."""
    made: Mask = answer.to_numpy(zero_copy_only=False)
    return made


def rewritten(text: pa.StringArray, where: Mask, rewrite: Callable[[str], str | None]) -> pa.StringArray:
    """`text` with `rewrite` applied to the cells of `where`, once for each distinct cell."""
    if not where.any():
        return text
    odd = text.filter(pa.array(where)).dictionary_encode()
    fresh = pa.array([rewrite(cell) for cell in odd.dictionary.to_pylist()], pa.string()).take(odd.indices)
    return pc.replace_with_mask(text, pa.array(where), fresh)


def coded(text: pa.StringArray, read: Callable[[str], int]) -> Codes:
    """`read` of every cell, called once for each distinct cell: for columns with few different words."""
    if not len(cells_of(text).bytes):
        return np.full(len(text), read("") if len(text) else 0, np.int8)
    encoded = text.dictionary_encode()
    answers = np.array([read(cell) for cell in encoded.dictionary.to_pylist()], np.int8)
    made: Codes = answers[encoded.indices.to_numpy()]
    return made


def spread(where: Mask, values: Codes) -> Codes:
    """`values`, one for each row of `where`, put back among rows of zeros."""
    made = np.zeros(len(where), np.int8)
    made[where] = values
    return made


def coded_where(text: pa.StringArray, where: Mask, read: Callable[[str], int]) -> Codes:
    """`coded` of the cells of `where`; 0 elsewhere."""
    return spread(where, coded(text.filter(pa.array(where)), read)) if where.any() else np.zeros(len(where), np.int8)


def words_of(words: Sequence[str], places: npt.NDArray[np.integer[Any]]) -> pa.DictionaryArray:
    """A column of few different words from the place of each in `words`."""
    return pa.DictionaryArray.from_arrays(pa.array(places.astype(np.int8)), pa.array([str(word) for word in words], pa.string()))


def empty_column(rows: int) -> pa.StringArray:
    """A column that the file does not have."""
    return pa.repeat(pa.scalar("", pa.string()), rows)


def clean(cell: str) -> str:
    """NFKC (full-width to ASCII, non-breaking to plain spaces), no zero-width characters, no blanks around."""
    return INVISIBLE.sub("", unicodedata.normalize("NFKC", cell)).strip()


def word_key(cell: str) -> str:
    """A cell as a word of a list: clean, lower-case, no blanks inside, one kind of minus."""
    return "".join(clean(cell).replace("\u2212", "-").casefold().split())


def words(line: str) -> tuple[str, ...]:
    """A list of words written as one text, as it is read best."""
    return tuple(line.split())
