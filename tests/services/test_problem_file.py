"""Their own file back with one more column: put right and uploaded again, the parts together give what the clean file gives."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path

import openpyxl
import pytest

from hbcore.domain.vocabulary import FileKind, Role
from hbcore.services import lab_imports, own_uploads
from hbcore.services.acting import Staff
from hbcore.services.uploads import IncomingFile
from tests import standing
from tests.services.applying import rows
from tests.services.numbers import resident_number
from tests.standing import LAB
from tests.storage.workbooks import Sheet, xls, xlsx

AT = datetime(2022, 11, 10, 2, tzinfo=UTC)
TITLE = "武昌医学检验所 2022年11月8日 结果,,,,,"
HEADINGS = "受检者,身份证号码（必填）,采集日期,条码号,核酸结果,科室"
SLIPS = {"阴牲": "阴性", "2022-13-08": "2022-11-08", "阳": "阳性"}
COUNTED = "SELECT day_of, day, unit, assay, outcome, n, corrected, withdrawn FROM test_count ORDER BY 1, 2, 3, 4, 5"


@pytest.fixture
def liaison(database: Path) -> Staff:
    standing.institution(AT)
    return standing.staff(Role.LAB_LIAISON, AT, institutions=[LAB])


def line(n: int, day: str = "2022-11-08", outcome: str = "阴性") -> str:
    return f"张三,{resident_number(n)},{day} 08:00,S{n},{outcome},门诊"


def upload(by: Staff, text: str, minutes: int) -> str:
    at = AT + timedelta(minutes=minutes)
    return str(lab_imports.commit(IncomingFile(text.encode("utf-8-sig"), "a.csv", LAB), by=by, at=at).batch)


def cells_of(made: bytes) -> list[tuple[object, ...]]:
    """What a spreadsheet shows of a workbook's only sheet."""
    return list(openpyxl.load_workbook(io.BytesIO(made)).worksheets[0].iter_rows(values_only=True))


def put_right(made: bytes) -> str:
    text = made.decode("utf-8-sig")
    for slip, right in SLIPS.items():
        text = text.replace(f"{slip},", f"{right},").replace(f"{slip} ", f"{right} ")
    return text


WRONG = [line(1), line(2, outcome="阴牲"), line(3, day="2022-13-08"), line(4, outcome="阳性")]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_problem_file_has_their_headings_and_cells_and_is_read_again(liaison: Staff, language: str) -> None:
    number = upload(liaison, "\n".join((TITLE, HEADINGS, *WRONG)), 0)

    made = own_uploads.problem_file(number, language, by=liaison, at=AT).content

    first, *others = made.decode("utf-8-sig").splitlines()
    assert first.endswith(f",{HEADINGS}")
    assert [one.split(",")[-6:] for one in others] == [WRONG[1].split(","), WRONG[2].split(",")]
    assert others[0].strip('"').startswith({"zh": "第 4 行：", "en": "Row 4: "}[language])
    again = upload(liaison, put_right(made), 1)
    assert rows("SELECT count(*) FROM result WHERE ended_at IS NULL") == [(4,)]
    assert own_uploads.problem_rows(again, by=liaison, at=AT) == ()


def test_a_problem_file_of_a_problem_file_has_the_column_once(liaison: Staff) -> None:
    number = upload(liaison, "\n".join((HEADINGS, *WRONG)), 0)
    made = own_uploads.problem_file(number, "zh", by=liaison, at=AT).content
    again = upload(liaison, made.decode("utf-8-sig").replace("阴牲", "阴性"), 1)

    second = own_uploads.problem_file(again, "zh", by=liaison, at=AT).content.decode("utf-8-sig").splitlines()

    assert second[0].count("未入库原因与处理办法") == 1
    assert len(second) == 2


