"""Alarms of laboratories' files: what raises one, whom it is shown to, what ends it, and that it can be looked after."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hbcore.domain.alarms import OF_LABORATORIES, AlarmKind
from hbcore.domain.errors import Refused
from hbcore.domain.lab_held import SettleReason
from hbcore.domain.vocabulary import PROVINCE, SHANGHAI, Outcome, Role
from hbcore.services import alarms, held_queue, held_settling, lab_imports, lab_slices, recalls, releases, removals
from hbcore.services.acting import Staff
from hbcore.services.alarms import AlarmLine
from hbcore.services.held_settling import Settlement
from hbcore.services.uploads import IncomingFile
from hbcore.storage import applying_rows
from hbcore.storage.engine import engine
from tests import standing
from tests.services.numbers import resident_number
from tests.standing import JIANGAN, LAB, WUCHANG, YICHANG, Sampled

AT = datetime(2022, 11, 20, 2, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OTHER = "420502L01"


@pytest.fixture(autouse=True)
def laboratory(database: Path) -> None:
    standing.institution(AT - 30 * DAY)
    standing.institution(AT - 30 * DAY, code=OTHER, name="宜昌检验所", unit=YICHANG)


@pytest.fixture
def liaison() -> Staff:
    return standing.staff(Role.LAB_LIAISON, AT - 30 * DAY, name="liaison", institutions=[LAB])


@pytest.fixture
def supervisor() -> Staff:
    return standing.staff(Role.SUPERVISOR, AT - 30 * DAY, unit=WUCHANG)


def upload(by: Staff, at: datetime, rows: int = 50, positives: int = 0, hours: int = 6, tested: int = 1) -> str:
    """A file of so many people of one tube each, turned round in `hours`; `tested`: hours after sampling."""
    sampled = at - (hours + 1) * HOUR
    times = (f"{one.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" for one in (sampled, sampled + tested * HOUR, sampled + hours * HOUR))
    cells = ",".join(times)
    lines = (f"张三,{resident_number(n)},{cells},S{n},{'阳性' if n < positives else '阴性'},10混1" for n in range(rows))
    text = "\n".join((f"## {at}", "姓名,身份证号,采样时间,检测时间,报告时间,样本编号,检测结果,采样方式", *lines))
    return str(lab_imports.commit(IncomingFile(text.encode(), "a.csv", LAB), by=by, at=at).batch)


def week(by: Staff, days: int = 7) -> None:
    """A file at 10:00 on each of the days before."""
    for day in range(days, 0, -1):
        upload(by, AT - day * DAY)


def lines(by: Staff, at: datetime = AT) -> list[AlarmLine]:
    seen = alarms.seen_now(OF_LABORATORIES, by=by, at=at)
    assert sum(seen.counts[kind] for kind in OF_LABORATORIES) == len(seen.lines)
    return list(seen.lines)


def kinds(by: Staff, at: datetime = AT) -> list[str]:
    return [str(line.kind) for line in lines(by, at)]


UNUSUAL = {
    "nothing": ({}, []),
    "positivity": ({"positives": 40}, ["positivity"]),
    "turnaround": ({"hours": 30, "tested": 29}, ["turnaround"]),
    "size": ({"rows": 251}, ["file_size"]),
    "times": ({"tested": -1}, ["turnaround", "out_of_order"]),
}


@pytest.mark.parametrize("what", UNUSUAL)
def test_a_file_unlike_those_before_it_is_an_alarm_for_supervisor_and_liaison(what, liaison, supervisor):
    week(liaison)
    comes, expected = UNUSUAL[what]

    number = upload(liaison, AT, **comes)

    expected = [kind for kind in expected if what != "times" or kind == "out_of_order"]
    assert kinds(supervisor) == kinds(liaison) == expected
    assert {line.upload for line in lines(liaison)} == ({number} if expected else set())


def test_its_figures_are_said_beside_what_is_usual(liaison):
    week(liaison)
    upload(liaison, AT, rows=300)

    (line,) = lines(liaison)

    assert (line.n, line.usual, line.institution) == (300, 50, "武昌医学检验所")


def test_a_tube_with_too_many_people_is_an_alarm_at_once(liaison):
    cells = [f"张三,{resident_number(n)},2022-11-20 07:00,T1,阴性,5混1" for n in range(6)]
    text = "\n".join(("姓名,身份证号,采样时间,样本编号,检测结果,采样方式", *cells))

    lab_imports.commit(IncomingFile(text.encode(), "a.csv", LAB), by=liaison, at=AT)

    ((line),) = lines(liaison)
    assert (line.kind, line.n, line.of) == (AlarmKind.TUBE_TOO_FULL, 6, 6)


@pytest.mark.parametrize("in_slices", [False, True])
def test_a_tube_that_several_files_fill_is_an_alarm_of_the_one_that_makes_it_too_full(liaison, monkeypatch, in_slices):
    if in_slices:
        monkeypatch.setattr(lab_slices, "AT_ONCE", 2)

    def commit(name, people, day=20):
        cells = [f"张三,{resident_number(n)},2022-11-{day} 07:00,T1,阴性,混采" for n in people]
        text = "\n".join(("姓名,身份证号,采样时间,样本编号,检测结果,采样方式", *cells))
        return lab_imports.commit(IncomingFile(text.encode(), name, LAB), by=liaison, at=AT).batch

    commit("a.csv", range(12))
    commit("another day.csv", range(20, 32), day=19)
    commit("b.csv", range(12, 20))
    assert lines(liaison) == []

    last = commit("c.csv", range(20, 25))

    (line,) = lines(liaison)
    assert (line.kind, line.upload, line.n, line.of) == (AlarmKind.TUBE_TOO_FULL, last, 5, 5)


def test_an_alarm_ends_with_its_upload_or_after_two_days(liaison):
    week(liaison)
    number = upload(liaison, AT, rows=300)
    after = [kinds(liaison, AT + hours * HOUR) for hours in (47, 49)]
    assert after == [["file_size"], []]

    recalls.recall(number, "wrong_file", by=liaison, at=AT + HOUR)

    assert kinds(liaison, AT + HOUR) == []


def test_no_file_by_three_hours_after_the_usual_time_is_an_alarm_until_it_comes(liaison, supervisor):
    week(liaison, 5)
    before, after = (kinds(supervisor, AT + hours * HOUR) for hours in (3, 3.1))

    assert (before, after) == ([], ["file_missing"])
    (line,) = lines(liaison, AT + 4 * HOUR)
    assert (line.due_at, line.n, line.of) == (AT + 3 * HOUR, 5, 7)
    upload(liaison, AT + 5 * HOUR)
    assert kinds(supervisor, AT + 5 * HOUR) == []


def test_who_sends_on_fewer_days_or_is_suspended_is_not_waited_for(liaison, supervisor):
    week(liaison, 4)
    assert kinds(supervisor, AT + 9 * HOUR) == []
    upload(liaison, AT - 5 * DAY)
    assert kinds(supervisor, AT + 9 * HOUR) == ["file_missing"]

    with engine().connect().execution_options(writes=True) as connection, connection.begin():
        connection.exec_driver_sql("UPDATE institution SET suspended_at = 1")

    assert kinds(supervisor, AT + 9 * HOUR) == []


def test_others_see_none_of_it_and_a_liaison_nothing_else(liaison):
    week(liaison)
    upload(liaison, AT, rows=300)
    standing.result(standing.person("420106199001011231", AT), Sampled(Outcome.POSITIVE, AT - 10 * HOUR), AT)
    elsewhere = standing.staff(Role.LAB_LIAISON, AT, name="other", institutions=[OTHER])
    at_jiangan = standing.staff(Role.SUPERVISOR, AT, name="jiangan", unit=JIANGAN)
    province = standing.staff(Role.SUPERVISOR, AT, name="province", unit=PROVINCE)

    assert (kinds(elsewhere), kinds(at_jiangan), kinds(province)) == ([], [], ["file_size"])
    seen = alarms.seen_now(tuple(AlarmKind), by=liaison, at=AT)
    assert set(seen.counts) == set(OF_LABORATORIES)
    assert [line.kind for line in seen.lines] == [AlarmKind.FILE_SIZE]
    with pytest.raises(Refused, match="alarm_gone"):
        alarms.take(AlarmKind.TO_VERIFY, "result 1", "", instead_of=None, by=liaison, at=AT)


def test_a_liaison_looks_after_it_and_the_supervisor_sees_who(liaison, supervisor):
    week(liaison)
    upload(liaison, AT, rows=300)
    (line,) = lines(liaison)

    alarms.take(line.kind, line.subject, "设备重启", instead_of=None, by=liaison, at=AT)

    (seen,) = lines(supervisor)
    assert seen.taken is not None
    assert (seen.taken.by_id, seen.taken.note) == (liaison.id, "设备重启")
    with pytest.raises(Refused, match="alarm_gone"):
        alarms.take(line.kind, "upload 1", "", instead_of=None, by=liaison, at=AT)


@pytest.fixture
def with_held_rows(liaison: Staff) -> str:
    """An upload with two rows that say another thing than we hold."""
    upload(liaison, AT, rows=3)
    return upload(liaison, AT + HOUR, rows=3, positives=2)


def held_rows(by: Staff, at: datetime) -> list[AlarmLine]:
    return [line for line in lines(by, at) if line.kind == AlarmKind.ROWS_HELD]


def test_rows_held_for_more_than_two_days_are_an_alarm_for_supervisor_and_liaison(with_held_rows, liaison, supervisor):
    recorded = AT + HOUR
    elsewhere = standing.staff(Role.LAB_LIAISON, AT, name="other", institutions=[OTHER])
    at_jiangan = standing.staff(Role.SUPERVISOR, AT, name="jiangan", unit=JIANGAN)

    assert held_rows(supervisor, recorded + 2 * DAY) == []
    late = recorded + 2 * DAY + HOUR
    for by in (liaison, supervisor):
        (line,) = held_rows(by, late)
        assert (line.upload, line.n, line.institution, line.unit) == (with_held_rows, 2, "武昌医学检验所", WUCHANG)
        assert (line.since, line.due_at) == (recorded, recorded + 2 * DAY)
        assert alarms.seen_now([AlarmKind.ROWS_HELD], by=by, at=late).counts[AlarmKind.ROWS_HELD] == 1
    assert held_rows(elsewhere, late) == held_rows(at_jiangan, late) == []
    alarms.take(line.kind, line.subject, "已联系实验室", instead_of=None, by=liaison, at=late)
    assert held_rows(supervisor, late)[0].taken is not None


def test_it_ends_once_they_are_settled_or_the_upload_is_recalled_and_not_because_a_laboratory_is_suspended(
    with_held_rows, liaison, supervisor
):
    late = AT + 4 * DAY
    with engine().connect().execution_options(writes=True) as connection, connection.begin():
        connection.exec_driver_sql("UPDATE institution SET suspended_at = 1")
    first, second = held_queue.listed(by=supervisor, at=late).lines

    settle(first, supervisor, late)
    assert [line.n for line in held_rows(supervisor, late)] == [1]
    settle(second, supervisor, late)
    assert held_rows(supervisor, late) == []


def test_it_ends_with_its_upload(with_held_rows, liaison, supervisor):
    recalls.recall(with_held_rows, "wrong_file", by=liaison, at=AT + 4 * DAY)

    assert held_rows(supervisor, AT + 4 * DAY) == []


def settle(one: held_queue.HeldLine, by: Staff, at: datetime) -> None:
    """Put a positive aside: proposed by one, confirmed by another of the level above."""
    above = standing.staff(Role.SUPERVISOR, AT, name=f"above {one.upload} {one.row}", unit=PROVINCE)
    proposal = removals.propose(one.upload, one.row, False, SettleReason.RETESTED, by=by, at=at)
    removals.settle(proposal, by=above, at=at)


SAYS_POSITIVE = """
    核酸 阴性 | 核酸 阳性      | yes | they are green
    核酸 可疑 | 核酸 阳性      | yes |
    抗原 阴性 | 抗原 阳性      | yes |
    核酸 阳性 | 核酸 可疑      | no  | what stands makes them red
    核酸 阳性 | 核酸 阴性 更正 | no  |
    核酸 可疑 | 核酸 阴性      | no  |
    IgG  阴性 | IgG 阳性       | no  | antibodies change no colour
              | 核酸 阳性 作废 | no  | it takes away what we do not hold
