"""The keys of codes are published to strangers, and kept by whoever asks for a few minutes."""

import json
from datetime import UTC, datetime

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.types import ASGIApp

from hbcore.web.gate import Gate
from hbcore.web.routes import routes
from tests.web.asking import ask


@pytest.fixture
def app(database) -> ASGIApp:
    return Starlette(routes=routes(), middleware=[Middleware(Gate)])


def test_a_stranger_reads_the_public_keys_and_nothing_else_of_them(app):
    answer = ask(app, "/.well-known/jwks.json", accept="text/html")

    keys = json.loads(answer.body)["keys"]
    assert (answer.status, answer.header("content-type")) == (200, "application/json")
    assert answer.header("cache-control") == "public, max-age=300"
    assert sorted(key["code"] for key in keys) == ["certificate", "status"]
    for key in keys:
        assert set(key) == {"kty", "crv", "alg", "use", "code", "kid", "x", "y", "nbf"}
        assert key["nbf"] == int(datetime(2020, 4, 25, tzinfo=UTC).timestamp())


@pytest.mark.parametrize("path", ["/.well-known/", "/.well-known/other", "/.well-known/jwks.json/x"])
def test_nothing_else_is_published_there(app, path):
    assert ask(app, path).status == 404