@pytest.mark.parametrize("make", [xlsx, xls])
def test_of_a_workbook_it_is_a_workbook_of_text_that_comes_in_again(liaison: Staff, make: Callable[..., bytes]) -> None:
    wrong = [
        f"张三,{resident_number(n)},2022-11-08 08:00,000{n},{said},+门诊" for n, said in ((1, "-"), (2, "阴牲"), (3, "阳牲"))
    ]
    cells = [one.split(",") for one in (HEADINGS, *wrong)]
    first = lab_imports.commit(IncomingFile(make(Sheet("结果", cells)), "a.xlsx", LAB), by=liaison, at=AT)
    assert first.rows["refused"] == 2

    made = own_uploads.problem_file(str(first.batch), "zh", by=liaison, at=AT)

    assert (made.kind, made.rows) == ("xlsx", 2)
    sheet = openpyxl.load_workbook(io.BytesIO(made.content)).worksheets[0]
    shown = [cell for row in sheet.iter_rows(min_row=2) for cell in row]
    assert {(cell.data_type in ("s", "inlineStr"), cell.number_format) for cell in shown} == {(True, "@")}
    assert [cell.value for cell in shown[1:7]] == [*wrong[1].split(",")[:5], "'+门诊"]
    untouched = lab_imports.commit(IncomingFile(made.content, "b.xlsx", LAB), by=liaison, at=AT + timedelta(minutes=1))
    assert [(one.column, one.code) for one in untouched.problems] == [("outcome", "unknown_outcome")] * 2
    for row in sheet.iter_rows(min_row=2):
        row[5].value = str(row[5].value).replace("牲", "性")
    right = io.BytesIO()
    sheet.parent.save(right)
    lab_imports.commit(IncomingFile(right.getvalue(), "c.xlsx", LAB), by=liaison, at=AT + timedelta(minutes=2))
    assert rows("SELECT outcome, count(*) FROM result GROUP BY 1 ORDER BY 1") == [("negative", 2), ("positive", 1)]


def test_of_a_workbook_it_can_be_a_csv_and_of_a_csv_it_is_one(liaison: Staff) -> None:
    cells = [one.split(",") for one in (HEADINGS, line(1, outcome="阴牲"))]
    workbook = lab_imports.commit(IncomingFile(xlsx(Sheet("结果", cells)), "a.xlsx", LAB), by=liaison, at=AT)
    text = upload(liaison, "\n".join((HEADINGS, line(2, outcome="阴牲"))), 1)

    wanted = own_uploads.problem_file(str(workbook.batch), "zh", by=liaison, at=AT, kind=FileKind.CSV)
    own = own_uploads.problem_file(text, "zh", by=liaison, at=AT)

    assert (wanted.kind, own.kind) == ("csv", "csv")
    assert wanted.content.decode("utf-8-sig").splitlines()[1].endswith(line(1, outcome="阴牲"))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_of_a_csv_it_can_be_a_workbook_of_text_that_comes_in_again(liaison: Staff, language: str) -> None:
    number = upload(liaison, "\n".join((HEADINGS, *(one.replace(",S", ",000") for one in WRONG))), 0)

    made = own_uploads.problem_file(number, language, by=liaison, at=AT, kind=FileKind.XLSX)

    sheet = openpyxl.load_workbook(io.BytesIO(made.content)).worksheets[0]
    given = [[cell.value for cell in row[1:]] for row in sheet.iter_rows(min_row=2)]
    assert [",".join(map(str, cells)) for cells in given] == [one.replace(",S", ",000") for one in WRONG[1:3]]
    for row in sheet.iter_rows(min_row=2):
        row[5].value, row[3].value = "阴性", "2022-11-08 08:00"
    right = io.BytesIO()
    sheet.parent.save(right)
    lab_imports.commit(IncomingFile(right.getvalue(), "b.xlsx", LAB), by=liaison, at=AT + timedelta(minutes=1))
    assert rows("SELECT sample_number FROM result ORDER BY 1") == [(f"000{n}",) for n in (1, 2, 3, 4)]


def test_control_characters_go_into_a_workbook_as_workbooks_have_them(liaison: Staff) -> None:
    cells = [one.split(",") for one in (HEADINGS, line(1).replace("张三", "张\x07\r三"))]
    first = lab_imports.commit(IncomingFile(xls(Sheet("结果", cells)), "a.xls", LAB), by=liaison, at=AT)

    made = own_uploads.problem_file(str(first.batch), "zh", by=liaison, at=AT).content

    again = lab_imports.commit(IncomingFile(made, "b.xlsx", LAB), by=liaison, at=AT + timedelta(minutes=1))
    assert [(one.column, one.code) for one in again.problems] == [("name", "control_character")]


