"""A row that can never decide is found before a policy is kept, and one that can is let through."""

import json
from typing import Any

import pytest

from hbcore.domain.errors import Refused
from hbcore.domain.policy import load_policy
from hbcore.domain.sentence import TABLES
from hbcore.domain.vocabulary import Registration
from hbcore.sentences import POLICY_FAULTS, sentence
from tests.domain.random_tables import row, table


def fact(*kinds: str, **more: object) -> dict[str, object]:
    return {"is": "fact_in_force", "kinds": list(kinds), **more}


def latest(*outcomes: str, hours: int, assay: str = "naat") -> dict[str, object]:
    return {"is": "latest_result", "assay": assay, "outcomes": list(outcomes), "within_hours": hours}


def states(*states: str) -> dict[str, object]:
    return {"is": "registration", "states": list(states)}


def lives(unit: str) -> dict[str, object]:
    return {"is": "residence_within", "unit": unit, "name": {"zh": "某地", "en": "somewhere"}}


def any_of(*of: object) -> dict[str, object]:
    return {"is": "any_of", "of": list(of)}


def closed_by(*kinds: str) -> dict[str, object]:
    return {"is": "open_positive", "closed_by": list(kinds)}


SAMPLED = {"is": "sampled", "within_hours": 48}
IGM = {"is": "open_igm"}

REGISTERED = [str(state) for state in Registration if state not in (Registration.NONE, Registration.WITHDRAWN)]

NEVER = [
    ("the very same", [fact("fever")], [fact("fever")]),
    ("fewer kinds", [fact("fever", "arrival")], [fact("fever")]),
    ("younger facts", [fact("fever")], [fact("fever", within_hours=24)]),
    ("as many hours less", [fact("fever", within_hours=48)], [fact("fever", within_hours=24)]),
    ("only without a later result", [fact("fever")], [fact("fever", no_later=["negative"])]),
    ("without more later results", [fact("fever", no_later=["negative"])], [fact("fever", no_later=["negative", "invalid"])]),
    ("fewer outcomes", [latest("negative", "invalid", hours=48)], [latest("negative", hours=48)]),
    ("younger results", [latest("negative", hours=48)], [latest("negative", hours=24)]),
    ("a result is a sample", [SAMPLED], [latest("negative", hours=48)]),
    ("younger samples", [SAMPLED], [{"is": "sampled", "within_hours": 47}]),
    ("closed by more", [closed_by("recovered")], [closed_by("recovered", "case_excluded")]),
    ("one more condition", [IGM], [IGM, fact("fever")]),
    ("a place inside", [lives("420000")], [lives("420106")]),
    ("one of several", [any_of(IGM, fact("fever"))], [fact("fever")]),
    ("several of several", [any_of(IGM, fact("fever"), SAMPLED)], [any_of(SAMPLED, IGM)]),
    ("each of several", [fact("fever", "arrival")], [any_of(fact("fever"), fact("arrival"))]),
    ("a row that catches all", [], [fact("fever")]),
    ("fewer states", [states("approved", "asked")], [states("approved")]),
]
ELSE_REACHED = [
    ("other kinds", [fact("fever")], [fact("fever", "arrival")]),
    ("older facts", [fact("fever", within_hours=24)], [fact("fever")]),
    ("facts with a later result", [fact("fever", no_later=["negative"])], [fact("fever")]),
    (
        "facts with another later result",
        [fact("fever", no_later=["negative", "invalid"])],
        [fact("fever", no_later=["negative"])],
    ),
    ("other outcomes", [latest("negative", hours=48)], [latest("negative", "invalid", hours=48)]),
    ("older results", [latest("negative", hours=24)], [latest("negative", hours=48)]),
    ("another assay", [latest("negative", hours=48)], [latest("negative", hours=48, assay="antigen")]),
    ("an antigen's sample does not count", [SAMPLED], [latest("negative", hours=48, assay="antigen")]),
    ("older samples", [SAMPLED], [{"is": "sampled", "within_hours": 49}]),
    ("a result older than a sample may be", [SAMPLED], [latest("negative", hours=49)]),
    ("closed by less", [closed_by("recovered", "case_excluded")], [closed_by("recovered")]),
    ("one condition less", [IGM, fact("fever")], [IGM]),
    ("a place around", [lives("420106")], [lives("420100")]),
    ("a place beside", [lives("420106")], [lives("420102")]),
    ("another word", [{"is": "open_pooled"}], [{"is": "open_antigen"}]),
    ("one more of several", [fact("fever")], [any_of(IGM, fact("fever"))]),
    ("more states", [states("approved")], [states("approved", "asked")]),
]


def refusal(*rows: dict[str, Any]) -> dict[str, object] | None:
    try:
        load_policy(table([*rows, row("last", [])]))
    except Refused as refused:
        return refused.values
    return None


