"""A laboratory file is taken whole, each row counted once, and a preview says what its commit does."""

import csv
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from hbcore.domain.errors import FileRefused, Refused
from hbcore.domain.vocabulary import Role
from hbcore.services import audit, lab_imports
from hbcore.services.acting import Staff
from hbcore.services.import_report import ImportReport
from hbcore.services.uploads import IncomingFile
from hbcore.storage.engine import engine
from tests import standing
from tests.services.test_counters import latest_tests_are_those_of_the_rows

LAB = Path(__file__).parents[1] / "data" / "lab"
EXPECTED = json.loads((LAB / "expected.json").read_text(encoding="utf-8"))
AT = datetime(2022, 11, 9, 1, 40, tzinfo=UTC)
HEADINGS = ("姓名", "身份证号", "采样时间", "样本编号", "检测结果", "结果状态")
PEOPLE = (("赵芳飞", "429004196401028020"), ("吴静", "420102200404263580"), ("吴国平", "422801196308248537"))


@pytest.fixture
def liaison(database: Path) -> Staff:
    standing.institution(AT, EXPECTED["institution"], EXPECTED["institution_name"])
    return standing.staff(Role.LAB_LIAISON, AT, institutions=[EXPECTED["institution"]])


def shipped(name: str) -> IncomingFile:
    return IncomingFile((LAB / name).read_bytes(), name, EXPECTED["institution"])


def written(*rows: tuple[str, ...], name: str = "written.csv") -> IncomingFile:
    """Rows of (person's place in PEOPLE, sample number, outcome, status) as a file."""
    text = StringIO()
    lines = csv.writer(text)
    lines.writerow(HEADINGS)
    for person, sample, outcome, status in rows:
        who, number = PEOPLE[int(person)]
        lines.writerow((who, number, "2022-11-08 09:00:00", sample, outcome, status))
    text.write(f"## {name}\n")  # a comment: two files of the same rows are two files
    return IncomingFile(text.getvalue().encode(), name, EXPECTED["institution"])


def everything(*leave_out: str) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table but those of events, to compare the database before and after."""
    with engine().connect() as connection:
        names = [name for name in sa.inspect(connection).get_table_names() if name not in ("event", *leave_out)]
        return {name: sorted(map(tuple, connection.exec_driver_sql(f'SELECT * FROM "{name}"')), key=repr) for name in names}  # noqa: S608


def acts() -> list[str]:
    with engine().connect() as connection:
        return [row.act for row in connection.execute(sa.select(audit.EVENTS.c.act).order_by(audit.EVENTS.c.seq))]


@pytest.mark.parametrize("name", [name for name, wanted in EXPECTED["files"].items() if "rows" in wanted])
def test_each_sample_file_gives_what_is_expected(name: str, liaison: Staff) -> None:
    if name == "corrected_2.csv":
        lab_imports.commit(shipped("corrected_1.csv"), by=liaison, at=AT)
    wanted = EXPECTED["files"][name]

    report = lab_imports.commit(shipped(name), by=liaison, at=AT)

    assert {key: report.rows[key] for key in wanted["rows"]} == wanted["rows"]
    for assay in ("naat", "igg", "igm"):
        if assay in wanted:
            assert report.outcomes[assay] == wanted[assay]
    if "problems" in wanted:
        assert [[one.row, one.column, one.code] for one in report.problems] == wanted["problems"]
    for key, value in wanted.get("format", {}).items():
        assert report.format[key] == value


def test_a_letter_is_no_laboratory_file(liaison: Staff) -> None:
    with pytest.raises(FileRefused) as refused:
        lab_imports.commit(shipped("not_a_table.csv"), by=liaison, at=AT)

    assert refused.value.code == EXPECTED["files"]["not_a_table.csv"]["error"]


@pytest.mark.parametrize("name", ["corrected_2.csv", "pooled_tubes.csv", "antibody.csv", "one_fault_each.csv", "export.xlsx"])
def test_a_preview_says_what_the_commit_does_and_changes_nothing(name: str, liaison: Staff) -> None:
    lab_imports.commit(shipped("corrected_1.csv"), by=liaison, at=AT)
    before = everything()

    seen = lab_imports.preview(shipped(name), by=liaison, at=AT)

    assert everything() == before
    done = lab_imports.commit(shipped(name), by=liaison, at=AT)
    assert (seen.rows, seen.outcomes, seen.problems, seen.codes) == (done.rows, done.outcomes, done.problems, done.codes)
    assert acts()[-2:] == ["results_previewed", "results_imported"]


def test_the_same_file_again_changes_nothing_and_repeats_the_first_figures(liaison: Staff) -> None:
    first = lab_imports.commit(shipped("clean_utf8.csv"), by=liaison, at=AT)
    before = everything()

    again = lab_imports.commit(shipped("clean_utf8.csv"), by=liaison, at=AT)

    assert (again.status, again.batch, again.rows, again.codes) == ("already_committed", first.batch, first.rows, first.codes)
    assert everything() == before


# What stands, what comes, what becomes of the row, what is valid afterwards (None: nothing).
HELD_AND_COMING = """
    阴性 终审 | 阴性 终审 | already_held | 阴性 | same answer
    阴性 终审 | 阳性 终审 | held         | 阴性 | contradicts
    阴性 终审 | 阳性 更正 | recorded     | 阳性 | corrected
    阴性 终审 | 阴性 作废 | recorded     | -    | withdrawn
    阳性 终审 | 阴性 更正 | held         | 阳性 | second_account_needed
    阳性 终审 | 阳性 作废 | held         | 阳性 | second_account_needed
    阳性 终审 | 可疑 更正 | held         | 阳性 | second_account_needed
    可疑 终审 | 阴性 更正 | recorded     | 阴性 | corrected
    -         | 阴性 作废 | held         | -    | withdraws_unknown
    -         | 阴性 更正 | recorded     | 阴性 | new
    -         | 阴性 初步 | refused      | -    | not_final
