"""Applications: entered by one, decided once by another, the registration and the code in the same transaction."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from hbcore.domain.application_checks import not_clean
from hbcore.domain.applications import Act, ApplicationState
from hbcore.domain.errors import Refused
from hbcore.domain.vocabulary import Role
from hbcore.services import applications, audit
from hbcore.services.applications import DraftRefused
from hbcore.storage import application_rows
from hbcore.storage.engine import engine
from tests.services.applying import (
    AT,
    JIANGAN,
    PASSPORT,
    PERMIT,
    WUCHANG,
    WUHAN,
    YICHANG,
    acts,
    look_ups,
    refusals,
    reviewer,
    rows,
)
from tests.standing import staff

pytestmark = pytest.mark.usefixtures("database")

# what was typed                                     | field             | what is said
FAULTS = [
    ({"document_kind": ""}, "document_kind", "missing"),
    ({"document_kind": "resident_id"}, "document_kind", "resident_channel"),
    ({"document_kind": "library card"}, "document_kind", "unknown_document_kind"),
    ({"document_number": ""}, "document_number", "missing"),
    ({"document_number": "H9468"}, "document_number", "bad_document"),
    ({"document_number": "Н94684388"}, "document_number", "mixed_script"),
    ({"document_kind": "passport", "entry_date": "2020-02-11"}, "country", "missing"),
    ({"document_kind": "passport", "country": "Atlantis", "entry_date": "2020-02-11"}, "country", "unknown_country"),
    ({"document_kind": "passport", "country": "FRA"}, "entry_date", "missing"),
    ({"name": "测试"}, "name", "placeholder"),
    ({"name": "12345"}, "name", "bad_name"),
    ({"birth_date": "3 March"}, "birth_date", "not_a_date"),
    ({"birth_date": "1880-01-01"}, "birth_date", "not_a_date"),
    ({"birth_date": "2020-04-28"}, "birth_date", "in_the_future"),
    ({"sex": "?"}, "sex", "unknown_word"),
    ({"nationality": ""}, "nationality", "missing"),
    ({"phone": ""}, "phone", "contact_needed"),
    ({"phone": "12"}, "phone", "bad_phone"),
    ({"email": "not an address"}, "email", "bad_email"),
    ({"address": ""}, "address", "missing"),
    ({"symptoms": ""}, "symptoms", "missing"),
    ({"contact": "perhaps"}, "contact", "unknown_word"),
    ({"unit": ""}, "unit", "missing"),
]


@pytest.mark.parametrize(("typed", "field", "code"), FAULTS)
def test_each_fault_names_its_field(typed, field, code):
    clerk = reviewer("clerk")

    with pytest.raises(DraftRefused) as refused:
        applications.enter(replace(PERMIT, **typed), by=clerk, at=AT)

    assert [(one.field, one.code) for one in refused.value.problems] == [(field, code)]


def test_all_faults_are_named_at_once_and_nothing_is_stored():
    clerk = reviewer("clerk")

    with pytest.raises(DraftRefused) as refused:
        applications.enter(applications.Draft(), by=clerk, at=AT)

    assert len(refused.value.problems) == 11
    assert rows("SELECT id FROM application") == []


@pytest.mark.parametrize("reach", [{"phone": "+33 6 12 34 56 78"}, {"phone": "13800000000"}, {"phone": "", "email": "a@b.org"}])
def test_a_foreign_phone_or_an_address_is_enough(reach):
    clerk = reviewer("clerk")

    receipt = applications.enter(replace(PERMIT, **reach), by=clerk, at=AT)

    assert receipt.number.startswith("A200427-00001-")


def test_a_colleague_approves_and_the_code_turns_green_in_the_same_transaction():
    clerk, colleague = reviewer("clerk"), reviewer("colleague", WUCHANG)
    receipt = applications.enter(PERMIT, by=clerk, at=AT)

    made = applications.approve(receipt.id, by=colleague, at=AT + timedelta(hours=1))

    assert made.state == ApplicationState.APPROVED
    assert rows("SELECT registration, unit, unit_source FROM person") == [("approved", WUCHANG, "residence")]
    assert rows("SELECT colour, row FROM code_segment") == [("green", "green-default")]
    assert acts() == ["application_entered", "approved"]


def test_who_entered_it_may_not_decide_and_the_attempt_is_on_record():
    clerk = reviewer("clerk")
    receipt = applications.enter(PERMIT, by=clerk, at=AT)

    for decide in (
        lambda: applications.approve(receipt.id, by=clerk, at=AT),
        lambda: applications.refuse(receipt.id, ["not_in_hubei"], by=clerk, at=AT),
        lambda: applications.ask(receipt.id, ["address"], by=clerk, at=AT),
        lambda: applications.send_on(receipt.id, by=clerk, at=AT),
    ):
        with pytest.raises(Refused, match="own_application"):
            decide()

    assert refusals() == ['{"why": "own_application"}'] * 4
    assert rows("SELECT state FROM application") == [("waiting",)]


def test_self_approval_fails_in_the_database_too():
    clerk = reviewer("clerk")
    receipt = applications.enter(PERMIT, by=clerk, at=AT)

    with pytest.raises(sa.exc.IntegrityError, match="no_self_approval"), engine().begin() as connection:
        connection.execute(
            sa.text("UPDATE application SET state = 'approved', decided_by = :clerk, decided_at = 1 WHERE id = :id"),
            {"clerk": clerk.id, "id": receipt.id},
        )


# state        | act        | reasons                 | becomes        or is refused for
DECISIONS = [
    ("waiting", "approve", (), "approved"),
    ("waiting", "refuse", ("not_in_hubei",), "refused"),
    ("waiting", "refuse", (), "reason_needed"),
    ("waiting", "refuse", ("fever",), "unknown_reason"),
    ("waiting", "refuse", ("not_in_hubei", "duplicate"), "one_reason_only"),
    ("waiting", "refuse", ("false_information",), "evidence_needed"),
    ("waiting", "ask", ("photo_unclear", "address"), "asked"),
    ("waiting", "ask", (), "reason_needed"),
    ("waiting", "ask", ("not_in_hubei",), "unknown_reason"),
    ("waiting", "send_on", (), "second_review"),
    ("waiting", "send_back", (), "already_decided"),
    ("asked", "approve", (), "waits_for_applicant"),
    ("asked", "ask", ("address",), "waits_for_applicant"),
    ("second_review", "approve", (), "same_person"),
    ("second_review", "ask", ("address",), "with_second_person"),
    ("approved", "approve", (), "already_decided"),
    ("approved", "refuse", ("not_in_hubei",), "already_decided"),
    ("refused", "approve", (), "already_decided"),
]
WAY_TO = {"asked": "ask", "second_review": "send_on", "approved": "approve", "refused": "refuse"}
REASONS = {"ask": ["address"], "refuse": ["not_in_hubei"]}


def decide(act, id_, by, reasons=()):
    call = getattr(applications, act)
    made = call(id_, list(reasons), by=by, at=AT) if act in REASONS else call(id_, by=by, at=AT)
    return made.state


@pytest.mark.parametrize(("state", "act", "reasons", "outcome"), DECISIONS)
def test_a_decision_does_what_the_table_says(state, act, reasons, outcome):
    clerk, colleague = reviewer("clerk"), reviewer("colleague")
    receipt = applications.enter(PERMIT, by=clerk, at=AT)
    if state != "waiting":
        decide(WAY_TO[state], receipt.id, colleague, REASONS.get(WAY_TO[state], ()))

    try:
        became = decide(act, receipt.id, colleague, reasons)
    except Refused as refused:
        became = refused.code

    assert became == outcome
    assert rows("SELECT registration FROM person") == [(outcome if outcome in {*ApplicationState} else state,)]


def test_two_hundred_races_on_one_decision_give_one_decision_and_one_event():
    clerk, first, second = reviewer("clerk"), reviewer("first"), reviewer("second")
    receipt = applications.enter(PERMIT, by=clerk, at=AT)
    outcomes = []
    gate = threading.Barrier(8)

    def race(colleague):
        gate.wait()
        for _ in range(25):
            try:
                applications.approve(receipt.id, by=colleague, at=AT)
                outcomes.append("approved")
            except Refused as refused:
                outcomes.append(refused.code)

    racers = [threading.Thread(target=race, args=(who,)) for who in (first, second) * 4]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()

    assert (outcomes.count("approved"), outcomes.count("already_decided")) == (1, 199)
    assert acts().count("approved") == 1
    assert len(refusals()) == 199


def test_when_the_event_cannot_be_written_nothing_was_done(monkeypatch):
    clerk, colleague = reviewer("clerk"), reviewer("colleague")
    receipt = applications.enter(PERMIT, by=clerk, at=AT)

    def fails(*_arguments, **_named):
        raise OSError("disk full")

    monkeypatch.setattr(audit, "record", fails)
    with pytest.raises(OSError, match="disk full"):
        applications.approve(receipt.id, by=colleague, at=AT)

    assert rows("SELECT state, decided_by FROM application") == [("waiting", None)]
    assert rows("SELECT registration FROM person") == [("waiting",)]
    assert rows("SELECT colour FROM code_segment") == [("grey",)]


# who works where | sees it | opens or decides it
SCOPES = [("420000", True), ("420100", True), (WUCHANG, True), (JIANGAN, False), (YICHANG, False)]


@pytest.mark.parametrize(("unit", "within"), SCOPES)
def test_only_the_own_unit_and_below_is_seen_and_decided(unit, within):
    receipt = applications.enter(PERMIT, by=reviewer("clerk"), at=AT)
    other = reviewer("other", unit)

    seen = [line.id for line in applications.queue(by=other, at=AT)]
    outcomes = set()
    for call in (applications.one, applications.approve):
        try:
            call(receipt.id, by=other, at=AT)
            outcomes.add("done")
        except Refused as refused:
            outcomes.add(refused.code)

    assert seen == ([receipt.id] if within else [])
    assert outcomes == ({"done"} if within else {"not_your_unit"})
    assert look_ups() == int(within)


def test_nobody_enters_or_asks_for_another_unit():
    clerk = reviewer("clerk", JIANGAN)

    with pytest.raises(Refused, match="not_your_unit"):
        applications.enter(PERMIT, by=clerk, at=AT)
    with pytest.raises(Refused, match="not_your_unit"):
        applications.queue(by=clerk, at=AT, unit=WUCHANG)


def test_one_document_has_one_open_application_and_one_registration():
    clerk, colleague = reviewer("clerk"), reviewer("colleague")
    receipt = applications.enter(PERMIT, by=clerk, at=AT)

    with pytest.raises(Refused, match="duplicate"):
        applications.enter(replace(PERMIT, name="ＣＨＡＮ ＴＡＩ　ＭＡＮ", document_number="h 9468-4388 01"), by=clerk, at=AT)
    applications.approve(receipt.id, by=colleague, at=AT)
    with pytest.raises(Refused, match="already_registered"):
        applications.enter(PERMIT, by=clerk, at=AT)

    assert len(rows("SELECT id FROM person")) == 1


def test_a_refused_applicant_may_apply_again_and_the_two_are_linked():
    clerk, colleague = reviewer("clerk"), reviewer("colleague")
    first = applications.enter(PERMIT, by=clerk, at=AT)
    applications.refuse(first.id, ["document_expired"], by=colleague, at=AT)

    second = applications.enter(PERMIT, by=clerk, at=AT + timedelta(days=1))

    assert rows(f"SELECT previous_id FROM application WHERE id = {second.id}") == [(first.id,)]  # noqa: S608 - our own id
    assert rows("SELECT registration FROM person") == [("waiting",)]


def test_a_declared_symptom_is_a_fact_and_no_ground_to_refuse():
    clerk, colleague = reviewer("clerk"), reviewer("colleague")
    receipt = applications.enter(replace(PERMIT, symptoms="yes"), by=clerk, at=AT)

    applications.approve(receipt.id, by=colleague, at=AT)

    assert rows("SELECT kind, evidence, proposed_by FROM fact") == [("self_declared", receipt.number, None)]
    assert rows("SELECT colour, row FROM code_segment ORDER BY from_at") == [
        ("yellow", "yellow-declared"),
        ("green", "green-default"),
    ]


def test_the_clock_stands_while_the_applicant_is_asked():
    clerk, colleague = reviewer("clerk"), reviewer("colleague")
    receipt = applications.enter(replace(PERMIT, name="CHEN TAI MAN"), by=clerk, at=AT)
    applications.ask(receipt.id, ["name_as_document"], by=colleague, at=AT + timedelta(hours=20))

    applications.answer(receipt.id, PERMIT, by=clerk, at=AT + timedelta(days=3))
    (line,) = applications.queue(by=colleague, at=AT + timedelta(days=3))

    assert line.due_at == AT + timedelta(days=3, hours=4)
    assert line.state == ApplicationState.WAITING
    assert acts() == ["application_entered", "asked", "answered"]


def test_a_corrected_number_moves_the_application_to_whoever_holds_it():
    clerk, colleague = reviewer("clerk"), reviewer("colleague")
    receipt = applications.enter(replace(PERMIT, document_number="H94684389", symptoms="yes"), by=clerk, at=AT)
    applications.ask(receipt.id, ["number_check"], by=colleague, at=AT)

    applications.answer(receipt.id, PERMIT, by=clerk, at=AT)
    applications.approve(receipt.id, by=colleague, at=AT)

    assert sorted(rows("SELECT registration FROM person")) == [("approved",), ("none",)]
    assert rows("SELECT count(*) FROM fact WHERE ended_at IS NULL") == [(0,)]


def test_what_one_sends_on_another_decides():
    clerk, first, second = reviewer("clerk"), reviewer("first"), reviewer("second")
    receipt = applications.enter(PERMIT, by=clerk, at=AT)
    applications.send_on(receipt.id, ["false_information"], by=first, at=AT)

    with pytest.raises(Refused, match="same_person"):
        applications.refuse(receipt.id, ["false_information"], by=first, at=AT, evidence="〔2020〕12号")
    made = applications.refuse(receipt.id, ["false_information"], by=second, at=AT, evidence="〔2020〕12号")

    assert made.state == ApplicationState.REFUSED


def test_a_document_held_under_another_name_stops_the_approval():
    clerk, colleague = reviewer("clerk"), reviewer("colleague")
    first = applications.enter(PERMIT, by=clerk, at=AT)
    applications.refuse(first.id, ["document_invalid"], by=colleague, at=AT)
    receipt = applications.enter(replace(PERMIT, name="WONG SIU LING"), by=clerk, at=AT)

    (line,) = applications.queue(by=colleague, at=AT)

    assert ([one.finding for one in not_clean(line.findings)], line.why_not) == (["other_name_held"], "check_stopped")
    with pytest.raises(Refused, match="check_stopped"):
        applications.approve(receipt.id, by=colleague, at=AT)


def test_the_queue_is_masked_and_ordered_by_what_is_left_of_the_day():
    clerk, colleague = reviewer("clerk"), reviewer("colleague")
    late = applications.enter(PASSPORT, by=clerk, at=AT)
    applications.enter(PERMIT, by=clerk, at=AT - timedelta(hours=22, minutes=30))

    lines = applications.queue(by=colleague, at=AT)
    counted = applications.counts(by=colleague, at=AT)

    assert [(line.name, line.number) for line in lines] == [("CHAN T*** M***", "H946****"), ("MARTIN A***", "C500****")]
    assert (lines[1].id, lines[1].why_not) == (late.id, "filing_not_received")
    assert (counted.waiting, counted.soon, counted.overdue) == (2, 1, 0)
    assert look_ups() == 0


def test_opening_one_is_one_look_up_and_shows_no_more_than_was_asked_for():
    clerk, colleague = reviewer("clerk"), reviewer("colleague")
    receipt = applications.enter(PERMIT, by=clerk, at=AT)

    masked = applications.one(receipt.id, by=colleague, at=AT)
    full = applications.one(receipt.id, by=colleague, at=AT, reveal=True)

    assert masked.applicant is None
    assert full.applicant is not None
    assert full.applicant.phone == "+85291234567"
    assert masked.why_not[Act.APPROVE] is None
    assert look_ups() == 2


def test_no_name_number_or_phone_stands_in_the_clear(database):
    clerk = reviewer("clerk")

    receipt = applications.enter(PERMIT, by=clerk, at=AT)
    applications.one(receipt.id, by=clerk, at=AT, reveal=True)

    stored = b"".join(file.read_bytes() for file in database.glob("*.db*"))
    for canary in (b"CHAN TAI", b"94684388", b"91234567", "中南路".encode(), receipt.secret.encode()):
        assert canary not in stored


def test_a_state_that_has_moved_on_is_not_changed_again_by_the_statement_itself():
    # On SQLite the write lock already keeps two deciders apart; this is what keeps them apart elsewhere.
    clerk, colleague = reviewer("clerk"), reviewer("colleague")
    receipt = applications.enter(PERMIT, by=clerk, at=AT)
    applications.approve(receipt.id, by=colleague, at=AT)

    with engine().begin() as connection:
        changed = application_rows.change_state(connection, receipt.id, ApplicationState.WAITING, {"state": "refused"})

    assert not changed
    assert rows("SELECT state FROM application") == [("approved",)]


def test_a_supervisor_is_a_second_person_and_no_first():
    clerk, first = reviewer("clerk"), reviewer("first")
    supervisor = staff(Role.SUPERVISOR, AT, name="supervisor", unit=WUHAN)
    receipt = applications.enter(PERMIT, by=clerk, at=AT)

    with pytest.raises(Refused) as refused:
        applications.approve(receipt.id, by=supervisor, at=AT)
    applications.send_on(receipt.id, by=first, at=AT)
    made = applications.approve(receipt.id, by=supervisor, at=AT)

    assert refused.value.code == "not_allowed"
    assert made.state == ApplicationState.APPROVED


def test_a_queue_seen_before_is_told_again_until_something_is_done_or_a_minute_passes():
    clerk, first = reviewer("clerk"), reviewer("first")
    receipt = applications.enter(PERMIT, by=clerk, at=AT)
    ask = {"question": applications.Question(), "by": first}

    seen = applications.counts_and_queue(at=AT, **ask)
    same = applications.counts_and_queue(at=AT + timedelta(seconds=59), seen=seen, **ask)
    later = applications.counts_and_queue(at=AT + timedelta(seconds=60), seen=seen, **ask)
    applications.approve(receipt.id, by=first, at=AT)
    decided = applications.counts_and_queue(at=AT, seen=seen, **ask)

    assert same is seen
    assert (later is seen, later.lines) == (False, seen.lines)
    assert (decided.counts.waiting, decided.lines) == (0, ())
