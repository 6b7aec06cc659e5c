"""A table as an Excel workbook: what a spreadsheet would run leaves as text, the mark stands below and on every printed page."""

from collections.abc import Iterable, Sequence
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from hbcore.domain.csv_cells import safe_cell

Row = Sequence[str | int]


def workbook_bytes(headings: Sequence[str], rows: Iterable[Row], mark: str) -> bytes:
    """A workbook of one sheet: headings that stand still, numbers as numbers, an empty line, then the mark."""
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


def _heading(sheet: object, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, safe_cell(text))
    cell.font = Font(bold=True)
    return cell
