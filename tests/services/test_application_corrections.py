"""What staff put right in an application: compared anew, decided by another, said by field and never by what it held."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from hbcore.domain.errors import Refused
from hbcore.domain.vocabulary import RowCode
from hbcore.services import applications, filings
from hbcore.services.acting import Staff
from hbcore.services.applications import Correction, DraftRefused
from hbcore.services.demo.files import list_file
from hbcore.services.uploads import IncomingFile
from tests.services.applying import AT, PASSPORT, PERMIT, WUCHANG, acts, reviewer, rows

pytestmark = pytest.mark.usefixtures("database")

LATER = AT + timedelta(minutes=1)
STILL_LATER = AT + timedelta(minutes=2)
FILED = ("document_number", "country", "name", "birth_date")


def file_passport(by: Staff) -> None:
    row = {
        "document_number": PASSPORT.document_number,
        "country": "FRA",
        "name": PASSPORT.name,
        "birth_date": "1988-12-03",
    }
    content = list_file({word: word for word in FILED}, [row])
    filings.import_filings(IncomingFile(content, "filings.csv"), by=by, at=AT)


def test_a_birth_date_put_right_is_compared_anew_and_another_person_approves(clerk, first, second):
    file_passport(first)
    id_ = applications.enter(PASSPORT, by=clerk, at=AT).id

    made = applications.put_right(id_, Correction(birth_date="1988-12-03"), by=first, at=LATER)
    with pytest.raises(Refused, match="same_person"):
        applications.approve(id_, by=first, at=STILL_LATER)
    applications.approve(id_, by=second, at=STILL_LATER)

    assert made.state == "second_review"
    assert rows("SELECT state, filing_check, changed_by_staff FROM application") == [("approved", "agrees", True)]
    assert acts()[-3:] == ["application_corrected", "refused", "approved"]


def test_a_number_put_right_moves_the_application_to_whoever_holds_it(clerk, first):
    id_ = applications.enter(PERMIT, by=clerk, at=AT).id
    (before,) = rows("SELECT person_id FROM application")

    applications.put_right(id_, Correction(document_number="H94684389"), by=first, at=LATER)

    (after,) = rows("SELECT person_id FROM application")
    assert before != after
    assert dict(rows("SELECT id, registration FROM person")) == {before[0]: "none", after[0]: "second_review"}  # type: ignore[comparison-overlap]


def test_the_event_says_which_fields_and_never_what_they_held(clerk, first):
    id_ = applications.enter(PERMIT, by=clerk, at=AT).id

    applications.put_right(id_, Correction(name="CHAN TAI MING", birth_date="1980-03-02"), by=first, at=LATER)

    ((figures,),) = rows("SELECT figures FROM event WHERE act = 'application_corrected'")
    assert json.loads(str(figures))["fields"] == ["name", "birth_date"]
    assert "MING" not in str(figures)
    assert rows("SELECT act, before, after FROM application_step") == [("send_on", "waiting", "second_review")]


@pytest.mark.parametrize(
    ("typed", "field", "code"),
    [
        (Correction(birth_date="1988-13-45"), "birth_date", RowCode.NOT_A_DATE),
        (Correction(document_number="12"), "document_number", RowCode.BAD_DOCUMENT),
        (Correction(name="\u202eCHAN"), "name", RowCode.CONTROL_CHARACTER),
    ],
)
def test_what_cannot_be_read_is_said_by_field_and_nothing_is_changed(clerk, first, typed, field, code):
    id_ = applications.enter(PERMIT, by=clerk, at=AT).id
    stood = rows("SELECT * FROM application")

    with pytest.raises(DraftRefused) as refused:
        applications.put_right(id_, typed, by=first, at=LATER)

    assert [(one.field, one.code) for one in refused.value.problems] == [(field, code)]
    assert rows("SELECT * FROM application") == stood


def test_the_same_again_is_no_correction_and_what_one_entered_another_corrects(clerk, first):
    id_ = applications.enter(PERMIT, by=clerk, at=AT).id

    with pytest.raises(Refused, match="nothing_changed"):
        applications.put_right(id_, Correction(name=PERMIT.name), by=first, at=LATER)
    with pytest.raises(Refused, match="own_application"):
        applications.put_right(id_, Correction(name="CHAN TAI MING"), by=clerk, at=LATER)


def test_a_number_that_is_registered_already_is_refused_and_nothing_moves(clerk, first, second):
    taken = applications.enter(PERMIT, by=clerk, at=AT).id
    applications.approve(taken, by=first, at=LATER)
    other = applications.enter(PASSPORT, by=clerk, at=AT).id
    number = Correction(document_number=PERMIT.document_number)
    wrong = applications.enter(replace(PERMIT, document_number="H12345678", name="LEE SIU LUNG"), by=clerk, at=AT).id

    with pytest.raises(Refused, match="already_registered"):
        applications.put_right(wrong, number, by=second, at=STILL_LATER)

    assert dict(rows("SELECT id, state FROM application")) == {taken: "approved", other: "waiting", wrong: "waiting"}  # type: ignore[comparison-overlap]
    assert rows(f"SELECT unit FROM application WHERE id = {wrong}") == [(WUCHANG,)]  # noqa: S608


def test_sent_back_and_on_by_others_it_does_not_come_to_who_put_it_right(clerk, first, second):
    id_ = applications.enter(PERMIT, by=clerk, at=AT).id
    applications.put_right(id_, Correction(name="CHAN TAI MING"), by=first, at=LATER)
    applications.send_back(id_, by=second, at=LATER)
    applications.send_on(id_, by=second, at=STILL_LATER)

    with pytest.raises(Refused, match="typed_yourself"):
        applications.approve(id_, by=first, at=STILL_LATER)

    assert applications.approve(id_, by=reviewer("third"), at=STILL_LATER).state == "approved"


def test_who_types_the_answer_to_their_own_request_does_not_approve_another_person_alone(clerk, first, second):
    id_ = applications.enter(PERMIT, by=clerk, at=AT).id
    applications.ask(id_, ["name_as_document", "number_check"], by=first, at=LATER)
    other = replace(PERMIT, name="LEE SIU LUNG", document_number="H12345678")
    applications.answer(id_, other, by=first, at=STILL_LATER)

    with pytest.raises(Refused, match="typed_yourself"):
        applications.approve(id_, by=first, at=STILL_LATER)
    with pytest.raises(Refused, match="own_application"):
        applications.approve(id_, by=clerk, at=STILL_LATER)

    assert applications.approve(id_, by=second, at=STILL_LATER).state == "approved"
