"""The public form: sent once, kept on every fault, in eight languages, behind the gate."""

import re

import pytest

from hbcore.domain.errors import Refused
from hbcore.public_words import PUBLIC_LANGUAGES
from hbcore.services import public_applications
from hbcore.web.addresses import leads_nowhere
from hbcore.web.apply import bodies
from tests.conftest import close
from tests.services.applying import rows
from tests.web.asking import ask
from tests.web.sending import FORM, post, public_app, receipt_of, text, value

pytestmark = pytest.mark.usefixtures("database")
ZONE = "P<D<<MUSTERMANN<<ERIKA<<<<<<<<<<<<<<<<<<<<<<C01X00T478D<<6408125F2702283<<<<<<<<<<<<<<<4"


@pytest.fixture
def app(monkeypatch):
    return public_app(monkeypatch)


def applications() -> int:
    return int(rows("SELECT count(*) FROM application")[0][0])


@pytest.mark.parametrize("language", PUBLIC_LANGUAGES)
def test_the_form_is_a_page_in_each_language_for_everybody(app, language):
    answer = ask(app, f"/apply?lang={language}", accept="text/html")

    assert answer.status == 200
    assert f'<html lang="{language}"' in answer.body.decode()
    assert "027-87122256" in text(answer)


def test_its_headers_allow_nothing_but_its_own_script_and_style(app):
    answer = ask(app, "/apply", accept="text/html")

    policy = answer.header("content-security-policy")
    assert "script-src 'self'; style-src 'self';" in policy
    assert "unsafe" not in policy
    assert (answer.header("cache-control"), answer.header("x-content-type-options")) == ("no-store", "nosniff")
    # With `no-referrer` a browser sends `Origin: null` with a form, and the gate would refuse our own page.
    assert answer.header("referrer-policy") == "same-origin"
    assert answer.header("set-cookie") is None
    assert not re.search(r"<script(?![^>]*src=)|\son[a-z]+=|style=", answer.body.decode())


def test_the_empty_form_is_packed_for_slow_phones_and_an_answer_is_not(app):
    plain = ask(app, "/apply?lang=en", accept="text/html")
    packed = ask(app, "/apply?lang=en", accept="text/html", accept_encoding="gzip")
    answer = post(app, "/apply?lang=en", FORM, accept_encoding="gzip")

    assert packed.header("content-encoding") == "gzip"
    assert 3 * len(packed.body) < len(plain.body)
    assert answer.header("content-encoding") is None


@pytest.mark.parametrize(("path", "kind"), [("/apply.js", "text/javascript"), ("/apply.css", "text/css")])
def test_script_and_style_may_be_kept(app, path, kind):
    answer = ask(app, path)

    assert (answer.status, answer.header("cache-control")) == (200, "public, max-age=86400")
    assert answer.header("content-type").startswith(kind)


@pytest.mark.parametrize("origin", ["http://evil.example", "null"])
def test_another_sites_page_sends_nothing(app, origin):
    assert post(app, "/apply", FORM, origin=origin).status == 403
    assert applications() == 0


def test_a_form_without_an_origin_is_taken_as_chat_applications_send_it(app):
    sent = {"content_type": "application/x-www-form-urlencoded"}
    body = "&".join(f"{name}={value.replace('+', '%2B').replace(' ', '+')}" for name, value in FORM.items())

    assert ask(app, "/apply", method="POST", body=body.encode(), **sent).status == 200


@pytest.mark.parametrize("path", ["/apply", "/apply/status", "/apply/status/live", "/apply.css", "/apply.js"])
def test_the_public_addresses_are_pages_for_everybody(path):
    assert not leads_nowhere(path)


@pytest.mark.parametrize("path", ["/apply/", "/apply/x", "/apply/status/", "/applying"])
def test_what_lies_beside_them_is_none(app, path):
    assert leads_nowhere(path)

    answer = ask(app, f"{path}?lang=fr", accept="text/html")

    assert (answer.status, answer.header("location")) == (307, "/?lang=fr" if path == "/applying" else "/apply?lang=fr")


