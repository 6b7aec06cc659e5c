"""Who may decide what on an application, the 24 hours, and the comparison with the filing."""

# ruff: noqa: E501 - a scenario is one line of its table

from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

import pytest

from hbcore.domain.application_reasons import (
    ASK_WORDS,
    FIELD_WORDS,
    FILING_CHECK_WORDS,
    REFUSE_WORDS,
    STATE_WORDS,
    AskReason,
    RefuseReason,
)
from hbcore.domain.applications import (
    TRANSITIONS,
    Act,
    ApplicationState,
    DecidingView,
    FilingCheck,
    due_after_answer,
    due_at,
    is_overdue,
    left_when_asked,
    registration_of,
    transition,
    undo_needs_second_person,
    why_not_decide,
)
from hbcore.domain.filing_match import FilingMatch, Particulars, compare
from hbcore.domain.vocabulary import DocumentKind
from hbcore.sentences import SENTENCES
from tests.domain.people_in_tables import lines

LI, WANG = 1, 2
STAFF = {"li": LI, "wang": WANG, "-": None}
SUBMITTED = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)

DECISIONS = """
    state         | filing       | entered by | sent on by | what else           | act       | reasons                   | evidence | li is told
    --------------+--------------+------------+------------+---------------------+-----------+---------------------------+----------+--------------------
    waiting       | agrees       | -          | -          | -                   | approve   | -                         | -        | -
    waiting       | not_required | wang       | -          | -                   | approve   | -                         | -        | -
    waiting       | agrees       | li         | -          | -                   | approve   | -                         | -        | own_application
    waiting       | agrees       | li         | -          | -                   | refuse    | duplicate                 | -        | own_application
    waiting       | agrees       | li         | -          | -                   | ask       | contact                   | -        | own_application
    waiting       | agrees       | li         | -          | -                   | send_on   | -                         | -        | -
    waiting       | differs      | -          | -          | -                   | approve   | -                         | -        | filing_differs
    waiting       | not_received | -          | -          | -                   | approve   | -                         | -        | filing_not_received
    waiting       | agrees       | -          | -          | duplicate found     | approve   | -                         | -        | check_stopped
    waiting       | agrees       | -          | -          | said same by li     | approve   | -                         | -        | said_same_yourself
    waiting       | agrees       | -          | -          | typed by li         | approve   | -                         | -        | typed_yourself
    second_review | agrees       | -          | wang       | typed by li         | approve   | -                         | -        | typed_yourself
    second_review | agrees       | -          | wang       | typed by li         | refuse    | duplicate                 | -        | -
    waiting       | agrees       | -          | -          | related to li       | approve   | -                         | -        | relative_declared
    waiting       | agrees       | -          | -          | related to li       | ask       | contact                   | -        | relative_declared
    second_review | agrees       | -          | wang       | related to li       | refuse    | duplicate                 | -        | relative_declared
    approved      | agrees       | -          | -          | related to li       | revoke    | -                         | -        | relative_declared
    waiting       | agrees       | -          | -          | changed by staff    | approve   | -                         | -        | second_person_needed
    waiting       | differs      | -          | -          | -                   | refuse    | filing_differs            | -        | -
    waiting       | differs      | -          | -          | -                   | ask       | number_check contact      | -        | -
    waiting       | agrees       | -          | -          | -                   | refuse    | -                         | -        | reason_needed
    waiting       | agrees       | -          | -          | -                   | refuse    | unwell                    | -        | unknown_reason
    waiting       | agrees       | -          | -          | -                   | refuse    | duplicate not_in_hubei    | -        | one_reason_only
    waiting       | agrees       | -          | -          | -                   | refuse    | false_information         | -        | evidence_needed
    waiting       | agrees       | -          | -          | -                   | refuse    | false_information         | letter   | second_person_needed
    waiting       | agrees       | -          | -          | -                   | ask       | -                         | -        | reason_needed
    waiting       | agrees       | -          | -          | -                   | ask       | duplicate                 | -        | unknown_reason
    second_review | differs      | -          | wang       | -                   | approve   | -                         | -        | -
    second_review | differs      | -          | li         | -                   | approve   | -                         | -        | same_person
    second_review | agrees       | li         | wang       | -                   | approve   | -                         | -        | own_application
    second_review | not_received | -          | wang       | -                   | approve   | -                         | -        | filing_not_received
    second_review | agrees       | -          | wang       | changed by staff    | approve   | -                         | -        | -
    second_review | agrees       | -          | wang       | -                   | refuse    | false_information         | letter   | -
    second_review | agrees       | -          | wang       | -                   | send_back | -                         | -        | -
    second_review | agrees       | -          | li         | -                   | send_back | -                         | -        | same_person
    second_review | agrees       | -          | wang       | -                   | ask       | contact                   | -        | with_second_person
    asked         | agrees       | -          | -          | -                   | approve   | -                         | -        | waits_for_applicant
    approved      | agrees       | -          | -          | -                   | approve   | -                         | -        | already_decided
    refused       | agrees       | -          | -          | -                   | approve   | -                         | -        | already_decided
    withdrawn     | agrees       | -          | -          | -                   | refuse    | duplicate                 | -        | already_decided
"""


