"""A row that says one antibody twice, by its assay and in a column of its own."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from hbcore.domain.vocabulary import Role
from hbcore.services import lab_imports
from hbcore.services.acting import Staff
from hbcore.services.uploads import IncomingFile
from tests import standing
from tests.services.applying import rows
from tests.services.numbers import resident_number
from tests.standing import LAB

AT = datetime(2022, 11, 8, 9, tzinfo=UTC)
HEADINGS = "姓名,身份证号,采样时间,样本编号,检测项目,检测结果,IgG,IgM,结果状态"


@pytest.fixture
def liaison(database: Path) -> Staff:
    standing.institution(AT)
    return standing.staff(Role.LAB_LIAISON, AT, institutions=[LAB])


def file(*said: str) -> IncomingFile:
    lines = [f"李四,{resident_number(1)},2022-11-08 08:00,S{place},{one}" for place, one in enumerate(said)]
    return IncomingFile("\n".join([HEADINGS, *lines]).encode(), "抗体.csv", LAB)


@pytest.mark.parametrize("known", [False, True])
@pytest.mark.parametrize("status", ["", "更正"])
def test_where_both_say_the_same_it_is_one_result_and_where_they_differ_the_row_is_held(
    known: bool, status: str, liaison: Staff
) -> None:
    if known:
        standing.person(resident_number(1), AT, name="李四")
    said = file(f"IgG抗体,阳性,阳性,阴性,{status}", f"IgM抗体,0.2,,阴性,{status}", f"IgG抗体,阳性,阴性,,{status}")

    seen = lab_imports.preview(said, by=liaison, at=AT)
    done = lab_imports.commit(said, by=liaison, at=AT)

    assert (done.rows["recorded"], done.rows["held"], done.rows["refused"]) == (2, 1, 0)
    assert [(one.row, one.code) for one in done.problems] == [(4, "contradicts")]
    assert (seen.rows, seen.outcomes, seen.problems) == (done.rows, done.outcomes, done.problems)
    found = rows("SELECT sample_number, assay, outcome FROM result WHERE ended_at IS NULL ORDER BY sample_number, assay")
    assert found == [("S0", "igg", "positive"), ("S0", "igm", "negative"), ("S1", "igm", "negative")]
