"""Working on applications: claimed by one, handed on, noted on, found by filters, kept as views, handed over."""

import threading
from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta

import pytest

from hbcore.domain.applications import Act, ApplicationState
from hbcore.domain.errors import Refused
from hbcore.domain.vocabulary import DocumentKind, Role
from hbcore.services import applications
from hbcore.services.acting import Staff
from hbcore.services.applications import Left, Question
from tests.services.applying import AT, JIANGAN, PASSPORT, PERMIT, WUCHANG, WUHAN, acts, reviewer, rows
from tests.standing import staff

pytestmark = pytest.mark.usefixtures("database")

LATER = AT + timedelta(minutes=1)


def permit(place: int, by: Staff, *, at=AT, **more) -> int:
    """Another applicant's application, entered by somebody."""
    draft = replace(PERMIT, document_number=f"H{10_000_000 + place}", name=f"CHAN TAI {chr(65 + place % 26)}", **more)
    return applications.enter(draft, by=by, at=at).id


@pytest.fixture
def supervisor() -> Staff:
    return staff(Role.SUPERVISOR, AT, name="supervisor", unit=WUHAN)


def test_what_one_holds_another_neither_claims_nor_decides_until_the_time_is_over(clerk, first, second):
    id_ = permit(0, clerk)

    held = applications.claim(id_, by=first, at=AT)
    with pytest.raises(Refused, match="claimed_by_other") as refused:
        applications.approve(id_, by=second, at=LATER)
    with pytest.raises(Refused, match="claimed_by_other"):
        applications.claim(id_, by=second, at=LATER)
    applications.approve(id_, by=second, at=held.until)

    assert held.until == AT + timedelta(minutes=15)
    assert refused.value.values == {"holder": "first", "until": "09:15"}
    assert rows("SELECT state, claimed_by FROM application") == [("approved", None)]


def test_a_claim_is_let_go_of_by_oneself_or_by_deciding(clerk, first, second):
    id_ = permit(0, clerk)
    applications.claim(id_, by=first, at=AT)
    applications.release(id_, by=first, at=LATER)
    applications.claim(id_, by=second, at=LATER)

    with pytest.raises(Refused, match="not_claimed"):
        applications.release(id_, by=first, at=LATER)
    applications.ask(id_, ["address"], by=second, at=LATER)

    assert rows("SELECT claimed_by, claimed_until FROM application") == [(None, None)]
    assert acts()[1:] == ["claimed", "released", "claimed", "refused", "asked"]


def test_a_claim_is_lengthened_only_shortly_before_its_end(clerk, first):
    id_ = permit(0, clerk)
    applications.claim(id_, by=first, at=AT)

    with pytest.raises(Refused, match="claimed_already"):
        applications.claim(id_, by=first, at=AT + timedelta(minutes=9))
    longer = applications.claim(id_, by=first, at=AT + timedelta(minutes=11))

    assert longer.until == AT + timedelta(minutes=26)


def test_only_a_supervisor_takes_over(clerk, first, second, supervisor):
    id_ = permit(0, clerk)
    applications.claim(id_, by=first, at=AT)

    with pytest.raises(Refused, match="take_over_not_allowed"):
        applications.claim(id_, by=second, at=LATER, take_over=True)
    applications.claim(id_, by=supervisor, at=LATER, take_over=True)

    (line,) = applications.queue(by=first, at=LATER)
    assert (line.claim.holder, line.claim.own, line.why_not) == ("supervisor", False, "claimed_by_other")


def test_what_is_decided_is_not_claimed(clerk, first):
    id_ = permit(0, clerk)
    applications.approve(id_, by=first, at=AT)

    with pytest.raises(Refused, match="not_in_this_state"):
        applications.claim(id_, by=first, at=AT)


def test_two_hundred_races_on_one_claim_give_one_holder_and_one_event(clerk, first, second):
    id_ = permit(0, clerk)
    outcomes = []
    gate = threading.Barrier(8)

    def race(colleague):
        gate.wait()
        for _ in range(25):
            try:
                outcomes.append(applications.claim(id_, by=colleague, at=AT).holder)
            except Refused as refused:
                outcomes.append(refused.code)

    racers = [threading.Thread(target=race, args=(who,)) for who in (first, second) * 4]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()

    won = [outcome for outcome in outcomes if outcome in ("first", "second")]
    assert (len(outcomes), len(won)) == (200, 1)
    assert set(outcomes) <= {*won, "claimed_already", "claimed_by_other"}
    assert acts().count("claimed") == 1
    assert rows("SELECT full_name FROM staff JOIN application ON claimed_by = staff.id") == [(won[0],)]


def test_who_is_related_decides_no_more_and_their_claim_ends(clerk, first, second):
    id_ = permit(0, clerk)
    applications.claim(id_, by=first, at=AT)

    applications.declare_related(id_, by=first, at=AT)

    for act in (applications.approve, applications.send_on, applications.claim):
        with pytest.raises(Refused, match="relative_declared"):
            act(id_, by=first, at=LATER)
    assert [one.code for one in applications.approve_many([id_], by=first, at=LATER).stopped] == ["relative_declared"]
    with pytest.raises(Refused, match="already_said"):
        applications.declare_related(id_, by=first, at=LATER)
    assert acts()[2] == "related"
    assert rows("SELECT claimed_by FROM application") == [(None,)]
    assert applications.approve(id_, by=second, at=LATER).state == ApplicationState.APPROVED


