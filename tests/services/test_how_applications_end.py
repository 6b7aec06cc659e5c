"""How applications end and come back: withdrawn, expired, undone, revoked, approved many at once, seen by a second person."""

import time
from dataclasses import replace
from datetime import date, timedelta

import pytest

from hbcore.domain.applications import Act, ApplicationState
from hbcore.domain.errors import Refused
from hbcore.services import application_imports, applications, second_look
from hbcore.services.acting import Staff
from hbcore.services.applications import Question
from hbcore.services.uploads import IncomingFile
from tests.services.applying import AT, PASSPORT, PERMIT, WUCHANG, YICHANG, acts, reviewer, rows

pytestmark = pytest.mark.usefixtures("database")

LATER = AT + timedelta(minutes=9, seconds=59)
TOO_LATE = AT + timedelta(minutes=10)
WEEK = timedelta(days=7)


def enter(by: Staff, at=AT, **more) -> int:
    return applications.enter(replace(PERMIT, **more), by=by, at=at).id


def stands() -> tuple[object, ...]:
    """State of the application, registration and running row of the code."""
    (found,) = rows(
        "SELECT application.state, registration, row FROM application JOIN person ON person.id = application.person_id"
        " LEFT JOIN code_segment ON code_segment.person_id = person.id AND until_at IS NULL"
    )
    return found


@pytest.mark.parametrize("asked_first", [False, True])
def test_an_applicant_withdraws_what_waits_or_is_asked(clerk, first, asked_first):
    id_ = enter(clerk)
    if asked_first:
        applications.ask(id_, ["address"], by=first, at=AT)

    made = applications.withdraw(id_, by=clerk, at=AT)

    assert made.state == ApplicationState.WITHDRAWN
    assert stands()[:2] == ("withdrawn", "withdrawn")
    assert acts()[-1] == "withdrawn"
    with pytest.raises(Refused, match="not_in_this_state"):
        applications.withdraw(id_, by=clerk, at=AT)


def test_what_is_claimed_may_still_be_withdrawn(clerk, first):
    id_ = enter(clerk)
    applications.claim(id_, by=first, at=AT)

    applications.withdraw(id_, by=clerk, at=AT)

    with pytest.raises(Refused, match="already_decided"):
        applications.approve(id_, by=first, at=AT)


def test_seven_days_without_an_answer_expire_whoever_looks_first_in_one_act(clerk, first):
    ids = [enter(clerk, document_number=f"H{10_000_000 + place}") for place in range(3)]
    for id_ in ids:
        applications.ask(id_, ["address"], by=first, at=AT)

    before = applications.counts(by=first, at=AT + WEEK - timedelta(seconds=1))
    after = applications.counts(by=first, at=AT + WEEK)
    applications.counts(by=first, at=AT + WEEK)

    assert (before.asked, before.remind, after.asked) == (3, 3, 0)
    assert acts().count("expired") == 1
    assert rows("SELECT DISTINCT state, registration FROM application JOIN person ON person.id = person_id") == [
        ("expired", "expired")
    ]
    assert rows("SELECT DISTINCT row FROM code_segment") == [("grey-refused",)]
    assert applications.expire(by=first, at=AT + WEEK) == 0


def test_what_has_expired_counts_as_expired_before_anybody_writes_it_down(clerk, first):
    id_ = enter(clerk)
    applications.ask(id_, ["address"], by=first, at=AT)

    view = applications.one(id_, by=first, at=AT + WEEK)
    with pytest.raises(Refused, match="already_decided"):
        applications.answer(id_, PERMIT, by=clerk, at=AT + WEEK)
    with pytest.raises(Refused, match="not_in_this_state"):
        applications.withdraw(id_, by=clerk, at=AT + WEEK)
    again = enter(clerk, at=AT + WEEK)

    assert view.line.state == ApplicationState.EXPIRED
    assert rows("SELECT state FROM application ORDER BY id") == [("expired",), ("waiting",)]
    previous = applications.one(again, by=first, at=AT + WEEK).previous
    assert previous is not None
    assert previous[0] == id_
    assert acts()[-2:] == ["expired", "application_entered"]


def test_a_reminder_is_due_from_the_third_day_on(clerk, first):
    id_ = enter(clerk)
    applications.ask(id_, ["address"], by=first, at=AT)
    due = Question((ApplicationState.ASKED,), remind=True)

    at = [AT + timedelta(days=3) - timedelta(seconds=1), AT + timedelta(days=3)]
    found = [applications.counts_and_queue(due, by=first, at=one).lines for one in at]

    assert [len(lines) for lines in found] == [0, 1]
    assert found[1][0].remind


# what was decided | by which reasons
UNDONE = [("approve", ()), ("refuse", ("not_in_hubei",)), ("ask", ("address", "photo_unclear"))]


def decide(act: str, id_: int, reasons, by: Staff, at=AT):
    call = getattr(applications, act)
    return call(id_, list(reasons), by=by, at=at) if reasons else call(id_, by=by, at=at)


