"""Recolouring requests: entered, asked, reviewed by the county, confirmed by the prefecture, and by nobody twice."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography.exceptions import InvalidTag

from hbcore.domain.errors import Refused
from hbcore.domain.recolouring import ANSWER_WITHIN, WITHIN, RequestAct, RequestState
from hbcore.domain.recolouring_grounds import AskFor, Ground
from hbcore.domain.vocabulary import Assay, Colour, FactKind, Outcome, Role
from hbcore.services import people, recolouring, recolouring_entry, recolouring_seen, second_look
from hbcore.services.acting import Staff
from hbcore.services.recolouring_entry import Stated
from hbcore.services.recolouring_seen import Request
from hbcore.services.second_look import LASTS
from hbcore.storage import join_rows
from hbcore.storage.engine import engine
from tests import standing
from tests.services.applying import acts, look_ups, refusals, rows
from tests.services.requesting import AT, DAY, HOUR, NOTICE, RESIDENT, WUHAN, desk, jpeg, looked_up, quarantined
from tests.standing import JIANGAN, WUCHANG

Hands = tuple[Staff, Staff, Staff]


@pytest.fixture
def hands(database: Path) -> Hands:
    return desk()


def entered(by: Staff, ground: Ground = Ground.RELEASED, stated: Stated = NOTICE, person: int | None = None) -> int:
    found = looked_up(person or quarantined(), by)
    return recolouring_entry.enter(found, ground, stated, by=by, at=AT)


def opened(request: int, by: Staff, at: datetime = AT + HOUR) -> Request:
    return recolouring_seen.one(request, by=by, at=at)


def reviewed(hands: Hands, at: datetime = AT + HOUR) -> tuple[int, int]:
    """A request and the proposal that waits for the level above."""
    request = entered(hands[0])
    recolouring.review(request, by=hands[1], at=at)
    (proposal,) = second_look.waiting(by=hands[2], at=at)
    return request, proposal.id


def refused(code: str, act: Callable[[], object]) -> None:
    with pytest.raises(Refused, match=f"^{code}$"):
        act()


def test_a_release_notice_goes_through_three_hands_and_turns_the_code_green(hands: Hands):
    entering, reviewing, confirming = hands
    request = entered(entering)
    shown = opened(request, reviewing)

    recolouring.review(request, by=reviewing, at=AT + HOUR)
    (proposal,) = second_look.waiting(by=confirming, at=AT + 2 * HOUR)
    recolouring.confirm(proposal.id, by=confirming, at=AT + 2 * HOUR)

    after = opened(request, reviewing, AT + 3 * HOUR)
    assert (shown.found, shown.line.colour) == (("yellow-observation", "hubei-2020-04"), Colour.YELLOW)
    assert (shown.now.colour, shown.then.colour, shown.missing) == (Colour.YELLOW, Colour.GREEN, ())
    assert (after.line.state, after.now.colour) == (RequestState.CONFIRMED, Colour.GREEN)
    assert proposal.unit == WUHAN
    assert rows("SELECT kind, source, evidence, from_at, proposed_by, confirmed_by FROM fact WHERE kind = 'released'") == [
        ("released", "recolouring", NOTICE.evidence, (AT - HOUR).timestamp() * 1_000_000, reviewing.id, confirming.id)
    ]
    assert acts()[-3:] == ["recolouring_entered", "recolouring_reviewed", "recolouring_confirmed"]


def test_what_is_shown_beforehand_is_what_happens(hands: Hands):
    request, proposal = reviewed(hands)
    then = opened(request, hands[2]).then

    recolouring.confirm(proposal, by=hands[2], at=AT + HOUR)

    card = people.again(opened(request, hands[2]).line.person, by=hands[2], at=AT + HOUR)
    assert card.code
    assert (card.code.colour, card.code.row, card.code.reason, card.code.until) == (
        then.colour,
        then.row,
        then.reason,
        then.until,
    )


def test_nobody_is_two_hands(hands: Hands):
    entering, reviewing, _ = hands
    above = standing.staff(Role.SUPERVISOR, AT, name="zhao.lei", unit=WUHAN)
    request = entered(entering)
    refused("own_request", lambda: recolouring.review(request, by=entering, at=AT))
    recolouring.review(request, by=above, at=AT)
    (proposal,) = second_look.waiting(by=above, at=AT)

    refused("request_reviewed_by_you", lambda: recolouring.confirm(proposal.id, by=above, at=AT))
    refused("not_allowed", lambda: recolouring.confirm(proposal.id, by=reviewing, at=AT))
    refused("not_allowed", lambda: recolouring.refuse(request, "not_genuine", by=reviewing, at=AT))
    assert all(code in "".join(refusals()) for code in ("own_request", "request_reviewed_by_you"))


def test_who_put_down_an_answer_goes_on_with_it_no_more_than_who_entered_it(hands: Hands):
    entering, reviewing, above = hands
    request = entered(entering, stated=Stated(said="已解除隔离"))
    recolouring.ask(request, ["image"], by=reviewing, at=AT)
    opened(request, reviewing, AT)
    recolouring_entry.answer(request, NOTICE, by=reviewing, at=AT + HOUR)

    shown = opened(request, reviewing)

    assert (shown.missing, shown.why_not[RequestAct.REVIEW]) == ((), "own_request")
    refused("own_request", lambda: recolouring.review(request, by=reviewing, at=AT + HOUR))
    assert opened(request, above).why_not[RequestAct.REVIEW] is None


HANDS = """
    reviewed_by = entered_by, reviewed_at = 1
    decided_by = entered_by, decided_at = 1
    reviewed_by = 7, reviewed_at = 1, decided_by = 7, decided_at = 1
    state = 'confirmed', decided_by = 7, decided_at = 1
    reviewed_by = 7