@pytest.mark.parametrize(
    ("state", "filing", "entered_by", "sent_on_by", "else_", "act", "reasons", "evidence", "told"), lines(DECISIONS)
)
def test_a_decision_is_possible_or_says_why_not(
    state: str, filing: str, entered_by: str, sent_on_by: str, else_: str, act: str, reasons: str, evidence: str, told: str
) -> None:
    view = DecidingView(
        ApplicationState(state),
        STAFF[entered_by],
        FilingCheck(filing),
        checks_stopped=(else_,) if else_ == "duplicate found" else (),
        changed_by_staff=else_ == "changed by staff",
        sent_on_by=STAFF[sent_on_by],
        same_said_by=LI if else_ == "said same by li" else None,
        relatives=frozenset({LI} if else_ == "related to li" else ()),
        typed_by=LI if else_ == "typed by li" else None,
    )

    why_not = why_not_decide(
        view,
        Act(act),
        LI,
        reasons=[] if reasons == "-" else reasons.split(),
        evidence="" if evidence == "-" else evidence,
    )

    assert (why_not or "-") == told


def test_every_refusal_of_a_decision_has_a_sentence() -> None:
    told = {line[-1] for line in lines(DECISIONS)} - {"-"}

    assert told <= set(SENTENCES)


ARROWS = """
    act       | from          | to
    ----------+---------------+--------------
    submit    | -             | waiting
    approve   | waiting       | approved
    refuse    | waiting       | refused
    ask       | waiting       | asked
    send_on   | waiting       | second_review
    approve   | second_review | approved
    refuse    | second_review | refused
    send_back | second_review | waiting
    answer    | asked         | waiting
    expire    | asked         | expired
    withdraw  | waiting       | withdrawn
    withdraw  | asked         | withdrawn
    undo      | approved      | waiting
    undo      | refused       | waiting
    undo      | asked         | waiting
    revoke    | approved      | revoked
"""


def test_the_arrows_are_these_and_no_others() -> None:
    drawn = {(arrow.act, arrow.before or "-", arrow.after) for arrow in TRANSITIONS}

    assert drawn == {tuple(line) for line in lines(ARROWS)}


def test_a_state_without_the_arrow_has_none() -> None:
    assert transition(Act.EXPIRE, ApplicationState.WAITING) is None


@pytest.mark.parametrize(
    ("words", "of"),
    [
        (STATE_WORDS, ApplicationState),
        (FILING_CHECK_WORDS, FilingCheck),
        (REFUSE_WORDS, RefuseReason),
        (ASK_WORDS, AskReason),
    ],
)
def test_every_word_of_a_closed_list_is_said_in_both_languages(words: dict[str, object], of: type[StrEnum]) -> None:
    assert set(words) == {str(member) for member in of}


def test_the_24_hours_stand_while_something_is_asked_and_go_on_with_the_answer() -> None:
    asked_at, answered_at = SUBMITTED + timedelta(hours=20), SUBMITTED + timedelta(days=3)

    left = left_when_asked(due_at(SUBMITTED), asked_at)
    due = due_after_answer(left, answered_at)

    assert left == timedelta(hours=4)
    assert due == answered_at + timedelta(hours=4)


