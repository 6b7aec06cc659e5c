"""`code check`: a verdict is an answer, a broken call a refusal, and nothing needs a desk when the keys come along."""

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from typer.testing import CliRunner

from hbcore.cli import app
from tests.signed_codes import CLAIMS, EXPIRES, ISSUED, KID, TEST, ec_key, signed

VECTORS = Path(__file__).parent.parent / "data" / "dgc"


@pytest.fixture
def trust(tmp_path: Path) -> str:
    file = tmp_path / "signer.pem"
    file.write_bytes(ec_key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return str(file)


def shell(*arguments: str, typed: str | None = None) -> tuple[int, dict]:
    ran = CliRunner().invoke(app, ["code", "check", *arguments, "--json"], input=typed)
    return ran.exit_code, json.loads(ran.stdout)


def test_a_foreign_code_is_answered_without_a_desk(home, trust):
    assert shell(signed(), "--trust", trust, "--at", "2021-06-01T12:00:00Z") == (
        0,
        {
            "verdict": "foreign_valid",
            "failed_step": None,
            "claims": {"1": "SE", "4": CLAIMS[4], "6": CLAIMS[6], "-260": {"1": TEST}},
            "issuer": "SE",
            "issued_at": ISSUED.isoformat().replace("+00:00", "Z"),
            "expires_at": EXPIRES.isoformat().replace("+00:00", "Z"),
            "cti": None,
            "kid": "AAECAwQFBgc=",
            "country": None,
        },
    )
    assert not any(home.iterdir())


def test_the_text_comes_from_standard_input_too(home, trust):
    _code, answer = shell("-", "--trust", trust, "--at", "2021-06-01T12:00:00", typed=signed() + "\n")

    assert answer["verdict"] == "foreign_valid"


@pytest.mark.parametrize(
    ("day", "verdict"), [("2021-05-31", "expired"), ("2021-06-01", "foreign_valid"), ("2021-06-02", "expired")]
)
def test_a_day_alone_is_its_end(home, trust, day, verdict):
    assert shell(signed(), "--trust", trust, "--at", day)[1]["verdict"] == verdict


@pytest.mark.parametrize(
    ("text", "at", "verdict", "step", "said"),
    [
        (signed(), "2022-06-01T12:00:00+08:00", "expired", "time", True),
        (signed({**CLAIMS, -260: {1: {}}}), "2021-06-01T12:00:00Z", "invalid", "schema", True),
        (signed(private=ec_key(1)), "2021-06-01T12:00:00Z", "invalid", "signature", False),
        ("HC1:ABC", "2021-06-01T12:00:00Z", "invalid", "zlib", False),
        ("", "2021-06-01T12:00:00Z", "invalid", "prefix", False),
    ],
)
def test_what_fails_is_named(home, trust, text, at, verdict, step, said):
    code, answer = shell(text, "--trust", trust, "--at", at)

    assert (code, answer["verdict"], answer["failed_step"], answer["claims"] is not None) == (0, verdict, step, said)


def test_a_key_that_nobody_knows_is_said_and_so_is_what_the_code_says(home):
    certificate = json.loads((VECTORS / "AT_3.json").read_text())["TESTCTX"]["CERTIFICATE"]
    other = home.parent / "other.txt"
    other.write_text(certificate)

    _code, answer = shell(signed(), "--trust", str(other), "--at", "2021-06-01T12:00:00Z")

    assert (answer["verdict"], answer["failed_step"], answer["issuer"]) == ("not_ours", "key", "SE")
    assert KID.hex() not in answer["claims"]


def test_a_file_without_keys_and_an_instant_that_is_none_are_refused(home, trust, tmp_path):
    empty = tmp_path / "empty"
    empty.write_bytes(b"")

    assert shell(signed(), "--trust", str(empty))[1]["error"]["code"] == "no_keys_in_file"
    assert shell(signed(), "--trust", str(tmp_path / "nowhere"))[1]["error"]["code"] == "no_such_file"
    assert shell(signed(), "--trust", trust, "--at", "tomorrow")[1]["error"]["code"] == "not_an_instant"


def test_people_read_a_sentence(home, trust):
    ran = CliRunner().invoke(app, ["code", "check", signed(), "--trust", trust], env={"LANG": "en"})

    assert ran.exit_code == 0
    assert ran.stderr == "Rightly signed, but not valid at this time (time)\n"
