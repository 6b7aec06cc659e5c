"""Held rows of any kind in one queue: side by side, settled by one or by two, asked about; nothing turns green meanwhile."""

import json
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hbcore.domain.errors import Refused
from hbcore.domain.lab_held import Answer, SettleReason, Step, fitting
from hbcore.domain.vocabulary import DocumentKind, Purpose, Role, RowCode
from hbcore.services import (
    held_asking,
    held_effects,
    held_opened,
    held_queue,
    held_settling,
    identity,
    lab_imports,
    people,
    removals,
)
from hbcore.services.acting import Staff
from hbcore.services.held_queue import HeldLine
from hbcore.services.held_settling import Done, Settlement
from hbcore.services.identity import AddedFor
from hbcore.services.uploads import IncomingFile
from hbcore.storage.engine import engine
from tests import standing
from tests.services.applying import acts, look_ups, refusals, rows
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
        with pytest.raises(Refused, match=r"reason_speaks_against|unknown_held_row"):
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


def test_theirs_taken_the_older_answer_ends_as_corrected_with_its_history(liaison, supervisor):
    conflict(liaison, "阴性", "可疑")

    done = settled(supervisor, True, *queue(supervisor))

    assert (done.settled, valid()) == (1, [("inconclusive",)])
    assert rows("SELECT outcome, ended_how, ended_by IS NOT NULL FROM result WHERE ended_at IS NOT NULL") == [
        ("negative", "corrected", 1)
    ]
    assert (queue(supervisor), acts()[-1], every_row_counts_once()) == ((), "held_rows_settled", True)


def test_ours_kept_nothing_changes_and_who_did_it_may_put_it_back_for_ten_minutes(liaison, supervisor, prefecture):
    conflict(liaison, "阴性", "可疑")
    (one,) = queue(supervisor)

    settled(supervisor, False, one)
    assert (valid(), queue(supervisor), every_row_counts_once()) == ([("negative",)], (), True)

    for by, at in ((prefecture, AT + HOUR), (supervisor, AT + HOUR * 2)):
        with pytest.raises(Refused, match="nothing_to_reopen"):
            held_settling.reopen(one.upload, one.row, by=by, at=at)
    held_settling.reopen(one.upload, one.row, by=supervisor, at=AT + HOUR + HOUR / 6)
    (again,) = queue(supervisor)
    assert (again.held_for, [step.step for step in again.steps]) == (RowCode.CONTRADICTS, [Step.KEPT, Step.REOPENED])
    assert every_row_counts_once()
    with pytest.raises(Refused, match="nothing_to_reopen"):
        held_settling.reopen(one.upload, one.row, by=supervisor, at=AT + HOUR)


def test_a_positive_of_the_laboratory_is_put_aside_by_two(liaison, supervisor, prefecture):
    for person, outcome in enumerate(("阴性", "阴性")):
        upload(liaison, line(person, outcome))
    for person, outcome in enumerate(("阳性", "可疑")):
        upload(liaison, line(person, outcome), at=AT + HOUR / 60)
    theirs, doubtful = queue(supervisor)
    assert (theirs.positive, doubtful.positive) == (True, False)

    with pytest.raises(Refused, match="two_people_needed"):
        settled(supervisor, False, theirs)
    done = settled(supervisor, False, theirs, doubtful)
    assert (done.settled, done.needs_two, queue(supervisor)) == (1, ((theirs.upload, theirs.row),), (theirs,))

    why = SettleReason.NOT_CONFIRMED
    proposal = removals.propose(theirs.upload, theirs.row, False, why, by=supervisor, at=AT + HOUR)
    with pytest.raises(Refused, match="own_proposal"):
        removals.settle(proposal, by=supervisor, at=AT + HOUR)
    removals.settle(proposal, by=prefecture, at=AT + HOUR)

    assert (queue(supervisor), valid(), colours(), every_row_counts_once()) == ((), [("negative",)] * 2, ["green"] * 2, True)


def test_a_row_under_another_name_taken_in_belongs_to_whose_document_it_is_and_the_name_we_hold_stays(liaison, supervisor):
    upload(liaison, line(0, "阴性"))
    upload(liaison, line(0, "阳性", name="李四").replace("S0", "S9"), at=AT + HOUR / 60)
    before = rows("SELECT id, name_token FROM person")

    done = settled(supervisor, True, *queue(supervisor), reason=SettleReason.SAME_PERSON)

    assert (dict(done.codes), colours(), rows("SELECT id, name_token FROM person")) == ({"green>red": 1}, ["red"], before)


