"""A plain sheet of an XLSX with its shared texts and the styles of its numbers: the same answers as calamine's, by columns."""

import re
from collections.abc import Callable, Collection
from functools import partial
from io import BytesIO
from zipfile import ZipFile

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hbcore.domain.cells import as_mask, empty_column
from hbcore.storage.readers.grids import from_1900, text_of
from hbcore.storage.readers.plain_sheet import (
    BEHIND,
    EMPTY,
    MOST_BYTES,
    NUMBER,
    SHARED,
    TEXT,
    NotPlain,
    Places,
    PlainCells,
    check_text,
    plain_cells,
)
from hbcore.storage.readers.sheet_marks import NAMING, part_of

_CHUNK = 1 << 18
_STRINGS, _STYLES = "xl/sharedStrings.xml", "xl/styles.xml"
_STRING = re.compile(rb'<si><t(?: xml:space="preserve")?>([^<]*)</t>(?:<phoneticPr [^<>]*/>)?</si>')
_TRIMMED = re.compile(rb"<t>(?:[ \t\n]|[^<]*[ \t\n]</t>)")
"""Calamine trims a text that does not say that its blanks count."""
_CELL_STYLES, _FORMAT = re.compile(rb"<cellXfs[ >].*?</cellXfs>", re.DOTALL), re.compile(rb"<xf\s[^>]*>")
_FORMAT_OF = re.compile(rb'\snumFmtId="([0-9]+)"')
_OWN_FORMATS, _OWN_FORMAT = re.compile(rb"<numFmts[ >].*?</numFmts>", re.DOTALL), re.compile(rb"""\snumFmtId=["']([0-9]+)""")
_NUMBERS = frozenset({*range(5), *range(9, 14), *range(37, 41), 48, 49})
"""Built-in formats of spreadsheets that are no dates (ECMA-376 part 1, 18.8.30)."""
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&"))
_PLACE, _NUMBER = r"\A[0-9]{1,9}\z", r"\A-?[0-9]+(?:\.[0-9]+)?(?:[Ee][+-]?[0-9]+)?\z"


def plain_grid(data: bytes, sheet: str) -> "PlainGrid | None":
    """The sheet of this name; None where something else than plain cells stands in it."""
    with ZipFile(BytesIO(data)) as archive:
        return _grid_of(archive, sheet)


def _grid_of(archive: ZipFile, sheet: str) -> "PlainGrid | None":
    parts = set(archive.namelist())
    part = part_of(archive, sheet) if parts.issuperset(NAMING) else ""
    if part not in parts or archive.getinfo(part).file_size > MOST_BYTES:
        return None
    numbers = _styles_of_numbers(archive.read(_STYLES)) if _STYLES in parts else frozenset()
    try:
        cells = plain_cells(_read(archive, part), lambda style: style is None or style in numbers)
        shared = _shared(archive.read(_STRINGS)) if (cells.kind == SHARED).any() and _STRINGS in parts else empty_column(0)
        return PlainGrid(cells, shared)
    except (NotPlain, MemoryError):
        return None


def _read(archive: ZipFile, part: str) -> bytearray:
    """As `archive.read`, which holds a part three times before it has it; and `BEHIND`."""
    size = archive.getinfo(part).file_size
    made = bytearray(size + len(BEHIND))
    made[size:] = BEHIND
    place = 0
    with archive.open(part) as file, memoryview(made) as held:
        while chunk := file.read(_CHUNK):
            held[place : place + len(chunk)] = chunk
            place += len(chunk)
    return made


def _styles_of_numbers(xml: bytes) -> frozenset[int]:
    """The places of the styles that make no date of a number; none where that takes more than a look."""
    if b"<!" in xml:
        return frozenset()
    own = {int(format) for formats in _OWN_FORMATS.findall(xml) for format in _OWN_FORMAT.findall(formats)}
    styles = _FORMAT.findall(found[0]) if (found := _CELL_STYLES.search(xml)) else []
    formats = [int(one[1]) if (one := _FORMAT_OF.search(style)) else -1 for style in styles]
    return frozenset(place for place, format in enumerate(formats) if format in _NUMBERS - own)


