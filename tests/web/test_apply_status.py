"""The status page: one answer to every wrong pair, how an application stands, the live code, and nothing in an address."""

from datetime import timedelta

import pytest

from hbcore.domain.application_reasons import AskReason, RefuseReason
from hbcore.public_words import PUBLIC_LANGUAGES
from hbcore.services import applications
from hbcore.services.clock import now
from hbcore.web.apply import standing
from tests import standing as put
from tests.services.applying import reviewer, rows
from tests.standing import Sampled
from tests.web.asking import ask
from tests.web.sending import FORM, post, public_app, receipt_of, text, value

pytestmark = pytest.mark.usefixtures("database")
STATUS = "/apply/status?lang=en"
ANSWER = {name: typed for name, typed in FORM.items() if name not in ("do", "consent", "once")}


@pytest.fixture
def app(monkeypatch):
    return public_app(monkeypatch)


@pytest.fixture
def given(app):
    """Receipt and secret of an application that has been sent."""
    return receipt_of(post(app, "/apply?lang=en", FORM))


def look(app, typed, path=STATUS):
    return post(app, path, {**typed, "do": "look"})


def press(app, page, do, **typed):
    """Press a button of a page that shows a status."""
    return post(app, STATUS, {"pass": value(page, "pass"), "do": do, **typed})


def application() -> int:
    return int(rows("SELECT id FROM application")[0][0])


def approve() -> None:
    applications.approve(application(), by=reviewer("li"), at=now())


def ask_for(*reasons: AskReason) -> None:
    applications.ask(application(), reasons, by=reviewer("li"), at=now())


@pytest.mark.parametrize("language", PUBLIC_LANGUAGES)
def test_the_page_that_asks_is_there_for_everybody(app, language):
    answer = ask(app, f"/apply/status?lang={language}", accept="text/html")

    assert answer.status == 200
    assert f'<html lang="{language}"' in answer.body.decode()


def test_the_receipt_and_the_secret_show_until_when_it_is_under_review(app, given):
    answer = look(app, given)

    assert answer.status == 200
    assert "Under review Staff are checking your application. You will see the decision here by" in text(answer)
    assert given["receipt"] in text(answer)
    assert "027-87122256" in text(answer)


@pytest.mark.parametrize(("language", "written"), [("zh", "回执号："), ("ja", "："), ("fr", "Numéro de reçu\u00a0: ")])
def test_a_colon_is_that_of_the_language(app, given, language, written):
    assert f"{written}<strong>" in look(app, given, f"/apply/status?lang={language}").body.decode()


def test_small_letters_and_blanks_are_read_as_what_they_stand_for(app, given):
    typed = {"receipt": f" {given['receipt'].lower().replace('-', '')} ", "secret": given["secret"].lower()}

    assert "Under review" in text(look(app, typed))


def test_receipt_and_document_show_less_and_change_nothing(app, given):
    answer = look(app, {"receipt": given["receipt"], "document_number": FORM["document_number"]})

    assert "Under review" in text(answer)
    assert FORM["name"] not in answer.body.decode()
    assert "Withdraw" not in text(answer)
    assert "Change the health declaration" not in text(answer)


WRONG = ({"secret": "WRONG234"}, {"receipt": "A200101-00001-0"}, {"receipt": "' OR 1=1"}, {"secret": "", "document_number": "H1"})


def test_every_wrong_pair_has_one_answer(app, given):
    answers = {
        (answer.status, text(answer).partition("Receipt number It begins")[0])
        for answer in (look(app, given | one) for one in WRONG)
    }

    assert len(answers) == 1
    assert "There is no application with these details." in answers.pop()[1]


def test_too_many_tries_shut_out_the_right_pair_and_say_so(app, given):
    for _ in range(10):
        look(app, given | {"secret": "WRONG234"})

    answer = look(app, given)

    assert answer.status == 429
    assert "too many attempts" in text(answer)


def test_nothing_typed_is_lost_on_a_wrong_pair_or_another_language(app, given):
    typed = given | {"secret": "WRONG234", "document_number": "H5"}

    for answer in (look(app, typed), post(app, STATUS, typed | {"speak": "ko"})):
        assert {name: value(answer, name) for name in typed} == typed


def test_no_address_carries_anything_personal(app, given):
    answer = look(app, given)
    body = answer.body.decode()

    assert given["secret"] not in body
    assert FORM["document_number"] not in body.replace('name="document_number"', "")
    assert 'action="/apply/status?lang=en"' in body
    assert 'method="get"' not in body
    assert answer.header("set-cookie") is None


def test_the_page_is_drawn_again_in_another_language_without_typing(app, given):
    page = look(app, given)

    answer = post(app, STATUS, {"pass": value(page, "pass"), "speak": "fr"})

    assert "En cours d’examen" in text(answer)
    assert given["receipt"] in text(answer)


