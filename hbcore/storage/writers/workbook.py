"""A table as an Excel workbook: what a spreadsheet would run leaves as text."""

import re
from collections.abc import Iterable, Sequence
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from hbcore.domain.csv_cells import safe_cell

Row = Sequence[str | int]

_TEXT = "@"
"""The format of cells that stay text when somebody types in them."""
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f]")


def workbook_bytes(headings: Sequence[str], rows: Iterable[Row], mark: str) -> bytes:
    """A workbook of one sheet: headings that stand still, numbers as numbers; an empty line, then the mark, which
    stands on every printed page, too.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet("1")
    sheet.freeze_panes = "B2"
    sheet.append([_heading(sheet, text) for text in headings])
    for row in rows:
        sheet.append([safe_cell(cell) if isinstance(cell, str) else cell for cell in row])
    sheet.append([])
    sheet.append([safe_cell(mark)])
    # "&" begins a code in a printed header or footer.
    printed = mark.replace("&", "&&")
    sheet.oddHeader.center.text = printed
    sheet.oddFooter.center.text = printed
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def text_workbook_bytes(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A workbook of one sheet whose cells are text and stay it: no long number loses digits, none its zeros."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("1")
    sheet.freeze_panes = "A2"
    sheet.append([_heading(sheet, text) for text in headings])
    for row in rows:
        sheet.append([_text(sheet, cell) for cell in row])
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _text(sheet: object, text: str) -> WriteOnlyCell:
    """A control character is written as workbooks write it."""
    cell = WriteOnlyCell(sheet, _CONTROL.sub(lambda found: f"_x{ord(found[0]):04X}_", safe_cell(text)))
    cell.number_format = _TEXT
    return cell


def _heading(sheet: object, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, safe_cell(text))
    cell.font = Font(bold=True)
    return cell