"""


@pytest.mark.parametrize("put", [line.strip() for line in HANDS.strip().splitlines()])
def test_s14_the_database_itself_refuses_one_person_as_two_hands(put: str, hands: Hands):
    entered(hands[0])

    with engine().connect() as connection, pytest.raises(sa.exc.IntegrityError):
        connection.exec_driver_sql(f"UPDATE recolouring_request SET {put}")  # noqa: S608


def test_a_county_supervisor_is_no_level_above(hands: Hands):
    county = standing.staff(Role.SUPERVISOR, AT, name="zhou.min", unit=WUCHANG)
    request, proposal = reviewed(hands)

    refused("not_your_unit", lambda: recolouring.confirm(proposal, by=county, at=AT + HOUR))
    assert opened(request, county).why_not[RequestAct.CONFIRM] == "request_with_level_above"
    assert opened(request, hands[2]).why_not[RequestAct.CONFIRM] is None


def test_what_is_missing_is_said_asked_for_and_answered_while_the_clock_stands(hands: Hands):
    entering, reviewing, _ = hands
    request = entered(entering, stated=Stated(said="已解除隔离"))
    shown = opened(request, reviewing)
    recolouring.ask(request, [str(one) for one in shown.missing], by=reviewing, at=AT + HOUR)
    asked = opened(request, reviewing, AT + 3 * DAY)

    recolouring_entry.answer(request, replace(NOTICE, said=""), by=entering, at=AT + 5 * DAY)

    answered = opened(request, reviewing, AT + 5 * DAY)
    assert shown.missing == (AskFor.IMAGE, AskFor.EVIDENCE_NUMBER, AskFor.DATED)
    assert shown.why_not[RequestAct.REVIEW] == "request_evidence_missing"
    assert (asked.line.state, asked.line.due_at) == (RequestState.ASKED, None)
    assert [line.zh for line in asked.answer][1:4] == [
        "您的申请还缺以下材料，补齐后继续办理：",
        "· 解除通知书、出院证明等材料的照片",
        "· 材料上的文号",
    ]
    assert answered.line.due_at == AT + 5 * DAY + WITHIN - HOUR
    assert (answered.missing, answered.said, answered.evidence) == ((), "已解除隔离", NOTICE.evidence)
    assert answered.images == 1


def test_who_is_asked_hears_until_when_and_the_line_knows_it(hands: Hands):
    request = entered(hands[0])
    recolouring.ask(request, ["image_unclear"], by=hands[1], at=AT + HOUR)

    shown = opened(request, hands[1], AT + DAY)
    (line,) = recolouring_seen.seen_now("asked", by=hands[1], at=AT + DAY).lines

    assert shown.line.answer_by == line.answer_by == AT + HOUR + ANSWER_WITHIN
    assert shown.answer[-2].en == "Please hand it in before 13 May."
    recolouring_entry.answer(request, Stated(), by=hands[0], at=AT + DAY)
    assert opened(request, hands[1], AT + DAY).line.answer_by is None


def test_without_a_negative_test_a_release_is_not_found_right(hands: Hands):
    request = entered(hands[0], person=quarantined(tested=False))

    assert opened(request, hands[1]).missing == (AskFor.NEGATIVE_TEST,)
    refused("request_evidence_missing", lambda: recolouring.review(request, by=hands[1], at=AT))


def test_a_request_never_turns_anybody_more_severe(hands: Hands):
    green = standing.person(RESIDENT, AT - 5 * DAY)
    request = entered(hands[0], Ground.RECOVERED, person=green)
    shown = opened(request, hands[1])

    assert (shown.now.colour, shown.then.colour) == (Colour.GREEN, Colour.YELLOW)
    assert shown.why_not[RequestAct.REVIEW] == "request_more_severe"
    refused("request_more_severe", lambda: recolouring.review(request, by=hands[1], at=AT))


def test_what_was_right_when_it_was_reviewed_is_looked_at_again(hands: Hands):
    request, proposal = reviewed(hands)
    person = opened(request, hands[1]).line.person
    standing.result(person, standing.Sampled(Outcome.POOLED_POSITIVE, AT, single=False, sample_number="P1"), AT + HOUR)

    refused("request_evidence_missing", lambda: recolouring.confirm(proposal, by=hands[2], at=AT + 2 * HOUR))
    assert rows("SELECT count(*) FROM fact WHERE kind = 'released'") == [(0,)]


def test_a_retest_is_nothing_to_be_done_by_hand(hands: Hands):
    person = standing.person(RESIDENT, AT - 5 * DAY)
    standing.institution(AT)
    standing.result(person, standing.Sampled(Outcome.POOLED_POSITIVE, AT - DAY, single=False), AT - 20 * HOUR)
    request = entered(hands[0], Ground.NEGATIVE_TEST, Stated(), person)
    before = opened(request, hands[1])
    standing.result(person, standing.Sampled(Outcome.NEGATIVE, AT, sample_number="S2"), AT + HOUR)

    after = opened(request, hands[1], AT + 2 * HOUR)
    assert (before.now.colour, before.missing) == (Colour.YELLOW, (AskFor.NEGATIVE_TEST,))
    assert "无须人工转码" in "".join(line.zh for line in before.answer)
    assert (after.now, after.missing) == (after.then, ())
    assert after.now.colour == Colour.GREEN


@pytest.mark.parametrize("ground", [Ground.WRONG_DETAILS, Ground.WRONG_RESULT])
def test_a_correction_goes_the_same_way_and_records_nothing_by_hand(ground: Ground, hands: Hands):
    entering, reviewing, confirming = hands
    request = entered(entering, ground, Stated(said="姓名写错", pictures=(("id.jpg", jpeg()),)))
    recolouring.review(request, by=reviewing, at=AT)
    (proposal,) = second_look.waiting(by=confirming, at=AT)

    recolouring.confirm(proposal.id, by=confirming, at=AT)

    assert rows("SELECT count(*) FROM fact WHERE source = 'recolouring'") == [(0,)]
    assert "更正" in opened(request, reviewing).answer[2].zh


def test_sent_back_declined_withdrawn_or_left_lying_it_is_the_countys_again(hands: Hands):
    _entering, reviewing, confirming = hands
    ends: list[Callable[[int, int], object]] = [
        lambda request, _: recolouring.send_back(request, "wrong_dates", by=confirming, at=AT + HOUR),
        lambda _, proposal: recolouring.take_back(proposal, by=reviewing, at=AT + HOUR),
        lambda _, proposal: second_look.decline(proposal, by=confirming, at=AT + HOUR),
        lambda _, proposal: second_look.withdraw(proposal, by=reviewing, at=AT + HOUR),
    ]
    request, proposal = reviewed(hands)
    for end in ends:
        end(request, proposal)
        assert opened(request, reviewing).line.state == RequestState.ENTERED
        recolouring.review(request, by=reviewing, at=AT + HOUR)
        (proposal,) = (one.id for one in second_look.waiting(by=confirming, at=AT + HOUR))

    late = AT + HOUR + LASTS
    assert opened(request, reviewing, late).line.state == RequestState.ENTERED
    recolouring.refuse(request, "measure_stands", by=reviewing, at=late)
    assert opened(request, reviewing, late).line.state == RequestState.REFUSED


def test_a_request_sent_back_says_by_whom_and_why_and_asks_nothing_of_the_person(hands: Hands):
    request, proposal = reviewed(hands)
    refused("unknown_reason", lambda: recolouring.send_back(request, "no reason", by=hands[2], at=AT + HOUR))
    refused("not_own_proposal", lambda: recolouring.take_back(proposal, by=hands[0], at=AT + HOUR))

    recolouring.send_back(request, "wrong_dates", by=hands[2], at=AT + HOUR)

    shown = opened(request, hands[1])
    assert (shown.steps[-1].act, shown.steps[-1].by, shown.steps[-1].reasons) == (
        RequestAct.SEND_BACK,
        hands[2].full_name,
        ("wrong_dates",),
    )
    assert shown.reasons == ()
    recolouring.review(request, by=hands[1], at=AT + HOUR)
    (again,) = second_look.waiting(by=hands[1], at=AT + HOUR)
    recolouring.take_back(again.id, by=hands[1], at=AT + 2 * HOUR)
    assert opened(request, hands[1], AT + 2 * HOUR).steps[-1].reasons == ("taken_back",)
    assert acts()[-1] == "recolouring_sent_back"


def test_the_level_above_refuses_for_a_reason_and_nothing_waits_any_more(hands: Hands):
    request, _ = reviewed(hands)

    recolouring.refuse(request, "not_genuine", by=hands[2], at=AT + 2 * HOUR)

    shown = opened(request, hands[1])
    assert (shown.line.state, shown.reasons) == (RequestState.REFUSED, ("not_genuine",))
    assert "向出具单位核实" in shown.answer[2].zh
    assert second_look.waiting(by=hands[2], at=AT + 2 * HOUR) == ()


def test_withdrawn_on_the_persons_word_it_waits_nowhere(hands: Hands):
    request, proposal = reviewed(hands)

    recolouring.withdraw(request, by=hands[0], at=AT + 2 * HOUR)

    assert second_look.waiting(by=hands[2], at=AT + 2 * HOUR) == ()
    refused("request_ended", lambda: recolouring.confirm(proposal, by=hands[2], at=AT + 2 * HOUR))


def test_the_same_is_asked_for_once_at_a_time(hands: Hands):
    request = entered(hands[0])
    person = opened(request, hands[1]).line.person
    refused("request_open", lambda: recolouring_entry.enter(person, Ground.RELEASED, NOTICE, by=hands[1], at=AT + HOUR))
    recolouring.withdraw(request, by=hands[0], at=AT + HOUR)

    recolouring_entry.enter(person, Ground.RELEASED, NOTICE, by=hands[1], at=AT + HOUR)
    recolouring_entry.enter(person, Ground.WRONG_RESULT, Stated(), by=hands[1], at=AT + HOUR)

    assert len(recolouring_seen.of_person(person, by=hands[1], at=AT + HOUR)) == 3


def test_nobody_enters_one_for_whom_they_have_not_looked_up(hands: Hands):
    refused("look_up_first", lambda: recolouring_entry.enter(quarantined(), Ground.RELEASED, NOTICE, by=hands[0], at=AT))


def test_a_name_is_no_evidence_number_for_it_would_stand_in_the_open_in_a_fact(hands: Hands):
    person = looked_up(quarantined(), hands[0])
    with pytest.raises(Refused, match="not_a_reference"):
        recolouring_entry.enter(person, Ground.RELEASED, replace(NOTICE, evidence="张三的解除证明"), by=hands[0], at=AT)


def test_a_paper_from_tomorrow_is_not_taken(hands: Hands):
    person = looked_up(quarantined(), hands[0])
    tomorrow = replace(NOTICE, dated_at=AT + DAY)

    refused("request_date_future", lambda: recolouring_entry.enter(person, Ground.RELEASED, tomorrow, by=hands[0], at=AT))


def test_opening_one_is_one_look_up_and_another_unit_opens_none(hands: Hands):
    elsewhere = standing.staff(Role.DISTRICT_STAFF, AT, name="chen.gang", unit=JIANGAN)
    request = entered(hands[0])
    before = look_ups()

    opened(request, hands[1])

    assert look_ups() == before + 1
    refused("not_your_unit", lambda: opened(request, elsewhere))
    refused("not_your_unit", lambda: recolouring.review(request, by=elsewhere, at=AT))
    assert recolouring_seen.seen_now("entered", by=elsewhere, at=AT).lines == ()


def test_of_somebody_joined_to_another_the_request_goes_on_for_the_one_they_are(hands: Hands):
    request, proposal = reviewed(hands)
    row = opened(request, hands[1]).line.person
    one = standing.person("420106198506064326", AT)
    with engine().connect().execution_options(writes=True) as connection, connection.begin():
        join_rows.move(connection, 1, row, one)
        join_rows.set_pointer(connection, row, one)
    looked_up(one, hands[1], AT + HOUR)

    recolouring.confirm(proposal, by=hands[2], at=AT + HOUR)

    assert [found for found, *_ in recolouring_seen.of_person(one, by=hands[1], at=AT + HOUR)] == [request]
    assert rows("SELECT person_id FROM fact WHERE kind = 'released'") == [(one,)]


def test_photos_and_contact_are_shown_only_when_asked_for_on_record_and_are_the_desks_own_drawing(hands: Hands):
    request = entered(hands[0])
    opened(request, hands[1])
    before = look_ups()

    found = recolouring_seen.evidence_of(request, by=hands[1], at=AT + HOUR)

    assert (found.contact, len(found.pictures), look_ups()) == (NOTICE.contact, 1, before + 1)
    assert found.pictures[0][:3] == b"\xff\xd8\xff"
    assert found.pictures[0] not in b"".join(bytes(row[0]) for row in rows("SELECT sealed FROM evidence_image"))  # type: ignore[call-overload]


def test_s40_a_picture_moved_to_another_row_does_not_open(hands: Hands):
    request = entered(hands[0])
    with engine().connect() as connection, connection.begin():
        connection.exec_driver_sql("UPDATE evidence_image SET id = id + 1")

    with pytest.raises(InvalidTag):
        recolouring_seen.evidence_of(request, by=hands[1], at=AT + HOUR)


def test_no_more_photos_than_belong_to_one_paper(hands: Hands):
    many = replace(NOTICE, pictures=NOTICE.pictures * 6)

    refused("too_many_pictures", lambda: entered(hands[0], stated=many))


def test_the_queue_has_those_with_least_time_first_masked_and_counted(hands: Hands):
    first = entered(hands[0])
    other = standing.person("420106198506064326", AT - DAY, name="李四光")
    looked_up(other, hands[0], AT + HOUR)
    later = recolouring_entry.enter(other, Ground.WRONG_RESULT, Stated(), by=hands[0], at=AT + HOUR)

    seen = recolouring_seen.seen_now("entered", by=hands[2], at=AT + WITHIN)
    own = recolouring_seen.seen_now("entered", whole=False, by=hands[2], at=AT + WITHIN)

    assert [line.id for line in seen.lines] == [first, later]
    assert seen.counts == {"entered": 2, "asked": 0, "reviewed": 0}
    assert seen.overdue == 1
    assert "*" in seen.lines[0].name
    assert own.lines == ()
    assert recolouring_seen.seen_now("entered", by=hands[2], at=AT + WITHIN, before=seen) is seen


def test_what_the_person_said_is_nowhere_in_the_open(hands: Hands):
    entered(hands[0])

    with engine().connect() as connection:
        kept = connection.execute(sa.text("SELECT * FROM recolouring_request")).one()
        told = connection.execute(sa.text("SELECT figures, subject FROM event")).all()
    assert not any(text in str(kept) + str(told) for text in (NOTICE.evidence, NOTICE.said, NOTICE.contact))


def test_one_unit_up_is_the_province_where_the_prefecture_has_nobody(hands: Hands):
    far = standing.staff(Role.DISTRICT_STAFF, AT, name="gao.yuan", unit="420502")
    province = standing.staff(Role.SUPERVISOR, AT, name="sheng.ji", unit="420000")
    person = standing.person("420502199001011238", AT, unit="420502")
    standing.fact(person, FactKind.FEVER, AT - DAY, AT - DAY)
    looked_up(person, far)
    request = recolouring_entry.enter(person, Ground.CASE_EXCLUDED, NOTICE, by=far, at=AT)
    other = standing.staff(Role.DISTRICT_STAFF, AT, name="gao.shan", unit="420502")

    recolouring.review(request, by=other, at=AT)

    assert [one.unit for one in second_look.waiting(by=province, at=AT)] == ["420000"]


def test_a_positive_is_excluded_only_with_a_retest_of_ones_own(hands: Hands):
    person = standing.person(RESIDENT, AT - 5 * DAY)
    standing.institution(AT)
    standing.result(person, standing.Sampled(Outcome.POSITIVE, AT - 2 * DAY), AT - DAY)
    standing.result(person, standing.Sampled(Outcome.NEGATIVE, AT - DAY, assay=Assay.ANTIGEN, sample_number="G"), AT - DAY)
    request = entered(hands[0], Ground.POSITIVE_EXCLUDED, person=person)
    before = opened(request, hands[1]).missing
    standing.result(person, standing.Sampled(Outcome.NEGATIVE, AT - 2 * HOUR, sample_number="S2"), AT - HOUR)

    after = opened(request, hands[1])
    assert (before, after.missing) == ((AskFor.NEGATIVE_TEST,), ())
    assert (after.now.colour, after.then.colour) == (Colour.RED, Colour.GREEN)