CLOCK = """
    state         | hours since submission | overdue
    --------------+------------------------+--------
    waiting       | 23                     | no
    waiting       | 24                     | yes
    second_review | 25                     | yes
    approved      | 25                     | no
"""


@pytest.mark.parametrize(("state", "hours", "overdue"), lines(CLOCK))
def test_only_what_waits_beyond_24_hours_is_overdue(state: str, hours: str, overdue: str) -> None:
    at = SUBMITTED + timedelta(hours=int(hours))

    late = is_overdue(ApplicationState(state), due_at(SUBMITTED), at)

    assert late == (overdue == "yes")


def test_a_clock_that_stands_is_never_overdue() -> None:
    assert not is_overdue(ApplicationState.WAITING, None, SUBMITTED + timedelta(days=9))


UNDO = """
    by   | minutes | notice | takes two
    -----+---------+--------+----------
    li   | 9       | no     | no
    li   | 10      | no     | yes
    li   | 9       | sent   | yes
    wang | 1       | no     | yes
"""


@pytest.mark.parametrize(("by", "minutes", "notice", "two"), lines(UNDO))
def test_the_decider_takes_back_alone_for_ten_minutes_before_the_notice_leaves(
    by: str, minutes: str, notice: str, two: str
) -> None:
    staff = {"li": LI, "wang": WANG}[by]

    needed = undo_needs_second_person(
        decided_by=LI,
        decided_at=SUBMITTED,
        notice_sent=notice == "sent",
        by=staff,
        at=SUBMITTED + timedelta(minutes=int(minutes)),
    )

    assert needed == (two == "yes")


REGISTRATIONS = """
    state         | filing       | registration
    --------------+--------------+--------------
    waiting       | agrees       | waiting
    waiting       | not_received | waiting
    waiting       | differs      | mismatch
    asked         | differs      | mismatch
    asked         | agrees       | asked
    second_review | differs      | second_review
    approved      | differs      | approved
    refused       | differs      | refused
    revoked       | agrees       | revoked
"""


@pytest.mark.parametrize(("state", "filing", "registration"), lines(REGISTRATIONS))
def test_a_mismatch_is_derived_while_the_applicant_waits_or_is_asked(state: str, filing: str, registration: str) -> None:
    derived = registration_of(ApplicationState(state), FilingCheck(filing))

    assert derived == registration


APPLIED = Particulars("MARTIN ANNE", date(1988, 3, 12), "20AB12345", "FRA")
FILINGS = [
    ("as applied", Particulars("MARTIN ANNE", date(1988, 3, 12), "20AB12345", "FRA"), ()),
    ("family name last, hyphen", Particulars("Anne-Martin", date(1988, 3, 12), "20AB12345", "FRA"), ()),
    ("another day of birth", Particulars("MARTIN ANNE", date(1988, 12, 3), "20AB12345", "FRA"), ("birth_date",)),
    ("birth not stated", Particulars("MARTIN ANNE", None, "20AB12345", "FRA"), ()),
    ("country unknown", Particulars("MARTIN ANNE", date(1988, 3, 12), "20AB12345", "XXX"), ()),
    (
        "somebody else",
        Particulars("DUPONT LOUIS", date(1970, 1, 1), "11XX11111", "BEL"),
        ("name", "birth_date", "number", "country"),
    ),
]


@pytest.mark.parametrize(("filed", "fields"), [case[1:] for case in FILINGS], ids=[case[0] for case in FILINGS])
def test_a_passport_is_compared_field_by_field(filed: Particulars, fields: tuple[str, ...]) -> None:
    match = compare(DocumentKind.PASSPORT, APPLIED, filed)

    assert match == FilingMatch(FilingCheck.DIFFERS if fields else FilingCheck.AGREES, fields)
    assert set(fields) <= set(FIELD_WORDS)


def test_a_passport_waits_for_its_filing_and_a_permit_needs_none() -> None:
    passport = compare(DocumentKind.PASSPORT, APPLIED, None)
    permit = compare(DocumentKind.HK_MACAU_PERMIT, APPLIED, None)

    assert (passport.check, permit.check) == (FilingCheck.NOT_RECEIVED, FilingCheck.NOT_REQUIRED)