def test_who_is_related_stays_so_when_the_applicant_applies_again(clerk, first, second):
    id_ = permit(0, clerk)
    applications.declare_related(id_, by=first, at=AT)
    applications.refuse(id_, ["not_in_hubei"], by=second, at=AT)

    again = permit(0, clerk)

    with pytest.raises(Refused, match="relative_declared"):
        applications.approve(again, by=first, at=LATER)
    assert applications.approve(again, by=second, at=LATER).state == ApplicationState.APPROVED


def test_a_relative_types_no_answer_in_and_somebody_else_does(clerk, first, second):
    id_ = permit(0, clerk)
    applications.declare_related(id_, by=first, at=AT)
    applications.ask(id_, ["address"], by=second, at=AT)
    corrected = replace(PERMIT, document_number="H10000000", name="CHAN TAI A")

    with pytest.raises(Refused, match="relative_declared"):
        applications.answer(id_, corrected, by=first, at=LATER)

    assert applications.one(id_, by=first, at=LATER).why_not[Act.ANSWER] == "relative_declared"
    assert rows("SELECT state FROM application") == [("asked",)]
    applications.answer(id_, corrected, by=clerk, at=LATER)
    assert rows("SELECT state FROM application") == [("waiting",)]


def test_a_relative_takes_no_part_in_undoing_or_revoking_either(clerk, first, second):
    id_ = permit(0, clerk)
    applications.declare_related(id_, by=first, at=AT)
    applications.approve(id_, by=second, at=AT)

    for propose in (lambda: applications.propose_undo(id_, by=first, at=LATER),
                    lambda: applications.propose_revoke(id_, "duplicate", by=first, at=LATER)):  # fmt: skip
        with pytest.raises(Refused, match="relative_declared"):
            propose()
    proposal = applications.propose_revoke(id_, "duplicate", by=second, at=LATER)
    with pytest.raises(Refused, match="relative_declared"):
        applications.confirm_revoke(proposal, by=first, at=LATER)


def test_a_supervisor_hands_an_application_to_another_unit_and_the_card_says_so(clerk, first, supervisor):
    id_ = permit(0, clerk)
    applications.claim(id_, by=first, at=AT)

    with pytest.raises(Refused, match="not_allowed"):
        applications.transfer(id_, JIANGAN, by=first, at=LATER)
    applications.transfer(id_, JIANGAN, by=supervisor, at=LATER)
    view = applications.one(id_, by=supervisor, at=LATER)

    assert applications.queue(by=reviewer("there", JIANGAN), at=LATER)[0].claim is None
    assert applications.queue(by=reviewer("here", WUCHANG), at=LATER) == ()
    assert [(step.act, step.before, step.after, step.by) for step in view.steps] == [
        (Act.TRANSFER, WUCHANG, JIANGAN, "supervisor")
    ]
    assert acts()[-1] == "transferred"


@pytest.mark.parametrize(("unit", "code"), [(WUCHANG, "same_unit"), ("420000", "unknown_unit"), ("nowhere", "unknown_unit")])
def test_an_application_is_handed_only_to_another_unit_where_people_live(clerk, supervisor, unit, code):
    id_ = permit(0, clerk)

    with pytest.raises(Refused, match=code):
        applications.transfer(id_, unit, by=supervisor, at=AT)


def test_notes_are_sealed_shown_in_order_and_in_no_event(clerk, first, database):
    id_ = permit(0, clerk)

    applications.add_note(id_, "  电话已通知本人补照片 ", by=clerk, at=AT)
    applications.add_note(id_, "called again", by=first, at=LATER)
    view = applications.one(id_, by=first, at=LATER)

    assert [(note.text, note.by, note.at, note.own) for note in view.notes] == [
        ("电话已通知本人补照片", "clerk", AT, False),
        ("called again", "first", LATER, True),
    ]
    stored = b"".join(file.read_bytes() for file in database.glob("*.db*"))
    assert "电话已通知".encode() not in stored
    assert b"called again" not in stored


@pytest.mark.parametrize(("text", "code"), [("  ", "empty_note"), ("x" * 501, "text_too_long")])
def test_a_note_says_something_and_not_too_much(clerk, text, code):
    id_ = permit(0, clerk)

    with pytest.raises(Refused, match=code):
        applications.add_note(id_, text, by=clerk, at=AT)


def asked(question: Question, by: Staff, at=AT, **more):
    return [line.id for line in applications.counts_and_queue(question, by=by, at=at, **more).lines]


