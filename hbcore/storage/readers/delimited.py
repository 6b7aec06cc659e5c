"""Delimited text to columns: by Arrow where every line is a row, by `csv.reader` where something is unusual."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from itertools import islice

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv

from hbcore.domain.cells import Places, cells_of, clean, coded, coded_where, is_one_of
from hbcore.domain.errors import FileRefused
from hbcore.domain.headings import Headings
from hbcore.domain.problems import Mask, RowProblem
from hbcore.domain.vocabulary import FileCode, RowCode
from hbcore.storage.readers.encodings import Text
from hbcore.storage.readers.table import (
    HEADER_WITHIN,
    TOTALS,
    Header,
    Limits,
    Table,
    TableFormat,
    check_rows,
    columns_of,
    find_header,
    is_left_out,
    made_table,
)

DELIMITERS = (",", "\t", ";", "|")

_TOTAL_CELLS = [form(word) + mark for word in sorted(TOTALS) for form in (str, str.upper, str.title) for mark in ("", ":", "：")]
_ODD_BEGINNINGS = (0xC2, 0xE2, 0xE3, 0xEF)
"""How blanks of other kinds, zero-width and full-width characters begin in UTF-8."""

_HEAD = 1 << 18
_BATCH = 50_000
_BLOCK = 1 << 22


def read_delimited(text: Text, headings: Headings, limits: Limits) -> Table:
    """FileRefused: `no_known_headings`, `two_header_rows`, `no_rows`, `too_many_rows`, `not_a_table`."""
    # A file of an old Macintosh ends its lines by CR alone, which Arrow and csv.reader both take for one long line.
    utf8 = text.utf8 if b"\n" in text.utf8 else text.utf8.replace(b"\r", b"\n")
    delimiter, header = _header(utf8, headings)
    made = TableFormat("csv", text.encoding, delimiter, None, header.row)
    read = _read_plain(utf8, delimiter, header, limits) or _read_any(utf8, delimiter, header, limits)
    skipped = header.row - 1 + read.skipped
    return made_table(made, header, read.columns, read.rows, headings=headings, skipped=skipped, problems=read.problems)


@dataclass(frozen=True)
class _Read:
    columns: Sequence[pa.StringArray]
    rows: npt.NDArray[np.int32]
    skipped: int
    problems: tuple[RowProblem, ...] = ()


def _header(utf8: bytes, headings: Headings) -> tuple[str, Header]:
    """The delimiter by which the header has the most known headings."""
    found = [(delimiter, find_header(_head(utf8, delimiter), headings)) for delimiter in DELIMITERS]
    headers = [(delimiter, header) for delimiter, header in found if header is not None]
    if not headers:
        raise FileRefused(FileCode.NO_KNOWN_HEADINGS)
    return max(headers, key=lambda pair: len(pair[1].places))


def _head(utf8: bytes, delimiter: str) -> list[list[str]]:
    return list(islice(_records(utf8[:_HEAD], delimiter), HEADER_WITHIN + 1))


def _records(utf8: bytes, delimiter: str) -> Iterator[list[str]]:
    """Rows as a spreadsheet has them: a quoted line break stays inside its row, a blank line is a row of no cells."""
    # Errors only at the cut of a head: the whole was checked before.
    lines = TextIOWrapper(BytesIO(utf8), "utf-8", errors="replace", newline="")
    try:
        yield from csv.reader(lines, delimiter=delimiter)
    except csv.Error as reason:
        raise FileRefused(FileCode.NOT_A_TABLE) from reason


def _read_plain(utf8: bytes, delimiter: str, header: Header, limits: Limits) -> _Read | None:
    """Arrow's reading, where it is certain that line n of the file is row n; None where it is not."""
    if utf8.count(b"\r") not in (0, utf8.count(b"\r\n")) or (b'"' in utf8[:_HEAD] and _quoted_break(utf8, delimiter, header)):
        return None
    start = _end_of_line(utf8, header.row)
    lines = utf8.count(b"\n", start) + (not utf8.endswith(b"\n"))
    check_rows(lines - HEADER_WITHIN, limits)
    try:
        table = _by_arrow(utf8, start, delimiter, len(header.cells))
    except pa.ArrowInvalid:
        return None
    if table.num_rows != lines:
        return None
    columns = [column.combine_chunks() for column in table.columns]
    rows = np.arange(header.row + 1, header.row + 1 + lines, dtype=np.int32)
    return _without_left_out(columns, rows, limits)


