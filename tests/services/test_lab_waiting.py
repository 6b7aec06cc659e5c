"""What waits for a second account, or as a conflict, counts as said of its sample: nobody turns green beside it meanwhile."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hbcore.domain.errors import Refused
from hbcore.domain.lab_held import SettleReason
from hbcore.domain.vocabulary import Role, RowCode
from hbcore.services import held_opened, held_queue, held_settling, lab_imports, lab_slices, recalls, releases, removals
from hbcore.services.acting import Staff
from hbcore.services.held_queue import HeldLine
from hbcore.services.held_settling import Done, Settlement
from hbcore.services.import_report import ImportReport
from hbcore.services.uploads import IncomingFile
from hbcore.storage import applying_rows, waiting_rows
from hbcore.storage.engine import engine
from hbcore.storage.waiting_rows import WaitingRow
from tests import standing
from tests.services.applying import rows
from tests.services.numbers import resident_number
from tests.standing import LAB

AT = datetime(2022, 11, 10, 2, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
OTHER_LAB = "420106L02"
HEADINGS = "姓名,身份证号,采样时间,样本编号,检测项目,检测结果,结果状态"
RETESTED = SettleReason.RETESTED


@pytest.fixture
def liaison(database: Path) -> Staff:
    standing.institution(AT)
    standing.institution(AT, OTHER_LAB, "武昌第二检验所")
    with engine().connect().execution_options(writes=True) as connection, connection.begin():
        connection.exec_driver_sql("UPDATE institution SET positives_a_shift = 0")
    return standing.staff(Role.LAB_LIAISON, AT, institutions=[LAB, OTHER_LAB])


def line(who: int, said: str, tube: str = "", day: int = 9, assay: str = "核酸") -> str:
    outcome, _, status = said.partition(" ")
    return f"张{who},{resident_number(who)},2022-11-{day:02} 14:00,{tube or f'S{who}'},{assay},{outcome},{status}"


def file(*lines: str, tag: object = "", institution: str = LAB) -> IncomingFile:
    return IncomingFile("\n".join((f"## {tag}", HEADINGS, *lines)).encode(), "a.csv", institution)


def upload(by: Staff, *lines: str, minute: int = 0, institution: str = LAB) -> ImportReport:
    return lab_imports.commit(file(*lines, tag=minute, institution=institution), by=by, at=AT + minute * MINUTE)


def held(report: ImportReport) -> list[tuple[int, str]]:
    return [(one.row, str(one.code)) for one in report.problems]


def colours() -> list[object]:
    return [colour for (colour,) in rows("SELECT colour FROM code_segment ORDER BY colour")]


def valid() -> list[object]:
    return [outcome for (outcome,) in rows("SELECT outcome FROM result WHERE ended_at IS NULL ORDER BY outcome")]


def queue(by: Staff, kind: RowCode = RowCode.CONTRADICTS) -> tuple[HeldLine, ...]:
    return held_queue.listed(kind, by=by, at=AT + HOUR).lines


def taken(by: Staff, one: HeldLine) -> Done:
    return held_settling.settle(Settlement(((one.upload, one.row),), True, RETESTED), by=by, at=AT + HOUR)


def proposal(by: Staff) -> int:
    (one,) = releases.waiting(by=by, at=AT + HOUR)
    return one.proposal or 0


SAID = """
    阳性             | 阴性        | held     | another answer while a positive waits
    阳性             | 阴性 更正   | held     | a correction takes no positive away that waits, either
    阳性             | 可疑        | held     |
    阳性             | 可疑 更正   | held     |
    阴性, 阳性       | 阴性        | waits    | whichever of two that contradict each other it repeats
    阴性, 阳性       | 阳性        | waits    |
    阴性, 阳性       | 阴性 更正   | held     | one account would take the positive away
    阴性, 可疑       | 阴性        | waits    |
    阴性, 可疑       | 阴性 更正   | recorded | the laboratory's word puts right what is no positive
    阴性 更正, 可疑 更正 | 阴性 更正 | waits   | whose last word it is nobody knows
