"""Sends forms to the public pages as a browser does, and reads what comes back."""

import re
from collections.abc import Sequence
from html import unescape
from urllib.parse import urlencode

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.types import ASGIApp

from hbcore.web.apply import applying
from hbcore.web.apply.once import Once
from hbcore.web.gate import Gate
from hbcore.web.routes import routes
from tests.web.asking import Answer, ask

BOUNDARY = "----browser"
Files = dict[str, tuple[str, bytes]]
FORM = {
    "document_kind": "hk_macau_permit",
    "document_number": "H94684388",
    "name": "CHAN TAI MAN",
    "birth_date": "1980-02-03",
    "sex": "male",
    "nationality": "HKG",
    "phone": "+852 9123 4567",
    "unit": "420106",
    "address": "Zhongnan Road 1",
    "symptoms": "no",
    "contact": "no",
    "consent": "yes",
    "once": "a-form-of-its-own",
    "do": "send",
}
"""What somebody with a permit of Hong Kong types, all of it right."""


def public_app(monkeypatch: pytest.MonkeyPatch) -> ASGIApp:
    """The public pages behind the gate, remembering nothing of another test."""
    monkeypatch.setattr(applying, "_given", Once())
    return Starlette(routes=routes(), middleware=[Middleware(Gate)])


def post(app: ASGIApp, path: str, fields: dict[str, str], **headers: str) -> Answer:
    """The answer to a form without files."""
    sent = {"content_type": "application/x-www-form-urlencoded", "origin": "http://localhost", **headers}
    return ask(app, path, method="POST", body=urlencode(fields).encode(), **sent)


def post_files(app: ASGIApp, path: str, fields: dict[str, str], files: Files, more: Sequence[tuple[str, str]] = ()) -> Answer:
    """The answer to a form with files: their field, name and content. `more`: fields that come several times."""
    lines = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'.encode()
        for name, text in [*fields.items(), *more]
    ]
    for field, (name, content) in files.items():
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n'
        lines += [head.encode(), b"Content-Type: image/jpeg\r\n\r\n", content, b"\r\n"]
    body = b"".join([*lines, f"--{BOUNDARY}--\r\n".encode()])
    return ask(
        app, path, method="POST", body=body, content_type=f"multipart/form-data; boundary={BOUNDARY}", origin="http://localhost"
    )


def text(answer: Answer) -> str:
    """What a page says, without its marks."""
    body = re.sub(r"<(?:script|style|select).*?</(?:script|style|select)>", " ", answer.body.decode(), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def value(answer: Answer, name: str) -> str:
    """What stands in a field of a page: the value of its input, or its chosen option; empty where there is none."""
    body = answer.body.decode()
    found = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', body)
    if found is None:
        chosen = re.search(rf'<select[^>]*name="{name}".*?</select>', body, re.DOTALL)
        found = re.search(r'<option value="([^"]*)" selected', chosen[0]) if chosen else None
    return unescape(found[1]) if found else ""


def receipt_of(answer: Answer) -> dict[str, str]:
    """Receipt number and secret as the receipt's page shows them."""
    number, secret = re.findall(r"<dd>([^<]+)</dd>", answer.body.decode())
    return {"receipt": number, "secret": secret}
