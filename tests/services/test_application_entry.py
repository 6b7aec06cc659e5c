"""Applications entered at the counter: every fault by its field, once for each document, within one's own unit, and sealed."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hbcore.domain.errors import Refused
from hbcore.services import applications
from hbcore.services.applications import DraftRefused
from tests.services.applying import (
    AT,
    JIANGAN,
    PERMIT,
    WUCHANG,
    reviewer,
    rows,
)

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


def test_no_name_number_or_phone_stands_in_the_clear(database):
    clerk = reviewer("clerk")

    receipt = applications.enter(PERMIT, by=clerk, at=AT)
    applications.one(receipt.id, by=clerk, at=AT, reveal=True)

    stored = b"".join(file.read_bytes() for file in database.glob("*.db*"))
    for canary in (b"CHAN TAI", b"94684388", b"91234567", "中南路".encode(), receipt.secret.encode()):
        assert canary not in stored
