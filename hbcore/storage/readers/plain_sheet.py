"""A sheet of an XLSX read by columns where every cell is written in one of a few plain ways; any other is left to calamine."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from hbcore.domain.problems import Mask
from hbcore.storage.readers.encodings import is_utf8

Places = npt.NDArray[np.int64]
Kinds = npt.NDArray[np.int8]

EMPTY, TEXT, SHARED, NUMBER = range(4)
"""What a cell holds: nothing, its text, the place of its text among the shared ones, a number."""

MOST_BYTES = 1 << 28
"""Of a larger sheet the places of all cells would take more memory than calamine does."""

BEHIND = b" " * 80
"""What the bytes of a sheet end with: as long as any form, so that none is looked for where nothing is."""

_MOST_FORMS = 60
_PIECE = 1 << 20
_HEAD = re.compile(
    rb"""(?:\xef\xbb\xbf)?(?:<\?xml(?:\s+(?:version|standalone)=["'][\w.]+["']|\s+encoding=["'](?i:utf-8)["'])*\s*\?>\s*)?<worksheet[\s>]"""
)
_FORM = re.compile(
    rb'"((?: s="[0-9]{1,5}")?(?: t="(?:inlineStr|str|s|n)")?| t="(?:inlineStr|str|s|n)" s="[0-9]{1,5}")'
    rb'( ?/>|></c>|><v>|><is><t(?: xml:space="preserve")?>|><is><t ?/></is></c>)'
)
"""What stands between the place of a cell and its text, with the quote behind the place."""
_STYLE, _TYPE = re.compile(rb' s="([0-9]+)"'), re.compile(rb' t="(\w+)"')
_TYPES = {None: NUMBER, b"n": NUMBER, b"s": SHARED, b"str": TEXT}
_ROW = b'<row r="'
_VALUE_ENDS, _TEXT_ENDS, _ROW_ENDS = b"</v></c>", b"</t></is></c>", b"</row>"
_BLANKS = np.frombuffer(b" \t\n", np.uint8)
_LONGEST_ROW = 6
"""Digits of its number: with two letters, the place of a cell has eight bytes at most."""
_ENTITY = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos);)")


class NotPlain(Exception):
    """Something else stands there, and nothing is said of the sheet."""


@dataclass(frozen=True)
class PlainCells:
    """The cells that are written down, row by row: row and column from 0, what they hold, their bytes."""

    xml: bytearray
    row: Places
    column: Places
    kind: Kinds
    starts: Places
    ends: Places

    @cached_property
    def _spans(self) -> pa.StringArray:
        """The text of every cell, and between two of them the XML that stands there: nothing is copied."""
        places = np.column_stack([self.starts, self.ends]).ravel().astype(np.int32)
        return pa.StringArray.from_buffers(len(places) - 1, pa.py_buffer(places), pa.py_buffer(self.xml))

    def texts(self, chosen: Places) -> pa.StringArray:
        """The bytes of these cells as they stand in the XML."""
        return self._spans.take(pa.array(2 * chosen))


def plain_cells(xml: bytearray, is_number: Callable[[int | None], bool]) -> PlainCells:
    """A worksheet with `BEHIND` behind it; NotPlain. `is_number`: whether a number in a style (None: in none) is no date."""
    first, last = xml.find(b"<sheetData>") + len(b"<sheetData>"), xml.rfind(b"</sheetData>")
    if not _HEAD.match(xml) or not len(b"<sheetData>") <= first <= last or not _stands_alone(xml, first, last):
        raise NotPlain
    check_text(xml)
    sheet = _Sheet(xml, is_number)
    parts = [sheet.cells(start, stop) for start, stop in _pieces(xml, first, last)]
    if not any(len(part[0]) for part in parts):
        raise NotPlain
    row, column, kind, starts, ends = map(np.concatenate, zip(*parts, strict=True))
    down = np.diff(row)
    _insist((down > 0) | ((down == 0) & (np.diff(column) > 0)))
    return PlainCells(xml, row, column, kind, starts, ends)