"""

"""Where it `waits`, a row says so already, word for word, and it is not held a second time."""


@pytest.mark.parametrize("case", SAID.strip().splitlines())
@pytest.mark.parametrize("known", ["somebody new", "somebody known"])
def test_another_answer_than_one_that_waits_is_held_as_well(known: str, case: str, liaison: Staff, colleague: Staff) -> None:
    waiting, then, becomes, _why = (cell.strip() for cell in case.split("|"))
    if known == "somebody known":
        upload(liaison, line(0, "可疑", "S9", assay="IgG抗体"))
    before = colours()
    upload(liaison, *(line(0, said) for said in waiting.split(", ")), minute=1)
    assert colours() == before

    report = upload(colleague, line(0, then), line(1, "阴性"), minute=2)

    assert held(report) == ([(3, "contradicts")] if becomes == "held" else [])
    assert report.rows.get("waiting", 0) == (becomes == "waits")
    assert len(valid()) == (known == "somebody known") + 1 + (becomes == "recorded")
    assert colours().count("green") == 1 + (becomes == "recorded" or bool(before))


APART = {
    "another tube": line(0, "阴性", "S1"),
    "another day": line(0, "阴性", day=8),
    "another assay": line(0, "阴性", assay="IgG抗体"),
    "another person": line(1, "阴性", "S0"),
}


@pytest.mark.parametrize("apart", APART)
def test_another_sample_is_no_conflict(apart: str, liaison: Staff) -> None:
    upload(liaison, line(0, "阳性"))

    assert held(upload(liaison, APART[apart], minute=1)) == []


def test_nor_is_one_of_another_institution(liaison: Staff) -> None:
    upload(liaison, line(0, "阳性"))

    assert held(upload(liaison, line(0, "阴性"), minute=1, institution=OTHER_LAB)) == []


def test_nor_one_whose_upload_was_recalled(liaison: Staff) -> None:
    number = str(upload(liaison, line(0, "阳性"), line(1, "阴性")).batch)
    recalls.recall(number, "wrong_file", by=liaison, at=AT + MINUTE)

    assert held(upload(liaison, line(0, "阴性"), minute=2)) == []


def test_the_same_answer_is_judged_by_itself_and_the_waiting_one_is_held_already(liaison: Staff, colleague: Staff) -> None:
    upload(liaison, line(0, "阳性"))
    assert upload(colleague, line(0, "阳性"), minute=1).rows["waiting"] == 1
    with engine().connect().execution_options(writes=True) as connection, connection.begin():
        connection.exec_driver_sql("UPDATE institution SET positives_a_shift = 10")

    again = upload(colleague, line(0, "阳性"), minute=2)

    assert (held(again), valid()) == ([], ["positive"])
    assert releases.release(proposal(colleague), by=colleague, at=AT + HOUR).already_held == 1


@pytest.fixture
def slices(monkeypatch: pytest.MonkeyPatch) -> None:
    """More than two lines are many."""
    for name, lines in {"AT_ONCE": 2, "LEAST": 2, "MOST": 2}.items():
        monkeypatch.setattr(lab_slices, name, lines)
    monkeypatch.setattr(applying_rows, "PART", 4)


def one_person_of_two_documents(by: Staff) -> None:
    """Persons 0 and 1 are the same, named as person 1."""
    upload(by, line(0, "可疑", "S9", assay="IgG抗体"), line(1, "可疑", "S8", assay="IgG抗体"))
    with engine().connect().execution_options(writes=True) as connection, connection.begin():
        connection.exec_driver_sql("UPDATE document SET person_id = (SELECT max(id) FROM person)")


def test_somebody_is_known_again_by_another_document(liaison: Staff) -> None:
    one_person_of_two_documents(liaison)
    upload(liaison, line(0, "阳性").replace("张0", "张1"), minute=1)

    assert held(upload(liaison, line(1, "阴性", "S0"), minute=2)) == [(3, "contradicts")]


@pytest.mark.parametrize("size", ["at once", "in slices"])
def test_a_preview_says_so_and_its_fingerprint_stands_on_it(
    size: str, liaison: Staff, colleague: Staff, request: pytest.FixtureRequest
) -> None:
    if size == "in slices":
        request.getfixturevalue("slices")
    coming = file(*(line(who, "阴性") for who in range(6)), tag="coming")
    early = lab_imports.preview(coming, by=colleague, at=AT)
    upload(liaison, line(3, "阳性"))

    with pytest.raises(Refused, match="preview_moved"):
        lab_imports.commit(coming, by=colleague, at=AT + MINUTE, fingerprint=early.fingerprint)
    seen = lab_imports.preview(coming, by=colleague, at=AT + MINUTE)
    done = lab_imports.commit(coming, by=colleague, at=AT + MINUTE, fingerprint=seen.fingerprint)

    assert held(seen) == held(done) == [(6, "contradicts")]
    assert (seen.rows, seen.codes, seen.outcomes) == (done.rows, done.codes, done.outcomes)


def test_a_large_file_does_not_read_its_own_rows_again_with_every_slice(
    liaison: Staff, slices: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, read = waiting_rows.waiting, list[int]()

    def counted(*given: Any, **more: Any) -> list[WaitingRow]:
        found = asked(*given, **more)
        read.append(len(found))
        return found

    monkeypatch.setattr(waiting_rows, "waiting", counted)

    report = upload(liaison, *(line(who, "阳性") for who in range(6)))

    assert (report.rows["held"], len(read) >= 3, sum(read)) == (6, True, 0)


def waiting_and_held(liaison: Staff, colleague: Staff) -> HeldLine:
    """A positive that waits, and the row that is held because it says another thing."""
    upload(liaison, line(0, "阳性"))
    upload(colleague, line(0, "阴性"), minute=1)
    (one,) = queue(colleague)
    return one


def test_side_by_side_stands_what_waits(liaison: Staff, colleague: Staff, supervisor: Staff) -> None:
    one = waiting_and_held(liaison, colleague)

    for by in (colleague, supervisor):
        seen = held_opened.opened(one.upload, one.row, by=by, at=AT + HOUR)
        (other,) = seen.others
        assert ([a.outcome for a in seen.theirs], seen.ours) == (["negative"], ())
        assert (other.row, other.here, other.answer.outcome, other.answer.uploaded_by) == (3, False, "positive", "li.jing")
        assert other.answer.upload != seen.theirs[0].upload
    (waiting,) = queue(supervisor, RowCode.SECOND_ACCOUNT_NEEDED)
    beside = held_opened.opened(waiting.upload, waiting.row, by=supervisor, at=AT + HOUR).others
    assert [other.answer.outcome for other in beside] == ["negative"]


def test_one_alone_takes_nothing_in_against_a_positive_that_waits(liaison: Staff, colleague: Staff, supervisor: Staff) -> None:
    one = waiting_and_held(liaison, colleague)

    done = taken(supervisor, one)

    assert (done.settled, done.left, valid(), colours()) == (0, 1, [], [])
    assert [line.held_for for line in queue(supervisor)] == [RowCode.CONTRADICTS]


def settled_by(how: str, liaison: Staff, colleague: Staff) -> Sequence[object]:
    """What stands once the waiting positive is settled."""
    if how == "released":
        releases.release(proposal(colleague), by=colleague, at=AT + HOUR)
    elif how == "declined":
        releases.decline(proposal(colleague), by=colleague, at=AT + HOUR)
    else:
        recalls.recall(str(rows("SELECT min(number) FROM upload")[0][0]), "wrong_file", by=liaison, at=AT + HOUR)
    return valid()


@pytest.mark.parametrize("how", ["declined", "recalled"])
def test_once_the_positive_is_no_more_one_takes_the_other_answer_in(
    how: str, liaison: Staff, colleague: Staff, supervisor: Staff
) -> None:
    one = waiting_and_held(liaison, colleague)

    assert settled_by(how, liaison, colleague) == []

    assert taken(supervisor, one).settled == 1
    assert (valid(), colours(), queue(supervisor)) == (["negative"], ["green"], ())


def test_once_the_positive_is_released_two_take_the_other_answer_in(
    liaison: Staff, colleague: Staff, supervisor: Staff, prefecture: Staff
) -> None:
    one = waiting_and_held(liaison, colleague)

    assert settled_by("released", liaison, colleague) == ["positive"]

    with pytest.raises(Refused, match="two_people_needed"):
        taken(supervisor, one)
    wanted = removals.propose(one.upload, one.row, True, RETESTED, by=supervisor, at=AT + HOUR)
    removals.settle(wanted, by=prefecture, at=AT + HOUR)
    assert (valid(), queue(supervisor)) == (["negative"], ())


def test_rows_that_contradict_each_other_do_not_keep_each_other_from_being_settled(liaison: Staff, supervisor: Staff) -> None:
    upload(liaison, line(0, "阴性"), line(0, "可疑"))

    assert taken(supervisor, queue(supervisor)[0]).settled == 1
    assert valid() == ["negative"]


def test_a_row_under_another_name_is_not_taken_in_past_a_conflict(liaison: Staff, supervisor: Staff) -> None:
    upload(liaison, line(0, "可疑", "S9", assay="IgG抗体"))
    upload(liaison, line(0, "阴性").replace("张0", "李四"), minute=1)
    upload(liaison, line(0, "阴性"), line(0, "可疑"), minute=2)
    (one,) = queue(supervisor, RowCode.NAME_DIFFERS)

    done = held_settling.settle(Settlement(((one.upload, one.row),), True, "same_person"), by=supervisor, at=AT + HOUR)

    assert (done.left, valid()) == (1, ["inconclusive"])
    assert len(queue(supervisor)) == 3
