"""Files as they arrive: what each turns out to be, which rows it has, and why some are not taken."""

import codecs
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hbcore.domain.errors import FileRefused
from hbcore.domain.headings import APPLICATIONS, FILINGS, LAB
from hbcore.domain.lab_columns import Judged, judge
from hbcore.domain.problems import RowProblem
from hbcore.domain.vocabulary import Encoding, FileCode, RowCode
from hbcore.storage.readers import SHELL, Limits, Table, names_read_as, read_table

FILES = Path(__file__).parents[1] / "data" / "lab"
EXPECTED: dict[str, Any] = json.loads((FILES / "expected.json").read_text(encoding="utf-8"))
HELD_LATER = {"contradicts", "name_differs", "withdraws_unknown", "ambiguous_document"}
AT = datetime(2022, 11, 9, 4, tzinfo=UTC)

HEADER = "姓名,证件号码,采样时间,样本编号,检测结果"
ROW = "赵刚,420102195209290272,2022-11-08 15:44:00,L1,阴性"


def judged(table: Table) -> Judged:
    return judge(table.columns, table.rows, at=AT, institution_name=EXPECTED["institution_name"], found=table.problems)


def outcomes(result: Judged, assay: str) -> dict[str, int]:
    made: dict[str, int] = {}
    for line in result.results.to_pylist():
        if line["assay"] == assay:
            made[line["outcome"]] = made.get(line["outcome"], 0) + 1
    return made


def why_not(data: bytes, **more: Any) -> str:
    with pytest.raises(FileRefused) as refused:
        read_table(data, LAB, **more)
    return refused.value.code


def text(*lines: str, end: str = "\n", encoding: str = "utf-8") -> bytes:
    return end.join([*lines, ""]).encode(encoding)


