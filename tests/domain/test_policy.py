"""What each policy answers, scenario by scenario, and that the table, the chain and a plain oracle agree."""

# ruff: noqa: E501 - a scenario is one line of its table

import copy
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hbcore.domain.chains import chains, evidence_of
from hbcore.domain.errors import Refused
from hbcore.domain.known import FactSeen, Known, ResultSeen, instant, micros
from hbcore.domain.policy import Policy, Segment, Sentence, decide, load_policy, segments, shipped
from hbcore.domain.sentence import TABLES
from hbcore.domain.vocabulary import Assay, Colour, FactKind, Outcome, Registration
from tests.domain.people_in_tables import NOW, ago, lines, person
from tests.domain.policies_oracle import HUBEI, WUHAN, Oracle, changes
from tests.domain.strategies import EDGE, instants, people

SCENARIOS = {
    HUBEI: """
    registration | what is known                                                     | row
    -------------+-------------------------------------------------------------------+-------------------
    none         | nothing                                                           | no code
    withdrawn    | nothing                                                           | no code
    none         | naat negative 1d                                                  | no code
    none         | naat positive 9d                                                  | red-positive
    none         | fever 1d, lives 420902                                            | grey-fever
    approved     | nothing                                                           | green-default
    approved     | naat positive 9d, naat negative 1d                                | red-positive
    approved     | naat positive 30d, naat negative 1d, positive_excluded 2d         | green-default
    approved     | naat positive 30d, confirmed 29d, recovered 5d                    | yellow-recovered
    approved     | naat positive 40d, confirmed 39d, recovered 15d                   | green-default
    approved     | naat positive 40d, naat positive 1d, confirmed 39d, recovered 15d | red-positive
    approved     | naat pooled 1d shared                                             | yellow-pooled
    approved     | naat pooled 2d shared, naat negative 1d shared                    | yellow-pooled
    approved     | naat pooled 2d shared, naat negative 1d                           | green-default
    approved     | naat negative 7d                                                  | green-default
    approved     | naat inconclusive 1d, naat negative 2d                            | green-retest
    approved     | naat inconclusive 7d                                              | green-default
    approved     | igm positive 3d, igg positive 3d                                  | green-retest
    approved     | igm positive 3d, igg positive 3d, naat negative 1d                | green-default
    approved     | igg positive 60d                                                  | green-default
    approved     | naat negative 1d, naat positive 1d                                | red-positive
    approved     | naat positive -1d                                                 | green-default
    approved     | naat negative 1d, naat inconclusive 1d                            | green-retest
    approved     | naat inconclusive 1d, naat negative 1d                            | green-retest
    approved     | naat positive 1d, positive_excluded 1d                            | red-positive
    approved     | naat pooled 1d shared, naat negative 1d                           | yellow-pooled
    approved     | igm positive 1d, naat negative 1d                                 | green-default
    approved     | confirmed 2d, recovered 2d                                        | red-case
    approved     | close_contact 2d until 2d                                         | green-default
    waiting      | naat negative 1d                                                  | grey-review
    second_review| nothing                                                           | grey-review
    mismatch     | nothing                                                           | grey-mismatch
    asked        | nothing                                                           | grey-asked
    refused      | nothing                                                           | grey-refused
    expired      | nothing                                                           | grey-refused
    revoked      | nothing                                                           | grey-refused
    approved     | lives 420106, fever 1d                                            | red-fever-wuhan
    approved     | lives 420902, fever 1d                                            | grey-fever
    approved     | lives 420902, fever 7d                                            | green-default
    approved     | lives 420106, fever 3d, naat negative 1d                          | red-fever-wuhan
    approved     | lives 420106, fever 3d, case_excluded 1d                          | green-default
    approved     | close_contact 13d                                                 | yellow-contact
    approved     | close_contact 14d                                                 | green-default
    approved     | close_contact 3d until 1d                                         | green-default
    approved     | close_contact -1d                                                 | green-default
    approved     | arrival 3d                                                        | yellow-observation
    approved     | self_declared 3d                                                  | yellow-declared
    approved     | confirmed 3d, naat negative 1d                                    | red-case
    odd          | nothing                                                           | grey-otherwise
    """,
    WUHAN: """
    registration | what is known                                                     | row
    -------------+-------------------------------------------------------------------+-------------------
    approved     | nothing                                                           | grey-overdue
    approved     | sampled 1d                                                        | green-sampled
    approved     | naat negative 1d                                                  | green-negative
    approved     | naat negative 2d less 1s                                          | green-negative
    approved     | naat negative 2d                                                  | grey-overdue
    approved     | igg positive 90d                                                  | grey-overdue
    approved     | test_exempt 100d                                                  | green-exempt
    approved     | fever 2d, naat negative 1d                                        | green-negative
    approved     | fever 2d, sampled 1d                                              | yellow-fever
    approved     | antigen positive 1d, sampled 0d                                   | yellow-antigen
    approved     | contact_of_contact 1d, sampled 0d                                 | yellow-home
    approved     | central_quarantine 5d, released 1d, sampled 0d                    | yellow-home
    approved     | high_risk_area 1d                                                 | red-quarantine
    approved     | close_contact 6d                                                  | red-quarantine
    approved     | close_contact 7d                                                  | yellow-home
    approved     | close_contact 10d, sampled 0d                                     | green-sampled
    approved     | naat pooled 1d shared                                             | yellow-pooled
    approved     | naat positive 1d                                                  | red-positive
    approved     | confirmed 1d                                                      | red-case
    none         | sampled 1d                                                        | no code
    mismatch     | nothing                                                           | grey-mismatch
    asked        | nothing                                                           | grey-asked
    waiting      | nothing                                                           | grey-review
    revoked      | nothing                                                           | grey-refused
    odd          | nothing                                                           | grey-otherwise
    """,
}
ALL = [(policy, *cells) for policy, table in SCENARIOS.items() for cells in lines(table)]
POLICIES = st.sampled_from((HUBEI, WUHAN))


