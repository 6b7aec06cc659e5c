"""`code keys`, `rotate`, `revoke-key`: the keys that sign codes, kept from a shell by administrators, revoked by two of them."""

import json

import pytest
from typer.testing import CliRunner

from hbcore.cli import app
from hbcore.domain.vocabulary import Role
from hbcore.services.clock import now
from tests import standing


@pytest.fixture
def administrators(database):
    return [standing.staff(Role.ADMINISTRATOR, now(), name=name) for name in ("one", "two")]


def shell(*arguments: str) -> tuple[int, dict]:
    ran = CliRunner().invoke(app, ["code", *arguments, "--json"])
    return ran.exit_code, json.loads(ran.stdout)


def test_keys_are_listed_and_followed_by_new_ones(administrators):
    _code, before = shell("keys", "--by", "one")
    code, made = shell("rotate", "status", "--by", "one")
    _code, after = shell("keys", "--by", "one")

    assert (code, made["use"], made["signs_until"], made["revoked"]) == (0, "status", None, None)
    assert len(after["keys"]) == len(before["keys"]) + 1


def test_the_same_call_by_two_revokes_a_key(administrators):
    key = shell("keys", "--by", "one")[1]["keys"][0]["kid"]

    proposed = shell("revoke-key", key, "--reason", "stolen", "--by", "one")
    again = shell("revoke-key", key, "--reason", "stolen", "--by", "one")
    done = shell("revoke-key", key, "--reason", "stolen", "--by", "two")

    assert (proposed, done) == ((0, {"kid": key, "status": "proposed"}), (0, {"kid": key, "status": "revoked"}))
    assert (again[0], again[1]["error"]["code"]) == (1, "already_proposed")
    revoked = [one["kid"] for one in shell("keys", "--by", "one")[1]["keys"] if one["revoked"]]
    assert revoked == [key]
