"""Workbooks of every make: what is read of them, what is named and not read, and why some are not taken."""

import struct
import sys
from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest

from hbcore.domain.errors import FileRefused
from hbcore.domain.headings import LAB
from hbcore.domain.vocabulary import FileCode
from hbcore.storage.readers import PAGE, Limits, Table, is_text, read_table
from hbcore.storage.readers import workbook as reader
from hbcore.storage.readers.archive import look_through
from hbcore.storage.readers.old_workbook import check_whole, old_book
from tests.storage.lines import why_not
from tests.storage.workbooks import MAKES, SPREADSHEET, Sheet, ods, packed, with_content, xls, xlsx

HEADER = ["姓名", "证件号码", "采样时间", "样本编号", "检测结果"]
AT = datetime(2022, 11, 8, 15, 44)  # noqa: DTZ001 - a spreadsheet's times have no zone
ROW = ["赵刚", "420102195209290272", AT, 12345678, "阴性"]
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

each_make = pytest.mark.parametrize(("kind", "make"), MAKES.items(), ids=list(MAKES))


def results(*rows: list[object], name: str = "结果", **more: Any) -> Sheet:
    return Sheet(name, [HEADER, *rows], **more)


def notes(table: Table) -> dict[str, str]:
    return {str(note.code): note.values.get("sheets", note.values.get("rows", "")) for note in table.notes}


@each_make
def test_every_make_of_workbook_gives_the_same_rows(kind: str, make: Callable[..., bytes]) -> None:
    title = Sheet("结果", [["结果表"], HEADER, ROW, ["钱芳", "H12884299", date(2022, 11, 8), "L2", "阴性"], ["合计", 2]])

    table = read_table(make(title), LAB)

    assert (table.format.kind, table.format.sheet, table.format.header_row) == (kind, "结果", 2)
    assert (table.rows.tolist(), table.skipped, table.notes) == ([3, 4], 2, ())
    assert [table.columns[word].to_pylist() for word in ("document_number", "sampled_at", "sample_number")] == [
        ["420102195209290272", "H12884299"],
        ["2022-11-08 15:44:00", "2022-11-08"],
        ["12345678", "L2"],
    ]


@each_make
def test_an_id_number_kept_as_a_number_is_refused_in_every_make(kind: str, make: Callable[..., bytes]) -> None:
    table = read_table(make(results(["赵刚", 420102195209290272, AT, "L1", "阴性"], ROW)), LAB)

    assert [(one.row, one.column, str(one.code)) for one in table.problems] == [(2, "document_number", "digits_lost")]


@pytest.mark.parametrize("kind", ["xlsx", "xlsm", "xls"])
@pytest.mark.parametrize(
    ("cell", "read"),
    [
        (AT, "2022-11-08 15:44:00"),
        (43411.5, "44873.5"),
        (43411, "44873"),
        (20221108, "20221108"),
        (202211080140, "202211080140"),
    ],
)
def test_days_counted_from_1904_are_the_same_days(kind: str, cell: object, read: str) -> None:
    data = MAKES[kind](results(["赵刚", "420102195209290272", cell, "L1", "阴性"]), from_1904=True)

    assert read_table(data, LAB).columns["sampled_at"].to_pylist() == [read]


@each_make
def test_sheets_and_rows_that_nobody_sees_or_that_are_not_read_are_named(kind: str, make: Callable[..., bytes]) -> None:
    sheets = (Sheet("说明", [["请勿修改"]]), Sheet("空", []), results(ROW, ROW, ROW, gone=(3, 4)))

    table = read_table(make(*sheets, results(ROW, name="旧", hidden=True)), LAB)

    assert table.rows.tolist() == [2, 3, 4]
    assert notes(table) == {"other_sheets": "“说明”", "hidden_sheets": "“旧”", "hidden_rows": "3-4"}


@pytest.mark.parametrize("part", ["xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml"])
def test_hidden_rows_are_named_also_where_a_part_of_the_workbook_has_other_capitals(part: str) -> None:
    with ZipFile(BytesIO(xlsx(results(ROW, ROW, ROW, gone=(3, 4))))) as made:
        parts = {name: made.read(name).decode() for name in made.namelist()}

    table = read_table(packed({name.title() if name == part else name: text for name, text in parts.items()}), LAB)

    assert (table.rows.tolist(), notes(table)) == ([2, 3, 4], {"hidden_rows": "3-4"})


def test_only_a_row_or_column_hides_something() -> None:
    assert [look_through(xlsx(results(ROW, gone=gone)), PAGE).hides for gone in ((), (2,))] == [False, True]


@each_make
def test_of_two_tables_the_longer_is_read_and_the_other_is_named(kind: str, make: Callable[..., bytes]) -> None:
    table = read_table(make(results(ROW, name="上午"), results(ROW, ROW, name="下午")), LAB)

    assert (table.format.sheet, len(table.rows)) == ("下午", 2)
    assert notes(table) == {"more_tables": "“上午”"}


def test_a_sheet_with_two_rows_of_headings_spoils_no_other() -> None:
    twice = Sheet("模板", [HEADER, HEADER])

    assert notes(read_table(xlsx(twice, results(ROW)), LAB)) == {"more_tables": "“模板”"}
    assert why_not(xlsx(twice)) == FileCode.TWO_HEADER_ROWS