@pytest.mark.parametrize(("policy", "registration", "evidence", "row"), ALL)
def test_a_scenario_reaches_its_row(policy: str, registration: str, evidence: str, row: str) -> None:
    known = person(registration, evidence)

    decision = decide(shipped()[policy], known, NOW)

    assert (decision.row or "no code") == row
    assert decision.colour == (None if decision.row is None else Colour(row.split("-")[0]))


@pytest.mark.parametrize("policy", [HUBEI, WUHAN])
def test_every_row_has_a_scenario(policy: str) -> None:
    reached = {row for name, _, _, row in ALL if name == policy}

    assert {row.id for row in shipped()[policy].rows} <= reached


@settings(deadline=None, max_examples=400)
@given(POLICIES, people(), st.just(NOW) | instants())
def test_the_table_answers_as_the_oracle_does(policy: str, known: Known, at: datetime) -> None:
    decision = decide(shipped()[policy], known, at)

    assert decision.row == Oracle(policy, known, at).row()


@settings(deadline=None, max_examples=250)
@given(POLICIES, people(), instants(), st.lists(instants(), max_size=5))
def test_the_chain_says_what_is_decided_at_every_edge(
    policy: str, known: Known, from_at: datetime, others: list[datetime]
) -> None:
    chain = segments(shipped()[policy], known, from_at)

    edges = [at for segment in chain for at in (segment.from_at, segment.until_at) if at] + changes(policy, known) + others
    for at in {at + shift for at in edges for shift in (-EDGE, timedelta(0), EDGE)}:
        if at >= from_at:
            standing = [
                segment.row for segment in chain if segment.from_at <= at and not (segment.until_at and segment.until_at <= at)
            ]
            row = Oracle(policy, known, at).row()
            assert standing == ([] if row is None else [row])