"""


@pytest.mark.parametrize("in_slices", [False, True])
@pytest.mark.parametrize("case", SAYS_POSITIVE.strip("\n").splitlines())
def test_a_positive_that_is_held_is_an_alarm_at_once(case, in_slices, liaison, supervisor, monkeypatch):
    if in_slices:
        monkeypatch.setattr(lab_slices, "AT_ONCE", 0)
    before, then, alarm, _why = (cell.strip() for cell in case.split("|"))
    if before:
        said(liaison, before, AT)
    number = said(liaison, then, AT + HOUR)

    seen = [[(one.kind, one.upload, one.n, one.since) for one in lines(by, AT + HOUR)] for by in (liaison, supervisor)]

    expected = [(AlarmKind.POSITIVE_HELD, number, 1, AT + HOUR)] if alarm == "yes" else []
    assert seen == [expected, expected]
    assert [one.number for one in held_queue.listed(by=supervisor, at=AT + HOUR).lines] == [number]


def said(by: Staff, what: str, at: datetime) -> str:
    """A row about one sample."""
    assay, outcome, *status = what.split()
    row = f"张三,{resident_number(0)},2022-11-20 07:00,S1,{assay},{outcome},{''.join(status)}"
    text = "\n".join((f"## {at}", "姓名,身份证号,采样时间,样本编号,检测项目,检测结果,结果状态", row))
    return str(lab_imports.commit(IncomingFile(text.encode(), "a.csv", LAB), by=by, at=at).batch)


def test_it_ends_once_it_is_put_aside_by_two_and_nobody_else_hears_of_it(liaison, supervisor):
    for outcome, at in (("阴性", AT), ("阳性", AT + HOUR)):
        said(liaison, f"核酸 {outcome}", at)
    at_jiangan = standing.staff(Role.SUPERVISOR, AT, name="jiangan", unit=JIANGAN)
    (row,) = held_queue.listed(by=supervisor, at=AT + HOUR).lines
    (line,) = lines(supervisor, AT + HOUR)
    assert lines(at_jiangan, AT + HOUR) == []
    assert (line.name, line.number, line.person) == ("", "", None)

    what = Settlement(((row.upload, row.row),), False, SettleReason.RETESTED)
    with pytest.raises(Refused, match="two_people_needed"):
        held_settling.settle(what, by=supervisor, at=AT + HOUR)
    assert [one.subject for one in lines(supervisor, AT + HOUR)] == [line.subject]
    settle(row, supervisor, AT + HOUR)

    assert lines(supervisor, AT + HOUR) == []


def test_positives_beyond_the_limit_of_a_shift_are_one_until_a_colleague_has_looked(liaison, supervisor):
    with engine().connect().execution_options(writes=True) as connection, connection.begin():
        connection.exec_driver_sql("UPDATE institution SET positives_a_shift = 0")
    said(liaison, "核酸 阳性", AT)
    assert kinds(supervisor) == ["positive_held"]
    (waiting,) = releases.waiting(by=supervisor, at=AT)

    releases.release(waiting.proposal or 0, by=supervisor, at=AT)

    assert kinds(supervisor) == []


def test_a_file_is_judged_once_its_last_line_is_recorded(liaison, monkeypatch):
    week(liaison)
    for name, size in {"AT_ONCE": 2, "LEAST": 100, "MOST": 100}.items():
        monkeypatch.setattr(lab_slices, name, size)
    monkeypatch.setattr(applying_rows, "PART", 400)

    class Stopped(Exception):
        pass

    def stop(_done: int, _lines: int) -> None:
        raise Stopped

    sent = lab_imports.commit

    monkeypatch.setattr(lab_imports, "commit", lambda *given, **more: sent(*given, **more, said=stop))
    with pytest.raises(Stopped):
        upload(liaison, AT, rows=300)
    assert kinds(liaison) == []

    lab_slices.finish_all()

    assert kinds(liaison) == ["file_size"]
