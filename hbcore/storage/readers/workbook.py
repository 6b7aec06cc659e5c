"""Workbooks (XLSX) to columns: checked before they are opened, typed cells as the text a file would have."""

import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from io import BytesIO
from zipfile import BadZipFile, ZipFile, ZipInfo

import numpy as np
import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from hbcore.domain.errors import FileRefused
from hbcore.domain.headings import Headings
from hbcore.domain.problems import RowProblem
from hbcore.domain.vocabulary import FileCode, RowCode
from hbcore.storage.readers.table import (
    Header,
    Limits,
    Table,
    TableFormat,
    find_header,
    made_table,
    without_left_out,
)

MOST_PARTS = 1_000
MOST_RATIO = 100
"""A sheet of 100,000 different people shrinks to a tenth; a bomb to a thousandth."""
SMALL = 10_000_000
"""What inflates to no more needs no ratio: a few rows of one word shrink far."""
MOST_INFLATED = 40
"""Times the bytes that are taken at all."""

WORKBOOK_PART = "xl/workbook.xml"
NUMBER_COLUMNS = ("document_number", "sample_number")
EXACT_BELOW = 10**15
"""A spreadsheet keeps 15 digits of a number; the rest of an 18-digit one is lost."""
SHORT_BELOW = 10**7
"""Fewer than eight digits: a permit that has lost its leading zeros (domain part 4)."""

_FAR_CELL = re.compile(rb' r="(?:[A-Z]{3}|[A-Z]{1,2}[0-9]{7})')
"""A cell right of column ZZ or below row 999,999: one such cell makes a reader lay out millions of empty ones."""
_CHUNK = 1 << 20


def read_workbook(data: bytes, headings: Headings, limits: Limits) -> Table:
    """The first visible sheet with known headings. FileRefused: `unsafe_workbook`, `archive`, `empty_file`, and as for text."""
    check_workbook(data, limits)
    empty = True
    for name, rows in _sheets(data):
        empty = empty and not rows
        header = find_header(([_text(cell) for cell in row] for row in rows), headings)
        if header is not None:
            return _read_rows(rows, header, name, headings, limits)
    raise FileRefused(FileCode.EMPTY_FILE if empty else FileCode.NO_KNOWN_HEADINGS)


def check_workbook(data: bytes, limits: Limits) -> None:
    """Before anything is opened: parts, ratio, real inflated size, no cell far out (security part 2, S30)."""
    try:
        with ZipFile(BytesIO(data)) as archive:
            parts = archive.infolist()
            if not any(part.filename == WORKBOOK_PART for part in parts):
                raise FileRefused(FileCode.ARCHIVE)
            if len(parts) > MOST_PARTS or any(part.flag_bits & 1 for part in parts):
                raise FileRefused(FileCode.UNSAFE_WORKBOOK)
            _check_inflated(archive, parts, len(data), limits)
    except (BadZipFile, NotImplementedError, EOFError, OSError, ValueError, RuntimeError, zlib.error):
        raise FileRefused(FileCode.UNSAFE_WORKBOOK) from None


def _check_inflated(archive: ZipFile, parts: Iterable[ZipInfo], size: int, limits: Limits) -> None:
    inflated = 0
    for part in parts:
        for chunk in _chunks(archive, part):
            inflated += len(chunk)
            too_much = inflated > MOST_INFLATED * limits.bytes or (inflated > SMALL and inflated > MOST_RATIO * size)
            if too_much or _FAR_CELL.search(chunk):
                raise FileRefused(FileCode.UNSAFE_WORKBOOK)


def _chunks(archive: ZipFile, part: ZipInfo) -> Iterator[bytes]:
    """Chunks overlap by the length of a cell's reference, or one could hide across the seam."""
    with archive.open(part) as file:
        before = b""
        while chunk := file.read(_CHUNK):
            yield before + chunk
            before = chunk[-16:]


def _sheets(data: bytes) -> Iterator[tuple[str, Sequence[Sequence[object]]]]:
    """The visible sheets and their rows, blank ones above the first cell included: their numbers count."""
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        for sheet in book.sheets_metadata:
            if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible:
                yield sheet.name, book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
    except PasswordError:
        raise FileRefused(FileCode.ENCRYPTED_WORKBOOK) from None
    except (CalamineError, OSError, ValueError):
        raise FileRefused(FileCode.NOT_A_TABLE) from None


def _read_rows(rows: Sequence[Sequence[object]], header: Header, sheet: str, headings: Headings, limits: Limits) -> Table:
    columns = list(zip(*rows[header.row :], strict=True)) or [()] * len(header.cells)
    places = np.arange(header.row + 1, len(rows) + 1, dtype=np.int32)
    read = without_left_out([_texts(cells) for cells in columns], places, limits)
    kept = set(read.rows.tolist())
    lost = [
        RowProblem(row, word, RowCode.DIGITS_LOST)
        for word in NUMBER_COLUMNS
        if word in header.places
        for row, cell in enumerate(columns[header.places[word]], start=header.row + 1)
        if _digits_lost(cell, word) and row in kept
    ]
    made = TableFormat("xlsx", None, None, sheet, header.row)
    return made_table(made, header, replace(read, problems=tuple(sorted(lost, key=lambda problem: problem.row))), headings)


def _texts(cells: Sequence[object]) -> pa.StringArray:
    try:
        return pa.array(cells, pa.string())
    except pa.ArrowTypeError:
        return pa.array([_text(cell) for cell in cells], pa.string())


def _digits_lost(cell: object, word: str) -> bool:
    """A number where text should be: too long to be exact, or a permit's too short. Refused, never repaired."""
    if not isinstance(cell, int | float) or isinstance(cell, bool):
        return False
    return abs(cell) >= EXACT_BELOW or (word == "document_number" and 0 < cell < SHORT_BELOW)


def _text(cell: object) -> str:
    """A typed cell as text: whole numbers without ".0", days without a time, times to the second."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)