@pytest.mark.parametrize(("act", "reasons"), UNDONE)
def test_who_decided_takes_it_back_within_ten_minutes_and_all_is_as_before(clerk, first, act, reasons):
    id_ = enter(clerk)
    before, due = stands(), rows("SELECT due_at, reasons, decided_by, asked_at FROM application")
    decide(act, id_, reasons, first)

    made = applications.undo(id_, by=first, at=LATER)

    assert made.state == ApplicationState.WAITING
    assert stands() == before == ("waiting", "waiting", "grey-review")
    assert rows("SELECT due_at, reasons, decided_by, asked_at FROM application") == due
    assert acts()[-1] == "undone"


@pytest.mark.parametrize(("act", "reasons"), UNDONE)
def test_later_or_by_another_a_decision_is_taken_back_by_two(clerk, first, second, act, reasons):
    id_ = enter(clerk)
    decide(act, id_, reasons, first)

    for who, at in ((first, TOO_LATE), (second, LATER)):
        with pytest.raises(Refused, match="undo_needs_second_person"):
            applications.undo(id_, by=who, at=at)
    proposal = applications.propose_undo(id_, by=first, at=TOO_LATE)
    with pytest.raises(Refused, match="own_proposal"):
        applications.confirm_undo(proposal, by=first, at=TOO_LATE)
    assert stands()[0] != "waiting"
    applications.confirm_undo(proposal, by=second, at=TOO_LATE)

    assert stands() == ("waiting", "waiting", "grey-review")
    assert [act for act in acts() if "undo" in act or "undone" in act] == ["undo_proposed", "undone"]


def test_a_proposal_to_undo_is_void_once_it_was_decided_anew(clerk, first, second):
    id_ = enter(clerk)
    applications.approve(id_, by=first, at=AT)
    proposal = applications.propose_undo(id_, by=second, at=AT)
    applications.undo(id_, by=first, at=AT)
    applications.approve(id_, by=second, at=LATER)

    with pytest.raises(Refused, match="already_decided"):
        applications.confirm_undo(proposal, by=first, at=LATER)

    assert stands()[0] == "approved"
    assert len(second_look.waiting(by=first, at=LATER)) == 1


def test_a_refusal_is_not_taken_back_once_the_applicant_has_applied_again(clerk, first):
    id_ = enter(clerk)
    applications.refuse(id_, ["not_in_hubei"], by=first, at=AT)
    enter(clerk, at=LATER)

    with pytest.raises(Refused, match="applied_again"):
        applications.undo(id_, by=first, at=LATER)


def test_an_answer_leaves_nothing_to_undo(clerk, first):
    id_ = enter(clerk)
    applications.ask(id_, ["address"], by=first, at=AT)
    applications.answer(id_, PERMIT, by=clerk, at=AT)

    with pytest.raises(Refused, match="not_in_this_state"):
        applications.undo(id_, by=first, at=LATER)


def test_two_people_revoke_an_approval_for_a_reason_and_the_code_is_decided_again(clerk, first, second):
    id_ = enter(clerk)
    applications.approve(id_, by=first, at=AT)

    proposal = applications.propose_revoke(id_, "not_in_hubei", by=first, at=LATER)
    assert stands() == ("approved", "approved", "green-default")
    with pytest.raises(Refused, match="own_proposal"):
        applications.confirm_revoke(proposal, by=first, at=LATER)
    applications.confirm_revoke(proposal, by=second, at=LATER)
    again = enter(clerk, at=TOO_LATE)

    assert rows("SELECT state, reasons FROM application ORDER BY id")[0] == ("revoked", '["not_in_hubei"]')
    assert applications.one(again, by=first, at=TOO_LATE).previous[0] == id_
    assert acts()[2:4] == ["revoke_proposed", "refused"]
    assert acts()[4] == "revoked"


@pytest.mark.parametrize(
    ("reason", "evidence", "code"),
    [("fever", "", "unknown_reason"), ("false_information", " ", "evidence_needed"), ("duplicate", "", None)],
)
def test_an_approval_is_revoked_for_a_listed_reason_alone(clerk, first, reason, evidence, code):
    id_ = enter(clerk)
    applications.approve(id_, by=first, at=AT)

    try:
        applications.propose_revoke(id_, reason, by=first, at=AT, evidence=evidence)
        said = None
    except Refused as refused:
        said = refused.code

    assert said == code


def test_a_proposal_to_revoke_is_void_once_it_was_approved_anew(clerk, first, second):
    id_ = enter(clerk)
    applications.approve(id_, by=first, at=AT)
    proposal = applications.propose_revoke(id_, "not_in_hubei", by=first, at=AT)
    applications.undo(id_, by=first, at=LATER)
    applications.approve(id_, by=first, at=LATER)

    with pytest.raises(Refused, match="already_decided"):
        applications.confirm_revoke(proposal, by=second, at=LATER)

    assert rows("SELECT state FROM application") == [("approved",)]


