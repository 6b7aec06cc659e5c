"""Held rows settled by one or by two, many at once, or asked about."""

import json

import pytest

from hbcore.domain.errors import Refused
from hbcore.domain.lab_held import Answer, SettleReason, Step
from hbcore.domain.vocabulary import DocumentKind, Purpose, RowCode
from hbcore.sentences import sentence
from hbcore.services import (
    held_asking,
    held_effects,
    held_opened,
    held_settling,
    identity,
    people,
    removals,
)
from hbcore.services.held_settling import Settlement
from hbcore.services.identity import AddedFor
from hbcore.storage.engine import engine
from tests import standing
from tests.services.applying import acts, refusals, rows
from tests.services.numbers import resident_number
from tests.services.test_held_queue import (
    AT,
    HOUR,
    RETESTED,
    colours,
    conflict,
    every_row_counts_once,
    liaison,
    line,
    queue,
    settled,
    upload,
    valid,
)

assert liaison


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
    said = sentence(one.held_for)["en"]
    assert ("whoever settles it chooses whose it is" in said, "sends the row checks kind and number" in said) == (True, True)

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
