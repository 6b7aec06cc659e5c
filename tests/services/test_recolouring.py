"""Recolouring requests: entered, reviewed by the county, confirmed by the prefecture, sent back, and by nobody twice."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from hbcore.domain.recolouring import RequestAct, RequestState
from hbcore.domain.recolouring_grounds import Ground
from hbcore.domain.vocabulary import Colour, FactKind, Role
from hbcore.services import people, recolouring, recolouring_entry, recolouring_evidence, recolouring_seen, second_look
from hbcore.services.recolouring_entry import Stated
from hbcore.services.second_look import LASTS
from hbcore.storage import join_rows
from hbcore.storage.engine import engine
from tests import standing
from tests.services.applying import acts, refusals, rows
from tests.services.requesting import (
    AT,
    DAY,
    HOUR,
    NOTICE,
    WUHAN,
    Hands,
    confirm,
    entered,
    jpeg,
    looked_up,
    opened,
    quarantined,
    refused,
    review,
    reviewed,
)
from tests.standing import WUCHANG


def test_a_release_notice_goes_through_three_hands_and_turns_the_code_green(hands: Hands):
    entering, reviewing, confirming = hands
    request = entered(entering)
    shown = opened(request, reviewing)

    review(request, reviewing, AT + HOUR)
    (proposal,) = second_look.waiting(by=confirming, at=AT + 2 * HOUR)
    confirm(request, proposal.id, confirming, AT + 2 * HOUR)

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

    confirm(request, proposal, hands[2], AT + HOUR)

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
    review(request, above)
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
    looked_at = recolouring_evidence.evidence_of(request, by=above, at=AT + HOUR)

    assert (shown.missing, shown.why_not[RequestAct.REVIEW]) == ((), "own_request")
    refused("own_request", lambda: recolouring.review(request, by=reviewing, at=AT + HOUR))
    assert opened(request, above).why_not[RequestAct.REVIEW] is looked_at.why_not[RequestAct.REVIEW] is None


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

    refused("not_your_unit", lambda: confirm(request, proposal, county, AT + HOUR))
    assert opened(request, county).why_not[RequestAct.CONFIRM] == "request_with_level_above"
    assert recolouring_evidence.evidence_of(request, by=hands[2], at=AT + HOUR).why_not[RequestAct.CONFIRM] is None
    assert opened(request, hands[2]).why_not[RequestAct.CONFIRM] is None


def test_what_the_prefecture_reviewed_itself_is_confirmed_above_it_as_its_own_facts_are(hands: Hands):
    entering, _, prefecture = hands
    clerk = standing.staff(Role.DISTRICT_STAFF, AT, name="wu.fang", unit=WUHAN)
    province = standing.staff(Role.SUPERVISOR, AT, name="sheng.ji", unit="420000")
    request = entered(entering)
    review(request, clerk)
    (proposal,) = second_look.waiting(by=province, at=AT)

    assert (proposal.unit, second_look.waiting(by=prefecture, at=AT)) == ("420000", ())
    refused("not_your_unit", lambda: confirm(request, proposal.id, prefecture))
    steps = (RequestAct.CONFIRM, RequestAct.SEND_BACK, RequestAct.REFUSE)
    assert {opened(request, prefecture, AT).why_not[step] for step in steps} == {"request_with_level_above"}
    refused("not_your_unit", lambda: recolouring.send_back(request, "wrong_dates", by=prefecture, at=AT))
    refused("not_your_unit", lambda: recolouring.refuse(request, "not_genuine", by=prefecture, at=AT))
    confirm(request, proposal.id, province)
    assert rows("SELECT proposed_by, confirmed_by FROM fact WHERE kind = 'released'") == [(clerk.id, province.id)]


@pytest.mark.parametrize("ground", [Ground.WRONG_DETAILS, Ground.WRONG_RESULT])
def test_a_correction_goes_the_same_way_and_records_nothing_by_hand(ground: Ground, hands: Hands):
    entering, reviewing, confirming = hands
    request = entered(entering, ground, Stated(said="姓名写错", pictures=(("id.jpg", jpeg()),)))
    review(request, reviewing)
    (proposal,) = second_look.waiting(by=confirming, at=AT)

    confirm(request, proposal.id, confirming)

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
        review(request, reviewing, AT + HOUR)
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
    review(request, hands[1], AT + HOUR)
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


def test_of_somebody_joined_to_another_the_request_goes_on_for_the_one_they_are(hands: Hands):
    request, proposal = reviewed(hands)
    row = opened(request, hands[1]).line.person
    one = standing.person("420106198506064326", AT)
    with engine().connect().execution_options(writes=True) as connection, connection.begin():
        join_rows.move(connection, 1, row, one)
        join_rows.set_pointer(connection, row, one)
    looked_up(one, hands[1], AT + HOUR)

    confirm(request, proposal, hands[2], AT + HOUR)

    assert [found for found, *_ in recolouring_seen.of_person(one, by=hands[1], at=AT + HOUR)] == [request]
    assert rows("SELECT person_id FROM fact WHERE kind = 'released'") == [(one,)]


def test_one_unit_up_is_the_province_where_the_prefecture_has_nobody(hands: Hands):
    far = standing.staff(Role.DISTRICT_STAFF, AT, name="gao.yuan", unit="420502")
    province = standing.staff(Role.SUPERVISOR, AT, name="sheng.ji", unit="420000")
    person = standing.person("420502199001011238", AT, unit="420502")
    standing.fact(person, FactKind.FEVER, AT - DAY, AT - DAY)
    looked_up(person, far)
    request = recolouring_entry.enter(person, Ground.CASE_EXCLUDED, NOTICE, by=far, at=AT).id
    other = standing.staff(Role.DISTRICT_STAFF, AT, name="gao.shan", unit="420502")

    review(request, other)

    assert [one.unit for one in second_look.waiting(by=province, at=AT)] == ["420000"]