def check_text(xml: bytes | bytearray) -> None:
    """NotPlain where line ends, escapes or references stand there that a reader of XML turns into something else."""
    if b"\r" in xml or (b"_" in xml and b"_x" in xml) or (b"&" in xml and _ENTITY.search(xml)) or not is_utf8(xml):
        raise NotPlain


def _stands_alone(xml: bytearray, first: int, last: int) -> bool:
    """Whether nothing around the rows is taken out as a comment is, or is a second table."""
    around = xml[:first] + xml[last:]
    return b"<!" not in around and around.count(b"sheetData") == 2 and xml[-200:].rstrip().endswith(b"</worksheet>")


def _pieces(xml: bytearray, first: int, last: int) -> Iterator[tuple[int, int]]:
    """Rows that lie beside the processor together, with what comes of them."""
    while first < last:
        stop = xml.find(_ROW, min(first + _PIECE, last), last)
        yield first, last if stop < 0 else stop
        first = last if stop < 0 else stop


def _insist(*answers: Mask) -> None:
    if not all(answer.all() for answer in answers):
        raise NotPlain


class _Sheet:
    """Its bytes, also as the eight that begin at each place."""

    def __init__(self, xml: bytearray, is_number: Callable[[int | None], bool]) -> None:
        self.xml, self.bytes, self.is_number = xml, np.frombuffer(xml, np.uint8), is_number
        self.words = np.ndarray(len(xml) - 7, np.dtype("<u8"), xml, strides=(1,))

    def cells(self, first: int, last: int) -> tuple[Places, Places, Kinds, Places, Places]:
        """Of some whole rows: row, column and kind of each cell, where its text begins and ends."""
        tags = np.flatnonzero(self.bytes[first:last] == ord("<")) + first
        letter = self.bytes[tags + 1]
        rows, cells = tags[letter == ord("r")], tags[letter == ord("c")]
        if not len(rows) or rows[0] != first:
            raise NotPlain
        stops, tags_of_rows = self.ends_of_rows(rows, last)
        begins = np.searchsorted(cells, rows)
        counts = np.diff(np.append(begins, len(cells)))
        filled = counts > 0
        self.check_beginnings(rows[filled], cells[begins[filled]])
        ends = np.append(cells[1:], last)[: len(cells)]
        ends[(begins + counts - 1)[filled]] = stops[filled]
        row = np.repeat(np.arange(len(rows)), counts)
        numbers, digits, lengths = self.numbers_of_rows(rows)
        column, quotes = self.columns_of_cells(cells, digits[row], lengths[row])
        kind, starts, ends, tags_of_cells = self.contents(quotes, ends)
        if len(tags) != tags_of_rows + tags_of_cells:
            raise NotPlain
        return numbers[row] - 1, column, kind, starts, ends

    def stands(self, text: bytes, places: Places) -> Mask:
        """Where `text` stands at each of `places`."""
        made = np.ones(len(places), np.bool_)
        for first in range(0, len(text), 8):
            piece = text[first : first + 8]
            wanted, mask = (np.uint64(int.from_bytes(one, "little")) for one in (piece, b"\xff" * len(piece)))
            made &= (self.words[places + first] & mask) == wanted
        return made

    def ends_of_rows(self, rows: Places, last: int) -> tuple[Places, int]:
        """Where the end tag of each row stands, and how many tags they have in all; some programs end a line behind it."""
        stops = np.append(rows[1:], last)
        stops = stops - (self.bytes[stops - 1] == ord("\n"))
        closed = self.stands(b"/>", stops - 2)
        _insist(closed | self.stands(_ROW_ENDS, stops - len(_ROW_ENDS)))
        return np.where(closed, stops, stops - len(_ROW_ENDS)), 2 * len(rows) - int(closed.sum())

    def numbers_of_rows(self, rows: Places) -> tuple[Places, npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
        """Rows as the file numbers them, ascending; their digits as they stand, and how many bits these have."""
        _insist(self.stands(_ROW, rows))
        digits = self.words[rows + 8]
        number, length, going = np.zeros(len(rows), np.int64), np.zeros(len(rows), np.uint64), np.ones(len(rows), np.bool_)
        for place in range(_LONGEST_ROW):
            digit = ((digits >> np.uint64(8 * place)) & np.uint64(0xFF)).astype(np.int64) - ord("0")
            going &= (digit >= 0) & (digit < 10)
            number = np.where(going, number * 10 + digit, number)
            length += going.astype(np.uint64) * np.uint64(8)
        _insist(self.bytes[rows + 8 + (length // 8).astype(np.int64)] == ord('"'), np.diff(number, prepend=0) > 0)
        return number, digits & _low(length), length

    def check_beginnings(self, rows: Places, cells: Places) -> None:
        """The first cell stands right behind its row's tag, or on the next line."""
        behind = cells - (self.bytes[cells - 1] == ord("\n"))
        _insist(behind > rows + 8, self.bytes[behind - 1] == ord(">"), self.bytes[behind - 2] != ord("/"))

    def columns_of_cells(
        self, cells: Places, digits: npt.NDArray[np.uint64], lengths: npt.NDArray[np.uint64]
    ) -> tuple[Places, Places]:
        """Columns from 0 of cells with the digits of their rows, and where the quote behind the place of each cell stands."""
        place = self.words[cells + 6]
        first, second = ((place >> np.uint64(shift)) & np.uint64(0xFF) for shift in (0, 8))
        two = second >= ord("A")
        column = np.where(two, (first - ord("A") + 1) * 26 + second - ord("A"), first - ord("A")).astype(np.int64)
        letters = np.where(two, np.uint64(16), np.uint64(8))
        _insist(
            self.stands(b'<c r="', cells),
            (first >= ord("A")) & (first <= ord("Z")) & (second <= ord("Z")),
            ((place >> letters) & _low(lengths)) == digits,
        )
        return column, cells + 6 + ((letters + lengths) // 8).astype(np.int64)

    def contents(self, quotes: Places, ends: Places) -> tuple[Kinds, Places, Places, int]:
        """What cells hold, where it begins and ends, how many tags they have: form by form, as they come."""
        kind, starts, stops = np.zeros(len(quotes), np.int8), quotes.copy(), quotes.copy()
        left, tags = np.arange(len(quotes)), 0
        for _turn in range(_MOST_FORMS):
            if not len(left):
                return kind, starts, stops, tags
            form = _FORM.match(self.xml, quotes[left[0]], ends[left[0]])
            if form is None:
                raise NotPlain
            fits = self.stands(form[0], quotes[left])
            here, left = left[fits], left[~fits]
            what, behind = _held(form, self.is_number)
            kind[here], starts[here], stops[here] = what, quotes[here] + len(form[0]), ends[here] - len(behind)
            _insist(starts[here] <= stops[here] if behind else starts[here] == stops[here], self.stands(behind, stops[here]))
            if what in (SHARED, NUMBER):
                _insist(starts[here] < stops[here])
            elif form[2].endswith(b"<t>"):
                # Calamine trims a text that does not say that its blanks count.
                _insist(*(~np.isin(self.bytes[place], _BLANKS) for place in (starts[here], stops[here] - 1)))
            tags += len(here) * (1 + form[0].count(b"<") + behind.count(b"<"))
        raise NotPlain


def _held(form: re.Match[bytes], is_number: Callable[[int | None], bool]) -> tuple[int, bytes]:
    """What cells of a form hold, and what stands behind it."""
    style, typed = (found[1] if (found := one.search(form[1])) else None for one in (_STYLE, _TYPE))
    if form[2].startswith(b"><is><t"):
        return TEXT, b"" if form[2].endswith(b"</c>") else _TEXT_ENDS
    if form[2] != b"><v>":
        return EMPTY, b""
    what = _TYPES.get(typed, EMPTY)
    if what == EMPTY or (what == NUMBER and not is_number(None if style is None else int(style))):
        raise NotPlain
    return what, _VALUE_ENDS


def _low(bits: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    return (np.uint64(1) << bits) - np.uint64(1)