"""
WORDS = {"negative": "阴性", "positive": "阳性", "inconclusive": "可疑"}


@pytest.mark.parametrize("line", HELD_AND_COMING.strip().splitlines())
@pytest.mark.parametrize("in_one_file", [False, True])
def test_what_becomes_of_a_second_answer_for_one_sample(line: str, in_one_file: bool, liaison: Staff) -> None:
    stands, comes, becomes, valid, why = (cell.strip() for cell in line.split("|"))
    first = [] if stands == "-" else [("0", "S1", *stands.split())]
    coming = ("0", "S1", *comes.split())

    if in_one_file:
        report = lab_imports.commit(written(*first, coming), by=liaison, at=AT)
    else:
        if first:
            lab_imports.commit(written(*first, name="first.csv"), by=liaison, at=AT)
        report = lab_imports.commit(written(coming), by=liaison, at=AT)

    both = in_one_file and first and (becomes == "recorded" or why == "contradicts")
    assert report.rows[becomes] == (2 if both else 1)
    if why in ("corrected", "withdrawn"):
        assert report.rows[why] == 1
    elif becomes in ("held", "refused"):
        assert [one.code for one in report.problems] == [why] * report.rows[becomes]
    with engine().connect() as connection:
        standing_results = connection.exec_driver_sql("SELECT outcome FROM result WHERE ended_at IS NULL").scalars().all()
    nothing = valid == "-" or (both and why == "contradicts")
    assert [WORDS[outcome] for outcome in standing_results] == ([] if nothing else [valid])


def test_another_name_for_a_document_we_hold_is_kept_for_a_persons_eyes(liaison: Staff) -> None:
    lab_imports.commit(written(("0", "S1", "阴性", "终审")), by=liaison, at=AT)
    text = written(("0", "S2", "阴性", "终审")).content.decode().replace(PEOPLE[0][0], "王伟")

    report = lab_imports.commit(IncomingFile(text.encode(), "b.csv", EXPECTED["institution"]), by=liaison, at=AT)

    assert (report.rows["held"], report.problems[0].code) == (1, "name_differs")


def test_a_pooled_positive_turns_nobody_red_and_a_single_one_does(liaison: Staff) -> None:
    report = lab_imports.commit(shipped("pooled_tubes.csv"), by=liaison, at=AT)

    assert report.codes == {"none>green": 10, "none>red": 1, "none>yellow": 10}


def test_rows_that_were_not_recorded_are_kept_sealed(liaison: Staff) -> None:
    lab_imports.commit(shipped("one_fault_each.csv"), by=liaison, at=AT)

    with engine().connect() as connection:
        kept = connection.exec_driver_sql("SELECT row_number, status, sealed FROM upload_row ORDER BY row_number").all()
    assert [(row, status) for row, status, _ in kept] == [(row, "refused") for row in range(2, 8)]
    assert not any("黄平俊".encode() in sealed for _, _, sealed in kept)


def test_a_file_of_another_institution_or_a_suspended_one_is_refused(liaison: Staff) -> None:
    standing.institution(AT, "420502L01", "宜昌第三检验中心", standing.YICHANG)

    for institution, code in (("420502L01", "other_institution"), ("nowhere", "unknown_institution")):
        with pytest.raises(Refused) as refused:
            lab_imports.commit(IncomingFile(b"x", "x.csv", institution), by=liaison, at=AT)
        assert refused.value.code == code
    with engine().connect().execution_options(writes=True) as connection, connection.begin():
        connection.exec_driver_sql("UPDATE institution SET suspended_at = 1")
    with pytest.raises(Refused) as refused:
        lab_imports.commit(shipped("clean_utf8.csv"), by=liaison, at=AT)
    assert refused.value.code == "institution_suspended"


def test_rows_of_another_own_institution_are_said_one_by_one_and_come_in_under_its_name(liaison: Staff) -> None:
    standing.institution(AT, "420502L01", "宜昌第三检验中心", standing.YICHANG)
    of_two = standing.staff(Role.LAB_LIAISON, AT, name="of.two", institutions=[EXPECTED["institution"], "420502L01"])
    own, own_code = EXPECTED["institution_name"], EXPECTED["institution"]
    named = ("", own, "宜昌第三检验中心", "江汉医学检验所", own_code, "420502L01")
    head = "姓名,身份证号,采样时间,样本编号,检测结果,检测机构\n"
    who, number = PEOPLE[0]
    lines = [f"{who},{number},2022-11-08 09:00,S{place},阴性,{name}\n" for place, name in enumerate(named)]

    first = lab_imports.commit(IncomingFile((head + "".join(lines)).encode(), "a.csv", EXPECTED["institution"]), by=of_two, at=AT)
    then = lab_imports.commit(IncomingFile((head + lines[2]).encode(), "b.csv", "420502L01"), by=of_two, at=AT)

    assert [(one.row, one.column, one.code) for one in first.problems] == [
        (row, "testing_institution", "other_institution") for row in (4, 5, 7)
    ]
    assert (first.rows["recorded"], then.rows["recorded"]) == (3, 1)


def test_only_a_liaison_imports_and_a_refusal_is_an_event(liaison: Staff) -> None:
    clerk = standing.staff(Role.DISTRICT_STAFF, AT, name="wang", unit=standing.WUCHANG)

    with pytest.raises(Refused) as refused:
        lab_imports.commit(shipped("clean_utf8.csv"), by=clerk, at=AT)

    assert refused.value.code == "not_allowed"
    assert acts() == ["refused"]


def test_without_its_event_nothing_of_an_import_is_left(liaison: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    before = everything()

    def breaks(*_: object, **__: object) -> int:
        raise OSError

    monkeypatch.setattr(audit, "record", breaks)
    with pytest.raises(OSError):  # noqa: PT011 - raised just above
        lab_imports.commit(shipped("clean_utf8.csv"), by=liaison, at=AT)

    assert everything() == before


OUTCOMES = some.sampled_from(["阴性", "阳性", "可疑", "良好", ""])
STATUSES = some.sampled_from(["终审", "更正", "作废", "初步"])
ROWS = some.lists(
    some.tuples(some.sampled_from("012"), some.sampled_from(["S1", "S2", ""]), OUTCOMES, STATUSES), min_size=1, max_size=8
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=some.lists(ROWS, min_size=1, max_size=3))
def test_rows_always_add_up_and_counters_equal_a_scan(
    files: list[list[tuple[str, ...]]], fresh_liaison: Callable[[], Staff]
) -> None:
    by = fresh_liaison()

    for number, rows in enumerate(files):
        report = lab_imports.commit(written(*rows, name=f"{number}.csv"), by=by, at=AT + timedelta(minutes=number))
        adds_up(report, len(rows))

    counters_equal_a_scan()


def adds_up(report: ImportReport, rows: int) -> None:
    counted = report.rows
    assert counted["read"] == counted["recorded"] + counted["already_held"] + counted["held"] + counted["refused"] == rows
    assert counted["corrected"] + counted["withdrawn"] <= counted["recorded"] or counted["recorded"] > 0


def counters_equal_a_scan() -> None:
    latest_tests_are_those_of_the_rows()
    with engine().connect() as connection:
        scan = connection.exec_driver_sql(
            "SELECT assay, outcome, count(*) FROM result WHERE ended_at IS NULL GROUP BY 1, 2"
        ).all()
        counted = connection.exec_driver_sql(
            "SELECT assay, outcome, sum(n) FROM test_count WHERE day_of = 'recorded' GROUP BY 1, 2 HAVING sum(n) <> 0"
        ).all()
        assert sorted(map(tuple, counted)) == sorted(map(tuple, scan))
        codes = connection.exec_driver_sql("SELECT colour, count(*) FROM code_segment WHERE until_at IS NULL GROUP BY 1").all()
        buckets = connection.exec_driver_sql("SELECT colour, sum(n) FROM code_bucket GROUP BY 1 HAVING sum(n) <> 0").all()
        assert sorted(map(tuple, buckets)) == sorted(map(tuple, codes))


@pytest.fixture
def fresh_liaison(liaison: Staff) -> Callable[[], Staff]:
    """Empties what imports write, so that each example starts from nothing."""
    written_by_imports = (
        "result sample person document look_up_number upload upload_row code_segment code_history code_bucket test_count"
    )

    def empty() -> Staff:
        with engine().connect().execution_options(writes=True) as connection, connection.begin():
            for table in written_by_imports.split():
                connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608 - names just above
        return liaison

    return empty
