"""A row that is held already, word for word, is told so and not held twice; any other word of it is looked at by itself."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hbcore.domain.lab_held import SettleReason
from hbcore.domain.vocabulary import Role
from hbcore.services import (
    held_queue,
    held_settling,
    lab_imports,
    lab_slices,
    own_uploads,
    recall_seen,
    recalls,
    releases,
    sampling_imports,
)
from hbcore.services.acting import Staff
from hbcore.services.held_settling import Settlement
from hbcore.services.import_report import ImportReport
from hbcore.services.recalling import Changed
from hbcore.services.uploads import IncomingFile
from hbcore.storage import applying_rows
from tests import standing
from tests.services.applying import rows
from tests.services.numbers import resident_number
from tests.standing import LAB

AT = datetime(2022, 11, 10, 2, tzinfo=UTC)
OTHER = "420106L02"
HEADINGS = "姓名,证件类型,证件号码,手机号,采样时间,检测时间,样本编号,检测项目,检测结果,结果状态,科室"
ROW = {
    "name": "张三",
    "kind": "身份证",
    "number": resident_number(0),
    "phone": "13800000000",
    "sampled": "2022-11-09 14:00",
    "tested": "2022-11-09 20:00",
    "sample": "S0",
    "assay": "核酸",
    "outcome": "可疑",
    "status": "终审",
    "department": "门诊",
}


@pytest.fixture(params=["at_once", "in_slices"])
def liaison(database: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Staff:
    if request.param == "in_slices":
        for name, size in {"AT_ONCE": 1, "TUBES_AT_ONCE": 1, "LEAST": 1, "MOST": 1}.items():
            monkeypatch.setattr(lab_slices, name, size)
        monkeypatch.setattr(applying_rows, "PART", 4)
    standing.institution(AT)
    standing.institution(AT, code=OTHER, name="武昌第二检验所")
    return standing.staff(Role.LAB_LIAISON, AT, institutions=[LAB, OTHER])


def line(**other: str) -> str:
    return ",".join((ROW | other).values())


def file(*lines: str, tag: str = "", headings: str = HEADINGS, institution: str = LAB) -> IncomingFile:
    return IncomingFile("\n".join((f"## {tag}", headings, *lines)).encode(), f"{tag}.csv", institution)


def taken(by: Staff, file: IncomingFile, minute: int) -> ImportReport:
    """As its preview has said."""
    at = AT + timedelta(minutes=minute)
    seen = lab_imports.preview(file, by=by, at=at)
    done = lab_imports.commit(file, by=by, at=at, fingerprint=seen.fingerprint)
    assert (seen.rows, seen.problems) == (done.rows, done.problems)
    assert done.rows["read"] == sum(done.rows[kind] for kind in ("recorded", "already_held", "held", "refused"))
    return done


def told(report: ImportReport) -> tuple[int, int, int]:
    return report.rows["held"], report.rows["already_held"], report.rows.get("waiting", 0)


def in_queue(by: Staff) -> int:
    return held_queue.listed(by=by, at=AT + timedelta(hours=1)).all


def test_a_file_of_faults_committed_untouched_holds_no_row_a_second_time(liaison: Staff) -> None:
    positives = [line(number=resident_number(n), sample=f"S{n}", outcome="阳性") for n in range(10, 22)]
    removed = line(number=resident_number(1), sample="S1", outcome="阳性")
    taken(liaison, file(line(outcome="阴性"), removed), 0)
    waits = (line(), line(name="李四"), line(number=resident_number(1), sample="S1", outcome="阴性", status="更正"))
    wrong = line(number=resident_number(2), outcome="?")
    first = taken(liaison, file(*waits, wrong, *positives, tag="first"), 1)
    assert told(first) == (6, 0, 0)
    held, releases = in_queue(liaison), rows("SELECT count(*) FROM proposal")

    made = own_uploads.problem_file(str(first.batch), "zh", by=liaison, at=AT + timedelta(minutes=2)).content
    again = taken(liaison, IncomingFile(made, "faults.csv", LAB), 3)

    assert told(again) == (0, 6, 6)
    assert (again.rows["refused"], [one.code for one in again.problems]) == (1, ["unknown_outcome"])
    assert (in_queue(liaison), rows("SELECT count(*) FROM proposal")) == (held, releases)


@pytest.mark.parametrize(
    "other",
    [
        {"name": "李四"},
        {"phone": "13900000000"},
        {"sampled": "2022-11-09 14:01"},
        {"tested": "2022-11-09 20:01"},
        {"outcome": "阳性"},
        {"status": "更正"},
    ],
)
def test_what_differs_in_a_word_is_held_for_itself(other: dict[str, str], liaison: Staff) -> None:
    taken(liaison, file(line(outcome="阳性")), 0)
    taken(liaison, file(line(outcome="阴性"), tag="held"), 1)

    said = taken(liaison, file(line(**{"outcome": "阴性", "name": "张三"} | other, department="急诊"), tag="again"), 2)

    assert told(said) == ((0, 1, 0) if other == {"outcome": "阳性"} else (1, 0, 0))
    assert in_queue(liaison) == (1 if other == {"outcome": "阳性"} else 2)


def test_another_layout_says_the_same(liaison: Staff) -> None:
    taken(liaison, file(line(outcome="阴性")), 0)
    taken(liaison, file(line(), tag="held"), 1)
    columns = [2, 0, 3, 6, 7, 8, 4, 5]
    turned = file(*(",".join(line(department="").split(",")[n] for n in columns),), headings="")
    headings = ",".join(HEADINGS.split(",")[n] for n in columns).replace("证件号码", "居民身份证号")
    turned = IncomingFile(turned.content.replace(b"## \n\n", f"{headings}\n".encode()), "a.csv", LAB)

    assert told(taken(liaison, turned, 2)) == (0, 1, 1)


def test_only_what_is_held_now_and_of_the_same_institution_counts(liaison: Staff) -> None:
    for place in (LAB, OTHER):
        taken(liaison, file(line(outcome="阴性"), tag=place, institution=place), 0)
    number = str(taken(liaison, file(line(), tag="held"), 1).batch)

    assert told(taken(liaison, file(line(), tag="other", institution=OTHER), 2)) == (1, 0, 0)
    recalls.recall(number, "wrong_file", by=liaison, at=AT + timedelta(minutes=3))

    assert told(taken(liaison, file(line(), tag="after"), 4)) == (1, 0, 0)
    assert in_queue(liaison) == 2


def test_who_stands_in_its_tube_makes_a_row_no_other_one(liaison: Staff) -> None:
    taken(liaison, file(line(number=resident_number(1), outcome="阴性")), 0)

    first, again = (taken(liaison, file(line(department=said), tag=said), n) for n, said in ((1, "门诊"), (2, "急诊")))

    assert (told(first), told(again)) == ((1, 0, 0), (0, 1, 1))
    assert rows("SELECT alone FROM upload_row") == [(True,)], "as the file says: what stands beside it may be recalled"


def queue(by: Staff) -> list[tuple[str, str]]:
    """Upload and kind of each row that is held."""
    return sorted((one.number, str(one.held_for)) for one in held_queue.listed(by=by, at=AT + timedelta(hours=1)).lines)


def recalled(by: Staff, number: str, minute: int) -> Changed:
    at = AT + timedelta(minutes=minute)
    seen, before = recalls.preview(number, by=by, at=at), queue(by)
    done = recalls.recall(number, "wrong_file", by=by, at=at)
    assert (done.status, done.changed) == ("recalled", seen)
    assert seen.held == len(set(queue(by)) - set(before))
    return seen


def put_back(by: Staff, number: str, minute: int) -> None:
    at = AT + timedelta(minutes=minute)
    seen = recalls.preview(number, by=by, at=at)
    done = recalls.put_back(number, by=by, at=at)
    assert (done.status, done.changed) == ("committed", seen)


def report(number: str, by: Staff) -> ImportReport:
    return own_uploads.report_of(number, by=by, at=AT + timedelta(hours=1))[1]


def test_what_another_upload_holds_is_held_for_its_own_once_that_one_is_recalled(liaison: Staff) -> None:
    taken(liaison, file(line(outcome="阴性")), 0)
    other = line(number=resident_number(1), sample="S1")
    first = str(taken(liaison, file(line(), line(name="李四"), tag="first"), 1).batch)
    second = str(taken(liaison, file(line(), line(name="李四", department="急诊"), other, tag="second"), 2).batch)
    third = str(taken(liaison, file(line(), tag="third"), 3).batch)
    before = queue(liaison), told(report(second, liaison)), told(report(third, liaison))

    assert recalled(liaison, first, 4).held == 2

    assert queue(liaison) == [(second, "contradicts"), (second, "name_differs")]
    assert (told(report(second, liaison)), told(report(third, liaison))) == ((2, 0, 0), (0, 1, 1))
    assert [(one.row, one.code) for one in report(second, liaison).problems] == [(3, "contradicts"), (4, "name_differs")]
    assert [one.cells["科室"] for one in own_uploads.problem_rows(second, by=liaison, at=AT)] == ["门诊", "急诊"]
    recalled(liaison, second, 5)
    assert queue(liaison) == [(third, "contradicts")], "as if neither had come"
    put_back(liaison, second, 6)
    put_back(liaison, first, 7)
    assert sorted(set(queue(liaison)) - {(third, "contradicts")}) == sorted(before[0])
    assert told(report(second, liaison)) == before[1]


def test_of_one_that_is_put_back_with_another_recalled_meanwhile_nothing_is_lost_or_held_twice(liaison: Staff) -> None:
    taken(liaison, file(line(outcome="阴性")), 0)
    first, second = (str(taken(liaison, file(line(), tag=tag), n).batch) for n, tag in enumerate(("first", "second"), start=1))

    recalled(liaison, second, 3)
    recalled(liaison, first, 4)
    assert queue(liaison) == []
    put_back(liaison, second, 5)
    assert queue(liaison) == [(second, "contradicts")]
    put_back(liaison, first, 6)

    assert queue(liaison) == [(first, "contradicts")]


@pytest.mark.parametrize("take", [True, False])
def test_what_was_settled_for_the_upload_that_is_recalled_is_held_for_the_other(take: bool, liaison: Staff) -> None:
    supervisor = standing.staff(Role.SUPERVISOR, AT, name="sun", unit="420106")
    taken(liaison, file(line(outcome="阴性")), 0)
    first, second = (str(taken(liaison, file(line(), tag=tag), n).batch) for n, tag in enumerate(("first", "second"), start=1))
    [(upload,)] = rows("SELECT upload_id FROM upload_row")
    what = Settlement(((upload, 3),), take, SettleReason.LABORATORY_ERROR)
    held_settling.settle(what, by=supervisor, at=AT + timedelta(minutes=3))
    assert queue(liaison) == []

    recalled(liaison, first, 4)

    assert queue(liaison) == [(second, "contradicts")]
    assert rows("SELECT outcome FROM result WHERE ended_at IS NULL") == [("negative",)]
    [again] = held_queue.listed(by=liaison, at=AT + timedelta(minutes=5)).lines
    held_settling.settle(replace(what, rows=((again.upload, again.row),)), by=supervisor, at=AT + timedelta(minutes=5))
    assert queue(liaison) == []


def test_positives_beyond_the_limit_wait_for_release_with_the_other_upload(liaison: Staff) -> None:
    positives = [line(number=resident_number(n), sample=f"S{n}", outcome="阳性") for n in range(10, 22)]
    second_hand = standing.staff(Role.LAB_LIAISON, AT, name="second", institutions=[LAB, OTHER])
    first, second = (str(taken(liaison, file(*positives, tag=tag), n).batch) for n, tag in ((1, "first"), (2, "second")))
    assert [one.number for one in releases.waiting(by=second_hand, at=AT)] == [first]
    at = AT + timedelta(minutes=3)
    recalls.recall(first, "wrong_file", by=liaison, at=at)
    if proposal := recall_seen.proposed_by_another(first, by=second_hand, at=at):
        recalls.confirm(proposal, by=second_hand, at=at)

    [waiting] = releases.waiting(by=second_hand, at=at)

    assert (waiting.number, waiting.rows, waiting.own) == (second, 2, False)
    assert waiting.proposal is not None
    releases.release(waiting.proposal, by=second_hand, at=at)
    assert rows("SELECT count(*) FROM result WHERE ended_at IS NULL AND outcome = 'positive'") == [(12,)]


def tube(said: str, tag: str) -> IncomingFile:
    return IncomingFile(f"## {tag}\n试管编号,检测结果\nT1,{said}\n".encode(), f"{tag}.csv", LAB)


def test_of_a_tube_what_another_upload_holds_is_held_for_its_own_once_that_one_is_recalled(liaison: Staff) -> None:
    people = "".join(f"张三,{resident_number(n)},2022-11-09 09:00,T1\n" for n in range(2))
    registered = IncomingFile(f"姓名,身份证号,采样时间,试管编号\n{people}".encode(), "s.csv", LAB)
    sampling_imports.commit(registered, by=liaison, at=AT)
    files = [tube("阴性", "stands"), tube("可疑", "first"), tube("可疑", "second")]
    _, first, second = (str(taken(liaison, one, n).batch) for n, one in enumerate(files, start=1))
    assert queue(liaison) == [(first, "contradicts")]

    recalled(liaison, first, 5)

    assert queue(liaison) == [(second, "contradicts")]
    put_back(liaison, first, 6)
    assert queue(liaison) == [(first, "contradicts")]


def test_a_tube_that_held_several_holds_them_still_and_one_that_does_now_is_another_thing_to_say(liaison: Staff) -> None:
    mate = line(number=resident_number(1), name="李四", outcome="阳性")
    taken(liaison, file(line(outcome="阴性")), 0)
    taken(liaison, file(line(outcome="阳性"), mate, tag="tube"), 1)

    assert told(taken(liaison, file(line(outcome="阳性"), tag="alone"), 2)) == (0, 1, 1)
    taken(liaison, file(line(sample="S9", outcome="阴性")), 3)
    taken(liaison, file(line(sample="S9", outcome="阳性"), tag="its own"), 4)

    beside = file(line(sample="S9", outcome="阳性"), mate.replace("S0", "S9"), tag="beside")
    assert told(taken(liaison, beside, 5)) == (2, 0, 0)  # nor has the mate an answer beside the one that stands