@settings(deadline=None, max_examples=150)
@given(POLICIES, people(), instants())
def test_neighbours_in_a_chain_never_share_a_row_and_the_first_ends_when_the_decision_does(
    policy: str, known: Known, from_at: datetime
) -> None:
    chain = segments(shipped()[policy], known, from_at)
    decision = decide(shipped()[policy], known, from_at)

    for one, following in pairwise(chain):
        assert one.until_at is not None
        assert one.until_at <= following.from_at
        assert one.row != following.row or one.until_at < following.from_at
    begins = chain[0].from_at if chain else None
    assert decision.until == (chain[0].until_at if chain and begins == from_at else begins)


@settings(deadline=None, max_examples=60)
@given(POLICIES, st.lists(people(), max_size=5), st.timedeltas(timedelta(0), timedelta(days=2)), instants())
def test_many_chains_at_once_are_each_persons_own(policy: str, some: list[Known], apart: timedelta, from_at: datetime) -> None:
    everybody = some + [_shifted(known, apart) for known in some]

    at_once = chains_at_once(shipped()[policy], everybody, from_at)

    assert at_once == [segments(shipped()[policy], known, from_at) for known in everybody]


@pytest.mark.parametrize("policy", shipped())
@pytest.mark.parametrize("hours", [(), (1,), (1, 1), (60, 30, 1), (60, -2), (1, 500), (170, 169, 49)])
def test_of_negatives_alone_the_newest_counts(policy: str, hours: tuple[int, ...]) -> None:
    """A shorter way that most people take; later samplings and everything else go the long way."""
    known = person("approved", ", ".join(f"naat negative {ago}h" for ago in hours) or "nothing")

    assert chains_at_once(shipped()[policy], [known], NOW) == [segments(shipped()[policy], known, NOW)]


def chains_at_once(policy: Policy, everybody: list[Known], from_at: datetime) -> list[tuple[Segment, ...]]:
    """What `chains` gives, as `segments` says it."""
    return [
        tuple(Segment(row.colour, row.id, instant(begin), None if end is None else instant(end)) for begin, end, row in chain)
        for chain in chains(policy, map(evidence_of, everybody), micros(from_at))
    ]


def _shifted(known: Known, by: timedelta) -> Known:
    return Known(
        known.registration,
        known.unit,
        tuple(ResultSeen(seen.assay, seen.outcome, seen.sampled_at + by, seen.single) for seen in known.results),
        tuple(FactSeen(fact.kind, fact.from_at + by, fact.until_at and fact.until_at + by) for fact in known.facts),
        tuple(at + by for at in known.samples),
    )


ALIKE = person("approved", "naat negative 1d")
ALMOST_ALIKE = [
    person("waiting", "naat negative 1d"),
    person("approved", "naat invalid 1d"),
    person("approved", "antigen negative 1d"),
    person("approved", "naat negative 1d, naat negative 3d shared, naat pooled 4d shared"),
    person("approved", "naat negative 1d, naat negative 3d, naat pooled 4d shared"),
    person("approved", "naat pooled 1d shared, lives 420106, fever 3d"),
    person("approved", "naat pooled 1d shared, lives 420902, fever 3d"),
    person("approved", "naat negative 1d, fever 3d until 2d"),
    person("approved", "naat negative 1d, fever 3d"),
    person("approved", "naat negative 1d, sampled 1h"),
]


@pytest.mark.parametrize("policy", [HUBEI, WUHAN])
def test_people_alike_but_for_one_thing_do_not_share_a_chain(policy: str) -> None:
    everybody = [ALIKE, *ALMOST_ALIKE]

    at_once = chains_at_once(shipped()[policy], everybody, NOW)

    assert at_once == [segments(shipped()[policy], known, NOW) for known in everybody]


def test_a_single_specimen_and_a_shared_one_of_the_same_instant_are_two_things() -> None:
    policy = shipped()[HUBEI]
    shared = replace(ALIKE.results[0], outcome=Outcome.POOLED_POSITIVE, single=False)
    everybody = [
        Known(Registration.APPROVED, results=(shared, replace(ALIKE.results[0], sampled_at=NOW, single=single)))
        for single in (True, False)
    ]

    at_once = chains_at_once(policy, everybody, NOW)

    assert [chain[0].row for chain in at_once] == ["green-default", "yellow-pooled"]