@pytest.mark.parametrize(("_", "earlier", "later"), NEVER, ids=[name for name, _, _ in NEVER])
def test_a_row_that_an_earlier_one_always_catches_is_refused_with_both_numbers(_: str, earlier: Any, later: Any) -> None:
    refused = refusal(row("first", [IGM, SAMPLED, fact("released")]), row("wide", earlier), row("narrow", later))

    assert refused == {"fault": "row_never_reached", "row": "3", "by": "2"}


@pytest.mark.parametrize(("_", "earlier", "later"), ELSE_REACHED, ids=[name for name, _, _ in ELSE_REACHED])
def test_a_row_that_can_decide_is_let_through(_: str, earlier: Any, later: Any) -> None:
    assert refusal(row("narrow", earlier), row("wide", later)) is None


AGAINST = [
    # the earlier row, the later one: whether each counts without a registration, what each asks, the fault
    (True, [IGM], False, [IGM], "row_never_reached"),
    (False, [IGM], True, [IGM], None),
    (False, [IGM], True, [IGM, states("approved")], "row_never_reached"),
    (False, [IGM], True, [IGM, states("none")], None),
    (False, [IGM, states(*REGISTERED)], False, [IGM], "row_never_reached"),
    (False, [IGM, states(*REGISTERED)], True, [IGM], None),
    (True, [], False, [states("none")], "row_never_holds"),
    (True, [IGM], True, [states("approved"), states("asked")], "row_never_holds"),
    (True, [IGM], True, [lives("420100"), lives("420500")], "row_never_holds"),
    (True, [IGM], True, [lives("420100"), lives("420106"), SAMPLED], None),
    (True, [IGM], True, [any_of(IGM, states("approved"))], None),
    (True, [IGM], True, [any_of(IGM, states("approved")), states("asked")], "row_never_reached"),
]


@pytest.mark.parametrize(("first", "earlier", "second", "later", "fault"), AGAINST)
def test_who_is_registered_is_taken_into_account(first: bool, earlier: Any, second: bool, later: Any, fault: str | None) -> None:
    refused = refusal(row("earlier", earlier, against=first), row("later", later, against=second))

    assert (refused and refused["fault"]) == fault


def test_rows_that_share_the_states_of_registration_catch_a_later_one_together() -> None:
    each = [row(f"row-{number}", [states(state)]) for number, state in enumerate(Registration)]

    refused = refusal(*each, row("fever", [fact("fever")]))

    assert refused == {"fault": "row_never_reached", "row": str(len(each) + 1), "by": "1"}
    assert refusal(*each[:-1], row("fever", [fact("fever")])) is None


TOGETHER = [
    ("kinds", [[fact("fever")], [fact("arrival", "suspected")]], [fact("fever", "suspected")]),
    ("outcomes", [[latest("negative", hours=48)], [latest("invalid", hours=72)]], [latest("negative", "invalid", hours=24)]),
    ("ways", [[IGM], [fact("fever")]], [any_of(fact("fever"), IGM)]),
    ("several of each", [[IGM, fact("fever")], [IGM, fact("arrival")]], [any_of(IGM), fact("arrival", "fever")]),
]


@pytest.mark.parametrize(("_", "earlier", "later"), TOGETHER, ids=[name for name, _, _ in TOGETHER])
def test_rows_that_share_what_a_later_one_asks_catch_it_together(_: str, earlier: Any, later: Any) -> None:
    each = [row(f"row-{number}", when) for number, when in enumerate(earlier)]

    assert refusal(*each, row("later", later)) == {"fault": "row_never_reached", "row": "3", "by": "1"}
    assert refusal(each[0], row("later", later)) is None
    assert refusal(each[1], row("later", later)) is None


def test_nobody_s_latest_result_is_two() -> None:
    both = [latest("negative", hours=48), latest("positive", "invalid", hours=24)]

    assert refusal(row("first", [IGM]), row("both", both)) == {"fault": "row_never_holds", "row": "2"}
    assert refusal(row("first", [IGM]), row("two", [both[0], latest("positive", hours=24, assay="igg")])) is None
    assert refusal(row("first", [IGM]), row("narrow", [latest("negative", "invalid", hours=48), both[1]])) is None


NAMED = {"by": "2", "word": "blue", "key": "rows", "kind": "fever", "most": "100"}


@pytest.mark.parametrize("fault", POLICY_FAULTS)
def test_each_fault_has_its_sentence_with_the_row_in_both_languages(fault: str) -> None:
    in_row, whole = (sentence("bad_policy", {"fault": fault, "row": number, **NAMED}) for number in ("3", "-"))

    assert in_row["zh"].startswith("规则第 3 行：")
    assert in_row["en"].startswith("Row 3 of the policy: ")
    assert whole["zh"].startswith("规则整体：")
    assert "{" not in "".join([*in_row.values(), *whole.values()])


def test_the_shipped_policies_have_no_such_row() -> None:
    for file in (TABLES / "policies").glob("*.json"):
        load_policy(json.loads(file.read_text(encoding="utf-8")))
