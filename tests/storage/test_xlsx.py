"""XLSX: its cells as the text a file would have, its headings found, and what is not opened."""

import io
import zipfile
from datetime import date, datetime

import pytest

from hbcore.domain.headings import LAB
from hbcore.domain.vocabulary import FileCode
from hbcore.storage.readers import read_table
from tests.storage.lines import HEADER, ROW, text, why_not
from tests.storage.workbooks import Sheet, repacked, workbook, xlsx


def test_a_workbook_s_cells_become_the_text_a_file_would_have() -> None:
    row = ["赵刚", "420102195209290272", datetime(2022, 11, 8, 15, 44), 12345678, "阴性"]  # noqa: DTZ001
    data = workbook(
        ["结果表"], [], HEADER.split(","), row, [], ["钱刚", "H12884299", date(2022, 11, 8), 7.0, "阴性"], ["合计", 2]
    )

    table = read_table(data, LAB)

    assert table.format.kind == "xlsx"
    assert (table.format.sheet, table.format.header_row, table.skipped) == ("结果", 3, 4)
    assert table.rows.tolist() == [4, 6]
    assert table.columns["sampled_at"].to_pylist() == ["2022-11-08 15:44:00", "2022-11-08"]
    assert table.columns["sample_number"].to_pylist() == ["12345678", "7"]


def test_blank_rows_above_a_workbook_s_first_cell_are_counted() -> None:
    table = read_table(workbook([], [], HEADER.split(","), ROW.split(",")), LAB)

    assert (table.format.header_row, table.rows.tolist(), table.skipped) == (3, [4], 2)


LOST = [
    (420106199001011234, "digits_lost"),
    (12345678, None),
    (1234567, "digits_lost"),
    ("420102195209290272", None),
    ("01234567", None),
]


@pytest.mark.parametrize(("number", "code"), LOST)
def test_a_number_that_a_spreadsheet_cut_is_refused_and_never_repaired(number: object, code: str | None) -> None:
    table = read_table(workbook(HEADER.split(","), ["赵刚", number, "2022-11-08", "L1", "阴性"]), LAB)

    assert [(problem.column, problem.code) for problem in table.problems] == ([("document_number", code)] if code else [])


def test_the_sheet_with_headings_is_read_and_a_hidden_one_is_not() -> None:
    table = [HEADER.split(","), ROW.split(",")]

    data = xlsx(Sheet("说明", [["说明"]]), Sheet("旧", table, hidden=True), Sheet("结果", table))

    assert read_table(data, LAB).format.sheet == "结果"


def test_another_zip_is_an_archive() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("results.csv", text(HEADER, ROW))

    assert why_not(made.getvalue()) == FileCode.ARCHIVE


@pytest.mark.parametrize("left", [0.1, 0.5, 0.99])
def test_a_workbook_that_came_only_in_part_is_cut_and_not_dangerous(left: float) -> None:
    made = workbook(HEADER.split(","), *[ROW.split(",")] * 500)

    assert why_not(made[: int(len(made) * left)]) == FileCode.WORKBOOK_CUT


def test_a_workbook_with_a_damaged_part_is_cut_and_not_dangerous() -> None:
    made = bytearray(workbook(HEADER.split(","), *[ROW.split(",")] * 500))
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        place = archive.getinfo("xl/worksheets/sheet1.xml").header_offset
    made[place + 200 : place + 260] = bytes(60)

    assert why_not(bytes(made)) == FileCode.WORKBOOK_CUT


BOMBS = {
    "inflates a thousandfold": {"xl/worksheets/sheet1.xml": b"<row>" * 4_000_000},
    "too many parts": {f"xl/media/{number}.png": b"" for number in range(1_001)},
    "one cell far to the right": {"xl/worksheets/sheet1.xml": b'<sheetData><row r="1"><c r="XFD1"/></row></sheetData>'},
    "one cell far below": {"xl/worksheets/sheet1.xml": b'<sheetData><row r="1"><c t="n" r="A1048576"/></row></sheetData>'},
    "across a seam": {"xl/worksheets/sheet1.xml": b" " * ((1 << 20) - 6) + b'<c r="XFD1"/>' + b" " * 9},
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_an_unsafe_workbook_is_not_opened(bomb: str) -> None:
    assert why_not(repacked(workbook(HEADER.split(","), ROW.split(",")), BOMBS[bomb])) == FileCode.UNSAFE_WORKBOOK