@each_make
def test_a_workbook_without_headings_or_rows_says_so(kind: str, make: Callable[..., bytes]) -> None:
    assert why_not(make(Sheet("表", [["今天的结果"]]))) == FileCode.NO_KNOWN_HEADINGS
    assert why_not(make(Sheet("表", []))) == FileCode.EMPTY_FILE
    assert why_not(make(results())) == FileCode.NO_ROWS
    assert why_not(make(results(*[ROW] * 4)), Limits(bytes=1_000_000, rows=3)) == FileCode.TOO_MANY_ROWS


def test_an_old_workbook_is_read_to_its_last_row_or_not_at_all() -> None:
    whole = xls(results(*[ROW] * 3_000))
    middle = len(whole) // 2
    gap = whole[:middle] + bytes(1024) + whole[middle + 1024 :]

    assert len(read_table(whole, LAB).rows) == 3_000
    assert why_not(gap) == FileCode.WORKBOOK_CUT
    assert why_not(whole[: -len(whole) // 3]) == FileCode.WORKBOOK_CUT


def test_rows_that_an_old_workbook_has_and_nobody_read_are_missed() -> None:
    book = old_book(xls(results(*[ROW] * 9)))

    assert check_whole(book, 0, 10) == []
    with pytest.raises(FileRefused, match="workbook_cut"):
        check_whole(book, 0, 9)


def test_an_old_workbook_that_is_full_to_its_last_row_is_not_taken() -> None:
    blank: list[list[object]] = [[]] * 65_532

    assert len(read_table(xls(results(ROW, *blank, ROW)), LAB).rows) == 2
    assert why_not(xls(results(ROW, *blank, ROW, ROW))) == FileCode.OLD_WORKBOOK_FULL


def test_a_workbook_with_a_password_says_so() -> None:
    code_page, locked = struct.pack("<HH", 0x0042, 2), struct.pack("<HH", 0x002F, 2)
    encrypted_parts = "<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>"

    assert why_not(xls(results(ROW)).replace(code_page, locked, 1)) == FileCode.ENCRYPTED_WORKBOOK
    assert why_not(ods(results(ROW), more=encrypted_parts)) == FileCode.ENCRYPTED_WORKBOOK
    assert why_not(packed({"mimetype": SPREADSHEET, "encrypted-package": ""})) == FileCode.ENCRYPTED_WORKBOOK


OTHERS = {
    "a web page": (b"\xef\xbb\xbf\r\n<html><table><tr><td>1", FileCode.NOT_A_TABLE),
    "a web archive": (b"MIME-Version: 1.0\r\n", FileCode.NOT_A_TABLE),
    "a letter": (packed({"[Content_Types].xml": "", "word/document.xml": ""}), FileCode.NOT_A_TABLE),
    "an open letter": (packed({"mimetype": "application/vnd.oasis.opendocument.text"}), FileCode.NOT_A_TABLE),
    "an old letter": (COMPOUND + bytes(900) + "WordDocument".encode("utf-16-le"), FileCode.NOT_A_TABLE),
    "a compound file of WPS": (COMPOUND + bytes(2_000), FileCode.WPS_FORMAT),
    "files packed together": (packed({"a.csv": "", "b.xlsx": ""}), FileCode.ARCHIVE),
}


@pytest.mark.parametrize("what", OTHERS)
def test_a_file_is_known_by_what_it_is_and_not_by_its_name(what: str) -> None:
    data, code = OTHERS[what]

    assert why_not(data) == code
    assert not is_text(data)


def test_a_sheet_that_would_fill_the_memory_is_given_up() -> None:
    repeated = "<table:table-row table:number-rows-repeated='100000'><table:table-cell table:number-columns-repeated='100'"
    content = f"{repeated} office:value-type='string'><text:p>1</text:p></table:table-cell></table:table-row>"

    bomb = with_content(ods(results(ROW)), lambda whole: whole.replace("</table:table-row>", f"</table:table-row>{content}", 1))

    assert why_not(bomb, Limits(bytes=1_000_000, rows=100_000, memory=600_000_000)) == FileCode.WORKBOOK_TOO_HEAVY


def test_a_child_that_takes_too_long_or_ends_by_itself_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    ends = {
        "import time; time.sleep(60)": FileCode.WORKBOOK_TOO_HEAVY,
        "import os; os.kill(os.getpid(), 9)": FileCode.WORKBOOK_TOO_HEAVY,
        "raise SystemExit(1)": FileCode.WORKBOOK_CUT,
    }

    for program, code in ends.items():
        monkeypatch.setattr(reader, "_CHILD", (sys.executable, "-c", program))
        assert why_not(xlsx(results(ROW)), Limits(bytes=1_000_000, rows=10, seconds=1)) == code


def test_a_child_hears_nothing_of_the_desk_s_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HBCORE_DATABASE_URL", "postgresql://secret")
    told = "import json, os; print(json.dumps({'refused': 'archive', 'values': {'names': sorted(os.environ)}}))"
    monkeypatch.setattr(reader, "_CHILD", (sys.executable, "-c", told))

    with pytest.raises(FileRefused) as refused:
        read_table(xlsx(results(ROW)), LAB)

    assert set(refused.value.values["names"]) <= {"PATH", "SYSTEMROOT", "LC_CTYPE"}
