"""Forms as nobody fills them in: none breaks a page, and none is answered with anything of the inside."""

import random

import pytest

from hbcore.web.apply import applying, standing
from tests.web.asking import ask
from tests.web.sending import BOUNDARY, FORM, post, post_files, public_app

pytestmark = pytest.mark.usefixtures("database")

FIELDS = [*FORM, "country", "email", "entry_date", "document_expires_on", "guardian_name", "guardian_phone", "guardian_relation"]
FIELDS += ["zone", "speak", "proof", "pass", "receipt", "secret", "photo", "channel_receipt", "held", "once", "x" * 300]
WORDS = [
    "",
    " ",
    "\x00",
    "<",
    "yes",
    "passport",
    "hk_macau_permit",
    "420106",
    "429000",
    "420000",
    "zh-Hant",
    "FRA",
    "answer",
    "declare",
]
WORDS += [
    "withdraw-sure",
    "zone",
    "send",
    "A200101-00001-0",
    "9999-99-99",
    "0001-01-01",
    "2026-02-30",
    "\u202e",
    "１２３",
    "😀" * 50,
]
WORDS += [
    "%s{0}{name}",
    "P<" + "<" * 86,
    "L" * 88,
    "+",
    "+99999999999999999",
    "@",
    "a@b.c",
    "é" * 700,
    "\ud7ff",
    "12345678",
    "-1",
]
SAID = {200, 413, 422, 429}


@pytest.fixture
def broken(monkeypatch):
    """What broke inside, by its kind."""
    found = []
    for room in (applying, standing):
        monkeypatch.setattr(room, "log_trouble", lambda error: found.append(repr(error)))
    return found


@pytest.mark.parametrize("seed", range(4))
def test_no_form_breaks_a_page_whatever_it_holds(monkeypatch, broken, seed):
    chance = random.Random(seed)  # noqa: S311 - nothing secret
    app = public_app(monkeypatch)
    answers = []

    for _ in range(60):
        fields = {chance.choice(FIELDS): chance.choice(WORDS) for _ in range(chance.randrange(12))}
        fields = {**(FORM if chance.random() < 0.5 else {}), **fields}
        path = chance.choice(["/apply", "/apply?lang=ru", "/apply/status", "/apply/status?lang=%00"])
        if chance.random() < 0.3:
            answers.append(post_files(app, path, fields, {"photo": ("x.jpg", chance.randbytes(50))}))
        else:
            answers.append(post(app, path, fields))

    assert broken == []
    assert {answer.status for answer in answers} <= SAID
    assert not any(b"Traceback" in answer.body or b"hbcore." in answer.body for answer in answers)


@pytest.mark.parametrize("seed", range(3))
def test_no_broken_body_breaks_a_page(monkeypatch, broken, seed):
    chance = random.Random(seed)  # noqa: S311 - nothing secret
    app = public_app(monkeypatch)
    whole = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="name"\r\n\r\nANNA\r\n--{BOUNDARY}--\r\n'.encode()
    kinds = [
        f"multipart/form-data; boundary={BOUNDARY}",
        "multipart/form-data",
        "application/x-www-form-urlencoded",
        "text/plain",
        "",
    ]

    for _ in range(60):
        body = bytearray(whole[: chance.randrange(len(whole) + 1)])
        for _flip in range(chance.randrange(4)):
            body.insert(chance.randrange(len(body) + 1), chance.randrange(256))
        answer = ask(app, "/apply", method="POST", body=bytes(body), content_type=chance.choice(kinds), origin="http://localhost")

        assert answer.status in (200, 422, 503)

    assert broken == []
