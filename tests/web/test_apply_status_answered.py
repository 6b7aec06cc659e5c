"""What is done on the status page: an answer, a declaration, a withdrawal; what breaks is a sentence."""

import pytest

from hbcore.domain.application_reasons import AskReason
from hbcore.services import public_applications
from tests.services.applying import rows
from tests.web.sending import FORM, post, text, value
from tests.web.test_apply_status import ANSWER, STATUS, app, ask_for, given, look, press

pytestmark = pytest.mark.usefixtures("database")
assert all((app, given))


def test_what_is_needed_is_said_as_something_to_do_and_can_be_answered_there(app, given):
    ask_for(AskReason.ADDRESS, AskReason.NAME_AS_DOCUMENT)

    page = look(app, given)

    assert "Something is needed from you Please send what is listed below by" in text(page)
    assert "Give the full address in Hubei: street, number, building and room." in text(page)
    assert "Write the name exactly as the document shows it." in text(page)
    stated = {name: value(page, name) for name in ("document_kind", "document_number", "name", "birth_date", "unit", "address")}
    assert stated == {name: FORM[name] for name in stated}

    answer = press(app, page, "answer", **{**ANSWER, "address": "Zhongnan Road 1, building 2, room 301"})

    assert "Sent. Staff go on with your application." in text(answer)
    assert "Under review" in text(answer)
    assert rows("SELECT state FROM application") == [("waiting",)]


def test_an_answer_with_faults_keeps_what_was_typed_and_waits(app, given):
    ask_for(AskReason.ADDRESS)
    page = look(app, given)

    answer = press(app, page, "answer", **{**ANSWER, "address": "Road 9", "phone": "12"})

    assert answer.status == 422
    assert value(answer, "address") == "Road 9"
    assert "This cannot be a phone number." in text(answer)
    assert rows("SELECT state FROM application") == [("asked",)]


def test_an_answer_sent_twice_shows_how_it_stands(app, given):
    ask_for(AskReason.ADDRESS)
    page = look(app, given)
    typed = ANSWER

    answers = [press(app, page, "answer", **typed) for _ in range(2)]

    assert "Sent." in text(answers[0])
    assert "has changed in the meantime" in text(answers[1])
    assert "Under review" in text(answers[1])


def test_without_the_secret_what_is_needed_is_said_but_not_what_was_stated(app, given):
    ask_for(AskReason.ADDRESS)

    page = look(app, {"receipt": given["receipt"], "document_number": FORM["document_number"]})

    assert "Give the full address" in text(page)
    assert "you need the secret" in text(page)
    assert FORM["name"] not in page.body.decode()
    assert press(app, page, "answer", **ANSWER).status == 422
    assert rows("SELECT state FROM application") == [("asked",)]


def test_the_declaration_changes_once_a_day(app, given):
    page = look(app, given)

    changed = press(app, page, "declare", symptoms="yes", contact="no")
    again = press(app, page, "declare", symptoms="no", contact="no")

    assert "Your health declaration is changed." in text(changed)
    assert "already changed the health declaration today" in text(again)


def test_a_declaration_half_answered_says_what_is_missing(app, given):
    page = look(app, given)

    answer = press(app, page, "declare", symptoms="yes")

    assert answer.status == 422
    assert "in the last 14 days? Please fill this in." in text(answer)


def test_withdrawing_asks_first(app, given):
    page = look(app, given)

    asked = press(app, page, "withdraw")
    assert "Withdraw the application?" in text(asked)
    assert rows("SELECT state FROM application") == [("waiting",)]

    answer = press(app, asked, "withdraw-sure")
    assert "You have withdrawn this application." in text(answer)
    assert "Apply again" in text(answer)
    assert rows("SELECT state FROM application") == [("withdrawn",)]


def test_what_breaks_inside_is_a_sentence(app, given, monkeypatch):
    def broken(*_args: object, **_more: object) -> None:
        raise RuntimeError("H94684388")

    monkeypatch.setattr(public_applications, "status", broken)

    answer = look(app, given)

    assert answer.status == 503
    assert "Something went wrong on our side" in text(answer)
    assert "H94684388" not in text(answer)


@pytest.mark.parametrize("do", ["", "look", "answer", "declare", "withdraw", "withdraw-sure", "zone", "nothing known", "\x00"])
@pytest.mark.parametrize("carried", [True, False])
def test_no_button_pressed_by_nobody_breaks_anything(app, given, do, carried):
    page = look(app, given)
    fields = {"pass": value(page, "pass")} if carried else {}

    answer = post(app, STATUS, {**fields, "do": do, "document_kind": "x", "zone": "<", "receipt": "\x00", "symptoms": "\x00"})

    assert answer.status in (200, 422)
