"""`person` and `counts` from the shell: the contract's JSON, codes of refusals, nothing personal where lists could show it."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from hbcore.cli import app
from hbcore.domain.vocabulary import PROVINCE, SHANGHAI, Assay, DocumentKind, Outcome, Role
from hbcore.services.clock import day_of, now
from tests import standing
from tests.standing import WUCHANG, YICHANG, Sampled

RESIDENT = "420106199001011231"
POINT = {"outcome", "sampled_at", "tested_at", "reported_at", "institution", "recheck_since"}


@pytest.fixture(autouse=True)
def supervisor(database: Path) -> None:
    standing.institution(now())
    standing.staff(Role.SUPERVISOR, now(), name="wang", unit=PROVINCE)


def shell(*arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(app, [*arguments, "--json"], input=typed)


def person(text: str, *more: str, typed: str = "") -> dict[str, object]:
    return json.loads(shell("person", text, "--purpose", "code_question", "--by", "wang", *more, typed=typed).stdout)


def test_a_person_is_answered_as_the_contract_says():
    held = standing.person(RESIDENT, now(), name="张三")
    standing.result(held, Sampled(Outcome.NEGATIVE, now() - timedelta(hours=1)), now())

    answer = person(RESIDENT)

    assert (answer["found"], answer["name"]) == (True, "张*")
    assert answer["document"] == {"kind": "resident_id", "number": "420106********1231"}
    assert answer["registration"]["status"] == "approved"
    code = answer["code"]
    assert (code["colour"], code["policy"], code["row"], code["until"]) == ("green", "hubei-2020-04", "green-default", None)
    assert code["reason"] == {"zh": "未发现管控记录", "en": "No measure on record"}
    assert {"row", "wanted", "found", "holds"} <= set(code["tried"][0])
    assert set(answer["latest"]) == {str(assay) for assay in Assay}
    assert set(answer["latest"]["naat"]) == POINT
    assert answer["latest"]["igg"] is None
    assert (answer["travel"]["accepted_by"], answer["travel"]["ground"], answer["travel"]["missing"]) == (
        "code",
        "naat_negative_7d",
        None,
    )
    for written in (
        answer["registration"]["since"],
        code["since"],
        answer["latest"]["naat"]["sampled_at"],
        answer["travel"]["until"],
    ):
        assert datetime.fromisoformat(written).utcoffset() == timedelta(hours=8)


def test_no_registration_gives_no_code_and_says_why():
    standing.person("E12345678", now(), kind=DocumentKind.PASSPORT)

    answer = person("E12345678")

    assert answer["code"] is None
    assert answer["code_reason"] == {"zh": "尚未登记申领，没有健康码", "en": "No registration, so there is no code"}
    assert answer["travel"] == {"accepted_by": "no", "ground": None, "until": None, "missing": "no_result"}


def test_nobody_is_found_false_with_exit_code_0():
    answered = shell("person", RESIDENT, "--purpose", "checkpoint", "--by", "wang")

    assert (answered.exit_code, json.loads(answered.stdout)["found"]) == (0, False)


def test_the_number_is_read_from_standard_input():
    standing.person(RESIDENT, now())

    assert person("-", typed=f"{RESIDENT}\n")["found"] is True


def test_the_verdict_is_for_the_arrival():
    held = standing.person(RESIDENT, now())
    standing.result(held, Sampled(Outcome.NEGATIVE, now() - timedelta(hours=1)), now())

    late = (day_of(now()) + timedelta(days=8)).isoformat()

    assert person(RESIDENT, "--arrival", late)["travel"]["missing"] == "no_result"


def test_an_arrival_today_counts_from_now_on_and_one_that_has_passed_is_said_to_have():
    held = standing.person(RESIDENT, now())
    standing.result(held, Sampled(Outcome.NEGATIVE, now() - timedelta(seconds=1)), now())
    asked = ("person", RESIDENT, "--purpose", "code_question", "--by", "wang", "--arrival")

    today, passed = (CliRunner().invoke(app, [*asked, day]).output for day in (day_of(now()).isoformat(), "2020-01-31"))

    assert "Yes, on the code (negative result in time; arrival before " in today
    assert "has passed" not in today
    assert "Arriving 31 Jan 2020 00:00. No: there is no result that counts at the time of arrival." in passed
    assert "This arrival has passed" in passed
    assert all("Rules differ by place; carry the paper result." in words for words in (today, passed))


def test_what_is_missing_for_the_arrival_is_answered_with_the_reminder():
    standing.person(RESIDENT, now())

    answer = person(RESIDENT, "--arrival", (day_of(now()) + timedelta(days=8)).isoformat())

    after = datetime.combine(day_of(now()) + timedelta(days=1), datetime.min.time(), SHANGHAI).isoformat()
    assert answer["arrival"]["sampled_after"] == after
    assert answer["arrival"]["reminder"] == {
        "zh": "各地规定不同，建议携带纸质证明。",
        "en": "Rules differ by place; carry the paper result.",
    }


def test_why_is_answered_with_what_the_code_rests_on_and_what_would_change_it():
    held = standing.person(RESIDENT, now())
    standing.result(held, Sampled(Outcome.POSITIVE, now() - timedelta(hours=1), sample_number="L7"), now())

    why = person(RESIDENT)["why"]

    assert set(why) == {"results", "facts", "waiting", "registration", "application", "residence", "changes", "ask"}
    ((result,), facts) = why["results"], why["facts"]
    assert (result["sample_number"], result["institution"], result["outcome"], facts) == ("L7", "武昌医学检验所", "positive", [])
    assert {key: why["changes"][0]["then"][key] for key in ("colour", "number")} == {"colour": "yellow", "number": 4}
    assert why["ask"]["hotline"] == "027-87122256"


def told(text: str, locale: str) -> list[str]:
    """What people are told of somebody, line by line."""
    asked = ("person", text, "--purpose", "code_question", "--by", "wang")
    return CliRunner().invoke(app, asked, env={"LC_ALL": f"{locale}.UTF-8"}).stderr.splitlines()


def test_people_are_told_what_a_code_rests_on_what_was_tried_and_whom_to_ask():
    held = standing.person(RESIDENT, now())
    standing.result(held, Sampled(Outcome.POSITIVE, now() - timedelta(hours=1), sample_number="L7"), now())

    english, chinese = told(RESIDENT, "en_GB"), told(RESIDENT, "zh_CN")

    assert english[english.index("What it rests on") + 1].startswith("  nucleic-acid test positive · sampled ")
    assert "sample number L7" in english[english.index("What it rests on") + 1]
    assert english[english.index("Every condition tried") + 1].startswith("  – 1. Red code · On record and in force: ")
    assert "  Hotline 027-87122256" in english
    assert english[-2].endswith("No: the code is red.")
    assert chinese[chinese.index("依据") + 1].startswith("  核酸 阳性 · ")
    assert "  咨询电话 027-87122256" in chinese
    assert not [line for line in (*english, *chinese) if "+08:00" in line]


REFUSED = [
    ("arrival_too_far", ("person", RESIDENT, "--purpose", "checkpoint", "--by", "wang", "--arrival", "2999-01-01")),
    ("case_needed", ("person", RESIDENT, "--purpose", "outbreak_tracing", "--by", "wang")),
    ("unknown_staff", ("person", RESIDENT, "--purpose", "checkpoint", "--by", "nobody")),
    ("not_an_instant", ("person", RESIDENT, "--purpose", "checkpoint", "--by", "wang", "--arrival", "tomorrow")),
    ("not_a_day", ("counts", "--by", "wang", "--on", "23.11.")),
    ("day_ahead", ("counts", "--by", "wang", "--on", "2999-01-01")),
    ("unknown_unit", ("counts", "--by", "wang", "--unit", "999999")),
]


@pytest.mark.parametrize(("code", "arguments"), REFUSED)
def test_a_refusal_has_its_code_its_sentences_and_exit_code_1(code, arguments):
    answered = shell(*arguments)

    error = json.loads(answered.stdout)["error"]
    assert (answered.exit_code, error["code"]) == (1, code)
    assert error["text"]["zh"]
    assert error["text"]["en"]


def test_a_purpose_outside_the_list_is_wrong_usage():
    assert shell("person", RESIDENT, "--purpose", "curiosity", "--by", "wang").exit_code == 2


def test_several_people_are_refused():
    for number in (RESIDENT, "422801196007307804"):
        standing.result(standing.person(number, now()), Sampled(Outcome.NEGATIVE, now(), sample_number="T1", single=False), now())

    assert person("T1")["error"]["code"] == "several_people"


def test_counts_are_answered_as_the_contract_says():
    standing.result(standing.person(RESIDENT, now()), Sampled(Outcome.NEGATIVE, now()), now())

    answer = json.loads(shell("counts", "--by", "wang").stdout)

    assert {"on", "as_at", "unit", "applications", "results", "codes", "rows"} <= set(answer)
    assert answer["unit"] == PROVINCE
    assert set(answer["applications"]) == {"submitted", "approved", "refused", "asked", "waiting", "overdue"}
    besides = {"corrected", "withdrawn", "people", "tubes"}
    assert all(set(of) == {str(outcome) for outcome in Outcome} | besides for of in answer["results"].values())
    assert answer["results"]["naat"]["negative"] == 1
    assert answer["codes"] == {"green": 1, "yellow": 0, "red": 0, "grey": 0}
    assert {row["unit"]: row["codes"]["green"] for row in answer["rows"]}["420100"] == 1


def test_counts_by_institution_name_each():
    standing.result(standing.person(RESIDENT, now(), unit=YICHANG), Sampled(Outcome.NEGATIVE, now()), now(), unit=YICHANG)

    rows = json.loads(shell("counts", "--by", "wang", "--by-institution", "--unit", YICHANG, "--day-of", "sampled").stdout)[
        "rows"
    ]

    assert [(row["institution"], row["results"]["naat"]["negative"]) for row in rows] == [("420106L01", 1)]
    assert json.loads(shell("counts", "--by", "wang", "--unit", WUCHANG).stdout)["results"]["naat"]["negative"] == 0