def test_a_row_with_a_quotation_mark_that_is_not_closed_comes_back_whole_and_can_be_put_right(liaison: Staff) -> None:
    strays = [f'"{line(1)}', f'"{line(2)},多', line(3).replace("S3", '"S3')]
    number = upload(liaison, "\n".join((HEADINGS, *strays, line(4))), 0)
    assert codes(number, liaison) == [((None, "unclosed_quote"),)] * 3

    made = own_uploads.problem_file(number, "zh", by=liaison, at=AT).content.decode("utf-8-sig")

    given = [cells[1:] for cells in csv.reader(io.StringIO(made))][1:]
    assert [",".join(cells) for cells in given] == strays
    right = "\n".join((HEADINGS, *(",".join(cells[:6]).replace('"', "") for cells in given)))
    assert codes(upload(liaison, right, 1), liaison) == []
    assert rows("SELECT count(*) FROM result") == [(4,)]


@pytest.mark.parametrize("kind", FileKind)
def test_a_quotation_mark_that_is_not_closed_is_a_fault_in_the_problem_file_of_a_problem_file(
    liaison: Staff, kind: FileKind
) -> None:
    first, *others = (line(n) for n in range(1, 5))
    strays = [f'"{first}', *(one.replace(cell, f'"{cell}') for one, cell in zip(others, ("S2", "阴性", "门诊"), strict=True))]
    number = upload(liaison, "\n".join((HEADINGS, *strays)), 0)
    for n in (1, 2):
        made = own_uploads.problem_file(number, "zh", by=liaison, at=AT, kind=kind).content
        came = IncomingFile(made, str(n), LAB)
        number = str(lab_imports.commit(came, by=liaison, at=AT + timedelta(minutes=n)).batch)

    assert codes(number, liaison) == [
        (("name", "unclosed_quote"),),
        (("sample_number", "unclosed_quote"),),
        (("outcome", "unclosed_quote"),),
    ]
    assert rows("SELECT sample_number, outcome FROM result") == [("S4", "negative")], "a column that nobody reads says nothing"


ODD = [f"{line(1)},多", f"{line(2)},,,，", line(3).rsplit(",", 1)[0], line(4).rsplit(",", 2)[0]]


def codes(number: str, by: Staff) -> list[object]:
    return [row.problems for row in own_uploads.problem_rows(number, by=by, at=AT)]


def test_a_row_with_too_few_or_too_many_cells_is_still_one_in_the_problem_file_of_a_problem_file(liaison: Staff) -> None:
    number = upload(liaison, "\n".join((HEADINGS, *ODD)), 0)
    before = codes(number, liaison)
    for n in range(1, 4):
        made = own_uploads.problem_file(number, "zh", by=liaison, at=AT).content
        number = upload(liaison, f"## {n}\n{made.decode('utf-8-sig')}", n)

    assert codes(number, liaison) == before == [*[((None, "cells_beyond_header"),)] * 2, *[((None, "too_few_cells"),)] * 2]
    assert made.decode("utf-8-sig").splitlines()[1].endswith(f",{ODD[0]}")
    assert rows("SELECT count(*) FROM result") == [(0,)]