def _shared(xml: bytes) -> pa.StringArray:
    found = _STRING.findall(xml)
    check_text(xml)
    if len(found) != xml.count(b"<si>") or b"<!" in xml or _TRIMMED.search(xml):
        raise NotPlain
    return _unescaped(pa.array(found, pa.string()))


def _unescaped(texts: pa.StringArray) -> pa.StringArray:
    """Entities as what they stand for, an ampersand last."""
    if not pc.any(pc.match_substring(texts, "&")).as_py():
        return texts
    for entity, letter in _ENTITIES:
        texts = pc.replace_substring(texts, entity, letter)
    return texts


class PlainGrid:
    """As `Grid` says. NotPlain where a number is none, or a shared text is not there."""

    def __init__(self, cells: PlainCells, shared: pa.StringArray) -> None:
        self._cells, self._shared = cells, shared
        filled = np.flatnonzero(cells.kind != EMPTY)
        self._height = int(cells.row[filled].max(initial=-1)) + 1
        width = int(cells.column[filled].max(initial=-1)) + 1
        columns = cells.column[filled].astype(np.int16)
        self._of_column = np.split(
            filled[np.argsort(columns, kind="stable")], np.cumsum(np.bincount(columns, minlength=width))[:-1]
        )
        self._check()

    def _check(self) -> None:
        numbers, places = (self._cells.texts(np.flatnonzero(self._cells.kind == kind)) for kind in (NUMBER, SHARED))
        for texts, form in ((numbers, _NUMBER), (places, _PLACE)):
            if not as_mask(pc.match_substring_regex(texts, form)).all():
                raise NotPlain
        if places.cast(pa.int32()).to_numpy().max(initial=-1) >= len(self._shared):
            raise NotPlain

    def __len__(self) -> int:
        """As `Grid` says, like all that follows."""
        return self._height

    def head(self, rows: int) -> list[list[str]]:
        """As text."""
        height = min(rows, self._height)
        columns = [self._column(chosen[self._cells.row[chosen] < height], 0, height) for chosen in self._of_column]
        return [list(row) for row in zip(*(column.to_pylist() for column in columns), strict=True)]

    def columns(self, first: int, from_1904: Collection[int]) -> list[pa.StringArray]:
        """As text."""
        return [
            self._column(chosen[self._cells.row[chosen] >= first], first, self._height, place in from_1904)
            for place, chosen in enumerate(self._of_column)
        ]

    def numbers(self, column: int, first: int) -> list[tuple[int, float]]:
        """With their rows."""
        chosen = self._of_column[column]
        chosen = chosen[(self._cells.row[chosen] >= first) & (self._cells.kind[chosen] == NUMBER)]
        numbers = self._cells.texts(chosen).to_pylist()
        return list(zip(self._cells.row[chosen].tolist(), map(float, numbers), strict=True))

    def _column(self, chosen: Places, first: int, last: int, from_1904: bool = False) -> pa.StringArray:
        """The text of these cells of a column, in the rows from `first` to before `last`."""
        texts, kind = self._cells.texts(chosen), self._cells.kind[chosen]
        ways: tuple[tuple[int, Callable[[pa.StringArray], pa.StringArray]], ...] = (
            (TEXT, _unescaped),
            (SHARED, lambda places: self._shared.take(places.cast(pa.int32()))),
            (NUMBER, partial(_numbers_as_text, from_1904=from_1904)),
        )
        for of_kind, read in ways:
            here = kind == of_kind
            if here.all():
                texts = read(texts)
            elif here.any():
                texts = pc.replace_with_mask(texts, pa.array(here), read(texts.filter(pa.array(here))))
        if len(chosen) == last - first:
            return texts
        places = np.full(last - first, -1)
        places[self._cells.row[chosen] - first] = np.arange(len(chosen))
        return texts.take(pa.array(places, mask=places < 0)).fill_null("")


def _numbers_as_text(numbers: pa.StringArray, from_1904: bool) -> pa.StringArray:
    """As their reader gives them, once for each distinct one."""
    distinct = numbers.dictionary_encode()
    read = [float(number) for number in distinct.dictionary.to_pylist()]
    return pa.array([text_of(from_1900(number) if from_1904 else number) for number in read], pa.string()).take(distinct.indices)
