"""A large file is recorded in slices: as if at once, whatever stops it, and nobody waits for the whole of it."""

import csv
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from hbcore.domain.errors import Refused
from hbcore.domain.vocabulary import Role
from hbcore.services import (
    audit,
    held_rows,
    lab_finishing,
    lab_imports,
    lab_slices,
    lab_staging,
    own_uploads,
    recall_seen,
    recalls,
)
from hbcore.services.acting import Staff
from hbcore.services.import_report import ImportReport
from hbcore.services.slicing import Said
from hbcore.services.uploads import IncomingFile
from hbcore.storage import applying_rows, result_rows
from hbcore.storage.engine import engine
from tests import standing
from tests.services.numbers import resident_number as number
from tests.services.test_lab_imports import EXPECTED, LAB, shipped

AT = datetime(2022, 11, 9, 1, 40, tzinfo=UTC)
HEADINGS = ("姓名", "身份证号", "采样时间", "样本编号", "检测结果", "结果状态")
CANARY = "褚金丝雀"


class Stopped(Exception):
    """The process is gone."""


@pytest.fixture(autouse=True)
def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is large in life is a handful here: slices of two lines or so, parts of four."""
    monkeypatch.setattr(lab_slices, "AT_ONCE", 2)
    monkeypatch.setattr(lab_slices, "LEAST", 2)
    monkeypatch.setattr(lab_slices, "MOST", 2)
    monkeypatch.setattr(applying_rows, "PART", 4)


@pytest.fixture
def liaison(database: Path) -> Staff:
    standing.institution(AT, EXPECTED["institution"], EXPECTED["institution_name"])
    return standing.staff(Role.LAB_LIAISON, AT, institutions=[EXPECTED["institution"]])


def people(count: int, outcome: str = "阴性", *, tag: str = "") -> IncomingFile:
    """So many people with a sample each."""
    text = StringIO()
    lines = csv.writer(text)
    lines.writerow(HEADINGS)
    for place in range(count):
        lines.writerow((CANARY, number(place), "2022-11-08 09:00:00", f"S{place:04d}", outcome, ""))
    text.write(f"## {tag}\n")
    return IncomingFile(text.getvalue().encode(), "people.csv", EXPECTED["institution"])


def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lab_slices, "AT_ONCE", 1_000)


def told(report: ImportReport) -> ImportReport:
    """What of a report does not depend on when it was made."""
    return replace(report, seconds=0.0, batch=None, status="", fingerprint="")


def stop_after(slices: int) -> Said:
    left = iter(range(slices))

    def said(_done: int, _lines: int) -> None:
        if next(left, None) is None:
            raise Stopped

    return said


def scalar(statement: str) -> object:
    with engine().connect() as connection:
        return connection.exec_driver_sql(statement).scalar()


def counters() -> dict[str, list[tuple[object, ...]]]:
    """All that is counted, and every result and code without the ids that each run makes anew."""
    asked = {
        "test_count": "SELECT * FROM test_count",
        "tested_count": "SELECT * FROM tested_count",
        "code_bucket": "SELECT * FROM code_bucket WHERE n <> 0",
        "result": "SELECT assay, sampled_at, outcome, single, sample_number, unit, ended_how FROM result",
        "segment": 'SELECT from_at, until_at, colour, "row", unit FROM code_segment',
        "kept": "SELECT row_number, status, problems, waits FROM upload_row",
    }
    with engine().connect() as connection:
        return {name: sorted(map(tuple, connection.exec_driver_sql(text)), key=repr) for name, text in asked.items()}


@pytest.mark.parametrize("name", sorted(name for name, of in EXPECTED["files"].items() if "rows" in of))
def test_a_file_in_slices_gives_what_is_expected_and_its_preview_said_so(name: str, liaison: Staff) -> None:
    if name == "corrected_2.csv":
        lab_imports.commit(shipped("corrected_1.csv"), by=liaison, at=AT)

    seen = lab_imports.preview(shipped(name), by=liaison, at=AT)
    done = lab_imports.commit(shipped(name), by=liaison, at=AT)

    expected = EXPECTED["files"][name]
    assert {word: done.rows[word] for word in expected["rows"]} == expected["rows"]
    assert [[one.row, one.column, one.code] for one in done.problems] == expected.get("problems", [])
    assert done.outcomes.get("naat", {}) == expected.get("naat", done.outcomes.get("naat", {}))
    assert told(seen) == told(done)


def test_what_is_stopped_is_finished_by_the_next_start_as_if_nothing_had_been(liaison: Staff) -> None:
    with pytest.raises(Stopped):
        lab_imports.commit(people(11), by=liaison, at=AT, said=stop_after(2))
    assert scalar("SELECT count(*) FROM result") == 6

    lab_slices.finish_all()

    assert scalar("SELECT count(*) FROM result") == 11
    assert scalar("SELECT count(*) FROM applying") == scalar("SELECT count(*) FROM staged_part") == 0
    again = lab_imports.commit(people(11), by=liaison, at=AT)
    assert (again.status, again.rows["recorded"], again.codes) == ("already_committed", 11, {"none>green": 11})
    assert [event.act for event in audit_events()].count(audit.Act.RESULTS_IMPORTED) == 1


def audit_events() -> list[sa.Row[tuple[str]]]:
    with engine().connect() as connection:
        return list(connection.exec_driver_sql("SELECT act FROM event"))


@pytest.mark.parametrize("slices", [2, 3])
def test_samples_are_there_whenever_it_was_stopped(slices: int, liaison: Staff) -> None:
    with pytest.raises(Stopped):
        lab_imports.commit(people(8), by=liaison, at=AT, said=stop_after(slices))
    assert scalar("SELECT count(*) FROM sample") == 0

    lab_slices.finish_all()

    held = "SELECT count(*) FROM sample JOIN result ON result.id = sample.result_id AND result.person_id = sample.person_id"
    assert scalar(held + " WHERE result.sampled_at = sample.sampled_at") == scalar("SELECT count(*) FROM sample") == 8
    assert lab_imports.preview(people(8, tag="again"), by=liaison, at=AT).rows["already_held"] == 8


def test_samples_are_there_also_where_adding_them_was_stopped_on_the_same_connection(
    liaison: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Stopped):
        lab_imports.commit(people(8), by=liaison, at=AT, said=stop_after(3))
    with engine().connect().execution_options(writes=True) as connection, connection.begin():
        (upload,) = applying_rows.unfinished(connection)
        result_rows.samples_to_come(connection, upload)
        held = result_rows.samples_to_come(connection, upload)
        monkeypatch.setattr(result_rows, "SAMPLES_AT_ONCE", held)

        result_rows.add_samples_to_come(connection, 0)

        assert held == connection.exec_driver_sql("SELECT count(*) FROM sample").scalar_one() > 0
        result_rows.forget_samples_to_come(connection)


def test_a_stopped_file_counts_as_one_that_was_recorded_at_once(liaison: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Stopped):
        lab_imports.commit(people(9, "阳性"), by=liaison, at=AT, said=stop_after(1))
    lab_slices.finish_all()
    in_slices = counters()
    wipe()
    at_once(monkeypatch)

    lab_imports.commit(people(9, "阳性"), by=liaison, at=AT)

    assert counters() == in_slices


def wipe() -> None:
    """As if nothing had been uploaded."""
    tables = "result sample code_segment code_bucket code_history person document look_up_number test_count tested_count"
    with engine().connect().execution_options(writes=True) as connection, connection.begin():
        for name in [*tables.split(), "upload_count", "upload_row", "upload", "proposal"]:
            connection.exec_driver_sql(f"DELETE FROM {name}")  # noqa: S608


def test_what_was_never_accepted_leaves_nothing(liaison: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_given: object, **_more: object) -> None:
        raise Refused("still_applying")

    monkeypatch.setattr(lab_staging, "accept", refuse)

    with pytest.raises(Refused):
        lab_imports.commit(people(9), by=liaison, at=AT)

    assert scalar("SELECT count(*) FROM staged_part") == scalar("SELECT count(*) FROM upload") == 0


def test_nothing_that_is_staged_can_be_read(liaison: Staff) -> None:
    with pytest.raises(Stopped):
        lab_imports.commit(people(9), by=liaison, at=AT, said=stop_after(0))

    with engine().connect() as connection:
        parts = connection.exec_driver_sql("SELECT sealed FROM staged_part").scalars().all()
    assert parts
    assert not any(text.encode() in bytes(part) for part in parts for text in (CANARY, number(0), "S0000"))


def test_until_its_last_line_an_upload_is_neither_recalled_nor_settled(liaison: Staff) -> None:
    with pytest.raises(Stopped):
        lab_imports.commit(people(13, "阳性"), by=liaison, at=AT, said=stop_after(0))
    upload, batch = scalar("SELECT upload_id FROM applying"), str(scalar("SELECT number FROM upload"))

    with pytest.raises(Refused, match="still_applying"):
        recalls.preview(batch, by=liaison, at=AT)
    with engine().connect() as connection, pytest.raises(Refused, match="still_applying"):
        held_rows.upload_of(Session(connection), int(str(upload)), AT)


def test_positives_beyond_a_shift_wait_whatever_the_slices(liaison: Staff) -> None:
    done = lab_imports.commit(people(13, "阳性"), by=liaison, at=AT)

    assert (done.rows["recorded"], done.rows["held"], done.outcomes["naat"]) == (10, 3, {"positive": 10})
    assert scalar("SELECT count(*) FROM proposal WHERE what = 'release_positives'") == 1
    assert scalar("SELECT positives FROM upload") == 10


def test_while_one_file_is_recorded_its_positives_count_for_the_next(liaison: Staff) -> None:
    standing.institution(AT, "420106L02", "武昌第二检验所")
    both = standing.staff(Role.LAB_LIAISON, AT, name="he.ping", institutions=[EXPECTED["institution"], "420106L02"])
    with pytest.raises(Stopped):
        lab_imports.commit(people(9, "阳性"), by=both, at=AT, said=stop_after(0))

    second = replace(people(2, "阳性", tag="second"), institution="420106L02")
    done = lab_imports.commit(second, by=both, at=AT)

    assert (done.rows["recorded"], done.rows["held"]) == (1, 1)


def test_a_waiting_file_of_the_same_institution_is_finished_before_the_next(liaison: Staff) -> None:
    with pytest.raises(Stopped):
        lab_imports.commit(people(9), by=liaison, at=AT, said=stop_after(1))

    lab_imports.commit(IncomingFile((LAB / "clean_utf8.csv").read_bytes(), "b.csv", EXPECTED["institution"]), by=liaison, at=AT)

    assert scalar("SELECT count(*) FROM applying") == 0
    assert scalar("SELECT count(*) FROM result") == 29


def test_progress_is_told_slice_by_slice(liaison: Staff) -> None:
    told_of: list[tuple[int, int]] = []

    lab_imports.commit(people(5), by=liaison, at=AT, said=lambda done, lines: told_of.append((done, lines)))

    assert told_of == [(2, 5), (4, 5), (5, 5)]


def test_an_upload_is_shown_with_how_far_it_has_come_until_its_last_line(liaison: Staff) -> None:
    with pytest.raises(Stopped):
        lab_imports.commit(people(10), by=liaison, at=AT, said=stop_after(1))
    [line] = own_uploads.listed(by=liaison, at=AT).lines

    assert (line.how_far.done, line.how_far.lines, line.rows["recorded"]) == (4, 10, 4)
    assert {line.number: line.how_far} == lab_finishing.still_applying(by=liaison, at=AT)
    _, report = own_uploads.report_of(line.number, by=liaison, at=AT)
    assert (report.status, report.codes) == ("applying", {"none>green": 4})
    assert lab_imports.preview(people(10), by=liaison, at=AT).status == "applying"
    assert recall_seen.standing(line.number, by=liaison, at=AT).status == "applying"
    with pytest.raises(Refused, match="still_applying"):
        recalls.recall(line.number, "wrong_file", by=liaison, at=AT)
    before = own_uploads.listed(by=liaison, at=AT)
    lab_slices.finish_all()
    [after] = own_uploads.listed(by=liaison, at=AT, before=before).lines
    assert (after.how_far, after.rows["recorded"]) == (None, 10)
    assert own_uploads.report_of(line.number, by=liaison, at=AT)[1].status == "already_committed"


def test_what_a_closed_page_left_is_finished_at_once_and_what_moves_is_left_to_who_records_it(liaison: Staff) -> None:
    lab_finishing.WANTED.clear()
    with pytest.raises(Stopped):
        lab_imports.commit(people(10), by=liaison, at=AT, said=stop_after(1))
    assert lab_finishing.WANTED.is_set()

    moved = {upload: done - 1 for upload, done in lab_finishing.finish_left({}).items()}
    left = lab_finishing.finish_left(moved)
    assert list(left.values()) == [4]
    assert lab_finishing.finish_left(left) == {}
    assert scalar("SELECT count(*) FROM result") == 10


def test_a_preview_says_how_many_lines_it_has_tried(liaison: Staff) -> None:
    heard: list[tuple[int, int]] = []

    lab_imports.preview(people(5), by=liaison, at=AT, said=lambda done, lines: heard.append((done, lines)))

    assert heard == [(2, 5), (4, 5), (5, 5)]


def test_the_rows_to_put_right_of_a_file_in_slices_have_its_own_headings(liaison: Staff) -> None:
    text = people(5).content.decode().replace("S0003,阴性", "S0003,阴牲").replace("样本编号", "条码号")

    done = lab_imports.commit(IncomingFile(text.encode(), "a.csv", EXPECTED["institution"]), by=liaison, at=AT)

    made = own_uploads.problem_file(str(done.batch), "zh", by=liaison, at=AT).content.decode("utf-8-sig")
    assert made.splitlines()[0].endswith(",姓名,身份证号,采样时间,条码号,检测结果,结果状态")