@pytest.mark.parametrize("make", ["as_it_is", "saved_as_csv"])
def test_a_row_with_too_few_or_too_many_cells_is_still_one_in_a_workbook_of_them(liaison: Staff, make: str) -> None:
    number = upload(liaison, "\n".join((HEADINGS, *ODD)), 0)
    for n in range(1, 4):
        made = own_uploads.problem_file(number, "zh", by=liaison, at=AT, kind=FileKind.XLSX).content
        if make == "saved_as_csv":
            text = io.StringIO()
            csv.writer(text).writerows([cell or "" for cell in row] for row in cells_of(made))
            made = text.getvalue().encode("utf-8-sig")
        came = IncomingFile(made, f"{n}.xlsx", LAB)
        number = str(lab_imports.commit(came, by=liaison, at=AT + timedelta(minutes=n)).batch)
        assert codes(number, liaison) == [((None, "cells_beyond_header"),)] * 4
    assert rows("SELECT count(*) FROM result") == [(0,)]

    made = own_uploads.problem_file(number, "zh", by=liaison, at=AT, kind=FileKind.XLSX).content
    sheet = openpyxl.load_workbook(io.BytesIO(made)).worksheets[0]
    shown = [[cell for cell in row[1:] if cell] for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert [len(cells) for cells in shown] == [7, 7, 6, 5]
    for row in sheet.iter_rows(min_row=2):
        for cell in row[7:]:
            cell.value = None
        row[5].value = "阴性"
    right = io.BytesIO()
    sheet.parent.save(right)
    lab_imports.commit(IncomingFile(right.getvalue(), "r.xlsx", LAB), by=liaison, at=AT + timedelta(minutes=9))
    assert rows("SELECT count(*) FROM result") == [(4,)]


def test_cells_that_a_spreadsheet_would_run_are_read_again_as_they_were_typed(liaison: Staff) -> None:
    wrong = [f"张三,{resident_number(n)[:-1]}{'0' if resident_number(n)[-1] != '0' else '1'},2022-11-08 08:00,S{n},{said},=门诊"
             for n, said in ((1, "-"), (2, "+"), (3, "+"))]  # fmt: skip
    number = upload(liaison, "\n".join((HEADINGS, *wrong)), 0)

    made = own_uploads.problem_file(number, "zh", by=liaison, at=AT).content.decode("utf-8-sig")
    assert ",'+,'=门诊" in made
    for n in (1, 2, 3):
        made = made.replace(wrong[n - 1].split(",")[1], resident_number(n))
    upload(liaison, made, 1)

    assert rows("SELECT outcome, count(*) FROM result GROUP BY 1 ORDER BY 1") == [("negative", 1), ("positive", 2)]


def test_what_is_left_of_a_number_that_lost_digits_is_nobody_s_in_the_problem_file(liaison: Staff) -> None:
    content = (Path(__file__).parents[1] / "data/lab/numbers_for_ids.xlsx").read_bytes()
    file = IncomingFile(content, "a.xlsx", LAB)
    first = lab_imports.commit(file, by=liaison, at=AT)
    lost = [one.row for one in first.problems if one.code == "digits_lost"]

    made = own_uploads.problem_file(str(first.batch), "zh", by=liaison, at=AT).content

    given = cells_of(made)
    number_of = given[0].index("证件号码")
    assert {one[number_of] for one in given[1:] if any(str(one[0]).startswith(f"第 {row} 行") for row in lost)} == {None}
    again = str(lab_imports.commit(IncomingFile(made, "b.xlsx", LAB), by=liaison, at=AT).batch)
    assert len([1 for found in codes(again, liaison) if ("document_number", "missing") in found]) == len(lost) > 0  # type: ignore[operator]


PARTS = [WRONG[:2], WRONG[2:]]


@pytest.mark.parametrize("order", list(permutations(range(2))))
def test_in_any_order_the_parts_put_right_total_what_the_clean_file_gives(liaison: Staff, order: tuple[int, ...]) -> None:
    numbers = [upload(liaison, "\n".join((f"## {n}", HEADINGS, *PARTS[n])), n) for n in order]
    for n, number in enumerate(numbers):
        upload(liaison, put_right(own_uploads.problem_file(number, "zh", by=liaison, at=AT).content), 10 + n)
    in_parts = rows(COUNTED), sorted(rows("SELECT sample_number, outcome FROM result WHERE ended_at IS NULL"))

    once_more = lab_imports.preview(
        IncomingFile(put_right("\n".join((HEADINGS, *WRONG)).encode()).encode(), "clean.csv", LAB), by=liaison, at=AT
    )

    assert (once_more.rows["already_held"], once_more.rows["recorded"], once_more.rows["held"]) == (4, 0, 0)
    assert in_parts[1] == [("S1", "negative"), ("S2", "negative"), ("S3", "negative"), ("S4", "positive")]
    assert sum(n for day_of, *_, n, _corrected, _withdrawn in in_parts[0] if day_of == "recorded") == 4