@pytest.mark.parametrize("theirs", ["阴性", "可疑", "无效"])
def test_where_a_positive_would_go_away_one_alone_is_refused_and_two_do_it(theirs, liaison, supervisor, prefecture):
    conflict(liaison, "阳性", theirs)
    (one,) = queue(supervisor)

    with pytest.raises(Refused, match="two_people_needed"):
        settled(supervisor, True, one)
    assert held_settling.tried(Settlement(((one.upload, one.row),), True, RETESTED), by=supervisor, at=AT).needs_two
    assert (valid(), colours(), len(queue(supervisor))) == ([("positive",)], ["red"], 1)
    proposal = removals.propose(one.upload, one.row, True, RETESTED, by=supervisor, at=AT + HOUR)
    with pytest.raises(Refused, match="already_proposed"):
        settled(supervisor, False, one)
    with pytest.raises(Refused, match="own_proposal"):
        removals.settle(proposal, by=supervisor, at=AT + HOUR)
    tried = held_effects.of_removal(one.upload, one.row, True, by=prefecture, at=AT + HOUR)
    done = removals.settle(proposal, by=prefecture, at=AT + HOUR)

    assert done
    assert (dict(done.codes), set(colours())) == (dict(tried.changes), {"green"})
    assert rows("SELECT outcome, ended_how FROM result WHERE ended_at IS NOT NULL") == [("positive", "corrected")]
    assert (queue(supervisor), every_row_counts_once()) == ((), True)


def test_a_name_that_differs_hides_no_correction_of_a_positive(liaison, supervisor):
    upload(liaison, line(0, "阳性"))
    upload(liaison, line(0, "阴性", "更正", name="李四"), at=AT + HOUR / 60)

    with pytest.raises(Refused, match="two_people_needed"):
        settled(supervisor, True, *queue(supervisor))

    assert colours() == ["red"]


def test_who_uploaded_settles_nothing_of_it(liaison, supervisor, monkeypatch):
    conflict(liaison, "阴性", "可疑")
    (one,) = queue(supervisor)
    with pytest.raises(Refused, match="not_allowed"):
        settled(liaison, False, one)
    rows_of = "UPDATE upload SET recorded_by = (SELECT id FROM staff WHERE name = 'supervisor')"
    with engine().connect().execution_options(writes=True) as connection, connection.begin():
        connection.exec_driver_sql(rows_of)

    with pytest.raises(Refused, match="own_upload"):
        settled(supervisor, False, one)


@pytest.mark.parametrize(
    ("take", "why", "said"), [(True, SettleReason.SAME_PERSON, "阳性"), (False, SettleReason.OTHER_PERSON, "阴性")]
)
def test_who_put_a_document_to_somebody_does_not_say_alone_whose_rows_they_are(take, why, said, liaison, supervisor, prefecture):
    standing.person(resident_number(0), AT, name="张0")
    card = people.find(resident_number(0), purpose=Purpose.CORRECT_RESULT, by=supervisor, at=AT)
    assert card
    identity.add_document(card.id, DocumentKind.HK_MACAU_PERMIT, "H94684388", "", AddedFor.SECOND_DOCUMENT, by=supervisor, at=AT)
    upload(liaison, line(9, said, name="CHAN TAI MAN", document="港澳居民来往内地通行证 H94684388"))
    (one,) = queue(supervisor)
    assert one.held_for == RowCode.NAME_DIFFERS

    with pytest.raises(Refused, match="own_document"):
        settled(supervisor, take, one, reason=why)
    settled(prefecture, take, one, reason=why)

    assert rows("SELECT person_id FROM result") == ([(card.id,)] if take else [])


def test_what_is_withdrawn_and_not_held_is_kept_as_it_is_or_asked_about(liaison, supervisor):
    upload(liaison, line(1, "阴性"))
    upload(liaison, line(0, "阴性", "作废"), at=AT + HOUR / 60)
    (one,) = queue(supervisor)

    with pytest.raises(Refused, match="nothing_to_take"):
        settled(supervisor, True, one)
    settled(supervisor, False, one)

    assert rows("SELECT status, problems, held_for FROM upload_row") == [("refused", '[["result_status", "declined"]]', None)]


