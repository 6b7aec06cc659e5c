"""`temperature add` from the shell: its JSON, the second reading, what is refused."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hbcore.cli import app
from hbcore.domain.vocabulary import Role
from hbcore.services.clock import now
from tests import standing
from tests.standing import WUCHANG, YICHANG

RESIDENT, GATE = "420106199001011231", "武昌火车站"
KEYS = {"status", "reading", "found", "celsius", "second", "abnormal", "done", "place", "again_at", "notice"}


@pytest.fixture(autouse=True)
def gate(database: Path) -> None:
    standing.staff(Role.CHECKPOINT_STAFF, now(), name="gate", unit=WUCHANG)
    standing.staff(Role.AUDITOR, now(), name="auditor")


def add(*more: str, text: str = RESIDENT, celsius: str = "36.5", by: str = "gate", typed: str = ""):
    arguments = ["temperature", "add", text, "--celsius", celsius, "--place", GATE, "--by", by, *more, "--json"]
    answered = CliRunner().invoke(app, arguments, input=typed)
    return answered.exit_code, json.loads(answered.stdout)


def test_a_normal_reading_is_answered_as_documented():
    standing.person(RESIDENT, now(), unit=YICHANG)

    code, told = add()

    assert (code, set(told)) == (0, KEYS)
    assert told == {
        "status": "normal", "reading": told["reading"], "found": True, "celsius": 36.5, "second": None, "abnormal": False,
        "done": [], "place": GATE, "again_at": None, "notice": None,
    }  # fmt: skip


def test_an_abnormal_one_needs_a_second_and_the_same_call_with_it_is_a_notice():
    standing.person(RESIDENT, now(), unit=YICHANG)

    _, first = add(celsius="37.6")
    code, second = add("--second", "37.4", "--done", "referred", "--done", "called", celsius="37.6")

    assert (first["status"], first["abnormal"], first["notice"]) == ("second_needed", True, None)
    assert timedelta(minutes=9) < datetime.fromisoformat(first["again_at"]) - now() <= timedelta(minutes=10)
    assert (code, second["status"], second["reading"]) == (0, "notice", first["reading"])
    assert (second["celsius"], second["second"], second["done"]) == (37.6, 37.4, ["referred", "called"])
    assert second["notice"]["unit"] == YICHANG
    assert timedelta(hours=23) < datetime.fromisoformat(second["notice"]["due_at"]) - now() <= timedelta(hours=24)


def test_nobody_found_is_recorded_for_the_district_of_the_gate_and_read_from_standard_input():
    code, told = add("--second", "38.0", "--done", "refused", text="-", celsius="38.1", typed="E12345678\n")

    assert (code, told["found"], told["status"], told["notice"]["unit"]) == (0, False, "notice", WUCHANG)


REFUSED = [
    ("temperature_out_of_range", {"celsius": "98.6"}, ()),
    ("one_decimal", {"celsius": "36.55"}, ()),
    ("not_a_temperature", {"celsius": "warm"}, ()),
    ("done_needed", {"celsius": "37.6"}, ("--second", "37.5")),
    ("done_not_needed", {}, ("--done", "called")),
    ("second_not_needed", {}, ("--second", "36.5")),
    ("not_allowed", {"by": "auditor"}, ()),
    ("unknown_staff", {"by": "nobody"}, ()),
]


@pytest.mark.parametrize(("said", "changed", "more"), REFUSED)
def test_what_is_refused_says_so_in_both_languages(said, changed, more):
    code, told = add(*more, **changed)

    assert (code, told["error"]["code"]) == (1, said)
    assert set(told["error"]["text"]) == {"zh", "en"}


def test_a_word_that_is_not_on_the_list_is_wrong_usage():
    answered = CliRunner().invoke(
        app, ["temperature", "add", RESIDENT, "--celsius", "37.6", "--place", GATE, "--by", "gate", "--done", "cured"]
    )

    assert answered.exit_code == 2