def test_what_is_sent_becomes_an_application_and_a_receipt(app):
    answer = post(app, "/apply?lang=en", FORM)

    given = receipt_of(answer)
    assert answer.status == 200
    assert rows("SELECT receipt, state, language FROM application") == [(given["receipt"], "waiting", "en")]
    assert "within 24 hours" in text(answer)
    assert given["secret"] not in "".join(name + value for name, value in answer.headers)


def test_the_receipts_picture_carries_the_status_pages_address_and_no_secret(app, monkeypatch):
    drawn = []
    monkeypatch.setattr("hbcore.web.apply.applying.qr_svg", lambda words, width: drawn.append(words) or "")

    given = receipt_of(post(app, "/apply", FORM))

    assert drawn == [f"http://localhost/apply/status#{given['receipt']}"]


def test_everything_typed_stays_when_something_is_wrong(app):
    typed = FORM | {"document_number": "H1", "phone": "12", "consent": "", "unit": ""}

    answer = post(app, "/apply?lang=en", typed)

    assert (answer.status, applications()) == (422, 0)
    kept = {name: value(answer, name) for name in typed if name not in ("symptoms", "contact", "consent", "do")}
    assert kept == {name: typed[name] for name in kept}
    assert answer.body.decode().count('value="no" id="symptoms" checked') == 1


def test_each_fault_stands_at_its_field_and_in_the_list_above(app):
    answer = post(app, "/apply?lang=en", FORM | {"document_number": "H1", "guardian_name": "", "birth_date": "2020-01-01"})

    body = answer.body.decode()
    assert 'href="#document_number">Document number: This number begins with H or M' in body
    assert re.search(
        r'id="guardian_relation"[^>]*aria-describedby="hint-guardian_relation fault-guardian_relation"[^>]*aria-invalid', body
    )
    # The hint of a number's form is what a wrong one is answered with: it stands at the field once.
    assert re.search(r'id="document_number"[^>]*aria-describedby="fault-document_number"[^>]*aria-invalid', body)
    assert body.count("This number begins with H or M") == 2
    assert 'id="fault-document_number"' in body
    assert 'href="#guardian_name">' in body
    assert "A parent or guardian applies" in text(answer)


@pytest.mark.parametrize("field", ["consent", "guardian_phone", "photo"])
def test_what_is_only_missing_has_its_own_sentence(field):
    from hbcore.public_sentences import fault

    assert fault("missing", "en", field=field) != fault("missing", "en")


def test_the_language_changes_and_what_was_typed_stays(app):
    answer = post(app, "/apply?lang=en", FORM | {"do": "", "speak": "ja"})

    assert (answer.status, applications()) == (200, 0)
    assert '<html lang="ja"' in answer.body.decode()
    assert value(answer, "name") == FORM["name"]
    assert "ご確認ください" not in text(answer)


def test_the_zone_fills_the_form(app):
    answer = post(app, "/apply?lang=en", {"zone": ZONE, "do": "zone", "name": "somebody else", "phone": "+49 30 123456"})

    filled = {
        field: value(answer, field) for field in ("document_kind", "document_number", "country", "name", "birth_date", "sex")
    }
    assert filled == {
        "document_kind": "passport",
        "document_number": "C01X00T47",
        "country": "DEU",
        "name": "MUSTERMANN ERIKA",
        "birth_date": "1964-08-12",
        "sex": "female",
    }
    assert (value(answer, "nationality"), value(answer, "phone")) == ("DEU", "+49 30 123456")
    assert "compare each field with the document" in text(answer)


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        (ZONE.replace("C01X00T478", "C01X00T479"), "Please compare these: Document number."),
        (ZONE.replace("MUSTERMANN", "MUSTERFRAU").replace("5F2702283", "5F2702284"), "Please compare these: Valid until."),
        ("I lost it", "These are not the lines of a document."),
    ],
)
def test_a_zone_that_does_not_fit_says_what_to_look_at_and_stays(app, zone, said):
    answer = post(app, "/apply?lang=en", {"zone": zone, "do": "zone"})

    assert said in text(answer)
    assert zone.replace("<", "&lt;") in answer.body.decode()


def test_a_second_tap_gives_the_receipt_of_the_first(app):
    first, second = (receipt_of(post(app, "/apply", FORM)) for _ in range(2))

    assert first == second
    assert applications() == 1


