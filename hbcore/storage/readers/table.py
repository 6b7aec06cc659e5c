"""A file as a table: its format, its columns by our word, the spreadsheet row of each line, what was wrong already."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from hbcore.domain.cells import clean, empty_column, word_key
from hbcore.domain.errors import FileRefused
from hbcore.domain.headings import Headings, heading_key, match_headings
from hbcore.domain.problems import RowProblem
from hbcore.domain.vocabulary import FileCode

HEADER_WITHIN = 40
"""The header stands among the first rows, under titles and notes."""

ENOUGH_HEADINGS = 2
"""One known word can stand in a sentence or a title; two in a row are a header."""

TOTALS = frozenset(["合计", "总计", "小计", "共计", "总数", "total", "subtotal", "sum"])
COMMENT = "##"

_BATCH = 50_000


@dataclass(frozen=True)
class Limits:
    """The most that is taken: bytes of the file, rows of the table."""

    bytes: int
    rows: int


PAGE = Limits(bytes=20_000_000, rows=100_000)
SHELL = Limits(bytes=500_000_000, rows=2_000_000)


@dataclass(frozen=True)
class TableFormat:
    """What the file turned out to be. `header_row` as a spreadsheet counts; its first row is 1."""

    kind: str
    encoding: str | None
    delimiter: str | None
    sheet: str | None
    header_row: int


@dataclass(frozen=True)
class Table:
    """`columns` by our word, `other` by the heading we do not know; one cell and one of `rows` a line, no nulls.

    `skipped`: blank lines, title rows, comments and totals. `problems`: ragged rows and cells that lost digits.
    """

    format: TableFormat
    columns: Mapping[str, pa.StringArray]
    other: Mapping[str, pa.StringArray]
    rows: npt.NDArray[np.int32]
    skipped: int
    problems: tuple[RowProblem, ...]


@dataclass(frozen=True)
class Header:
    """Where the header was found: `row` as a spreadsheet counts, its cells, the place of each of our words."""

    row: int
    cells: tuple[str, ...]
    places: Mapping[str, int]


def find_header(head: Iterable[Sequence[str]], headings: Headings) -> Header | None:
    """The first row with enough known headings. FileRefused(`two_header_rows`) where the next row has as many."""
    found: Header | None = None
    for row, cells in enumerate(head, start=1):
        places = match_headings(cells, headings)
        if len(places) >= ENOUGH_HEADINGS:
            if found is not None:
                raise FileRefused(FileCode.TWO_HEADER_ROWS, row=row)
            found = Header(row, tuple(cells), places)
        elif found is not None or row >= HEADER_WITHIN:
            break
    return found


def is_left_out(cells: Sequence[str]) -> bool:
    """Whether a row is blank, a comment or a total: counted, not read (contract)."""
    first = cells[0] if cells else ""
    return first.startswith(COMMENT) or word_key(first).rstrip(":") in TOTALS or not any(clean(cell) for cell in cells)


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


def made_table(
    format: TableFormat,
    header: Header,
    columns: Sequence[pa.StringArray],
    rows: npt.NDArray[np.int32],
    *,
    headings: Headings,
    skipped: int,
    problems: Iterable[RowProblem] = (),
) -> Table:
    """The table; FileRefused(`no_rows`) where nothing but the header is left."""
    if not len(rows):
        raise FileRefused(FileCode.NO_ROWS)
    known, other = named(header, columns, headings)
    return Table(format, known, other, rows, skipped, tuple(problems))


def check_rows(rows: int, limits: Limits) -> None:
    """FileRefused(`too_many_rows`) where a file has more rows than are taken at once."""
    if rows > limits.rows:
        raise FileRefused(FileCode.TOO_MANY_ROWS, rows=rows, limit=limits.rows)


def columns_of(rows: Iterable[Sequence[str]], width: int) -> list[pa.StringArray]:
    """Columns from rows of `width` cells, a batch at a time: two million rows are never Python objects together."""
    made: list[list[pa.StringArray]] = [[empty_column(0)] for _ in range(width)]
    coming = iter(rows)
    while batch := list(islice(coming, _BATCH)):
        for column, cells in zip(made, zip(*batch, strict=True), strict=True):
            column.append(pa.array(cells, pa.string()))
    return [pa.concat_arrays(parts) for parts in made]