def test_without_a_code_the_answer_changes_when_the_first_one_begins() -> None:
    known = person("none", "close_contact -1h")

    decision = decide(shipped()[HUBEI], known, NOW)

    assert (decision.row, decision.until) == (None, ago("-1h"))


def test_a_life_goes_on_as_the_table_says_without_anything_new() -> None:
    known = person("approved", "close_contact 6d, naat negative 1d")

    chain = segments(shipped()[WUHAN], known, NOW)

    assert [(segment.row, segment.until_at) for segment in chain] == [
        ("red-quarantine", NOW + timedelta(days=1)),
        ("yellow-home", NOW + timedelta(days=4)),
        ("grey-overdue", None),
    ]


def test_a_measure_that_follows_upon_its_like_is_one_stretch() -> None:
    known = person("approved", "close_contact 20d, close_contact 6d")

    chain = segments(shipped()[HUBEI], known, ago("10d"))

    assert [(segment.row, segment.until_at) for segment in chain] == [("yellow-contact", ago("-8d")), ("green-default", None)]


def test_between_two_measures_an_unregistered_person_has_no_code() -> None:
    known = person("none", "self_declared 20d, close_contact -2d")

    chain = segments(shipped()[HUBEI], known, ago("10d"))

    assert [(segment.row, segment.from_at) for segment in chain] == [
        ("yellow-declared", ago("10d")),
        ("yellow-contact", ago("-2d")),
    ]
    assert chain[0].until_at == ago("6d")


def test_an_instant_means_the_same_in_any_zone() -> None:
    here = NOW.astimezone(timezone(timedelta(hours=8)))
    seen = ResultSeen(Assay.NAAT, Outcome.NEGATIVE, here - timedelta(hours=1))
    known = Known(Registration.APPROVED, results=(seen, ResultSeen(Assay.NAAT, Outcome.NEGATIVE, NOW - timedelta(hours=9))))

    [chain] = chains_at_once(shipped()[WUHAN], [known], here)

    assert chain == segments(shipped()[WUHAN], known, NOW)
    assert chain[0].until_at == NOW + timedelta(hours=47)


def test_a_naive_instant_is_refused() -> None:
    naive = NOW.replace(tzinfo=None)

    with pytest.raises(TypeError):
        segments(shipped()[HUBEI], person("approved", "nothing"), naive)


SENTENCES = """
    policy        | registration | what is known                  | Chinese                                                          | English
    --------------+--------------+--------------------------------+------------------------------------------------------------------+--------------
    hubei-2020-04 | approved     | naat positive 15d              | 11月8日 采样核酸阳性（宜昌第三检验中心），尚无治愈或复核排除记录 | Nucleic-acid positive, sampled 8 Nov (宜昌第三检验中心); no recovery or exclusion on record
    hubei-2020-04 | approved     | naat positive 365d             | 2025年11月23日 采样核酸阳性（宜昌第三检验中心），尚无治愈或复核排除记录 | Nucleic-acid positive, sampled 23 Nov 2025 (宜昌第三检验中心); no recovery or exclusion on record
    hubei-2020-04 | approved     | close_contact 3d               | 登记为密切接触者，观察期至 12月4日 09:40                               | Registered close contact; under observation until 4 Dec 09:40
    hubei-2020-04 | approved     | close_contact 9d, close_contact 3d | 登记为密切接触者，观察期至 12月4日 09:40                           | Registered close contact; under observation until 4 Dec 09:40
    hubei-2020-04 | approved     | close_contact 3d until -2d     | 登记为密切接触者，观察期至 11月25日 09:40                              | Registered close contact; under observation until 25 Nov 09:40
    hubei-2020-04 | approved     | lives 420902, fever 1d         | 发热待诊断排除，暂不赋色，最迟 11月29日 09:40                          | Fever being assessed; no colour until 29 Nov 09:40 at the latest
    hubei-2020-04 | approved     | self_declared 3d               | 本人 11月20日 申报症状或接触史，待社区或门诊核实                 | Symptoms or contact self-declared 20 Nov; to be checked
    hubei-2020-04 | approved     | self_declared 9h               | 本人 11月23日 申报症状或接触史，待社区或门诊核实                 | Symptoms or contact self-declared 23 Nov; to be checked
    hubei-2020-04 | none         | nothing                        | 尚未登记申领，没有健康码                                         | No registration, so there is no code
    wuhan-2022-09 | approved     | naat negative 1d               | 48 小时内核酸阴性，至 11月24日 09:40                             | Negative within 48 h, until 24 Nov 09:40
    wuhan-2022-09 | approved     | sampled 2h                     | 核酸已采样（11月23日 07:40），与报告同等有效，至 11月25日 07:40  | Sampled 23 Nov 07:40; counts like a report until 25 Nov 07:40
"""


