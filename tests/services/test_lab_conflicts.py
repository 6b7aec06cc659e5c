"""Nobody's code goes green on a conflict, also on one within a single file; the order of the rows changes nothing."""

import os
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from hbcore.domain.vocabulary import Role
from hbcore.services import lab_imports, lab_slices, sampling_imports
from hbcore.services.acting import Staff
from hbcore.services.import_report import ImportReport
from hbcore.storage import applying_rows
from hbcore.storage.engine import engine
from tests import standing
from tests.services.test_lab_imports import AT, EXPECTED, written
from tests.services.test_lab_slices import wipe

EXAMPLES = int(os.environ.get("HBCORE_TEST_ORDERS", "25"))
Rows = list[tuple[str, str, str, str]]
"""Person's place, sample number, outcome, status."""


@pytest.fixture(params=["at_once", "in_slices"])
def liaison(database: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Staff:
    if request.param == "in_slices":
        for name, size in {"AT_ONCE": 2, "TUBES_AT_ONCE": 2, "LEAST": 2, "MOST": 2}.items():
            monkeypatch.setattr(lab_slices, name, size)
        monkeypatch.setattr(applying_rows, "PART", 4)
    standing.institution(AT, EXPECTED["institution"], EXPECTED["institution_name"])
    return standing.staff(Role.LAB_LIAISON, AT, institutions=[EXPECTED["institution"]])


def commit(liaison: Staff, rows: Rows, name: str = "file.csv", hours: int = 0) -> ImportReport:
    return lab_imports.commit(written(*rows, name=name), by=liaison, at=AT + timedelta(hours=hours))


def stands() -> dict[str, Counter[Any]]:
    """Valid results by sample, and codes of people, without what each run makes anew."""
    asked = {
        "results": "SELECT d.key, r.sample_number, r.outcome FROM result r JOIN document d ON d.person_id = r.person_id"
        " WHERE r.ended_at IS NULL",
        "codes": 'SELECT d.key, c.colour, c."row" FROM code_segment c JOIN document d ON d.person_id = c.person_id',
    }
    with engine().connect() as connection:
        return {name: Counter(map(tuple, connection.exec_driver_sql(text))) for name, text in asked.items()}


def valid() -> list[tuple[str, str]]:
    return sorted(one[1:] for one in stands()["results"].elements())


CLEAR = ("1", "S9", "阴性", "终审")
FILES = """
    0 S1 阴性 终审, 0 S1 阳性 终审               | 2 3  | nothing of somebody new who is negative and positive
    0 S1 阴性 终审, 0 S1 阴性 终审               |      | S1 negative
    0 S1 阴性 终审, 0 S1 阳性 更正               |      | S1 positive
    0 S1 阳性 更正, 0 S1 阴性 终审               |      | S1 positive
    0 S1 阳性 终审, 0 S1 阴性 更正               | 3    | S1 positive
    0 S1 阴性 更正, 0 S1 阳性 终审               | 2    | S1 positive
    0 S1 阴性 作废, 0 S1 阴性 终审               |      | nothing
    0 S1 阴性 终审, 0 S2 阳性 终审               |      | S1 negative, S2 positive
    0 S1 阴性 终审, 0 S1 阳性 终审, 0 S2 阴性 终审 | 2 3 | S2 negative
    0 S1 阴性 更正, 0 S1 可疑 更正               | 2 3  | nothing
    0 S1 阴性 终审, 2 S1 阳性 终审               | 2 3  | nothing of a tube with two answers, of nobody in it
    0 S1 阴性 终审, 2 S1 阴性 终审               |      | S1 negative, S1 negative
    0 S1 阳性 终审, 2 S1 阳性 终审               |      | S1 pooled_positive, S1 pooled_positive
    0 S1 阴性 终审, 2 S1 阳性 终审, 0 S2 阴性 终审 | 2 3 | S2 negative
"""


@pytest.mark.parametrize("line", FILES.strip().splitlines())
def test_what_contradicts_itself_is_held_whole(line: str, liaison: Staff) -> None:
    rows, held, expected = (cell.strip() for cell in line.split("|"))

    report = commit(liaison, [*(tuple(one.split()) for one in rows.split(",")), CLEAR])  # type: ignore[list-item]

    assert [one.row for one in report.problems] == [int(row) for row in held.split()]
    found = [f"{sample} {outcome}" for sample, outcome in valid() if sample != CLEAR[1]]
    assert found == ([] if expected.startswith("nothing") else expected.split(", "))


def test_a_positive_that_we_hold_stays_whatever_a_file_says_twice(liaison: Staff) -> None:
    commit(liaison, [("0", "S1", "阳性", "终审")], "first.csv")

    report = commit(liaison, [("0", "S1", "阴性", "终审"), ("0", "S1", "阳性", "终审")], "second.csv", 1)

    assert {one.code for one in report.problems} == {"contradicts"}
    assert valid() == [("S1", "positive")]


def test_one_tube_with_two_outcomes_is_held_for_all_who_stand_in_it_also_when_it_comes_again(liaison: Staff) -> None:
    registered = "姓名,身份证号,采样时间,样本编号\n"
    people = [("赵芳飞", "429004196401028020"), ("吴静", "420102200404263580"), ("吴国平", "422801196308248537")]
    people_in = [f"{who},{number},2022-11-08 09:00:00,{tube}\n" for tube in ("T1", "T2", "T3") for who, number in people]
    file = lab_imports.IncomingFile((registered + "".join(people_in)).encode(), "s.csv", EXPECTED["institution"])
    sampling_imports.commit(file, by=liaison, at=AT)
    text = "试管编号,检测结果\nT1,阴性\nT2,阴性\nT3,阴性\nT1,阳性\n"

    report = lab_imports.commit(lab_imports.IncomingFile(text.encode(), "t.csv", EXPECTED["institution"]), by=liaison, at=AT)

    assert [(one.row, one.code) for one in report.problems] == [(2, "contradicts"), (5, "contradicts")]
    assert set(valid()) == {("T2", "negative"), ("T3", "negative")}
    again = lab_imports.IncomingFile("试管编号,检测结果\nT1,阴性\n".encode(), "u.csv", EXPECTED["institution"])
    told = lab_imports.commit(again, by=liaison, at=AT + timedelta(hours=1)).rows
    assert {kind: told[kind] for kind in ("recorded", "already_held", "waiting")} == {
        "recorded": 0,
        "already_held": 1,
        "waiting": 1,
    }
    assert set(valid()) == {("T2", "negative"), ("T3", "negative")}


LINES = some.tuples(
    some.sampled_from("012"),
    some.sampled_from(["S1", "S2"]),
    some.sampled_from(["阴性", "阳性", "可疑"]),
    some.sampled_from(["终审", "终审", "更正", "作废"]),
)


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=some.lists(LINES, max_size=3), rows=some.lists(LINES, min_size=2, max_size=8), data=some.data())
def test_the_order_of_a_file_s_rows_changes_nothing(before: Rows, rows: Rows, data: Any, liaison: Staff) -> None:
    def of(order: Rows) -> tuple[dict[str, Counter[Any]], dict[str, int]]:
        wipe()
        if before:
            commit(liaison, before, "before.csv")
        report = commit(liaison, order, hours=1)
        return stands(), report.rows

    assert of(rows) == of(data.draw(some.permutations(rows)))