def test_the_queue_is_found_by_kind_country_unit_and_what_is_left(clerk, first):
    overdue = permit(0, clerk, at=AT - timedelta(hours=24))
    soon = permit(1, clerk, at=AT - timedelta(hours=23))
    later = permit(2, clerk, at=AT - timedelta(hours=20), unit=JIANGAN)
    more = applications.enter(PASSPORT, by=clerk, at=AT).id

    found = {left: asked(Question(left=left), first) for left in Left}

    assert found == {Left.OVERDUE: [overdue], Left.SOON: [soon], Left.LATER: [later], Left.MORE: [more]}
    assert asked(Question(soon=True), first) == [overdue, soon]
    assert asked(Question(kind=DocumentKind.PASSPORT), first) == [more]
    assert asked(Question(country="FRA"), first) == [more]
    assert asked(Question(unit=JIANGAN), first) == [later]
    assert asked(Question(kind=DocumentKind.PASSPORT, left=Left.OVERDUE), first) == []


def test_pages_of_the_queue_hold_each_line_once_and_say_how_many_there_are(clerk, first):
    ids = [permit(place, clerk, at=AT + timedelta(minutes=place)) for place in range(7)]

    pages = [applications.counts_and_queue(Question(), by=first, at=AT, page=page, limit=3) for page in (1, 2, 3)]

    assert [line.id for seen in pages for line in seen.lines] == ids
    assert [seen.total for seen in pages] == [7, 7, 7]


def test_what_came_back_from_being_asked_is_found_apart(clerk, first):
    back, _waits = permit(0, clerk), permit(1, clerk)
    applications.ask(back, ["address"], by=first, at=AT)
    answer = replace(PERMIT, document_number="H10000000", name="CHAN TAI A")
    applications.answer(back, answer, by=clerk, at=LATER)

    assert asked(Question(answered=True), first, LATER) == [back]
    assert applications.counts(by=first, at=LATER).answered == 1


def test_own_decisions_of_today_are_found_the_newest_first(clerk, first, second):
    ids = [permit(place, clerk) for place in range(4)]
    applications.approve(ids[0], by=first, at=AT)
    applications.ask(ids[1], ["address"], by=first, at=LATER)
    applications.approve(ids[2], by=second, at=LATER)
    mine = Question(tuple(ApplicationState), mine=True)

    assert asked(mine, first, LATER) == [ids[1], ids[0]]
    assert asked(mine, first, AT + timedelta(days=1)) == []


def test_every_state_can_be_asked_for(clerk, first):
    refused = permit(0, clerk)
    applications.refuse(refused, ["not_in_hubei"], by=first, at=AT)

    found = {state: asked(Question((state,)), first) for state in ApplicationState}

    assert found == {state: [refused] if state == "refused" else [] for state in ApplicationState}


ADDRESSES = [
    ("show=waiting", True),
    ("show=asked&unit=420106&kind=passport&country=FRA", True),
    ("", True),
    ("name=CHAN TAI", False),
    ("name=%E5%BC%A0", False),
    ("https://example.org", False),
    ("show=waiting&", False),
]


@pytest.mark.parametrize(("address", "kept"), ADDRESSES)
def test_only_addresses_of_short_words_are_kept_as_views(first, address, kept):
    with nullcontext() if kept else pytest.raises(Refused, match="bad_view_address"):
        applications.keep_view("急件", address, by=first, at=AT)

    assert [view.address for view in applications.views(by=first, at=AT)] == ([address] if kept else [])


def test_a_view_is_ones_own_and_its_name_is_sealed(first, second, database):
    view = applications.keep_view("法国护照急件", "country=FRA", by=first, at=AT)

    with pytest.raises(Refused, match="view_name_taken"):
        applications.keep_view("法国护照急件", "country=FRA", by=first, at=AT)
    with pytest.raises(Refused, match="unknown_view"):
        applications.drop_view(view.id, by=second, at=AT)
    assert applications.views(by=second, at=AT) == ()
    assert "法国护照急件".encode() not in b"".join(file.read_bytes() for file in database.glob("*.db*"))
    applications.drop_view(view.id, by=first, at=AT)

    assert applications.views(by=first, at=AT) == ()


def test_the_handover_sheet_says_what_was_done_held_pressing_and_noted(clerk, first, second):
    ids = [permit(place, clerk, at=AT - timedelta(hours=23)) for place in range(3)]
    applications.approve(ids[0], by=first, at=AT)
    applications.claim(ids[1], by=first, at=AT)
    applications.approve(ids[2], by=second, at=AT)
    applications.add_note(ids[1], "等公安备案", by=first, at=AT)

    sheet = applications.hand_over(AT - timedelta(hours=8), by=first, at=LATER)
    nothing = applications.hand_over(LATER, by=first, at=LATER)

    assert [(one.act, one.at) for one in sheet.done] == [(Act.APPROVE, AT)]
    assert [one.until for one in sheet.held] == [AT + timedelta(minutes=15)]
    assert [(line.id, line.name) for line in sheet.pressing] == [(ids[1], "CHAN T*** B***")]
    assert [note.text for note in sheet.notes] == ["等公安备案"]
    assert nothing.done == nothing.notes == ()
    assert acts()[-1] == "handed_over"
    assert "等公安备案" not in str(rows("SELECT figures FROM event"))