@pytest.mark.parametrize(("policy", "registration", "evidence", "zh", "en"), lines(SENTENCES))
def test_the_reason_states_dates_as_shanghai_days(policy: str, registration: str, evidence: str, zh: str, en: str) -> None:
    known = person(registration, evidence)

    reason = decide(shipped()[policy], known, NOW).reason

    assert reason == Sentence(zh, en)


def test_what_no_rule_can_know_is_handed_in() -> None:
    known = person("mismatch", "nothing")

    reason = decide(shipped()[HUBEI], known, NOW, details={"fields": Sentence("出生日期", "date of birth")}).reason

    assert reason == Sentence(
        "申领信息比对不一致：出生日期，请补正", "Details differ from the filing: date of birth. Please correct them"
    )


def test_every_condition_up_to_the_deciding_row_is_shown_with_what_was_found() -> None:
    known = person("approved", "lives 420902, close_contact 3d, naat negative 1d")

    tried = decide(shipped()[HUBEI], known, NOW).tried

    assert [(line.row, line.found.en, line.holds) for line in tried] == [
        ("red-case", "Nothing on record", False),
        ("red-positive", "nucleic-acid test negative, sampled 22 Nov 09:40", False),
        ("red-fever-wuhan", "Nothing on record", False),
        ("red-fever-wuhan", "Unit code 420902", False),
        ("yellow-recovered", "Nothing on record", False),
        ("yellow-contact", "close contact from 20 Nov until 4 Dec 09:40", True),
    ]
    assert tried[-1].wanted == Sentence("有尚未解除的密切接触者记录", "On record and in force: close contact")


def test_an_ended_fact_is_shown_with_its_end_and_a_future_one_not_at_all() -> None:
    known = Known(
        Registration.APPROVED, facts=(FactSeen(FactKind.CONFIRMED, ago("9d")), FactSeen(FactKind.CASE_EXCLUDED, ago("2d")))
    )
    tomorrow = Known(Registration.APPROVED, facts=(FactSeen(FactKind.CONFIRMED, ago("-1d")),))

    ended, future = (decide(shipped()[HUBEI], one, NOW).tried[0] for one in (known, tomorrow))

    assert (ended.found.zh, ended.holds) == ("11月14日起确诊病例，至 11月21日 09:40", False)
    assert (future.found.zh, future.holds) == ("没有记录", False)


def _table() -> dict[str, Any]:
    table: dict[str, Any] = json.loads((TABLES / "policies" / f"{HUBEI}.json").read_text(encoding="utf-8"))
    return table


def _with(table: dict[str, Any], path: list[Any], value: object) -> dict[str, Any]:
    changed = copy.deepcopy(table)
    place: Any = changed
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return changed