def test_a_pass_of_nobody_or_of_yesterday_asks_again(app, given, monkeypatch):
    page = look(app, given)
    carried = value(page, "pass")
    later = now() + timedelta(hours=2)

    assert "has been closed" in text(post(app, STATUS, {"pass": f"A{carried[1:]}" if carried[0] != "A" else f"B{carried[1:]}"}))
    assert "has been closed" in text(post(app, STATUS, {"pass": "x" * 5000}))
    assert "Under review" in text(post(app, STATUS, {"pass": carried}))
    monkeypatch.setattr(standing, "now", lambda: later)
    assert "has been closed" in text(post(app, STATUS, {"pass": carried}))


def test_each_page_after_the_first_ends_when_the_first_would(app, given, monkeypatch):
    start = now()
    page = look(app, given)
    monkeypatch.setattr(standing, "now", lambda: start + timedelta(hours=1, minutes=59))
    page = post(app, STATUS, {"pass": value(page, "pass")})
    assert "Under review" in text(page)

    monkeypatch.setattr(standing, "now", lambda: start + timedelta(hours=2, minutes=1))
    assert "has been closed" in text(post(app, STATUS, {"pass": value(page, "pass")}))


def test_approved_shows_the_live_code_and_the_latest_test(app, given):
    put.result(int(rows("SELECT id FROM person")[0][0]), Sampled("negative", now() - timedelta(hours=3)), now())
    approve()

    page = look(app, given)

    body, words = page.body.decode(), text(page)
    number = rows("SELECT number FROM person")[0][0]
    assert "Approved" in words
    assert "Green code" in words
    assert "CHAN T*** M***" in words
    assert f"{number:011}"[:3] in words
    assert "<svg" in body
    assert 'fill="#16703a"' in body
    assert "Nucleic acid test: negative. Sampled" in words
    assert "Shown at" in words
    assert 'data-refresh="60"' in body
    assert "Withdraw" not in words


def test_a_live_code_without_script_asks_again_by_itself_until_the_page_is_closed(app, given):
    under_review = look(app, given)
    approve()
    page = look(app, given)
    meta = '<noscript><meta http-equiv="refresh" content="60; url=/apply/status/live?lang=en"></noscript>'
    assert (meta in under_review.body.decode(), under_review.header("set-cookie")) == (False, None)
    assert meta in page.body.decode()
    line = page.header("set-cookie")
    assert line.endswith("; HttpOnly; Path=/apply/status/live; SameSite=strict")
    kept = line.partition(";")[0]
    assert given["secret"] not in kept

    again = ask(app, "/apply/status/live?lang=en", accept="text/html", cookie=kept)
    assert "Green code" in text(again)
    assert meta in again.body.decode()
    encrypted = ask(app, "/apply/status/live?lang=en", scheme="https", accept="text/html", cookie=kept)
    assert encrypted.header("set-cookie").endswith("SameSite=strict; Secure")
    nobody = ask(app, "/apply/status/live?lang=en", accept="text/html", cookie="hbcore_again=x")
    closed = ask(app, STATUS, accept="text/html", cookie=kept)
    for answer in (nobody, closed):
        assert "How does my application stand?" in text(answer)
        assert "hbcore_again=" in answer.header("set-cookie")
        assert "Max-Age=0" in answer.header("set-cookie")


def test_with_script_or_something_to_put_right_no_page_goes_by_itself_and_no_cookie_is_left(app, given):
    approve()
    page = look(app, given)

    scripted = look(app, {**given, "script": "1"})
    asked = press(app, scripted, "withdraw")
    faulty = press(app, page, "declare", symptoms="no")

    assert value(scripted, "script") == "1"
    assert 'name="script"' in asked.body.decode()  # whatever comes after it
    for answer in (scripted, faulty):
        assert "Green code" in text(answer)
        assert "http-equiv" not in answer.body.decode()
        assert answer.header("set-cookie") is None


def test_in_other_languages_the_reason_stands_in_english_and_in_chinese(app, given):
    approve()

    words = text(look(app, given, "/apply/status?lang=ru"))

    assert "Зелёный код" in words
    assert "Ограничительных мер не зарегистрировано." in words
    assert "No measure on record / 未发现管控记录" in words


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (RefuseReason.NOT_IN_HUBEI, "You do not live or stay in Hubei."),
        (RefuseReason.DOCUMENT_EXPIRED, "The document has expired."),
    ],
)
def test_not_approved_says_why_and_that_one_may_apply_again(app, given, reason, said):
    applications.refuse(application(), [reason], by=reviewer("li"), at=now())

    words = text(look(app, given))

    assert "Not approved" in words
    assert said in words
    assert "Apply again" in words