def _quoted_break(utf8: bytes, delimiter: str, header: Header) -> bool:
    """Whether the rows down to the header span more lines than they are."""
    reader = csv.reader(TextIOWrapper(BytesIO(utf8[:_HEAD]), "utf-8", errors="replace", newline=""), delimiter=delimiter)
    for _ in islice(reader, header.row):
        pass
    return reader.line_num != header.row


def _end_of_line(utf8: bytes, lines: int) -> int:
    place = 0
    for _ in range(lines):
        place = utf8.find(b"\n", place) + 1
        if not place:
            return len(utf8)
    return place


def _by_arrow(utf8: bytes, start: int, delimiter: str, width: int) -> pa.Table:
    names = [str(place) for place in range(width)]
    return pa.csv.read_csv(
        pa.BufferReader(pa.py_buffer(utf8).slice(start)),
        read_options=pa.csv.ReadOptions(column_names=names, block_size=_BLOCK),
        parse_options=pa.csv.ParseOptions(
            delimiter=delimiter, newlines_in_values=utf8.find(b'"', start) >= 0, invalid_row_handler=lambda row: "skip"
        ),
        convert_options=pa.csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, check_utf8=False
        ),
    )


def _without_left_out(columns: list[pa.StringArray], rows: npt.NDArray[np.int32], limits: Limits) -> _Read:
    left_out = _left_out(columns)
    kept = len(rows) - int(left_out.sum())
    check_rows(kept, limits)
    if kept == len(rows):
        return _Read(columns, rows, 0)
    mask = pa.array(~left_out)
    return _Read([column.filter(mask) for column in columns], rows[~left_out], len(rows) - kept)


def _left_out(columns: list[pa.StringArray]) -> Mask:
    """`is_left_out` by columns: only cells that are a total's word or begin unlike a word are looked at."""
    first = cells_of(columns[0])
    made = is_one_of(first.text, _TOTAL_CELLS)
    begun = np.flatnonzero(first.lengths > 0)
    byte = first.byte(0, begun)
    odd = first.lengths == 0
    odd[begun[(byte < 0x30) | np.isin(byte, _ODD_BEGINNINGS)]] = True
    made |= coded_where(first.text, odd, lambda cell: is_left_out([cell, "not blank"])) > 0
    made[_blank(columns, odd)] = True
    return made


def _blank(columns: list[pa.StringArray], maybe: Mask) -> Places:
    rows = np.flatnonzero(maybe)
    for column in columns:
        if not rows.size:
            break
        rows = rows[coded(column.take(pa.array(rows)), lambda cell: not clean(cell)) > 0]
    return rows


def _read_any(utf8: bytes, delimiter: str, header: Header, limits: Limits) -> _Read:
    """Every row looked at: blank lines, ragged rows, line breaks inside quotes."""
    width = len(header.cells)
    batches: list[list[list[str]]] = [[]]
    rows: list[int] = []
    problems: list[RowProblem] = []
    skipped = 0
    for row, cells in enumerate(_records(utf8, delimiter), start=1):
        if row <= header.row:
            continue
        if is_left_out(cells):
            skipped += 1
            continue
        rows.append(row)
        check_rows(len(rows), limits)
        if why := _why_ragged(cells, width):
            problems.append(RowProblem(row, None, why))
        if len(batches[-1]) == _BATCH:
            batches.append([])
        batches[-1].append(cells[:width] + [""] * (width - len(cells)))
    return _Read(columns_of(batches, width), np.array(rows, np.int32), skipped, tuple(problems))


def _why_ragged(cells: Sequence[str], width: int) -> RowCode | None:
    """Empty cells beyond the header are a spreadsheet's habit and shift nothing."""
    if len(cells) < width:
        return RowCode.TOO_FEW_CELLS
    return RowCode.CELLS_BEYOND_HEADER if any(clean(cell) for cell in cells[width:]) else None
