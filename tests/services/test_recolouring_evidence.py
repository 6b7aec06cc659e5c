"""What a recolouring request has to show: what is missing is asked for and answered, and nothing goes on without it."""

from dataclasses import replace

from hbcore.domain.recolouring import ANSWER_WITHIN, WITHIN, RequestAct, RequestState
from hbcore.domain.recolouring_grounds import ASK_WORDS, AskFor, Ground
from hbcore.domain.vocabulary import Assay, Colour, Outcome
from hbcore.services import recolouring, recolouring_entry, recolouring_evidence, recolouring_seen, second_look
from hbcore.services.recolouring_entry import Stated
from tests import standing
from tests.services.applying import rows
from tests.services.requesting import (
    AT,
    DAY,
    HOUR,
    NOTICE,
    RESIDENT,
    Hands,
    entered,
    jpeg,
    looked_up,
    opened,
    quarantined,
    refused,
    review,
    reviewed,
)


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


def test_a_paper_from_tomorrow_is_not_taken(hands: Hands):
    person = looked_up(quarantined(), hands[0])
    tomorrow = replace(NOTICE, dated_at=AT + DAY)

    refused("request_date_future", lambda: recolouring_entry.enter(person, Ground.RELEASED, tomorrow, by=hands[0], at=AT))


def test_a_name_is_no_evidence_number_for_it_would_stand_in_the_open_in_a_fact(hands: Hands):
    person = looked_up(quarantined(), hands[0])
    named = replace(NOTICE, evidence="张三的解除证明")

    refused("not_a_reference", lambda: recolouring_entry.enter(person, Ground.RELEASED, named, by=hands[0], at=AT))


def test_no_more_photos_than_belong_to_one_paper(hands: Hands):
    many = replace(NOTICE, pictures=NOTICE.pictures * 6)

    refused("too_many_pictures", lambda: entered(hands[0], stated=many))


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


def test_what_is_missing_is_said_as_soon_as_it_is_entered(hands: Hands):
    person = looked_up(quarantined(tested=False), hands[0])

    made = recolouring_entry.enter(person, Ground.RELEASED, Stated(), by=hands[0], at=AT)
    told = opened(made.id, hands[0], AT).answer

    assert made.missing == ("image", "evidence_number", "dated", "negative_test")
    assert [line.zh for line in told if line.zh.startswith("·")] == [f"· {ASK_WORDS[one].zh}" for one in made.missing]


def test_nobody_finds_right_or_confirms_what_they_have_not_opened_of_that_very_request(hands: Hands):
    entering, reviewing, confirming = hands
    request = entered(entering)
    person = opened(request, reviewing).line.person
    other = entered(entering, Ground.WRONG_RESULT, Stated(pictures=(("report.jpg", jpeg()),)), person)
    open_photos = recolouring_evidence.evidence_of

    open_photos(other, by=reviewing, at=AT)
    open_photos(request, by=confirming, at=AT)
    refused("request_evidence_unopened", lambda: recolouring.review(request, by=reviewing, at=AT))
    shown = opened(request, reviewing)
    seen = open_photos(request, by=reviewing, at=AT)
    recolouring.review(request, by=reviewing, at=AT)
    recolouring.review(other, by=reviewing, at=AT)

    waits = {one.subject: one.id for one in second_look.waiting(by=confirming, at=AT)}
    recolouring.confirm(waits[f"recolouring {request}"], by=confirming, at=AT)
    refused("request_evidence_unopened", lambda: recolouring.confirm(waits[f"recolouring {other}"], by=confirming, at=AT))
    assert (shown.why_not[RequestAct.REVIEW], seen.why_not[RequestAct.REVIEW]) == ("request_evidence_unopened", None)


def test_a_photo_that_came_later_is_opened_as_well(hands: Hands):
    entering, reviewing, _ = hands
    request = entered(entering)
    recolouring_evidence.evidence_of(request, by=reviewing, at=AT)
    recolouring.ask(request, ["image_unclear"], by=reviewing, at=AT)
    recolouring_entry.answer(request, Stated(pictures=NOTICE.pictures), by=entering, at=AT)

    refused("request_evidence_unopened", lambda: recolouring.review(request, by=reviewing, at=AT))
    review(request, reviewing)
