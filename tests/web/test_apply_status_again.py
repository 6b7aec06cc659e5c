"""Corrections that were typed on a page which has been closed meanwhile wait until somebody has shown again whose they are."""

import re
from datetime import timedelta

import pytest

from hbcore.services import applications, public_pass
from hbcore.services.clock import now
from tests.services.applying import reviewer, rows
from tests.web.sending import FORM, post, post_files, public_app, receipt_of, text, value
from tests.web.test_apply_photos import picture

pytestmark = pytest.mark.usefixtures("database")
STATUS = "/apply/status?lang=en"
KEPT = "What you typed is kept"


@pytest.fixture
def app(monkeypatch):
    return public_app(monkeypatch)


@pytest.fixture
def closed(app, monkeypatch):
    """Receipt and secret, and the page that answers corrections with a photo, sent after the page was closed."""
    given = receipt_of(post(app, "/apply?lang=en", FORM))
    ((id_,),) = rows("SELECT id FROM application")
    applications.ask(id_, ["address"], by=reviewer("asks"), at=now())
    asked = post(app, STATUS, given)
    with monkeypatch.context() as later:
        later.setattr(public_pass, "LASTS", timedelta(0))
        typed = FORM | {"address": "Another road 2", "pass": value(asked, "pass"), "do": "answer"}
        return given, post_files(app, STATUS, typed, {"photo": ("a.png", picture())})


def waiting(page) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(carried-[^"]+)" value="([^"]*)">', page.body.decode()))


def test_they_come_back_with_their_photo_and_can_be_sent(app, closed):
    given, page = closed
    assert "has been closed" in text(page)
    assert KEPT in text(page)

    again = post(app, STATUS, given | waiting(page))

    assert (value(again, "address"), value(again, "name")) == ("Another road 2", FORM["name"])
    assert "Photo received." in text(again)
    typed = FORM | {"address": "Another road 2", "pass": value(again, "pass"), "once": value(again, "once"), "held": "photo"}
    assert "Sent. Staff go on" in text(post(app, STATUS, typed | {"do": "answer"}))
    assert rows("SELECT count(*) FROM application_photo") == [(1,)]


def test_a_wrong_secret_and_another_language_leave_them_waiting(app, closed):
    given, page = closed

    wrong = post(app, STATUS, given | {"secret": "AAAAAAAA"} | waiting(page))
    spoken = post(app, STATUS, given | {"speak": "fr"} | waiting(wrong))

    assert waiting(page) == waiting(wrong) == waiting(spoken)
    assert waiting(page)["carried-address"] == "Another road 2"


def test_nothing_waits_where_nothing_was_typed(app):
    assert KEPT not in text(post(app, STATUS, {"pass": "x"}))
    assert waiting(post(app, STATUS, {"receipt": "A", "secret": "B"})) == {}
