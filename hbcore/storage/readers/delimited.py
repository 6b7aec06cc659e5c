"""Delimited text to columns: by Arrow where every line is a row, row by row where something is unusual."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from io import BytesIO, StringIO, TextIOWrapper
from itertools import islice

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from hbcore.domain.cells import clean
from hbcore.domain.errors import FileRefused
from hbcore.domain.headings import Headings
from hbcore.domain.problems import RowProblem
from hbcore.domain.vocabulary import Encoding, FileCode, RowCode
from hbcore.storage.readers.encodings import HEAD, Text, as_text, guesses, transcoded
from hbcore.storage.readers.left_out import is_left_out
from hbcore.storage.readers.records import records, records_below
from hbcore.storage.readers.table import (
    HEADER_WITHIN,
    Header,
    Limits,
    Read,
    Table,
    TableFormat,
    check_rows,
    columns_of,
    find_header,
    made_table,
    without_left_out,
)

DELIMITERS = (",", "\t", ";", "|")

_NAMES = ("name", "last_name")
_FIRST_ROWS = 500

_BLOCK, _SLICE = 1 << 22, 1 << 20
_KEPT_AS_TEXT = b'="'
_IN_QUOTES = r'^="(.*)"$'
"""How Excel is told to keep a number's zeros: ="00123"."""


def read_delimited(data: bytes, headings: Headings, limits: Limits, encoding: Encoding | None = None) -> Table:
    """In `encoding`, or in the likeliest one that shows known headings.

    FileRefused: `unknown_encoding`, `no_known_headings`, `two_header_rows`, `no_rows`, `too_many_rows`, `not_a_table`.
    """
    why: list[FileRefused] = []
    for tried in [encoding] if encoding else guesses(data):
        try:
            return _read_text(as_text(data, tried, checked=encoding is None), headings, limits)
        except FileRefused as refused:
            if refused.code not in (FileCode.UNKNOWN_ENCODING, FileCode.NO_KNOWN_HEADINGS):
                raise
            why.append(refused)
    raise why[0] if why else FileRefused(FileCode.UNKNOWN_ENCODING)


def names_read_as(data: bytes, headings: Headings, encoding: Encoding) -> list[str]:
    """Names among a file's first rows as `encoding` reads them: those first that another encoding would read otherwise."""
    head = data[:HEAD].decode(encoding, errors="replace").removeprefix("\ufeff")
    try:
        found = _header_in(head, headings)
        delimiter, header = found or (",", None)
        rows = _head(head, delimiter, _FIRST_ROWS)
    except FileRefused:
        return []
    if header is None or not (words := [word for word in _NAMES if word in header.places]):
        return []
    names = [clean(row[header.places[words[0]]]) for row in rows[header.row :] if len(row) == len(header.cells)]
    return sorted(filter(None, dict.fromkeys(names)), key=str.isascii)


def first_rows_of_text(data: bytes, encoding: Encoding | None = None) -> list[list[str]]:
    """The rows at the top of a text, by the delimiter with the most cells; FileRefused: `unknown_encoding`, `not_a_table`."""
    likeliest = [encoding] if encoding else guesses(data)
    if not likeliest:
        raise FileRefused(FileCode.UNKNOWN_ENCODING)
    head = _with_lines(as_text(data, likeliest[0])).head()
    return max((_head(head, delimiter) for delimiter in DELIMITERS), key=lambda rows: max(map(len, rows), default=0))


def _with_lines(text: Text) -> Text:
    """A file of an old Macintosh ends its lines by CR alone, which would make one long line."""
    return text if b"\n" in text.raw else Text(text.raw.replace(b"\r", b"\n"), text.encoding)


def _read_text(text: Text, headings: Headings, limits: Limits) -> Table:
    text = _with_lines(text)
    delimiter, header = _header(text, headings)
    made = TableFormat("csv", text.encoding, delimiter, None, header.row)
    read = _read_plain(text, delimiter, header, limits) or _read_any(text.utf8(), delimiter, header, limits)
    # One byte is found ten times as fast as two, and most files have no quote at all.
    if b'"' in text.raw and _KEPT_AS_TEXT in text.raw:
        read = replace(read, columns=[pc.replace_substring_regex(column, _IN_QUOTES, r"\1") for column in read.columns])
    return made_table(made, header, read, headings)


def _header(text: Text, headings: Headings) -> tuple[str, Header]:
    """As `_header_in`; FileRefused(`unknown_encoding`, `no_known_headings`) where there is none."""
    found = _header_in(text.head(), headings)
    if found is None:
        text.utf8()
        raise FileRefused(FileCode.NO_KNOWN_HEADINGS)
    return found


def _header_in(head: str, headings: Headings) -> tuple[str, Header] | None:
    """The delimiter by which the header has the most known headings."""
    found = [(delimiter, find_header(_head(head, delimiter), headings)) for delimiter in DELIMITERS]
    headers = [(delimiter, header) for delimiter, header in found if header is not None]
    return max(headers, key=lambda pair: len(pair[1].places), default=None)


