"""A file as a table: its format, its columns by our word, the spreadsheet row of each line, what was wrong already."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hbcore.domain.cells import as_mask, clean, empty_column
from hbcore.domain.csv_cells import MADE_SAFE
from hbcore.domain.errors import FileRefused, Refused
from hbcore.domain.headings import ADDED, Headings, heading_key, match_headings, twice_named
from hbcore.domain.problems import Note, RowProblem
from hbcore.domain.vocabulary import FileCode, RowCode
from hbcore.storage.readers.left_out import is_comment, left_out

HEADER_WITHIN = 40
"""The header stands among the first rows, under titles and notes."""

ENOUGH_HEADINGS = 2
"""One known word can stand in a sentence or a title; two in a row are a header."""

_BATCH = 50_000


@dataclass(frozen=True)
class Limits:
    """The most that is taken: bytes of the file, rows of the table; bytes of memory and seconds for reading a workbook."""

    bytes: int
    rows: int
    memory: int = 2_000_000_000
    seconds: int = 60


PAGE = Limits(bytes=20_000_000, rows=100_000)
SHELL = Limits(bytes=500_000_000, rows=2_000_000, memory=6_000_000_000, seconds=600)


@dataclass(frozen=True)
class TableFormat:
    """What the file is: `csv`, `xlsx`, `xlsm`, `xls` or `ods`. `header_row` as a spreadsheet counts; its first row is 1."""

    kind: str
    encoding: str | None
    delimiter: str | None
    sheet: str | None
    header_row: int


@dataclass(frozen=True)
class Table:
    """`columns` by our word, `other` by the heading we do not know; one cell and one of `rows` a line, no nulls.

    `skipped`: blank lines, title rows, comments and totals. `problems`: ragged rows and cells that lost digits.
    `notes`: what of a workbook was not read, or is hidden. `headings`: as they stand in the file, each with its column.
    `beyond`: of ragged rows, the cells right of the last heading.
    """

    format: TableFormat
    columns: Mapping[str, pa.StringArray]
    other: Mapping[str, pa.StringArray]
    rows: npt.NDArray[np.int32]
    skipped: int
    problems: tuple[RowProblem, ...]
    notes: tuple[Note, ...] = ()
    headings: tuple[tuple[str, str], ...] = ()
    beyond: Mapping[int, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Header:
    """Where the header was found: `row` as a spreadsheet counts, its cells, the place of each of our words."""

    row: int
    cells: tuple[str, ...]
    places: Mapping[str, int]


@dataclass(frozen=True)
class Read:
    """What a reader has below the header, left-out rows counted in `skipped` and gone."""

    columns: Sequence[pa.StringArray]
    rows: npt.NDArray[np.int32]
    skipped: int
    problems: tuple[RowProblem, ...] = ()
    notes: tuple[Note, ...] = ()
    beyond: Mapping[int, tuple[str, ...]] = field(default_factory=dict)


def find_header(head: Iterable[Sequence[str]], headings: Headings) -> Header | None:
    """The first row with enough known headings, comments apart.

    FileRefused(`two_header_rows`) where the next row goes on with headings.
    """
    found: Header | None = None
    for row, cells in enumerate(head, start=1):
        if is_comment(cells):
            continue
        places = match_headings(cells, headings)
        enough = len(places) >= ENOUGH_HEADINGS
        if found is not None:
            if enough or (places and _names_nobody(cells, found)):
                raise FileRefused(FileCode.TWO_HEADER_ROWS, row=row)
            break
        if enough:
            found = Header(row, tuple(cells), places)
        elif row >= HEADER_WITHIN:
            break
    return found


def _names_nobody(cells: Sequence[str], header: Header) -> bool:
    """Whether nothing stands under the headings that every row fills: below merged cells, one heading is a second header row."""
    filled = [place for word, place in header.places.items() if word in ("name", "document_number", "sample_number")]
    return not any(clean(cells[place]) for place in filled if place < len(cells))


def named(
    header: Header, columns: Sequence[pa.StringArray], headings: Headings
) -> tuple[dict[str, pa.StringArray], dict[str, pa.StringArray]]:
    """Columns by our word, with what a heading implies of another column; and the others by their heading."""
    known = {word: columns[place] for word, place in header.places.items()}
    others = set(range(len(columns))) - set(header.places.values())
    for place in header.places.values():
        word, cell = headings.implied.get(heading_key(header.cells[place]), ("", ""))
        if word and word not in known:
            known[word] = pa.repeat(pa.scalar(cell, pa.string()), len(columns[place]))
    return known, {clean(header.cells[place]): columns[place] for place in sorted(others) if clean(header.cells[place])}


def made_table(format: TableFormat, header: Header, read: Read, headings: Headings) -> Table:
    """The table; FileRefused(`no_rows`) where nothing but the header is left; Refused(`two_columns_for_one`) by a mapping."""
    if twice := twice_named(header.cells, headings):
        raise Refused("two_columns_for_one", headings=" · ".join(f"“{one}”" for one in twice))
    if not len(read.rows):
        raise FileRefused(FileCode.NO_ROWS)
    read = _with_beyond(header, read)
    found = (*read.problems, *_repeated(header, read))
    known, other = named(header, list(map(_as_typed, read.columns)), headings)
    words = {place: word for word, place in header.places.items()}
    shown = tuple((cell.strip(), words.get(place) or clean(cell)) for place, cell in enumerate(header.cells))
    return Table(format, known, other, read.rows, header.row - 1 + read.skipped, found, read.notes, shown, read.beyond)


def _with_beyond(header: Header, read: Read) -> Read:
    """In a problem file of ours a cell right of the last heading belongs nowhere; a sheet cannot say so by a longer row."""
    headings = [clean(cell) for cell in header.cells]
    width = max((place for place, heading in enumerate(headings, start=1) if heading), default=0)
    if width == len(headings) or set(headings).isdisjoint(ADDED.values()):
        return read
    ragged = {one.row for one in read.problems if one.column is None}
    right = zip(read.rows.tolist(), zip(*(column.to_pylist() for column in read.columns[width:]), strict=True), strict=True)
    beyond = {row: cells for row, cells in right if row not in ragged and any(map(clean, cells))}
    found = (RowProblem(row, None, RowCode.CELLS_BEYOND_HEADER) for row in beyond)
    return replace(read, problems=(*read.problems, *found), beyond={**read.beyond, **beyond})


def _repeated(header: Header, read: Read) -> list[RowProblem]:
    """The rows that hold the known headings once more, each in its column: of parts that were put one below the other."""
    rows = np.arange(0)
    for first, place in enumerate(header.places.values()):
        column = read.columns[place] if not first else read.columns[place].take(pa.array(rows))
        alike = np.flatnonzero(as_mask(pc.equal(column, header.cells[place])))
        rows = rows[alike] if first else alike
        if not rows.size:
            break
    return [RowProblem(row, None, RowCode.REPEATED_HEADINGS) for row in read.rows[rows].tolist()]


def _as_typed(column: pa.StringArray) -> pa.StringArray:
    """The cells without the apostrophe by which a spreadsheet was kept from running them."""
    guarded = pc.any(pc.starts_with(column, "'")).as_py()
    return pc.replace_substring_regex(column, MADE_SAFE, r"\1") if guarded else column


def check_rows(rows: int, limits: Limits) -> None:
    """FileRefused(`too_many_rows`) where a file has more rows than are taken at once."""
    if rows > limits.rows:
        raise FileRefused(FileCode.TOO_MANY_ROWS, rows=rows, limit=limits.rows)


def without_left_out(columns: Sequence[pa.StringArray], rows: npt.NDArray[np.int32], limits: Limits) -> Read:
    """Columns as they stand in the file, without blank rows, comments and totals; FileRefused(`too_many_rows`)."""
    gone = left_out(columns)
    kept = len(rows) - int(gone.sum())
    check_rows(kept, limits)
    if kept == len(rows):
        return Read(columns, rows, 0)
    mask = pa.array(~gone)
    return Read([column.filter(mask) for column in columns], rows[~gone], len(rows) - kept)


def columns_of(rows: Iterable[Sequence[str]], width: int) -> list[pa.StringArray]:
    """Columns from rows of `width` cells, a batch at a time: two million rows are never Python objects together."""
    made: list[list[pa.StringArray]] = [[empty_column(0)] for _ in range(width)]
    coming = iter(rows)
    while batch := list(islice(coming, _BATCH)):
        for column, cells in zip(made, zip(*batch, strict=True), strict=True):
            column.append(pa.array(cells, pa.string()))
    return [pa.concat_arrays(parts) for parts in made]
