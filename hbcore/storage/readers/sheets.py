"""A workbook's sheets to columns: the one with headings found, what is left unread named, typed cells as a file's text."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import BytesIO

import numpy as np
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from hbcore.domain.cells import clean
from hbcore.domain.errors import FileRefused
from hbcore.domain.headings import Headings
from hbcore.domain.problems import Note, RowProblem, row_ranges
from hbcore.domain.vocabulary import FileCode, NoteCode, RowCode
from hbcore.storage.readers import sheet_marks
from hbcore.storage.readers.archive import Packed
from hbcore.storage.readers.grids import Grid, TypedGrid
from hbcore.storage.readers.old_workbook import OldBook, check_whole, old_book
from hbcore.storage.readers.plain_grid import plain_grid
from hbcore.storage.readers.table import HEADER_WITHIN, Header, Limits, Read, find_header, without_left_out

OLD = "xls"
PACKED_SHEETS = ("xlsx", "xlsm")

NUMBER_COLUMNS = ("document_number", "sample_number")
TIME_COLUMNS = ("sampled_at", "tested_at", "reported_at", "birth_date", "entry_date", "submitted_at", "from", "until")
EXACT_BELOW = 10**15
"""A spreadsheet keeps 15 digits of a number; the rest of an 18-digit one is lost."""
SHORT_BELOW = 10**7
"""Fewer than eight digits: a permit that has lost its leading zeros (domain part 4)."""


@dataclass(frozen=True)
class Sheet:
    """A sheet with known headings: its place among all sheets, its rows with the blank ones above the first cell."""

    place: int
    name: str
    rows: Grid
    header: Header


@dataclass(frozen=True)
class Workbook:
    """A workbook's bytes, what they are, and for an XLS its records."""

    data: bytes
    packed: Packed
    old: OldBook | None

    def hidden_rows(self, sheet: Sheet) -> list[int]:
        """From 1. FileRefused where an XLS was not read whole."""
        if self.old:
            return check_whole(self.old, sheet.place, len(sheet.rows))
        if not self.packed.hides:
            return []
        if self.packed.kind == "ods":
            return sheet_marks.hidden_in_ods(self.data, sheet.name, len(sheet.rows))
        return sheet_marks.hidden_in_xlsx(self.data, sheet.name)

    def from_1904(self) -> bool:
        """Whether days are counted from 1904."""
        if self.old:
            return self.old.from_1904
        return self.packed.kind != "ods" and sheet_marks.from_1904(self.data)


def read_sheets(data: bytes, packed: Packed, headings: Headings, limits: Limits) -> tuple[Sheet, Read]:
    """The visible sheet with known headings that has the most rows. FileRefused: `empty_file`, `not_a_table`, and as for text."""
    workbook = Workbook(data, packed, old_book(data) if packed.kind == OLD else None)
    with _opening(packed):
        sheet, notes = _chosen(data, packed, headings)
    hidden = set(workbook.hidden_rows(sheet))
    read = _read(sheet, workbook, limits)
    if seen := hidden.intersection(read.rows.tolist()):
        notes = [*notes, Note(NoteCode.HIDDEN_ROWS, {"rows": row_ranges(seen)})]
    return sheet, replace(read, notes=tuple(notes))


def first_rows(data: bytes, packed: Packed) -> list[list[str]]:
    """The rows at the top of the longest visible sheet, as far down as headings may stand. FileRefused as of `read_sheets`."""
    with _opening(packed):
        sheets = [rows for _, _, rows in _visible(CalamineWorkbook.from_filelike(BytesIO(data)), data, packed)]
    if not any(sheets):
        raise FileRefused(FileCode.EMPTY_FILE)
    return max(sheets, key=len).head(HEADER_WITHIN + 1)


@contextmanager
def _opening(packed: Packed) -> Iterator[None]:
    """What the library says of a workbook that it cannot open is one of our codes."""
    try:
        yield
    except PasswordError:
        raise FileRefused(FileCode.ENCRYPTED_WORKBOOK) from None
    except (CalamineError, OSError, ValueError):
        raise FileRefused(FileCode.WORKBOOK_CUT if packed.kind == OLD else FileCode.NOT_A_TABLE) from None


def _chosen(data: bytes, packed: Packed, headings: Headings) -> tuple[Sheet, list[Note]]:
    """The sheet to be read, and notes on the others."""
    book = CalamineWorkbook.from_filelike(BytesIO(data))
    found: Sheet | None = None
    refused: FileRefused | None = None
    headed: list[str] = []
    others: list[str] = []
    empty = True
    for place, name, rows in _visible(book, data, packed):
        if not rows:
            continue
        empty = False
        try:
            header = find_header(rows.head(HEADER_WITHIN + 1), headings)
        except FileRefused as why:
            headed.append(name)
            refused = why
            continue
        (headed if header else others).append(name)
        if header and (found is None or len(rows) > len(found.rows)):
            found = Sheet(place, name, rows, header)
    if found is None:
        raise refused or FileRefused(FileCode.EMPTY_FILE if empty else FileCode.NO_KNOWN_HEADINGS)
    headed.remove(found.name)
    unread = {
        NoteCode.MORE_TABLES: headed,
        NoteCode.OTHER_SHEETS: others,
        NoteCode.HIDDEN_SHEETS: _hidden(book),
    }
    return found, [Note(code, {"sheet": found.name, "sheets": _named(names)}) for code, names in unread.items() if names]


def _visible(book: CalamineWorkbook, data: bytes, packed: Packed) -> Iterator[tuple[int, str, Grid]]:
    for place, sheet in enumerate(book.sheets_metadata):
        if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible:
            plain = plain_grid(data, sheet.name) if packed.kind in PACKED_SHEETS else None
            yield place, sheet.name, plain or TypedGrid(book.get_sheet_by_index(place).to_python(skip_empty_area=False))


def _hidden(book: CalamineWorkbook) -> list[str]:
    return [sheet.name for sheet in book.sheets_metadata if sheet.visible != SheetVisibleEnum.Visible]


def _named(names: Sequence[str]) -> str:
    return " · ".join(f"“{clean(name)}”" for name in names)


def _read(sheet: Sheet, workbook: Workbook, limits: Limits) -> Read:
    header = sheet.header
    times = {header.places[word] for word in TIME_COLUMNS if word in header.places}
    columns = sheet.rows.columns(header.row, times if workbook.from_1904() else ())
    places = np.arange(header.row + 1, len(sheet.rows) + 1, dtype=np.int32)
    read = without_left_out(columns, places, limits)
    lost = [problem for word in NUMBER_COLUMNS if word in header.places for problem in _lost(sheet, word)]
    if lost:
        kept = set(read.rows.tolist())
        lost = sorted((one for one in lost if one.row in kept), key=lambda problem: problem.row)
    return replace(read, problems=tuple(lost))


def _lost(sheet: Sheet, word: str) -> list[RowProblem]:
    """The cells of one column that were numbers and have lost digits."""
    numbers = sheet.rows.numbers(sheet.header.places[word], sheet.header.row)
    return [RowProblem(row + 1, word, RowCode.DIGITS_LOST) for row, number in numbers if _digits_lost(number, word)]


def _digits_lost(cell: float, word: str) -> bool:
    """A number where text should be: too long to be exact, or a permit's too short. Refused, never repaired."""
    return abs(cell) >= EXACT_BELOW or (word == "document_number" and 0 < cell < SHORT_BELOW)
