"""What an applicant hands in later: the answer that was asked for, and what they declare of their health."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hbcore.domain.errors import Refused
from hbcore.domain.vocabulary import Colour
from hbcore.services import applications, public_applications
from tests.services.applying import AT, acts, refusals, reviewer, rows
from tests.services.strangers import HERE, LATER, PASSPORT_FORM, PERMIT_FORM, approved, status, submit

pytestmark = pytest.mark.usefixtures("database")

NEXT_DAY = AT + timedelta(days=1)


def asked(*reasons: str):
    receipt = submit(PASSPORT_FORM)
    applications.ask(receipt.id, reasons, by=reviewer("reviewer"), at=LATER)
    return receipt


def test_what_is_asked_for_is_told_answered_and_waits_again():
    receipt = asked("address", "name_as_document")
    told = status(receipt)

    corrected = replace(told.draft, name="MARTIN ANNE", address="武昌区中南路2号", consent=True)
    public_applications.answer(receipt.number, receipt.secret, corrected, address=HERE, at=AT + timedelta(hours=2))

    seen = status(receipt)
    assert (told.state, told.ask) == ("asked", ("address", "name_as_document"))
    assert (told.answer_by, told.due_at) == (LATER + timedelta(days=7), None)
    assert (seen.state, seen.ask, seen.draft.name) == ("waiting", (), "MARTIN ANNE")
    assert seen.due_at == AT + timedelta(hours=2) + timedelta(hours=23, minutes=55)
    assert acts() == ["application_submitted", "asked", "answered"]
    assert rows("SELECT act, by_id FROM application_step WHERE act = 'answer'") == [("answer", None)]


def test_ones_own_typing_errors_need_no_second_person():
    receipt = asked("number_check")
    draft = replace(status(receipt).draft, name="MARTINE ANNE", document_number="C50078213", consent=True)

    public_applications.answer(receipt.number, receipt.secret, draft, address=HERE, at=LATER)

    assert rows("SELECT changed_by_staff FROM application") in ([(False,)], [(0,)])


def test_an_answer_that_nobody_asked_for_or_too_late_is_refused_and_on_record():
    receipt = submit()
    with pytest.raises(Refused, match="already_decided"):
        public_applications.answer(receipt.number, receipt.secret, PERMIT_FORM, address=HERE, at=LATER)
    applications.ask(receipt.id, ["address"], by=reviewer("reviewer"), at=LATER)

    week = LATER + timedelta(days=7)
    with pytest.raises(Refused, match="already_decided"):
        public_applications.answer(receipt.number, receipt.secret, PERMIT_FORM, address=HERE, at=week)

    seen = status(receipt, at=week)
    assert (seen.state, seen.may_apply_again, seen.may_withdraw) == ("expired", True, False)
    assert len(refusals()) == 2


def test_the_declaration_is_changed_once_a_shanghai_day():
    receipt = submit()
    public_applications.declare(receipt.number, receipt.secret, "yes", "no", address=HERE, at=AT)
    midnight = AT.replace(hour=16)

    with pytest.raises(Refused, match="declared_today"):
        public_applications.declare(receipt.number, receipt.secret, "no", "no", address=HERE, at=midnight - timedelta(seconds=1))
    told = status(receipt).may_edit_declaration_from
    public_applications.declare(receipt.number, receipt.secret, "no", "no", address=HERE, at=midnight)

    assert told == midnight
    assert (status(receipt, at=midnight).draft.symptoms, status(receipt, at=midnight).draft.contact) == ("no", "no")


def test_symptoms_declared_after_the_approval_turn_the_code_yellow_and_a_no_does_not_lift_it():
    receipt = approved()
    public_applications.declare(receipt.number, receipt.secret, "yes", "no", address=HERE, at=LATER)
    yellow = status(receipt, at=LATER).code

    public_applications.declare(receipt.number, receipt.secret, "no", "no", address=HERE, at=NEXT_DAY)

    assert (yellow.colour, yellow.since) == (Colour.YELLOW, LATER)
    assert status(receipt, at=NEXT_DAY).code.colour == Colour.YELLOW
    assert rows("SELECT count(*) FROM fact WHERE kind = 'self_declared' AND ended_at IS NULL") == [(1,)]


def test_nothing_to_declare_changes_no_code():
    receipt = approved()

    public_applications.declare(receipt.number, receipt.secret, "no", "no", address=HERE, at=LATER)

    assert status(receipt).code.colour == Colour.GREEN
    assert rows("SELECT * FROM fact") == []


def test_symptoms_declared_before_the_approval_count_with_it():
    receipt = submit()
    public_applications.declare(receipt.number, receipt.secret, "yes", "no", address=HERE, at=AT)
    assert rows("SELECT * FROM fact") == []

    applications.approve(receipt.id, by=reviewer("reviewer"), at=LATER)

    assert status(receipt).code.colour == Colour.YELLOW