def test_a_document_of_several_people_is_settled_by_choosing_one(liaison, supervisor):
    passport = "C50078212"
    ids = [standing.person(passport, AT, kind=DocumentKind.PASSPORT, name="MARTIN ANNA")]
    ids.append(standing.person("C50078220", AT, kind=DocumentKind.PASSPORT, name="MARTIN ANNE"))
    with engine().connect().execution_options(writes=True) as connection, connection.begin():
        key = "(SELECT key FROM document WHERE person_id = {})"
        statement = f"UPDATE document SET country = 'DEU', key = {key.format(ids[0])} WHERE person_id = {ids[1]}"  # noqa: S608
        connection.exec_driver_sql(statement)
        connection.exec_driver_sql(f"UPDATE document SET country = 'FRA' WHERE person_id = {ids[0]}")  # noqa: S608
    upload(liaison, line(0, "阳性", name="MARTIN ANNA", document=f"护照 {passport}"))
    (one,) = queue(supervisor)
    assert one.held_for == RowCode.AMBIGUOUS_DOCUMENT

    seen = held_opened.opened(one.upload, one.row, by=supervisor, at=AT)
    assert {holder.person for holder in seen.holders} == set(ids)
    with pytest.raises(Refused, match="person_not_chosen"):
        settled(supervisor, True, one)
    settled(supervisor, True, one, person=ids[1])

    assert rows("SELECT person_id, outcome FROM result") == [(ids[1], "positive")]


def test_many_of_one_kind_are_settled_in_one_act_as_tried_and_those_that_need_two_are_left(liaison, supervisor):
    upload(liaison, *(line(who, "阴性") for who in range(3)), line(3, "阳性"))
    upload(liaison, *(line(who, "阳性") for who in range(3)), line(3, "阴性"), at=AT + HOUR / 60)
    lines = queue(supervisor)
    what = Settlement(tuple((one.upload, one.row) for one in lines), True, RETESTED)

    tried = held_settling.tried(what, by=supervisor, at=AT + HOUR)
    assert (len(queue(supervisor)), acts()[-1]) == (4, "results_previewed")
    done = held_settling.settle(what, by=supervisor, at=AT + HOUR)

    assert (done, dict(done.codes), len(done.needs_two)) == (tried, {"green>red": 3}, 1)
    assert [one.row for one in queue(supervisor)] == [6]
    assert (colours(), acts()[-1], every_row_counts_once()) == (["red"] * 4, "held_rows_settled", True)
    (figures,) = rows("SELECT figures FROM event WHERE act = 'held_rows_settled'")
    assert list(json.loads(str(figures[0]))["rows"].values()) == ["3-5"]


def test_rows_of_two_kinds_are_not_settled_together(liaison, supervisor):
    upload(liaison, line(0, "阴性"), line(1, "阴性"))
    upload(liaison, line(0, "可疑"), line(1, "阴性", name="李四"), at=AT + HOUR / 60)

    with pytest.raises(Refused, match="several_kinds"):
        settled(supervisor, False, *queue(supervisor))


def test_the_laboratory_is_asked_and_its_liaison_answers_with_notes_that_no_event_holds(liaison, supervisor):
    conflict(liaison, "阴性", "可疑")
    (one,) = queue(supervisor)
    with pytest.raises(Refused, match="not_asked"):
        held_asking.answer(one.upload, one.row, Answer.FILE_IS_RIGHT, "", by=liaison, at=AT)

    held_asking.ask(one.upload, one.row, "张三的报告以哪次为准？", by=supervisor, at=AT + HOUR)
    assert queue(liaison)[0].asked
    with pytest.raises(Refused, match="already_asked"):
        held_asking.ask(one.upload, one.row, "", by=supervisor, at=AT + HOUR)
    with pytest.raises(Refused, match="unknown_answer"):
        held_asking.answer(one.upload, one.row, "perhaps", "", by=liaison, at=AT)
    held_asking.answer(one.upload, one.row, Answer.FILE_IS_RIGHT, "以复检为准", by=liaison, at=AT + HOUR)

    (one,) = queue(supervisor)
    assert (one.asked, one.answered) == (False, True)
    assert [(step.step, step.said, step.note) for step in one.steps] == [
        (Step.ASKED, "", "张三的报告以哪次为准？"),
        (Step.ANSWERED, "file_is_right", "以复检为准"),
    ]
    written = json.dumps(rows("SELECT subject, figures FROM event"), ensure_ascii=False)
    assert "张三" not in written
    assert "laboratory_answered" in acts()
    assert len(refusals()) == 3


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
