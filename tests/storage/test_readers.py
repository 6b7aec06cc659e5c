"""Files as they arrive: what each turns out to be, which headings it has, and why some are not taken."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hbcore.domain.errors import FileRefused
from hbcore.domain.headings import APPLICATIONS, FILINGS, LAB
from hbcore.domain.lab_columns import Judged, judge
from hbcore.domain.problems import RowProblem
from hbcore.domain.vocabulary import FileCode, RowCode
from hbcore.storage.readers import Limits, Table, read_table
from tests.storage.lines import HEADER, ROW, text, why_not
from tests.storage.workbooks import Sheet, repacked, workbook, xlsx

FILES = Path(__file__).parents[1] / "data" / "lab"
EXPECTED: dict[str, Any] = json.loads((FILES / "expected.json").read_text(encoding="utf-8"))
HELD_LATER = {"contradicts", "name_differs", "withdraws_unknown", "ambiguous_document"}
AT = datetime(2022, 11, 9, 4, tzinfo=UTC)


def judged(table: Table) -> Judged:
    return judge(table.columns, table.rows, at=AT, institution_name=EXPECTED["institution_name"], found=table.problems)


def outcomes(result: Judged, assay: str) -> dict[str, int]:
    made: dict[str, int] = {}
    for line in result.results.to_pylist():
        if line["assay"] == assay:
            made[line["outcome"]] = made.get(line["outcome"], 0) + 1
    return made


@pytest.mark.parametrize("name", EXPECTED["files"])
def test_a_laboratory_s_file_gives_what_is_expected(name: str) -> None:
    expected = EXPECTED["files"][name]
    data = (FILES / name).read_bytes()
    if "error" in expected:
        assert why_not(data) == expected["error"]
        return

    table = read_table(data, LAB)
    result = judged(table)

    assert (result.read, result.refused) == (expected["rows"]["read"], expected["rows"]["refused"])
    assert table.skipped == expected["rows"].get("skipped", 0)
    told = [[problem.row, problem.column, problem.code] for problem in result.problems]
    assert told == [problem for problem in expected.get("problems", []) if problem[2] not in HELD_LATER]
    assert {word: getattr(table.format, word) for word in expected.get("format", {})} == expected.get("format", {})
    for assay in {"naat", "igg", "igm"} & expected.keys():
        assert outcomes(result, assay) == expected[assay]


def test_both_excel_files_hold_the_people_they_show() -> None:
    names = read_table((FILES / "excel_gb18030.csv").read_bytes(), LAB).columns["name"].to_pylist()

    assert {"龚䶮", "买买提·艾力", "CHAN TAI MAN"} <= set(names)


def test_a_ragged_row_is_told_and_the_others_go_on() -> None:
    table = read_table(text(HEADER, ROW, "赵刚,420102195209290272", ROW + ",x", ROW), LAB)

    assert table.rows.tolist() == [2, 3, 4, 5]
    assert table.problems == (RowProblem(3, None, RowCode.TOO_FEW_CELLS), RowProblem(4, None, RowCode.CELLS_BEYOND_HEADER))
    assert judged(table).refused == 2


@pytest.mark.parametrize("ragged", [(), ("赵刚",)])
def test_headings_that_come_again_are_one_fault_of_their_row(ragged: tuple[str, ...]) -> None:
    table = read_table(text(HEADER, ROW, HEADER, ROW, *ragged), LAB)

    assert table.rows.tolist()[:3] == [2, 3, 4]
    told = [one for one in judged(table).problems if one.row == 3]
    assert told == [RowProblem(3, None, RowCode.REPEATED_HEADINGS)]
    assert judged(table).results["row"].to_pylist() == [2, 4]


def test_headings_that_come_again_in_a_workbook_are_one_fault_too() -> None:
    table = read_table(xlsx(Sheet("1", [line.split(",") for line in (HEADER, ROW, HEADER, ROW)])), LAB)

    assert table.problems == (RowProblem(3, None, RowCode.REPEATED_HEADINGS),)


def test_a_number_column_headed_as_resident_s_has_that_kind() -> None:
    headed = HEADER.replace("证件号码", "身份证号")

    assert read_table(text(headed, ROW), LAB).columns["document_kind"].to_pylist() == ["resident_id"]
    assert read_table(text(headed + ",证件类型", ROW + ",护照"), LAB).columns["document_kind"].to_pylist() == ["护照"]
    assert "document_kind" not in read_table(text(HEADER, ROW), LAB).columns


def test_unknown_headings_are_kept_aside() -> None:
    table = read_table(text(HEADER + ",备注,", ROW + ",加急,"), LAB)

    assert {heading: cells.to_pylist() for heading, cells in table.other.items()} == {"备注": ["加急"]}


def test_filings_and_applications_have_headings_of_their_own() -> None:
    filings = read_table(
        text("护照号码,国籍,姓名,出生日期,性别,入境日期,住址", "C1234567,USA,A B,1990-01-01,男,2020-04-01,x"), FILINGS
    )
    applications = read_table(
        text("受理编号,提交时间,证件类型,证件号码,姓名", "1,2020-04-26 09:00,护照,C1234567,A B"), APPLICATIONS
    )

    assert set(filings.columns) == {"document_number", "country", "name", "birth_date", "sex", "entry_date", "address"}
    assert set(applications.columns) == {"receipt", "submitted_at", "document_kind", "document_number", "name"}


REFUSALS = [
    (b"", FileCode.EMPTY_FILE),
    (b"\xef\xbb\xbf \r\n", FileCode.EMPTY_FILE),
    (text(HEADER), FileCode.NO_ROWS),
    (text(HEADER, "合计,,,0,", ""), FileCode.NO_ROWS),
    (text("各位同事，今天的结果请见附件。", "谢谢。"), FileCode.NO_KNOWN_HEADINGS),
    (text(ROW, ROW), FileCode.NO_KNOWN_HEADINGS),
    ((HEADER + "\n" + ROW).encode("utf-8").replace("姓名".encode(), b"\xff\xff"), FileCode.UNKNOWN_ENCODING),
    (text(HEADER, HEADER, ROW), FileCode.TWO_HEADER_ROWS),
    (text(HEADER, ROW, encoding="utf-16")[:-1], FileCode.UNKNOWN_ENCODING),
    (text(HEADER, ROW, encoding="utf-8-sig") + b"\xff", FileCode.UNKNOWN_ENCODING),
    (text("name,idCard,result", "张三,1,NEG", "李四,2,NEG") + b"\xe5\xbc\n", FileCode.UNKNOWN_ENCODING),
    (text("name,idCard,result", "张三,1,NEG", encoding="gb18030") + b"\xff,1,NEG\n", FileCode.UNKNOWN_ENCODING),
    (b"\0\0\1\2" * 50, FileCode.UNKNOWN_ENCODING),
    (text(HEADER, ROW, encoding="gb18030") + b"\xff\xff,1,2,3,4\n", FileCode.UNKNOWN_ENCODING),
    (text(HEADER, ROW.replace("赵刚", '"\n' + "赵" * 150_000 + '"')), FileCode.NOT_A_TABLE),
    (b"<html><table><tr><td>1", FileCode.NOT_A_TABLE),
    (b"%PDF-1.7", FileCode.NOT_A_TABLE),
    (b"\x1f\x8b\x08", FileCode.ARCHIVE),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 W\0o\0r\0k\0b\0o\0o\0k\0", FileCode.WPS_FORMAT),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), FileCode.ENCRYPTED_WORKBOOK),
    (b"PK\x03\x04 cut short", FileCode.WORKBOOK_CUT),
    (workbook(["今天的结果"]), FileCode.NO_KNOWN_HEADINGS),
    (workbook(HEADER.split(",")), FileCode.NO_ROWS),
    (repacked(workbook(HEADER.split(",")), {"xl/workbook.xml": b"<"}), FileCode.NOT_A_TABLE),
]


@pytest.mark.parametrize(("data", "code"), REFUSALS, ids=[f"{place}-{code}" for place, (_, code) in enumerate(REFUSALS)])
def test_a_file_that_can_t_be_taken_says_why(data: bytes, code: FileCode) -> None:
    assert why_not(data) == code


def test_limits_are_the_caller_s() -> None:
    data = text(HEADER, *[ROW] * 60)

    assert why_not(data, limits=Limits(bytes=100, rows=100)) == FileCode.TOO_LARGE
    assert why_not(data, limits=Limits(bytes=10_000, rows=59)) == FileCode.TOO_MANY_ROWS
    assert why_not(data.replace(b"\n", b"\n\n"), limits=Limits(bytes=10_000, rows=59)) == FileCode.TOO_MANY_ROWS
    assert len(read_table(data, LAB, Limits(bytes=10_000, rows=60)).rows) == 60


EXPORT = (FILES / "export.xlsx").read_bytes()
marks = ["\n", "\r\n", "\r", ",", "\t", '"', '""', "\u3000", "##", "\ufeff", "𠂇"]
pieces = st.sampled_from([*marks, "姓名", "合计", "阴性", HEADER, HEADER + "\n", ROW, ROW + "\n"])
texts = st.lists(st.one_of(pieces, st.text(max_size=4)), max_size=14).map("".join)
encoded = st.builds(
    lambda made, encoding: made.encode(encoding, "replace"), texts, st.sampled_from(["utf-8", "gb18030", "utf-16"])
)
headed = encoded.map(lambda data: HEADER.encode() + b"\n" + ROW.encode() + b"\n" + data)
cut = st.tuples(st.integers(0, len(EXPORT) - 1), st.binary(max_size=4)).map(
    lambda change: EXPORT[: change[0]] + change[1] + EXPORT[change[0] + len(change[1]) :]
)


@given(st.one_of(st.binary(max_size=80), encoded, headed, cut))
@example(b'"')
@example(HEADER.encode() + b'\n"')
def test_no_bytes_raise_anything_but_a_refusal_and_all_rows_add_up(data: bytes) -> None:
    try:
        table = read_table(data, LAB)
    except FileRefused:
        return

    result = judged(table)

    accepted = set(result.results["row"].to_pylist())
    assert result.read == len(accepted) + result.refused == len(table.rows) - result.skipped
    assert all(len(column) == len(table.rows) for column in table.columns.values())
