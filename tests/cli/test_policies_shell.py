"""`policy …`: the shell lists, shows, simulates, and by two accounts of the province publishes a table or withdraws it."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hbcore.cli import app
from hbcore.domain.sentence import TABLES, time_in_words
from hbcore.domain.vocabulary import PROVINCE, Outcome, Role
from hbcore.services import policies
from hbcore.services.accounts import staff_named
from hbcore.services.clock import now
from tests import standing
from tests.standing import Sampled

WUHAN = TABLES / "policies" / "wuhan-2022-09.json"
RESIDENT = "420106199001011231"


@pytest.fixture(autouse=True)
def province(database: Path) -> None:
    for name in ("wang", "chen"):
        standing.staff(Role.SUPERVISOR, now(), name=name, unit=PROVINCE)
    standing.institution(now())
    days = now() - timedelta(days=4)
    standing.result(standing.person(RESIDENT, days), Sampled(Outcome.NEGATIVE, days), days)


def policy(*arguments: object) -> dict:
    return json.loads(CliRunner().invoke(app, ["policy", *map(str, arguments), "--json"]).stdout)


def test_what_the_desk_ships_is_listed_and_shown():
    listed = policy("list", "--by", "wang")["policies"]
    shown = policy("show", "wuhan-2022-09", "--by", "wang")

    assert {one["id"]: one["status"] for one in listed} == {"hubei-2020-04": "in_force", "wuhan-2022-09": "kept"}
    assert (shown["before"], shown["rows"][2]["row"], shown["rows"][2]["differs"]) == ("hubei-2020-04", "red-quarantine", "added")
    assert shown["rows"][2]["when"]["zh"]


def test_a_policy_is_given_out_as_a_rule_to_be_run_again():
    rule = policy("show", "hubei-2020-04", "--certlogic", "--by", "wang")

    assert rule == json.loads(policies.as_certlogic(policies.shown("hubei-2020-04", by=staff_named("wang"), at=now()).shown))
    assert rule["Logic"]


def test_a_table_is_simulated_proposed_by_one_and_published_by_another():
    simulated = policy("simulate", WUHAN, "--by", "wang")
    proposed = policy("propose", WUHAN, "--by", "wang")
    refused = policy("publish", "wuhan-2022-09", "--from", "now", "--by", "wang")
    published = policy("publish", "wuhan-2022-09", "--from", "now", "--by", "chen")

    assert (simulated["people"], simulated["codes"]) == (1, {"green>grey": 1})
    assert proposed == {"policy": "wuhan-2022-09", "status": "proposed"}
    assert refused["error"]["code"] == "own_proposal"
    assert (published["status"], published["people"], published["codes"]) == ("published", 1, {"green>grey": 1})
    assert policy("list", "--by", "wang")["policies"][0]["applied"] == {"people": 1, "done": 1}


def ahead() -> str:
    """The 48-hour rule published by two from tomorrow on; that instant."""
    policy("propose", WUHAN, "--by", "wang")
    begins = (now() + timedelta(days=1)).isoformat()
    return str(policy("publish", "wuhan-2022-09", "--from", begins, "--by", "chen")["valid_from"])


def in_english(instant: str) -> str:
    """An instant as people read it, to the minute."""
    return time_in_words(datetime.fromisoformat(instant), seen_from=now()).en


def test_a_policy_that_has_not_begun_is_withdrawn_by_two():
    begins = ahead()
    why = ("--reason", "wrong_instant")

    proposed = policy("propose-withdrawal", "wuhan-2022-09", *why, "--by", "chen")
    waiting = policy("show", "wuhan-2022-09", "--by", "wang")
    refused = policy("withdraw", "wuhan-2022-09", "--by", "chen")
    withdrawn = policy("withdraw", "wuhan-2022-09", "--by", "wang")

    assert proposed == {"policy": "wuhan-2022-09", "status": "withdrawal_proposed", "reason": "wrong_instant"}
    hands = {"reason": "wrong_instant", "proposed_by": "chen", "begins": begins}
    assert (waiting["status"], waiting["withdrawal"]) == ("ahead", hands | {"by": None})
    assert refused["error"]["code"] == "own_proposal"
    assert withdrawn == {"policy": "wuhan-2022-09", "status": "withdrawn", "people": 1, "codes": {"grey>green": 1}}
    listed = {one["id"]: one for one in policy("list", "--by", "wang")["policies"]}["wuhan-2022-09"]
    assert (listed["status"], listed["valid_from"], listed["withdrawal"]) == ("withdrawn", None, hands | {"by": "wang"})


def text(*arguments: object, language: str = "C") -> str:
    return CliRunner().invoke(app, ["policy", *map(str, arguments)], env={"LC_ALL": f"{language}.UTF-8"}).stderr


def test_a_withdrawal_is_told_in_either_language():
    begins = ahead()

    proposed = text("propose-withdrawal", "wuhan-2022-09", "--reason", "not_ready", "--by", "chen", language="zh_CN")
    waiting = [text("show", "wuhan-2022-09", "--by", "wang", language=language) for language in ("C", "zh_CN")]
    done = text("withdraw", "wuhan-2022-09", "--by", "wang")
    shown = text("show", "wuhan-2022-09", "--by", "wang")

    assert proposed == "已提请，待省级另一人在执行前撤回。\n"
    assert "chen proposes to withdraw it before it begins: those who carry it out are not ready." in waiting[0].splitlines()
    assert "chen 提请在执行前撤回：执行单位尚未准备好。" in waiting[1].splitlines()
    assert done.splitlines() == [
        "Policy wuhan-2022-09 is withdrawn and never begins.",
        "1 of 1 people decided",
        "Codes that change: 1 from grey to green",
    ]
    assert "proposed by chen, confirmed by wang: those who carry it out are not ready." in shown
    assert f"It would have begun {in_english(begins)}." in shown


def test_a_policy_and_a_simulation_are_printed_as_lines_for_people():
    shown = text("show", "wuhan-2022-09", "--by", "wang").splitlines()
    tried = text("simulate", WUHAN, "--by", "wang").splitlines()

    assert shown[0] == "wuhan-2022-09 · 420100 · not published"
    assert shown[1].startswith("Fingerprint (SHA-256): ")
    assert shown[2] == "· The 48-hour rule"
    assert "Compared with hubei-2020-04, which holds there:" in shown
    assert "3. + New row · Red code · Central quarantine until (its end)" in shown
    assert "formerly 3 − No longer there · Red code · Registered fever case in Wuhan, not yet excluded" in shown
    assert tried == ["People decided: 1; codes that would turn: 1 from green to grey", "  420106: 1 · 1 from green to grey"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("show", "none", "--by", "wang"), "unknown_policy"),
        (("publish", "none", "--from", "now", "--by", "wang"), "unknown_policy"),
        (("publish", "hubei-2020-04", "--from", "now", "--by", "wang"), "already_published"),
        (("publish", "wuhan-2022-09", "--from", "now", "--by", "wang"), "proposal_gone"),
        (("publish", "wuhan-2022-09", "--from", "tomorrow", "--by", "wang"), "not_an_instant"),
        (("propose-withdrawal", "hubei-2020-04", "--reason", "not_ready", "--by", "wang"), "policy_not_ahead"),
        (("propose-withdrawal", "none", "--reason", "not_ready", "--by", "wang"), "unknown_policy"),
        (("propose-withdrawal", "hubei-2020-04", "--reason", "because", "--by", "wang"), "unknown_reason"),
        (("withdraw", "hubei-2020-04", "--by", "wang"), "policy_not_ahead"),
        (("withdraw", "none", "--by", "wang"), "unknown_policy"),
        (("simulate", "none.json", "--by", "wang"), "no_such_file"),
        (("propose", TABLES / "policy_words.json", "--by", "wang"), "bad_policy"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(arguments: tuple[object, ...], code: str):
    error = policy(*arguments)["error"]

    assert error["code"] == code
    assert all(error["text"].values())