def _head(head: str, delimiter: str, most: int = HEADER_WITHIN + 1) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for cells in islice(records(StringIO(head, newline=""), delimiter), most):
            rows.append(cells)
    except FileRefused:
        # A quotation mark below swallows all that comes: no reason not to know the headings above it.
        if not rows:
            raise
    return rows


def _read_plain(text: Text, delimiter: str, header: Header, limits: Limits) -> Read | None:
    """Arrow's reading, where it is certain that line n of the file is row n; None where it is not."""
    start = _end_of_line(text.raw, header.row)
    if not _is_plain(text, delimiter, start):
        return None
    end = _end_of_text(text.raw)
    lines = _count(memoryview(text.raw)[start:end], b"\n") + 1 if start < end else 0
    check_rows(lines - HEADER_WITHIN, limits)
    try:
        table = _by_arrow(text, start, delimiter, len(header.cells))
    except pa.ArrowInvalid:
        # A ragged row. Its text is in the exception, which goes no further.
        return None
    if table.num_rows != lines:
        return None
    columns = []
    while table.num_columns:  # one at a time: a million rows are never there twice
        column, table = table.column(0).combine_chunks(), table.remove_column(0)
        columns.append(column if text.is_utf8 else transcoded(column))
    rows = np.arange(header.row + 1, header.row + 1 + lines, dtype=np.int32)
    read = without_left_out(columns, rows, limits)
    # Blank lines at the end are most files' only unusual ones: no reason for the careful way.
    return replace(read, skipped=read.skipped + max(0, text.raw.count(b"\n", end) - 1))


def _is_plain(text: Text, delimiter: str, start: int) -> bool:
    """No quotes above the data, no carriage returns but before line feeds, no delimiter that is half a letter."""
    half_a_letter = not text.is_utf8 and delimiter == "|"
    if half_a_letter or text.raw.find(b'"', 0, start) >= 0:
        return False
    return b"\r" not in text.raw or _count(text.raw, b"\r") == text.raw.count(b"\r\n")


def _count(raw: bytes | memoryview, byte: bytes) -> int:
    """As `bytes.count`, in a tenth of its time where there are many."""
    counted = np.frombuffer(raw, np.uint8)
    return sum(int(np.count_nonzero(counted[first : first + _SLICE] == ord(byte))) for first in range(0, len(counted), _SLICE))


def _end_of_text(raw: bytes) -> int:
    end = len(raw)
    while end and raw[end - 1] in b"\r\n":
        end -= 1
    return end


def _end_of_line(raw: bytes, lines: int) -> int:
    place = 0
    for _ in range(lines):
        place = raw.find(b"\n", place) + 1
        if not place:
            return len(raw)
    return place


def _by_arrow(text: Text, start: int, delimiter: str, width: int) -> pa.Table:
    names = [str(place) for place in range(width)]
    cell = pa.string() if text.is_utf8 else pa.binary()
    return pa.csv.read_csv(
        pa.BufferReader(pa.py_buffer(text.raw).slice(start)),
        read_options=pa.csv.ReadOptions(column_names=names, block_size=_BLOCK),
        parse_options=pa.csv.ParseOptions(
            delimiter=delimiter,
            newlines_in_values=text.raw.find(b'"', start) >= 0,
        ),
        convert_options=pa.csv.ConvertOptions(
            column_types=dict.fromkeys(names, cell), strings_can_be_null=False, check_utf8=False
        ),
    )


def _read_any(utf8: bytes, delimiter: str, header: Header, limits: Limits) -> Read:
    """Every row looked at: blank lines, ragged rows, line breaks inside quotes, quotes that would swallow rows."""
    rows: list[int] = []
    problems: list[RowProblem] = []
    beyond: dict[int, tuple[str, ...]] = {}
    skipped = 0

    def kept() -> Iterator[list[str]]:
        nonlocal skipped
        below = records_below(lines, delimiter, header.row, width)
        for row, (cells, unclosed) in enumerate(below, start=header.row + 1):
            if is_left_out(cells):
                skipped += 1
                continue
            rows.append(row)
            check_rows(len(rows), limits)
            if why := RowCode.UNCLOSED_QUOTE if unclosed else _why_ragged(cells, width):
                problems.append(RowProblem(row, None, why))
                beyond[row] = tuple(cells[width:])
            yield cells[:width] + [""] * (width - len(cells))

    width = len(header.cells)
    lines = TextIOWrapper(BytesIO(utf8), "utf-8", newline="")
    columns = columns_of(kept(), width)
    return Read(columns, np.array(rows, np.int32), skipped, tuple(problems), beyond=beyond)


def _why_ragged(cells: Sequence[str], width: int) -> RowCode | None:
    """Empty cells beyond the header are a spreadsheet's habit and shift nothing."""
    if len(cells) < width:
        return RowCode.TOO_FEW_CELLS
    return RowCode.CELLS_BEYOND_HEADER if any(clean(cell) for cell in cells[width:]) else None