def test_the_same_again_from_another_form_is_a_duplicate_and_says_so(app):
    post(app, "/apply", FORM)

    answer = post(app, "/apply?lang=en", FORM | {"once": "another form"})

    assert (answer.status, applications()) == (422, 1)
    assert "There is already an application for this document" in text(answer)
    assert value(answer, "name") == FORM["name"]


def test_a_form_changed_after_going_back_is_not_answered_with_the_old_receipt(app):
    post(app, "/apply", FORM)

    answer = post(app, "/apply?lang=en", FORM | {"address": "Another road 2"})

    assert "There is already an application for this document" in text(answer)


@pytest.mark.parametrize(
    ("refused", "field", "said"),
    [
        (Refused("picture_too_large", most=8, field="entry_photo"), "entry_photo", "This photo is larger than 8 MB."),
        (Refused("unknown_unit"), "unit", "Please choose a place from the list."),
    ],
)
def test_a_refusal_about_one_field_stands_at_it(app, monkeypatch, refused, field, said):
    def refuse(*_args: object, **_more: object) -> None:
        raise refused

    monkeypatch.setattr(public_applications, "submit", refuse)

    answer = post(app, "/apply?lang=en", FORM)

    assert f'href="#{field}"' in answer.body.decode()
    assert f'id="fault-{field}">{said}' in answer.body.decode()


@pytest.mark.parametrize(
    ("body", "kind", "said"),
    [
        (b"x" * (bodies.LONGEST_BODY + 1), "application/x-www-form-urlencoded", 413),
        (b"name=" + b"x" * (bodies.LONGEST_TEXT + 1), "application/x-www-form-urlencoded", 503),
        (b"&".join(b"a%d=1" % n for n in range(100)), "application/x-www-form-urlencoded", 503),
        (b"not at all", "multipart/form-data", 503),
        (b"not at all", "multipart/form-data; boundary=x", 503),
    ],
)
def test_what_is_too_large_or_no_form_is_a_page_that_says_so(app, body, kind, said):
    answer = ask(app, "/apply?lang=en", method="POST", body=body, content_type=kind, origin="http://localhost")

    assert (answer.status, applications()) == (said, 0)
    assert "Please check" in text(answer)


def test_the_bytes_of_all_forms_together_are_bounded_and_given_back(app, monkeypatch):
    monkeypatch.setattr(bodies, "MOST_HELD", 100)
    assert post(app, "/apply?lang=en", FORM).status == 503

    monkeypatch.setattr(bodies, "MOST_HELD", 10_000)
    assert [post(app, "/apply", FORM).status for _ in range(30)] == [200] * 30


def test_what_breaks_inside_is_a_sentence_and_loses_nothing(app, monkeypatch):
    def broken(*_args: object, **_more: object) -> None:
        raise RuntimeError("passport C0132")

    monkeypatch.setattr(public_applications, "submit", broken)

    answer = post(app, "/apply?lang=en", FORM)

    assert answer.status == 503
    assert "Something went wrong on our side" in text(answer)
    assert "C0132" not in text(answer)
    assert value(answer, "name") == FORM["name"]


def test_with_the_database_out_of_reach_nothing_typed_is_lost_and_the_hotline_stands_there(app, database):
    ask(app, "/apply?lang=en")  # the lists of the form are known from then on
    close()
    engine_there, hidden = database / "hbcore.db", database / "hidden.db"
    engine_there.rename(hidden)
    engine_there.mkdir()
    try:
        answer = post(app, "/apply?lang=en", FORM)
        empty = ask(app, "/apply?lang=en", accept="text/html")
    finally:
        engine_there.rmdir()
        hidden.rename(engine_there)

    assert answer.status == 503
    assert value(answer, "name") == FORM["name"]
    assert "Something went wrong on our side" in text(answer)
    assert "027-87122256" in text(answer)
    assert empty.status == 200


PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}",
    "'; DROP TABLE person; --",
    "\x00\u202eabc",
)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_people_type_is_shown_as_text_alone(app, payload):
    sent = dict.fromkeys((*FORM, "zone", "email", "guardian_name"), payload) | {"do": "send"}

    answer = post(app, "/apply?lang=en", sent)

    body = answer.body.decode()
    assert answer.status == 422
    assert "<script>alert" not in body
    assert "<img" not in body
    assert "49" not in value(answer, "name")