def test_only_what_is_approved_is_revoked(clerk, first):
    with pytest.raises(Refused, match="not_in_this_state"):
        applications.propose_revoke(enter(clerk), "duplicate", by=first, at=AT)


def test_many_are_approved_in_one_act_and_the_others_named(clerk, first, second):
    def permit(place: int, by: Staff, **more) -> int:
        name, born = somebody(place)
        values = {"name": f"CHAN {name}", "birth_date": str(born), "phone": "", "email": "a@b.org"}
        return enter(by, document_number=f"H{10_000_000 + place}", **(values | more))

    fine = [permit(place, clerk) for place in (100, 211, 322)]
    own = permit(433, first)
    no_filing = applications.enter(PASSPORT, by=clerk, at=AT).id
    held = permit(55, clerk)
    applications.claim(held, by=second, at=AT)
    sent_on = permit(388, clerk)
    applications.send_on(sent_on, by=second, at=AT)
    elsewhere = permit(77, reviewer("far", "420500"), unit=YICHANG)
    shares: list[float] = []

    made = applications.approve_many(
        [*fine, own, no_filing, held, sent_on, elsewhere, fine[0]], by=first, at=AT, told=shares.append
    )

    assert len(made.approved) == 3
    assert {one.id: one.code for one in made.stopped} == {
        own: "own_application",
        no_filing: "filing_not_received",
        held: "claimed_by_other",
        sent_on: "with_second_person",
        elsewhere: "unknown_application",
    }
    assert [one.receipt for one in made.stopped if one.id == elsewhere] == [""]
    assert acts().count("approved_many") == 1
    assert rows("SELECT DISTINCT registration FROM person WHERE registration = 'approved'") == [("approved",)]
    assert rows("SELECT count(*), count(DISTINCT cause) FROM code_segment WHERE row = 'green-default'") == [(3, 3)]
    assert shares == sorted(shares)
    assert applications.undo(fine[0], by=first, at=LATER).state == ApplicationState.WAITING


def somebody(place: int) -> tuple[str, date]:
    """A name and a birth date that nobody else has."""
    return "".join(chr(65 + int(digit)) for digit in f"{place:03}"), date(1950, 1, 1) + timedelta(days=37 * place)


def test_five_hundred_are_approved_within_seconds(clerk, first):
    headings = "提交时间,证件类型,证件号码,国籍,姓名,出生日期,性别,手机号,邮箱,所在区县,住址,入境日期,是否有症状,接触史"
    line = "2020-04-27 08:00,港澳居民来往内地通行证,H{0},香港,CHAN TAI {1},{2},男,,a@b.org,武昌区,中南路1号,,无,无"
    file = "\n".join([headings, *(line.format(10_000_000 + place, *somebody(place)) for place in range(500))])
    application_imports.import_applications(IncomingFile(file.encode(), "a.csv"), by=clerk, at=AT)
    ids = [int(str(id_)) for (id_,) in rows("SELECT id FROM application")]
    began = time.monotonic()

    made = applications.approve_many(ids, by=first, at=AT)

    assert (len(made.approved), made.stopped) == (500, ())
    assert time.monotonic() - began < 5
    with pytest.raises(Refused, match="too_many_at_once"):
        applications.approve_many(range(501), by=first, at=AT)


def test_a_name_that_staff_changed_unasked_takes_a_second_person(clerk, first, second):
    id_ = enter(clerk)
    applications.ask(id_, ["address"], by=first, at=AT)
    applications.answer(id_, replace(PERMIT, name="CHEN TAI MAN"), by=clerk, at=AT)

    with pytest.raises(Refused, match="check_stopped"):
        applications.approve(id_, by=first, at=AT)
    assert applications.one(id_, by=first, at=AT).changed_by_staff
    applications.send_on(id_, by=first, at=AT)

    assert applications.approve(id_, by=second, at=AT).state == ApplicationState.APPROVED


def test_a_name_that_was_asked_for_is_the_applicants_own_answer(clerk, first):
    id_ = enter(clerk, name="CHEN TAI MAN")
    applications.ask(id_, ["name_as_document"], by=first, at=AT)
    applications.answer(id_, PERMIT, by=clerk, at=AT)

    assert not applications.one(id_, by=first, at=AT).changed_by_staff


def test_what_a_second_person_sends_back_waits_again_with_its_history(clerk, first, second):
    id_ = enter(clerk)
    applications.send_on(id_, by=first, at=AT)
    applications.send_back(id_, by=second, at=LATER)

    view = applications.one(id_, by=first, at=LATER)

    assert [(step.act, step.after, step.by) for step in view.steps] == [
        (Act.SEND_ON, "second_review", "first"),
        (Act.SEND_BACK, "waiting", "second"),
    ]
    assert (view.line.unit, view.line.state) == (WUCHANG, ApplicationState.WAITING)
