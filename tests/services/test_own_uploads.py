"""A liaison's own uploads: which are listed, one with its problem rows, and never another institution's."""

import csv
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from hbcore.domain.errors import Refused
from hbcore.domain.vocabulary import Role
from hbcore.services import lab_imports, own_uploads
from hbcore.services.acting import Staff
from hbcore.services.own_uploads import Which
from hbcore.services.uploads import IncomingFile
from hbcore.storage.engine import access_engine, engine
from tests import standing
from tests.services.applying import look_ups
from tests.standing import LAB, YICHANG

AT = datetime(2022, 11, 10, 2, tzinfo=UTC)  # 10:00 in Shanghai
OTHER_LAB = "420502L01"
HEADINGS = "姓名,身份证号,采样时间,样本编号,检测结果,备注"
GOOD = "张三,420106199001011231,2022-11-08 14:00,S{},阴性,"
BAD_DIGIT = "李四,420106199001011232,2022-11-08 14:00,S{},阴性,=1+1"
OTHER_NAME = "王五,420106199001011231,2022-11-08 15:00,T{},阴性,"


def file(*lines: str, name: str = "a.csv", institution: str = LAB) -> IncomingFile:
    return IncomingFile("\n".join((HEADINGS, *lines)).encode(), name, institution)


@pytest.fixture
def liaison(database: Path) -> Staff:
    standing.institution(AT)
    standing.institution(AT, OTHER_LAB, "宜昌第三检验中心", YICHANG)
    return standing.staff(Role.LAB_LIAISON, AT, institutions=[LAB])


@pytest.fixture
def uploaded(liaison: Staff) -> dict[str, str]:
    """Upload numbers: a clean one, one with a refused row, one with a held row, and another institution's with a refused row."""
    stranger = standing.staff(Role.LAB_LIAISON, AT, name="stranger", institutions=[OTHER_LAB])
    files = {
        "clean": (file(GOOD.format(1)), liaison, AT - timedelta(hours=30)),
        "refused": (file(GOOD.format(2), BAD_DIGIT.format(3), name="b.csv"), liaison, AT - timedelta(hours=1)),
        "held": (file(OTHER_NAME.format(4), name="c.csv"), liaison, AT),
        "other's": (file(BAD_DIGIT.format(5), name="d.csv", institution=OTHER_LAB), stranger, AT),
    }
    return {what: str(lab_imports.commit(one, by=by, at=at).batch) for what, (one, by, at) in files.items()}


def numbers(which: Which, by: Staff, at: datetime = AT) -> list[str]:
    return [line.number for line in own_uploads.listed(which, by=by, at=at).lines]


def test_which_uploads_are_listed(liaison, uploaded):
    assert numbers(Which.ALL, liaison) == [uploaded["held"], uploaded["refused"], uploaded["clean"]]
    assert numbers(Which.SHIFT, liaison) == [uploaded["held"], uploaded["refused"]]
    assert numbers(Which.HELD, liaison) == [uploaded["held"]]
    assert numbers(Which.REFUSED, liaison) == [uploaded["refused"]]
    assert numbers(Which.REFUSED, liaison, AT + timedelta(days=7)) == []


def test_the_numbers_are_those_of_the_lists(liaison, uploaded):
    for at in (AT, AT + timedelta(hours=12), AT + timedelta(days=6, hours=23, minutes=30)):
        with Session(engine()) as session:
            counted = own_uploads.counts_in(session, liaison, at)

        assert counted.shift == len(numbers(Which.SHIFT, liaison, at))
        for which in (Which.HELD, Which.REFUSED):
            lines = own_uploads.listed(which, by=liaison, at=at).lines
            assert getattr(counted, which) == sum(line.rows[which] for line in lines)
    assert counted.last == (uploaded["held"], AT)


def test_a_list_in_which_nothing_was_done_is_told_again(liaison, uploaded):
    first = own_uploads.listed(by=liaison, at=AT)

    assert own_uploads.listed(by=liaison, at=AT, before=first) is first
    assert own_uploads.listed(Which.HELD, by=liaison, at=AT, before=first) is not first
    lab_imports.commit(file(GOOD.format(9), name="e.csv"), by=liaison, at=AT)
    assert len(own_uploads.listed(by=liaison, at=AT, before=first).lines) == 4


def test_an_upload_is_opened_with_its_report_and_no_look_up(liaison, uploaded):
    line, report = own_uploads.report_of(uploaded["refused"], by=liaison, at=AT)

    assert (line.file_name, line.rows["refused"], line.by) == ("b.csv", 1, "li.jing")
    assert [(one.row, one.column, one.code) for one in report.problems] == [(3, "document_number", "bad_check_digit")]
    assert look_ups() == 0


def test_the_cells_of_problem_rows_are_one_look_up(liaison, uploaded):
    (row,) = own_uploads.problem_rows(uploaded["refused"], by=liaison, at=AT)

    assert (row.row, row.status) == (3, "refused")
    assert (row.cells["name"], row.cells["document_number"]) == ("李四", "420106199001011232")
    assert "校验位" in own_uploads.what_is_wrong(row, "results", "zh")
    with access_engine().connect() as connection:
        (said,) = connection.execute(sa.text("SELECT act, subject, figures FROM look_up_event")).all()
    assert tuple(said) == (
        "upload_looked_up",
        f"upload {uploaded['refused']}",
        '{"purpose": "correct_result", "rows": 1}',
    )


def test_problem_rows_leave_as_a_file_that_no_spreadsheet_runs(liaison, uploaded):
    made = own_uploads.problem_file(uploaded["refused"], "zh", by=liaison, at=AT).content

    headings, line = csv.reader(io.StringIO(made.decode("utf-8-sig")))
    row = dict(zip(headings, line, strict=True))
    assert headings == ["未入库原因与处理办法", *HEADINGS.split(",")]
    assert (row["姓名"], row["身份证号"], row["备注"]) == ("李四", "420106199001011232", "'=1+1")
    assert row["未入库原因与处理办法"].startswith("第 3 行：")
    assert "校验位" in row["未入库原因与处理办法"]
    assert look_ups() == 1


@pytest.mark.parametrize("whose", ["other's", "no number at all"])
def test_another_institutions_upload_is_not_there(liaison, uploaded, whose):
    number = uploaded.get(whose, "B20200101-000001")
    for opened in (
        lambda: own_uploads.report_of(number, by=liaison, at=AT),
        lambda: own_uploads.problem_rows(number, by=liaison, at=AT),
        lambda: own_uploads.problem_file(number, "zh", by=liaison, at=AT),
    ):
        with pytest.raises(Refused, match="unknown_upload"):
            opened()
    assert look_ups() == 0


@pytest.mark.parametrize("role", [Role.DISTRICT_STAFF, Role.SUPERVISOR, Role.ADMINISTRATOR, Role.AUDITOR])
def test_other_roles_see_no_uploads(liaison, uploaded, role):
    other = standing.staff(role, AT, name="other")

    with pytest.raises(Refused, match="not_allowed"):
        own_uploads.problem_rows(uploaded["refused"], by=other, at=AT)
