"""Applications decided once, by another than who entered them, the registration and the code in the same transaction."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from hbcore.domain.application_checks import not_clean
from hbcore.domain.applications import ApplicationState
from hbcore.domain.errors import Refused
from hbcore.domain.vocabulary import Role
from hbcore.services import applications, audit
from hbcore.storage import application_rows
from hbcore.storage.engine import engine
from tests.services.applying import (
    AT,
    PERMIT,
    WUCHANG,
    WUHAN,
    acts,
    refusals,
    reviewer,
    rows,
)
from tests.standing import staff

pytestmark = pytest.mark.usefixtures("database")


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
