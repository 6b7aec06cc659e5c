"""The export says what the table says and keeps to CertLogic; the evaluator that tells so keeps to its specification."""

import json
from typing import Any

import pytest

from hbcore.domain.certlogic import input_of, logic_of, rule_of
from hbcore.domain.known import Known, ResultSeen, instant
from hbcore.domain.policy import Policy, decide, shipped
from hbcore.domain.vocabulary import Assay, Outcome, Registration
from tests.domain.certlogic_engine import OPERATIONS, WrongExpression, compiled, moment
from tests.domain.people_in_tables import NOW, person
from tests.domain.policies_oracle import HUBEI, WUHAN
from tests.domain.test_policy import ALL
from tests.people_in_bulk import AT

POLICIES = [shipped()[name] for name in (HUBEI, WUHAN)]
A, B, C = ({"var": name} for name in "abc")

SPECIFIED = [
    # the expression, the data, the value
    ({"var": ""}, {"a": 1}, {"a": 1}),
    ({"var": "a.1.b"}, {"a": [{}, {"b": 7}]}, 7),
    ({"var": "a.2"}, {"a": [1, 2]}, None),
    ({"var": "a.b.c"}, {"a": None}, None),
    ([1, A, [A]], {"a": 2}, [1, 2, [2]]),
    ({"if": [A, "then", "else"]}, {"a": []}, "else"),
    ({"if": [A, "then", "else"]}, {"a": [0]}, "then"),
    ({"if": [A, "then", "else"]}, {"a": ""}, "else"),
    ({"if": [True, 1, {"in": [1, 2]}]}, {}, 1),
    ({"and": [A, B]}, {"a": True, "b": "last"}, "last"),
    ({"and": [A, B, C]}, {"a": 1, "b": None, "c": 3}, None),
    ({"!": [A]}, {"a": None}, True),
    ({"!": [A]}, {"a": {}}, True),
    ({"!": [A]}, {"a": "0"}, False),
    ({"===": [A, 1]}, {"a": True}, False),
    ({"===": [A, B]}, {"a": None, "b": None}, True),
    ({"in": [A, ["x", "y"]]}, {"a": "y"}, True),
    ({"in": [A, []]}, {"a": None}, False),
    ({"+": [A, B]}, {"a": 2, "b": -3}, -1),
    ({"<=": [A, B, C]}, {"a": 0, "b": 1, "c": 1}, True),
    ({"<": [A, B, C]}, {"a": 0, "b": 1, "c": 1}, False),
    ({">=": [A, B]}, {"a": 1, "b": 1}, True),
    ({"reduce": [A, {"+": [{"var": "current"}, {"var": "accumulator"}]}, 10]}, {"a": [1, 2, 3]}, 16),
    ({"reduce": [A, {"var": "data"}, 10]}, {"a": [1]}, None),
    ({"reduce": [A, {"var": "current"}, 10]}, {"a": []}, 10),
    ({"reduce": [A, {"var": "current"}, 10]}, {}, 10),
    ({"extractFromUVCI": [A, 1]}, {"a": "URN:UVCI:01:NL:187/37512422923"}, "NL"),
    ({"extractFromUVCI": [A, 5]}, {"a": "a::c/#/f"}, "f"),
    ({"extractFromUVCI": [A, 0]}, {"a": None}, None),
]


@pytest.mark.parametrize(("expression", "data", "value"), SPECIFIED)
def test_an_operation_does_what_is_specified(expression: Any, data: Any, value: object) -> None:
    result = compiled(expression)(data)

    assert (result, type(result)) == (value, type(value))


TIMES = [
    ("2020-02-29", 1, "day", "2020-03-01T00:00:00.000Z"),
    ("2020-02-29", 1, "month", "2020-03-29T00:00:00.000Z"),
    ("2020-02-29", 1, "year", "2021-03-01T00:00:00.000Z"),
    ("2020-12-31T23:00:00Z", 1, "hour", "2021-01-01T00:00:00Z"),
    ("2020-01-01T08:00:00+08:00", 0, "hour", "2020-01-01T00:00:00"),
    ("2020-01-01T08:00:00+0800", 0, "hour", "2020-01-01T00:00:00Z"),
    ("2020-01-01T08:00:00+8", 0, "hour", "2020-01-01T00:00:00Z"),
    ("2020-01-01T00:00:00.1239Z", 0, "hour", "2020-01-01T00:00:00.123Z"),
    ("2020-01-01T00:00:00.1Z", 0, "hour", "2020-01-01T00:00:00.100Z"),
    ("2020", 0, "day", "2020-12-31T00:00:00Z"),
    ("2020-02", 0, "day", "2020-02-29T00:00:00Z"),
]


