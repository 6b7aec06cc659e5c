"""A row that is held already, word for word, is told so and not held twice; any other word of it is looked at by itself."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hbcore.domain.vocabulary import Role
from hbcore.services import held_queue, lab_imports, lab_slices, own_uploads, recalls
from hbcore.services.acting import Staff
from hbcore.services.import_report import ImportReport
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


def test_a_tube_that_held_several_holds_them_still_and_one_that_does_now_is_another_thing_to_say(liaison: Staff) -> None:
    mate = line(number=resident_number(1), name="李四", outcome="阳性")
    taken(liaison, file(line(outcome="阴性")), 0)
    taken(liaison, file(line(outcome="阳性"), mate, tag="tube"), 1)

    assert told(taken(liaison, file(line(outcome="阳性"), tag="alone"), 2)) == (0, 1, 1)
    taken(liaison, file(line(sample="S9", outcome="阴性")), 3)
    taken(liaison, file(line(sample="S9", outcome="阳性"), tag="its own"), 4)

    beside = file(line(sample="S9", outcome="阳性"), mate.replace("S0", "S9"), tag="beside")
    assert told(taken(liaison, beside, 5)) == (2, 0, 0)  # nor has the mate an answer beside the one that stands
