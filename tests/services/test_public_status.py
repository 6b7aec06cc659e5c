"""The status that an applicant is shown: to whom, what of it, and no more; the live code once approved."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hbcore.domain.errors import Refused
from hbcore.domain.numbers import receipt_number
from hbcore.domain.vocabulary import Colour, Purpose
from hbcore.services import applications, people, public_applications, timeline
from hbcore.services.clock import day_of
from hbcore.storage.engine import engine
from tests.services.applying import AT, reviewer
from tests.services.strangers import HERE, LATER, PASSPORT_FORM, PERMIT_FORM, THERE, approved, looks_by_applicants, status, submit

pytestmark = pytest.mark.usefixtures("database")


def test_every_wrong_pair_has_one_answer_and_leaves_no_trace_of_what_was_typed():
    receipt, other = submit(), submit(PASSPORT_FORM)
    wrong = [
        (receipt.number, {"secret": other.secret}),
        (receipt_number(day_of(AT), 9), {"secret": receipt.secret}),
        ("nonsense", {"secret": receipt.secret}),
        ("", {}),
        (receipt.number, {}),
        (receipt.number, {"document_number": "C50078212"}),
        (other.number, {"document_number": "H94684388"}),
        (receipt.number, {"secret": other.secret, "document_number": "H94684388"}),
    ]

    answers = set()
    for number, pair in wrong:
        with pytest.raises(Refused) as refused:
            public_applications.status(number, **pair, address=HERE, at=LATER)
        answers.add((refused.value.code, tuple(refused.value.values)))

    assert answers == {("no_such_application", ())}
    assert set(looks_by_applicants()) == {("nobody_found", "", "applicant")}


@pytest.mark.parametrize("typed", ["h94684388", "H94684388", "H9468438801", "Ｈ９４６８４３８８ "])
def test_the_number_of_the_document_opens_the_status_and_nothing_that_was_stated(typed):
    receipt = submit()

    seen = status(receipt, document_number=typed)

    assert (seen.state, seen.draft) == ("waiting", None)


def test_too_many_wrong_pairs_shut_out_the_right_one_from_there_for_a_quarter_of_an_hour():
    receipt = submit()
    for _ in range(10):
        with pytest.raises(Refused, match="no_such_application"):
            status(receipt, secret="AAAAAAAA")

    with pytest.raises(Refused, match="too_many_tries"):
        status(receipt)
    with pytest.raises(Refused, match="too_many_tries"):
        public_applications.withdraw(receipt.number, receipt.secret, address=HERE, at=LATER)

    assert public_applications.status(receipt.number, secret=receipt.secret, address=THERE, at=LATER).state == "waiting"
    assert status(receipt, at=AT + timedelta(minutes=15)).state == "waiting"


def test_numbers_of_receipts_are_not_tried_one_by_one_with_a_document_from_many_places():
    receipt = submit()
    tried = 0
    for place in range(40):
        with pytest.raises(Refused) as refused:
            public_applications.status(
                receipt_number(day_of(AT), place + 50), document_number="H94684388", address=f"203.0.113.{place}", at=LATER
            )
        tried += refused.value.code == "no_such_application"

    assert tried == 20
    with pytest.raises(Refused, match="too_many_tries"):
        status(receipt, document_number="H94684388")
    assert status(receipt).state == "waiting"


def test_approved_the_live_code_stands_on_the_status_page():
    receipt = approved()

    seen = status(receipt, at=LATER)

    assert (seen.state, seen.may_withdraw, seen.due_at) == ("approved", False, None)
    assert (seen.code.colour, seen.code.since, seen.code.until) == (Colour.GREEN, LATER, None)
    assert seen.code.qr.startswith("HC1:")
    assert len(seen.code.look_up) == 12
    assert seen.latest == {}


def test_before_the_approval_nobody_sees_a_code_for_having_typed_a_number():
    approved()
    stranger = submit(replace(PERMIT_FORM, name="SOMEBODY ELSE"), address=THERE)

    seen = status(stranger)

    assert (seen.state, seen.code, seen.latest) == ("waiting", None, None)


def test_the_code_is_shown_to_whom_the_registration_rests_on_alone():
    first = approved()
    beside = submit(replace(PERMIT_FORM, name="SOMEBODY ELSE"), address=THERE)
    applications.send_on(beside.id, by=reviewer("second"), at=LATER)
    applications.approve(beside.id, by=reviewer("third"), at=LATER)

    assert (status(first).state, status(first).code) == ("approved", None)
    assert status(beside).code.colour == Colour.GREEN


def test_what_the_police_wrote_is_not_told_only_in_which_field_it_differs():
    receipt = submit(PASSPORT_FORM)
    with_filing = "UPDATE application SET filing_check = 'differs', filing_fields = '[\"name\"]'"
    with engine().connect().execution_options(writes=True) as connection, connection.begin():
        connection.exec_driver_sql(with_filing)

    assert status(receipt).differing == ("name",)


def test_looks_at_ones_own_status_are_not_counted_as_looks_by_staff():
    receipt, by = submit(), reviewer("reviewer")
    status(receipt)
    card = people.find(receipt.number, purpose=Purpose.CODE_QUESTION, by=by, at=LATER)

    assert timeline.timeline(card.id, by=by, at=LATER).look_ups == 1


def test_second_review_is_under_review_to_the_applicant():
    receipt = submit()
    applications.send_on(receipt.id, ["false_information"], by=reviewer("reviewer"), at=LATER)

    seen = status(receipt)

    assert (seen.state, seen.refuse_reason, seen.ask) == ("waiting", None, ())