@pytest.mark.parametrize(("text", "amount", "unit", "result"), TIMES)
def test_time_is_added_as_is_specified(text: str, amount: int, unit: str, result: str) -> None:
    assert compiled({"plusTime": [text, amount, unit]})({}) == moment(result)


LATER = ("2020-01-01T00:00:00Z", "2020-01-01T00:00:01Z")


COMPARED = [("before", False, True), ("after", False, False), ("not-after", True, True), ("not-before", True, False)]


@pytest.mark.parametrize(("operation", "same", "later"), COMPARED)
def test_date_times_are_compared(operation: str, same: bool, later: bool) -> None:
    first, second = ({"plusTime": [text, 0, "day"]} for text in LATER)

    assert compiled({operation: [first, first]})({}) is same
    assert compiled({operation: [first, second]})({}) is later


WRONG = [
    {"or": [True, True]},
    {"and": [True]},
    {"if": [{"plusTime": ["2020", 0, "day"]}, 1, 2]},
    {"<": ["1", "2"]},
    {"before": ["2020", "2021"]},
    {"before": [1, 2]},
    {"plusTime": [{"plusTime": ["2020", 0, "day"]}, 0, "day"]},
    {"plusTime": ["2020-1-1", 0, "day"]},
    {"plusTime": ["2020", 0, "minute"]},
    {"in": [1, "123"]},
    {"+": ["a", "b"]},
    {"and": [False, {"in": [1, 2]}]},
    {"a": 1, "b": 2},
    None,
    1.5,
]


@pytest.mark.parametrize("expression", WRONG)
def test_what_is_not_specified_breaks(expression: Any) -> None:
    with pytest.raises(WrongExpression):
        compiled(expression)({})


@pytest.mark.parametrize("policy", POLICIES, ids=lambda one: one.id)
def test_the_exported_rule_is_json_with_everything_said_in_both_languages(policy: Policy) -> None:
    rule: Any = json.loads(json.dumps(rule_of(policy, NOW), ensure_ascii=False))

    assert (rule["Identifier"], rule["Version"], rule["ValidFrom"]) == (policy.id, "1.0.0", NOW.isoformat())
    assert [(row["id"], row["colour"]) for row in rule["Rows"]] == [(row.id, row.colour) for row in policy.rows]
    said = [rule["Description"], *rule["Input"].values(), *rule["Notes"], *(row["Description"] for row in rule["Rows"])]
    assert all([one["lang"] for one in both] == ["zh", "en"] and all(one["desc"] for one in both) for both in said)
    assert operations(rule["Logic"]) <= {*OPERATIONS, "var"}


def operations(expression: Any) -> set[str]:
    if isinstance(expression, list):
        return set().union(*map(operations, expression))
    if isinstance(expression, dict):
        return set(expression).union(*(operations(operand) for operand in expression.values()))
    return set()


@pytest.mark.parametrize(
    ("policy", "registration", "evidence", "row"), [line for line in ALL if "odd" not in line and "sampled" not in line[2]]
)
def test_a_scenario_reaches_its_row_by_the_exported_rule(policy: str, registration: str, evidence: str, row: str) -> None:
    logic = json.loads(json.dumps(logic_of(shipped()[policy])))

    said = compiled(logic)(json.loads(json.dumps(input_of(person(registration, evidence), NOW))))

    assert said == row.replace("no code", "none")


def test_only_within_one_millisecond_may_order_be_lost() -> None:
    policy, known = (
        shipped()[HUBEI],
        Known(Registration.APPROVED, results=(ResultSeen(Assay.NAAT, Outcome.POSITIVE, instant(AT + 1)),)),
    )
    logic = compiled(logic_of(policy))

    assert decide(policy, known, NOW).row == "green-default"
    assert logic(input_of(known, NOW)) == "red-positive"
