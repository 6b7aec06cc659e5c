"""Held rows of any kind in one queue, each side by side with what we hold; nothing turns green meanwhile."""

import json
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hbcore.domain.errors import Refused
from hbcore.domain.lab_held import SettleReason, fitting
from hbcore.domain.vocabulary import Role, RowCode
from hbcore.services import (
    held_opened,
    held_queue,
    held_settling,
    lab_imports,
    removals,
)
from hbcore.services.acting import Staff
from hbcore.services.held_queue import HeldLine
from hbcore.services.held_settling import Done, Settlement
from hbcore.services.uploads import IncomingFile
from hbcore.storage.engine import engine
from tests import standing
from tests.services.applying import look_ups, rows
from tests.services.numbers import resident_number
from tests.standing import JIANGAN, LAB

AT = datetime(2022, 11, 10, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
ERROR, RETESTED = SettleReason.LABORATORY_ERROR, SettleReason.RETESTED
HEADINGS = "姓名,证件类型,证件号码,采样时间,样本编号,检测项目,检测结果,结果状态"


@pytest.fixture
def liaison(database: Path) -> Staff:
    standing.institution(AT)
    return standing.staff(Role.LAB_LIAISON, AT, institutions=[LAB])


def line(who: int, outcome: str, status: str = "", *, name: str = "", document: str = "") -> str:
    kind, number = document.split() if document else ("身份证", resident_number(who))
    return f"{name or f'张{who}'},{kind},{number},2022-11-09 14:00,S{who},核酸,{outcome},{status}"


def upload(by: Staff, *lines: str, at: datetime = AT) -> str:
    content = "\n".join((f"## {at}", HEADINGS, *lines)).encode()
    report = lab_imports.commit(IncomingFile(content, "a.csv", LAB), by=by, at=at)
    return str(report.batch)


def conflict(by: Staff, ours: str, theirs: str, status: str = "") -> None:
    upload(by, line(0, ours))
    upload(by, line(0, theirs, status), at=AT + HOUR / 60)


def queue(by: Staff, at: datetime = AT + HOUR) -> tuple[HeldLine, ...]:
    return held_queue.listed(by=by, at=at).lines


def settled(by: Staff, take: bool, *lines: HeldLine, reason: str = ERROR, person: int | None = None) -> Done:
    which = tuple((one.upload, one.row) for one in lines)
    return held_settling.settle(Settlement(which, take, reason, person), by=by, at=AT + HOUR)


def valid() -> list[tuple[object, ...]]:
    return rows("SELECT outcome FROM result WHERE ended_at IS NULL ORDER BY person_id, id")


def colours() -> list[object]:
    return [colour for (colour,) in rows("SELECT colour FROM code_segment ORDER BY colour")]


def every_row_counts_once() -> bool:
    """read = recorded + already held + held + refused, and what is held and refused stands among the rows."""
    for id_, report in rows("SELECT id, report FROM upload"):
        kept = json.loads(str(report))
        n = (kept | kept.get("now", {}))["rows"]
        stored = dict(rows(f"SELECT status, count(*) FROM upload_row WHERE upload_id = {id_} GROUP BY status"))  # noqa: S608
        if n["read"] != n["recorded"] + n["already_held"] + n["held"] + n["refused"]:
            return False
        if (stored.get("held", 0), stored.get("refused", 0)) != (n["held"], n["refused"]):
            return False
    return True


KINDS = {
    RowCode.CONTRADICTS: (line(0, "阴性"), line(0, "可疑")),
    RowCode.NAME_DIFFERS: (line(0, "阴性"), line(0, "阴性", name="李四")),
    RowCode.WITHDRAWS_UNKNOWN: (line(1, "阴性"), line(0, "阴性", "作废")),
    RowCode.SECOND_ACCOUNT_NEEDED: (line(0, "阳性"), line(0, "阴性", "更正")),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_row_of_each_kind_stands_in_the_queue_of_its_liaison_and_its_supervisor(kind, liaison, supervisor):
    first, then = KINDS[kind]
    upload(liaison, first)
    number = upload(liaison, then, at=AT + HOUR / 60)

    for by in (liaison, supervisor):
        found = held_queue.listed(by=by, at=AT + HOUR)
        (one,) = found.lines
        assert (one.held_for, one.number, one.row, dict(found.counts)) == (kind, number, 3, {kind: 1})
        assert "*" in one.name
        assert "*" in one.document
    assert held_queue.listed(RowCode.AMBIGUOUS_DOCUMENT, by=supervisor, at=AT + HOUR).lines == ()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("take", [True, False])
def test_no_reason_is_taken_that_speaks_for_the_other_answer(kind, take, liaison, supervisor):
    first, then = KINDS[kind]
    upload(liaison, first)
    upload(liaison, then, at=AT + HOUR / 60)
    (one,) = queue(supervisor)
    before = rows("SELECT * FROM held_step")

    for reason in set(SettleReason).difference(fitting(kind, take)):
        with pytest.raises(Refused, match="reason_speaks_against"):
            settled(supervisor, take, one, reason=reason)
        with pytest.raises(Refused, match=r"reason_speaks_against|nothing_to_take"):
            removals.propose(one.upload, one.row, take, reason, by=supervisor, at=AT + HOUR)
    with pytest.raises(Refused, match="unknown_reason"):
        settled(supervisor, take, one, reason="because")

    assert rows("SELECT * FROM held_step") == before
    assert queue(supervisor)[0].proposed is False


def test_nobody_else_sees_it_and_only_a_supervisors_list_is_a_look_up_once(liaison, supervisor, prefecture):
    conflict(liaison, "阴性", "可疑")
    elsewhere = standing.staff(Role.SUPERVISOR, AT, name="elsewhere", unit=JIANGAN)
    other = standing.staff(Role.LAB_LIAISON, AT, name="other")

    assert (queue(elsewhere), queue(other), len(queue(liaison)), look_ups()) == ((), (), 1, 0)
    first = held_queue.listed(by=prefecture, at=AT + HOUR)
    held_queue.listed(by=prefecture, at=AT + HOUR, before=first)

    assert (len(first.lines), look_ups()) == (1, 1)
    with pytest.raises(Refused, match="unknown_held_row"):
        held_opened.opened(first.lines[0].upload, 3, by=elsewhere, at=AT)
    with pytest.raises(Refused, match="unknown_held_row"):
        settled(elsewhere, False, *first.lines)


def test_a_page_drawn_again_is_told_the_same_until_something_is_done_or_the_minute_is_over(liaison):
    upload(liaison, line(0, "阴性"))
    first = held_queue.listed(by=liaison, at=AT + HOUR)

    assert held_queue.listed(by=liaison, at=AT + HOUR, before=first) is first
    assert held_queue.listed(by=liaison, at=AT + HOUR + HOUR / 60, before=first) is not first
    assert held_queue.listed(RowCode.AMBIGUOUS_DOCUMENT, by=liaison, at=AT + HOUR, before=first) is not first
    upload(liaison, line(0, "可疑"), at=AT + HOUR / 60)
    assert len(held_queue.listed(by=liaison, at=AT + HOUR, before=first).lines) == 1


def test_opened_it_stands_side_by_side_with_what_we_hold_and_from_which_upload(liaison, supervisor):
    ours = upload(liaison, line(0, "阴性"))
    theirs = upload(liaison, line(0, "可疑"), at=AT + HOUR / 60)
    (one,) = queue(supervisor)

    seen = held_opened.opened(one.upload, one.row, by=supervisor, at=AT + HOUR)

    assert [(a.outcome, a.upload, a.uploaded_at) for a in seen.ours] == [("negative", ours, AT)]
    assert [(a.outcome, a.upload, a.status) for a in seen.theirs] == [("inconclusive", theirs, "final")]
    assert [(one.name, one.document[-4:]) for one in seen.holders] == [("张*", resident_number(0)[-4:])]
    own = held_opened.opened(one.upload, one.row, by=liaison, at=AT + HOUR)
    assert (own.ours, own.holders) == (seen.ours, ())


def test_what_another_row_of_the_file_says_of_the_sample_stands_beside_it(liaison, supervisor):
    number = upload(liaison, line(0, "阴性"), line(0, "阳性"), line(1, "阴性"))
    one, other = queue(supervisor)

    seen = held_opened.opened(one.upload, one.row, by=supervisor, at=AT + HOUR)

    assert (one.row, other.row, seen.ours) == (3, 4, ())
    assert [(a.outcome, a.upload) for a in seen.theirs] == [("negative", number)]
    assert [(a.row, a.here, a.answer.outcome, a.answer.status) for a in seen.others] == [(4, True, "positive", "final")]


def test_where_the_name_differs_both_names_are_shown_to_who_may_see_people_and_that_is_a_look_up(liaison, supervisor):
    upload(liaison, line(0, "阴性"))
    upload(liaison, line(0, "阴性", name="李四"), at=AT + HOUR / 60)
    (one,) = queue(supervisor)
    before = look_ups()

    seen = held_opened.opened(one.upload, one.row, by=supervisor, at=AT + HOUR)

    assert (seen.cells["name"], seen.holders[0].name, look_ups()) == ("李四", "张0", before + 1)
    assert held_opened.opened(one.upload, one.row, by=liaison, at=AT + HOUR).holders == ()
    assert "李四" not in json.dumps(rows("SELECT figures, subject FROM event"), ensure_ascii=False)


EACH = count(100)
OUTCOMES = st.sampled_from(["阴性", "阳性", "可疑", "无效"])


@pytest.mark.sqlite_only  # what holds a row is the same on both databases
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_nobodys_code_changes_on_a_conflict_while_it_is_held(data, liaison, supervisor):
    who = next(EACH)
    with engine().connect().execution_options(writes=True) as connection, connection.begin():
        limit = data.draw(st.sampled_from([0, 1000]))  # each positive waits for a second account, or none
        connection.execute(sa.text("UPDATE institution SET positives_a_shift = :limit"), {"limit": limit})
    ours, theirs = data.draw(OUTCOMES), data.draw(OUTCOMES)
    hours = data.draw(st.integers(0, 3))
    upload(liaison, line(who, ours))
    chains = rows("SELECT person_id, colour, row, from_at, until_at FROM code_segment ORDER BY person_id, from_at")

    upload(liaison, line(who, theirs), at=AT + hours * HOUR + HOUR / 60)

    after = rows("SELECT person_id, colour, row, from_at, until_at FROM code_segment ORDER BY person_id, from_at")
    assert chains == after
    assert every_row_counts_once()