def workbook(*rows: Sequence[object], title: str = "结果") -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def repacked(data: bytes, parts: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in {*old.namelist(), *parts}:
            new.writestr(name, parts[name] if name in parts else old.read(name))
    return made.getvalue()


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


ENCODINGS = [
    ("utf-8", "utf-8"),
    ("utf-8-sig", "utf-8"),
    ("gb18030", "gb18030"),
    ("utf-16-le", "utf-16-le"),
    ("utf-16-be", "utf-16-be"),
]


@pytest.mark.parametrize(("written", "said"), ENCODINGS)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encodings_line_ends_and_delimiters_are_found(written: str, said: str, end: str, delimiter: str) -> None:
    lines = [line.replace(",", delimiter) for line in (HEADER, ROW, ROW.replace("赵刚", "龚䶮㛃•"))]

    table = read_table(text(*lines, end=end, encoding=written), LAB)

    assert (table.format.encoding, table.format.delimiter) == (said, delimiter)
    assert table.columns["name"].to_pylist() == ["赵刚", "龚䶮㛃•"]
    assert table.rows.tolist() == [2, 3]


MARKED = [(codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")]


@pytest.mark.parametrize(("mark", "encoding"), MARKED)
def test_utf_16_is_known_by_its_mark(mark: bytes, encoding: str) -> None:
    table = read_table(mark + text(HEADER, ROW, end="\r\n", encoding=encoding), LAB)

    assert (table.format.encoding, table.columns["name"].to_pylist()) == (encoding, ["赵刚"])


def test_western_letters_are_read_as_windows_writes_them() -> None:
    table = read_table(text("name,idCard,result", "José Nuñez,C1234567,NEG", encoding="cp1252"), LAB)

    assert (table.format.encoding, table.columns["name"].to_pylist()) == ("cp1252", ["José Nuñez"])


def test_an_encoding_that_is_chosen_holds() -> None:
    data = text("name,idCard,result", "Müller Jürgen,C1234567,NEG", encoding="cp1252")

    found, chosen = read_table(data, LAB), read_table(data, LAB, encoding=Encoding.CP1252)

    assert (found.format.encoding, found.columns["name"].to_pylist()) == ("gb18030", ["M黮ler J黵gen"])
    assert (chosen.format.encoding, chosen.columns["name"].to_pylist()) == ("cp1252", ["Müller Jürgen"])
    assert why_not(data, encoding=Encoding.UTF8) == FileCode.UNKNOWN_ENCODING
    assert why_not(text(HEADER, ROW), encoding=Encoding.CP1252) in (FileCode.UNKNOWN_ENCODING, FileCode.NO_KNOWN_HEADINGS)


def test_names_are_shown_as_an_encoding_reads_them_telling_ones_first() -> None:
    data = text("结果表", HEADER, *(ROW.replace("赵刚", name) for name in ("CHAN", "赵刚", "龚䶮", "赵刚")), encoding="gb18030")

    assert names_read_as(data, LAB, Encoding.GB18030) == ["赵刚", "龚䶮", "CHAN"]
    assert names_read_as(data, LAB, Encoding.CP1252) == []


@pytest.mark.parametrize("more", ["", '"钱\n刚"' + ROW[2:]])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_what_excel_was_told_to_keep_as_text_is_that_text(more: str, encoding: str) -> None:
    row = '赵刚,="420102195209290272",2022-11-08 15:44:00,"=""00123""",阴性'

    table = read_table(text('="姓名",证件号码,采样时间,样本编号,检测结果', row, *filter(None, [more]), encoding=encoding), LAB)

    assert table.columns["name"][0].as_py() == "赵刚"
    assert table.columns["document_number"][0].as_py() == "420102195209290272"
    assert table.columns["sample_number"][0].as_py() == "00123"


@pytest.mark.parametrize(("raw", "letter"), [(b"\xfe\x59", "\u9fb4"), (b"\xa6\xd9", "\ufe10"), (b"\xa8\xbc", "\u1e3f")])
@pytest.mark.parametrize("quote", [b"", b'"'])
def test_letters_of_gb18030_s_last_edition_are_no_private_use(raw: bytes, letter: str, quote: bytes) -> None:
    data = text(HEADER, encoding="gb18030") + quote + raw + quote + ROW[2:].encode("gb18030") + b"\n\n"

    assert read_table(data, LAB).columns["name"].to_pylist() == [letter]


LAYOUTS = [
    ("plain", [HEADER, ROW, ROW], [2, 3], 0),
    ("title rows", ["结果表", "2022年11月8日,,,,", HEADER, ROW], [4], 2),
    ("blank lines above", ["", ",,,,", HEADER, ROW], [4], 2),
    ("blank line in the middle", [HEADER, ROW, "", ROW], [2, 4], 1),
    ("a row of empty cells", [HEADER, ROW, ",,\u3000,,", ROW], [2, 4], 1),
    ("comments", ["## from the analyser", HEADER, ROW, "## end", ROW], [3, 5], 2),
    ("a comment that lists the columns", ["## 姓名,证件号码,采样时间", "## 列：姓名,证件号码,检测结果", HEADER, ROW], [4], 2),
    ("a comment below the headings", [HEADER, "## 姓名,证件号码,采样时间", ROW], [3], 1),
    ("a comment as wide as a row", [HEADER, "## a,b,c,d,e", ROW], [3], 1),
    ("a total", [HEADER, ROW, "合计,,,1,"], [2], 1),
    ("a short total", [HEADER, ROW, "总计：,1"], [2], 1),
    ("an English total", [HEADER, ROW, "Total,,,1,"], [2], 1),
    ("a total set wide", [HEADER, ROW, "合　计,,,1,"], [2], 1),
    ("blank lines at the end", [HEADER, ROW, ROW, "", ""], [2, 3], 2),
    ("a quoted line break", [HEADER, ROW.replace("赵刚", '"赵\n刚"'), ROW], [2, 3], 0),
    ("a quoted comma", [HEADER, ROW.replace("赵刚", '"赵,刚"'), ROW], [2, 3], 0),
    ("a quoted heading over two lines", [HEADER.replace("姓名", '"姓\n名"'), ROW, ROW], [2, 3], 0),
    ("empty cells beyond the header", [HEADER, ROW + ",,", ROW], [2, 3], 0),
]


@pytest.mark.parametrize(("why", "lines", "rows", "skipped"), LAYOUTS)
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_rows_are_numbered_as_a_spreadsheet_shows_them(
    why: str, lines: list[str], rows: list[int], skipped: int, encoding: str
) -> None:
    table = read_table(text(*lines, encoding=encoding), LAB)

    assert (table.rows.tolist(), table.skipped, table.problems) == (rows, skipped, ()), why
    assert all(len(column) == len(rows) for column in table.columns.values())


def test_a_stray_carriage_return_beside_a_blank_line_shifts_no_number() -> None:
    table = read_table((HEADER + "\n" + ROW + "\r" + ROW + "\n\n" + ROW + "\n").encode(), LAB)

    assert (table.rows.tolist(), table.skipped) == ([2, 3, 5], 1)


def test_a_letter_whose_second_byte_is_the_delimiter_s_is_not_cut() -> None:
    letter = b"\xe5|".decode("gb18030")
    lines = [HEADER, ROW, letter + ",420102195209290272,2022-11-08,L1"]

    table = read_table(text(*lines, encoding="gb18030").replace(b",", b"|"), LAB)

    assert table.columns["name"].to_pylist() == ["赵刚", letter]
    assert table.problems == (RowProblem(3, None, RowCode.TOO_FEW_CELLS),)


def test_a_last_line_without_its_end_is_read() -> None:
    assert read_table(text(HEADER, ROW, ROW)[:-1], LAB).rows.tolist() == [2, 3]


def test_a_ragged_row_is_told_and_the_others_go_on() -> None:
    table = read_table(text(HEADER, ROW, "赵刚,420102195209290272", ROW + ",x", ROW), LAB)

    assert table.rows.tolist() == [2, 3, 4, 5]
    assert table.problems == (RowProblem(3, None, RowCode.TOO_FEW_CELLS), RowProblem(4, None, RowCode.CELLS_BEYOND_HEADER))
    assert judged(table).refused == 2


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
    (b"PK\x03\x04 cut short", FileCode.UNSAFE_WORKBOOK),
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


def test_more_rows_than_one_block_or_batch_keep_their_numbers() -> None:
    plain, quoted = [ROW] * 110_000, [ROW] * 109_999 + ['"赵\n刚"' + ROW[2:]]

    for lines in (plain, quoted):
        table = read_table(text(HEADER, *lines), LAB, SHELL)
        assert (len(table.rows), table.rows[0], table.rows[-1]) == (110_000, 2, 110_001)


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
    book = openpyxl.Workbook()
    notes, hidden, sheet = book.active, book.create_sheet("旧"), book.create_sheet("结果")
    assert notes is not None
    notes.append(["说明"])
    hidden.sheet_state = "hidden"
    for rows in (hidden, sheet):
        rows.append(HEADER.split(","))
        rows.append(ROW.split(","))
    made = io.BytesIO()
    book.save(made)

    assert read_table(made.getvalue(), LAB).format.sheet == "结果"


def test_another_zip_is_an_archive() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("results.csv", text(HEADER, ROW))

    assert why_not(made.getvalue()) == FileCode.ARCHIVE


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


left_out = ["合计,,,,", "小 计：,,,,", "SubTotal,,,,", ",,,,", "## ,,,,"]
kept = [ROW, ROW.replace("赵刚", "钱"), "总,1,2,3,4"]


@given(st.lists(st.sampled_from([*kept, *left_out]), min_size=1))
def test_the_fast_way_and_the_careful_way_read_alike(lines: list[str]) -> None:
    careful = [*lines, '"赵\n刚"' + ROW[2:]]
    if not any(line[0] in "赵钱总" for line in lines):
        return

    fast, slow = read_table(text(HEADER, *lines), LAB), read_table(text(HEADER, *careful), LAB)

    assert fast.rows.tolist() == slow.rows.tolist()[:-1]
    assert fast.skipped == slow.skipped
    assert fast.columns["name"].to_pylist() == slow.columns["name"].to_pylist()[:-1]