FAULTS: list[tuple[list[Any], object, Any, str]] = [
    (["rows", 0, "when", 0, "is"], "typed_in", {"fault": "unknown_word", "word": "typed_in"}, "1"),
    (["rows", 0, "when", 0, "kinds"], ["flu"], {"fault": "unknown_word", "word": "flu"}, "1"),
    (["rows", 0, "when", 0, "kinds"], ["fl\ud800" * 30], {"fault": "unknown_word", "word": "fl�" * 13 + "f"}, "1"),
    (["rows", 0, "when", 0, "kinds"], ["fever", "fever"], "bad_list", "1"),
    (["rows", 0, "when", 0, "kinds"], ["test_exempt"], {"fault": "kind_without_length", "kind": "test_exempt"}, "1"),
    (["rows", 13, "when", 1, "of"], [], "bad_condition", "14"),
    (["rows", 13, "when", 1, "of", 0], {"is": "any_of", "of": [{"is": "open_igm"}]}, "bad_condition", "14"),
    (["rows", 13, "when", 1, "of"], [{"is": "open_igm"}] * 16, {"fault": "too_many", "most": "16"}, "14"),
    (["rows", 0, "when", 0, "colour"], "red", "bad_condition", "1"),
    (["rows", 8, "when", 0, "within_hours"], 0, "bad_number", "9"),
    (["rows", 8, "when", 0, "within_hours"], True, "bad_number", "9"),
    (["rows", 8, "when", 0, "within_hours"], 87_601, {"fault": "number_too_large", "most": "87600"}, "9"),
    (["rows", 2, "when", 1, "unit"], "武汉", "bad_unit", "3"),
    (["rows", 1, "colour"], "blue", {"fault": "unknown_word", "word": "blue"}, "2"),
    (["rows", 1, "en"], "Positive {date}\n{institution}", {"fault": "bad_sentence", "most": "300"}, "2"),
    (["rows", 0, "zh"], "\ud800", {"fault": "bad_sentence", "most": "300"}, "1"),
    (["rows", 0, "zh"], "阳" * 301, {"fault": "bad_sentence", "most": "300"}, "1"),
    (["no_code", "en"], "No\0code", {"fault": "bad_sentence", "most": "300"}, "-"),
    (["rows", 2, "id"], "../../etc", "bad_id", "3"),
    (["rows", 1, "en"], " ", "sentence_missing", "2"),
    (["rows", 1, "en"], "Positive on {date}", "bad_values", "2"),
    (["rows", 3, "zh"], "至 {until.__class__}", "bad_values", "4"),
    (["rows", 1, "against"], "yes", "bad_row", "2"),
    (["rows", 1, "id"], "red-case", "row_repeated", "2"),
    (["rows"], [], "last_row_must_catch_all", "-"),
    (["rows", 15, "when"], [{"is": "open_igm"}], "last_row_must_catch_all", "16"),
    (["rows"], [{}] * 61, {"fault": "too_many", "most": "60"}, "-"),
    (["id"], "a" * 65, "bad_id", "-"),
    (["id"], "hubei\n", "bad_id", "-"),
    (["version"], 10_000, {"fault": "number_too_large", "most": "9999"}, "-"),
    (["valid_form"], "2020-04-25", {"fault": "unknown_key", "key": "valid_form"}, "-"),
    (["facts", "fever", "days"], -1, "bad_number", "-"),
    (["facts", "fever", "days"], 3_651, {"fault": "number_too_large", "most": "3650"}, "-"),
    (["travel", "hours"], 10**12, {"fault": "number_too_large", "most": "87600"}, "-"),
    (["travel", "ground"], "\ud800", "bad_travel", "-"),
    (["travel", "igg"], None, "bad_travel", "-"),
    (["valid_from"], "2020-04-25T00:00:00", "not_an_instant", "-"),
]


@pytest.mark.parametrize(("path", "value", "fault", "row"), FAULTS)
def test_a_faulty_table_is_refused_with_its_row(path: list[Any], value: object, fault: Any, row: str) -> None:
    table = _with(_table(), path, value)

    with pytest.raises(Refused) as refused:
        load_policy(table)

    told = fault if isinstance(fault, dict) else {"fault": fault}
    assert (refused.value.code, refused.value.values) == ("bad_policy", {**told, "row": row})


def test_the_shipped_policies_say_where_and_from_when_they_apply() -> None:
    applies = {name: (policy.applies_to, policy.valid_from.astimezone(UTC)) for name, policy in shipped().items()}

    assert applies == {
        HUBEI: ("420000", datetime(2020, 4, 24, 16, tzinfo=UTC)),
        WUHAN: ("420100", datetime(2022, 8, 29, 16, tzinfo=UTC)),
    }
