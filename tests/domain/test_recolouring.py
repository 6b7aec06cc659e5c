"""How a recolouring request moves, what each ground needs, and the words that are read out."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from hbcore.domain.known import ResultSeen
from hbcore.domain.recolouring import (
    ANSWER_WITHIN,
    ARROWS,
    OPEN,
    WITHIN,
    RequestAct,
    RequestNeed,
    RequestState,
    RequestView,
    due_at,
    is_overdue,
    why_not,
)
from hbcore.domain.recolouring_grounds import (
    ASK_WORDS,
    GROUND_WORDS,
    NEXT_WORDS,
    REFUSAL_WORDS,
    RULES,
    STATE_WORDS,
    AskFor,
    Does,
    Ground,
    OnRecord,
    Refusal,
    answer,
    missing,
)
from hbcore.domain.sentence import Sentence
from hbcore.domain.vocabulary import Assay, Colour, FactKind, Outcome

AT = datetime(2020, 5, 6, 1, tzinfo=UTC)
DAY = timedelta(days=1)
ENTERING, REVIEWING, CONFIRMING = 1, 2, 3
S, A = RequestState, RequestAct
VIEW = RequestView(S.ENTERED, ENTERING, now=Colour.YELLOW, then=Colour.GREEN)
REVIEWED = replace(VIEW, state=S.REVIEWED, reviewed_by=REVIEWING)
ASKED = replace(VIEW, state=S.ASKED, asked_at=AT)

MAY = [
    (VIEW, A.REVIEW, REVIEWING, ()),
    (VIEW, A.ASK, REVIEWING, ("image", "dated")),
    (VIEW, A.REFUSE, REVIEWING, ("other_person",)),
    (VIEW, A.WITHDRAW, ENTERING, ()),
    (replace(VIEW, unopened=True), A.ASK, REVIEWING, ("image_unclear",)),
    (replace(VIEW, unopened=True), A.REFUSE, REVIEWING, ("other_person",)),
    (replace(REVIEWED, unopened=True), A.SEND_BACK, CONFIRMING, ()),
    (replace(VIEW, now=Colour.YELLOW, then=Colour.YELLOW), A.REVIEW, REVIEWING, ()),
    (replace(VIEW, now=Colour.RED, then=Colour.YELLOW), A.REVIEW, REVIEWING, ()),
    (replace(VIEW, now=None, then=None), A.REVIEW, REVIEWING, ()),
    (ASKED, A.ANSWER, ENTERING, ()),
    (REVIEWED, A.CONFIRM, CONFIRMING, ()),
    (REVIEWED, A.SEND_BACK, CONFIRMING, ()),
    (REVIEWED, A.REFUSE, CONFIRMING, ("not_genuine",)),
    (replace(ASKED, asked_at=AT - ANSWER_WITHIN), A.REFUSE, REVIEWING, ("no_answer",)),
]
MAY_NOT = [
    (VIEW, A.REVIEW, ENTERING, (), "own_request"),
    (VIEW, A.ASK, ENTERING, ("image",), "own_request"),
    (VIEW, A.REFUSE, ENTERING, ("duplicate",), "own_request"),
    (VIEW, A.CONFIRM, CONFIRMING, (), "request_not_reviewed"),
    (VIEW, A.ANSWER, ENTERING, (), "request_not_asked"),
    (VIEW, A.ASK, REVIEWING, (), "reason_needed"),
    (VIEW, A.ASK, REVIEWING, ("money",), "unknown_reason"),
    (VIEW, A.REFUSE, REVIEWING, ("I do not like it",), "unknown_reason"),
    (VIEW, A.REFUSE, REVIEWING, ("duplicate", "not_here"), "one_reason_only"),
    (replace(VIEW, missing=(AskFor.IMAGE,)), A.REVIEW, REVIEWING, (), "request_evidence_missing"),
    (replace(VIEW, now=Colour.GREEN, then=Colour.YELLOW), A.REVIEW, REVIEWING, (), "request_more_severe"),
    (replace(VIEW, now=None, then=Colour.GREY), A.REVIEW, REVIEWING, (), "request_more_severe"),
    (replace(VIEW, unopened=True), A.REVIEW, REVIEWING, (), "request_evidence_unopened"),
    (replace(VIEW, unopened=True, missing=(AskFor.DATED,)), A.REVIEW, REVIEWING, (), "request_evidence_missing"),
    (replace(REVIEWED, unopened=True), A.CONFIRM, CONFIRMING, (), "request_evidence_unopened"),
    (ASKED, A.REVIEW, REVIEWING, (), "request_waits_for_person"),
    (ASKED, A.REFUSE, REVIEWING, ("no_answer",), "request_answer_awaited"),
    (replace(ASKED, asked_at=AT - ANSWER_WITHIN), A.REFUSE, REVIEWING, ("not_genuine",), "unknown_reason"),
    (REVIEWED, A.CONFIRM, REVIEWING, (), "request_reviewed_by_you"),
    (REVIEWED, A.CONFIRM, ENTERING, (), "own_request"),
    (REVIEWED, A.SEND_BACK, REVIEWING, (), "request_reviewed_by_you"),
    (REVIEWED, A.REFUSE, REVIEWING, ("not_genuine",), "request_reviewed_by_you"),
    (REVIEWED, A.REVIEW, CONFIRMING, (), "request_with_level_above"),
    (replace(REVIEWED, then=Colour.RED), A.CONFIRM, CONFIRMING, (), "request_more_severe"),
    (replace(REVIEWED, missing=(AskFor.NEGATIVE_TEST,)), A.CONFIRM, CONFIRMING, (), "request_evidence_missing"),
    (replace(VIEW, state=S.CONFIRMED), A.WITHDRAW, ENTERING, (), "request_ended"),
]


@pytest.mark.parametrize(("view", "act", "by", "reasons"), MAY)
def test_a_step_that_is_due_can_be_taken(view, act, by, reasons):
    assert why_not(view, act, by, AT, reasons=reasons) is None


@pytest.mark.parametrize(("view", "act", "by", "reasons", "code"), MAY_NOT)
def test_a_step_that_is_not_says_why(view, act, by, reasons, code):
    assert why_not(view, act, by, AT, reasons=reasons) == code


def test_no_arrow_leads_to_a_confirmation_but_by_three_hands():
    (confirm,) = [arrow for arrow in ARROWS if arrow.after == S.CONFIRMED]
    (review,) = [arrow for arrow in ARROWS if arrow.after == S.REVIEWED]

    assert {RequestNeed.NOT_OWN_ENTRY, RequestNeed.LEVEL_ABOVE, RequestNeed.NOT_MORE_SEVERE} <= set(confirm.needs)
    assert (confirm.before, review.before) == (S.REVIEWED, S.ENTERED)
    assert {RequestNeed.NOT_OWN_ENTRY, RequestNeed.NOT_MORE_SEVERE} <= set(review.needs)
    assert not {arrow.before for arrow in ARROWS} - {None, *OPEN}


def test_the_clock_is_of_48_hours_and_stands_while_the_person_is_asked():
    due = due_at(AT)

    assert due == AT + WITHIN == AT + timedelta(hours=48)
    assert is_overdue(S.ENTERED, due, due)
    assert is_overdue(S.REVIEWED, due, due)
    assert not is_overdue(S.ENTERED, due, due - timedelta(microseconds=1))
    assert not is_overdue(S.ASKED, None, due + DAY)


def naat(outcome: Outcome, days: int, *, single: bool = True) -> ResultSeen:
    return ResultSeen(Assay.NAAT, outcome, AT + days * DAY, single)


NEGATIVE, POSITIVE, POOLED = Outcome.NEGATIVE, Outcome.POSITIVE, Outcome.POOLED_POSITIVE


@pytest.mark.parametrize(
    ("results", "shown"),
    [
        ((), False),
        ((naat(NEGATIVE, -1),), True),
        ((naat(NEGATIVE, -1, single=False),), False),  # a pooled tube settles nobody's positive
        ((naat(POSITIVE, -3), naat(NEGATIVE, -1)), True),
        ((naat(NEGATIVE, -3), naat(POSITIVE, -1)), False),
        ((naat(POOLED, -3), naat(NEGATIVE, -1)), True),
        ((naat(POOLED, -1), naat(NEGATIVE, -1)), False),  # of the same instant the worse counts
        ((naat(POSITIVE, -3), naat(NEGATIVE, 1)), False),  # sampled later than now
    ],
)
def test_a_retest_is_ones_own_negative_after_every_positive(results, shown):
    lacking = missing(Ground.NEGATIVE_TEST, images=0, evidence="", dated_at=None, results=results, at=AT)

    assert (AskFor.NEGATIVE_TEST not in lacking) == shown


@pytest.mark.parametrize(
    ("results", "shown"),
    [((), False), ((naat(NEGATIVE, -1, single=False),), True), ((naat(NEGATIVE, -2), naat(Outcome.INCONCLUSIVE, -1)), False)],
)
def test_a_release_needs_the_latest_test_to_be_negative(results, shown):
    lacking = missing(Ground.RELEASED, images=1, evidence="1", dated_at=AT, results=results, at=AT)

    assert (AskFor.NEGATIVE_TEST not in lacking) == shown


def test_what_is_missing_comes_in_the_order_in_which_it_is_asked_for():
    assert missing(Ground.RELEASED, images=0, evidence=" ", dated_at=None, results=(), at=AT) == tuple(AskFor)[:4]
    assert missing(Ground.WRONG_DETAILS, images=1, evidence="", dated_at=None, results=(), at=AT) == ()


def test_a_ground_records_what_favours_a_person_and_nothing_else():
    facts = {rule.fact for rule in RULES.values() if rule.fact}

    assert facts == {FactKind.RELEASED, FactKind.RECOVERED, FactKind.CASE_EXCLUDED, FactKind.POSITIVE_EXCLUDED}
    assert all((rule.fact is not None) == (rule.does == Does.FACT) for rule in RULES.values())
    assert all(rule.image and rule.evidence and rule.dated for rule in RULES.values() if rule.does == Does.FACT)
    assert RULES[Ground.POSITIVE_EXCLUDED].tests == OnRecord.RETEST


def test_every_word_of_the_lists_is_there_in_both_languages():
    assert set(RULES) == set(Ground)
    assert set(GROUND_WORDS) == set(map(str, Ground))
    assert set(ASK_WORDS) == set(map(str, AskFor))
    assert set(REFUSAL_WORDS) == set(map(str, Refusal))
    assert set(STATE_WORDS) == set(map(str, RequestState))
    assert {str(does) for does in Does} | {f"{does}_done" for does in Does} == set(NEXT_WORDS)


WHOM = Sentence("武昌区", "Wuchang")


def test_the_answer_says_what_is_missing_and_whom_to_ask():
    lines = answer("asked", Ground.RELEASED, ("image", "evidence_number"), WHOM, "027-1")

    assert [line.zh for line in lines] == [
        "事项：解除隔离或医学观察",
        "您的申请还缺以下材料，补齐后继续办理：",
        "· 解除通知书、出院证明等材料的照片",
        "· 材料上的文号",
        "咨询：武昌区；电话 027-1。",
    ]
    assert lines[-1].en == "Ask: Wuchang; telephone 027-1."


def test_the_answer_says_what_is_missing_before_anybody_has_asked_for_it():
    lines = answer("entered", Ground.RELEASED, ("image", "negative_test"), WHOM, "027-1")

    assert [line.zh for line in lines][1:5] == [
        "您的申请已受理，正在初审，一般 48 小时内答复。",
        "目前还缺以下材料，补齐后才能审核通过：",
        "· 解除通知书、出院证明等材料的照片",
        "· 一次单采核酸阴性结果（由检测机构上传，无须本人提交）",
    ]


def test_the_answer_says_before_which_day_it_is_asked_for():
    lines = answer("asked", Ground.RELEASED, ("image",), WHOM, "027-1", before=Sentence("12月7日", "7 Dec"))

    assert lines[-2] == Sentence("请在 12月7日 前补齐。", "Please hand it in before 7 Dec.")


@pytest.mark.parametrize("state", list(RequestState))
@pytest.mark.parametrize("ground", list(Ground))
def test_there_is_an_answer_in_every_state(state, ground):
    lines = answer(state, ground, (), WHOM, "027-1")

    assert all(line.zh and line.en and "{" not in line.zh + line.en for line in lines)
