"""A policy as a CertLogic rule, so that anybody outside can run the published table again (codes part 1).

CertLogic 1.3 (eu-dcc-business-rules): a subset of JsonLogic. The function in a `reduce` sees only `current` and `accumulator`, an
`and` may evaluate all it holds, and nothing but `if` is lazy everywhere: so conditions are chains of `if`, and what a function
needs travels in the accumulator. The rule is one fold over the results and one over the facts, each keeping the latest
instants that matter (`marks`), and the rows asked in order of both. Where it is asked who was sampled, the fold over the
results goes on from one over the registered samplings.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from hbcore.domain.conditions import UNREGISTERED, Condition, Word
from hbcore.domain.known import Known, micros
from hbcore.domain.marks import NO_RULE, asked_in, facts_asked_for, facts_that_close, marks_of_results
from hbcore.domain.policy_table import FactRule, Policy, Row
from hbcore.domain.seen import BADNESS, CLEARING
from hbcore.domain.sentence import Sentence, shipped_words
from hbcore.domain.vocabulary import Assay, FactKind, Outcome

Logic = Any
"""An expression: text, a whole number, true or false, a list, or an operation as an object with one name."""

ENGINE_VERSION = "1.3.2"
NO_CODE = "none"
"""What the rule answers for somebody without a code."""
NEVER = ""
"""An instant that is not there; CertLogic has no literal for nothing."""

REGISTERED = "latest_registered"
"""The mark of the latest registered sampling."""

CLOCK, REGISTRATION, WITHIN = "accumulator.0", "accumulator.1", "accumulator.2"
CARRIED = ("external.validationClock", "payload.registration", "payload.within")


def rule_of(policy: Policy, valid_from: datetime | None) -> dict[str, object]:
    """The rule as JSON: what it is, its rows in both languages, the input it expects, and the logic that answers a row's id.

    `valid_from`: the instant it was published for; None while it is not published.
    """
    words = shipped_words("certlogic_words.json")
    return {
        "Identifier": policy.id,
        "Version": f"{policy.version}.0.0",
        "Country": "CN",
        "Region": policy.applies_to,
        "Engine": "CERTLOGIC",
        "EngineVersion": ENGINE_VERSION,
        "SchemaVersion": "1.0.0",
        "ValidFrom": None if valid_from is None else valid_from.isoformat(),
        "Description": _said(words["rule"]["description"]),
        "Input": {name: _said(sentence) for name, sentence in words["input"].items()},
        "Notes": [_said(note) for note in (*words["notes"].values(), *policy.notes)],
        "Rows": [{"id": row.id, "colour": row.colour.value, "Description": _said(row.sentence)} for row in policy.rows],
        "NoCode": {"id": NO_CODE, "Description": _said(policy.no_code)},
        "AffectedFields": [*CARRIED, "payload.results", "payload.facts", "payload.samplings"],
        "Logic": logic_of(policy),
    }


def input_of(known: Known, at: datetime) -> dict[str, object]:
    """What is known of a person as the rule expects it. Raises TypeError for a naive instant."""
    results = sorted(known.results, key=lambda seen: (micros(seen.sampled_at), BADNESS.get(seen.outcome, 0)))
    facts = sorted(known.facts, key=lambda fact: micros(fact.from_at))
    return {
        "payload": {
            "registration": str(known.registration),
            "within": [known.unit[:length] for length in (2, 4, 6)] if known.unit else [],
            "results": [
                {
                    "assay": one.assay.value,
                    "outcome": one.outcome.value,
                    "single": one.single,
                    "sampled": _written(one.sampled_at),
                }
                for one in results
            ],
            "facts": [
                {
                    "kind": one.kind.value,
                    "from": _written(one.from_at),
                    "until": _written(one.until_at) if one.until_at else NEVER,
                }
                for one in facts
            ],
            "samplings": [{"sampled": _written(at)} for at in sorted(known.samples)],
        },
        "external": {"validationClock": _written(at)},
    }


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _said(sentence: Sentence) -> list[dict[str, str]]:
    return [{"lang": "zh", "desc": sentence.zh}, {"lang": "en", "desc": sentence.en}]


def logic_of(policy: Policy) -> Logic:
    """The logic alone: an expression that answers the id of the row that decides, or `NO_CODE`."""
    asked = asked_in(policy)
    rules = facts_asked_for(policy, asked)
    results = [place for name in marks_of_results(asked) for place in _places(name)]
    results += [REGISTERED] if any(one.word is Word.SAMPLED for one in asked) else []
    facts = [f"alive_{kind}" for kind in rules] + [f"begun_{kind}" for kind in facts_that_close(asked, rules.values())]
    names = _Names(policy, results, facts)
    return {"reduce": [[_facts_fold(rules, names)], _rows(policy.rows, names), _results_fold(names)]}


@dataclass(frozen=True)
class _Names:
    """Where each mark lies: those of results in the accumulator behind what is carried, those of facts in the current."""

    policy: Policy
    results: Sequence[str]
    facts: Sequence[str]

    def result(self, name: str) -> Logic:
        return _var(f"accumulator.{len(CARRIED) + self.results.index(name)}")

    def fact(self, name: str) -> Logic:
        return _var(f"current.{1 + self.facts.index(name)}")


def _places(mark: str) -> tuple[str, ...]:
    """A mark of the latest result is its instant and what it said."""
    return (mark, mark.replace("latest_", "said_")) if mark.startswith("latest_") else (mark,)


def _var(path: str) -> Logic:
    return {"var": path}


def _if(guard: Logic, then: Logic, otherwise: Logic) -> Logic:
    return {"if": [guard, then, otherwise]}


def _all(tests: Sequence[Logic]) -> Logic:
    return True if not tests else tests[0] if len(tests) == 1 else _if(tests[0], _all(tests[1:]), False)


def _any(tests: Sequence[Logic]) -> Logic:
    return False if not tests else tests[0] if len(tests) == 1 else _if(tests[0], True, _any(tests[1:]))


def _is(one: Logic, other: Logic) -> Logic:
    return {"===": [one, other]}


def _in(one: Logic, words: Sequence[str]) -> Logic:
    return {"in": [one, [str(word) for word in words]]}


def _instant(text: Logic, hours: int = 0) -> Logic:
    return {"plusTime": [text, hours, "hour"]}


def _not_yet_over(begun: Logic, hours: int) -> Logic:
    return {"before": [_instant(_var(CLOCK)), _instant(begun, hours)]}


def _fold(over: str, at: str, marks: Sequence[Logic], start: Sequence[Logic] | Logic, carried: int) -> Logic:
    """A list in the order of time, folded to what is carried and the latest of each mark; what is dated later counts not yet."""
    kept = [_var(f"accumulator.{place}") for place in range(carried)]
    has_begun = {"not-after": [_instant(_var(at)), _instant(_var(CLOCK))]}
    step = _if(has_begun, [*kept, *marks], _var("accumulator"))
    return {"reduce": [_var(over), step, start]}


def _nothing_yet(carried: Sequence[str], marks: Sequence[Logic]) -> Sequence[Logic]:
    return [*map(_var, carried), *[NEVER] * len(marks)]


def _results_fold(names: _Names) -> Logic:
    marks, first = [], len(CARRIED)
    for place, name in enumerate(names.results, start=first):
        keeps = "current.outcome" if name.startswith("said_") else "current.sampled"
        kept = _var(f"accumulator.{place}")
        marks.append(kept if name == REGISTERED else _if(_matches(name), _var(keeps), kept))
    start: Logic = _nothing_yet(CARRIED, marks)
    if REGISTERED in names.results:
        others = [_var(f"accumulator.{place}") for place in range(first, first + len(marks) - 1)]
        start = _fold("payload.samplings", "current.sampled", [*others, _var("current.sampled")], start, first)
    return _fold("payload.results", "current.sampled", marks, start, first)


def _matches(name: str) -> Logic:
    """Whether the current result is one of those that a mark is the latest of."""
    sort, _, word = name.partition("_")
    if sort in ("latest", "said"):
        return _is(_var("current.assay"), word)
    alone = _is(_var("current.single"), True)
    if name == "retested":
        return _all([_is(_var("current.assay"), Assay.NAAT.value), alone, _in(_var("current.outcome"), CLEARING)])
    if name == "single_negative":
        return _all([_is(_var("current.assay"), Assay.NAAT.value), alone, _is(_var("current.outcome"), Outcome.NEGATIVE.value)])
    return _all([_is(_var("current.assay"), sort), _is(_var("current.outcome"), word)])


def _facts_fold(rules: Mapping[FactKind, FactRule], names: _Names) -> Logic:
    marks = []
    for place, name in enumerate(names.facts, start=1):
        sort, _, kind = name.partition("_")
        tests = [_is(_var("current.kind"), kind)]
        if sort == "alive":
            tests.append(_lasts(rules[FactKind(kind)]))
        marks.append(_if(_all(tests), _var("current.from"), _var(f"accumulator.{place}")))
    return _fold("payload.facts", "current.from", marks, _nothing_yet(CARRIED[:1], marks), 1)


def _lasts(rule: FactRule) -> Logic:
    by_rule = True if rule.days is None else _not_yet_over(_var("current.from"), rule.days * 24)
    return _if(_is(_var("current.until"), NEVER), by_rule, _not_yet_over(_var("current.until"), 0))


def _rows(rows: Sequence[Row], names: _Names) -> Logic:
    answer: Logic = NO_CODE
    for row in reversed(rows):
        tests = [_holds(condition, names) for condition in row.when]
        if not row.against:
            tests.insert(0, {"!": [_in(_var(REGISTRATION), UNREGISTERED)]})
        answer = _if(_all(tests), row.id, answer)
    return answer


def _holds(condition: Condition, names: _Names) -> Logic:
    return HOLDS[condition.word](condition, names)


def _still_open(opening: Logic, *closing: Logic) -> Logic:
    """What opened is there, and nothing that closes it came later."""
    none_later = [_if(_is(one, NEVER), True, {"not-after": [_instant(one), _instant(opening)]}) for one in closing]
    return _if(_is(opening, NEVER), False, _all(none_later))


def _fact_in_force(condition: Condition, names: _Names) -> Logic:
    return _any([_kind_in_force(kind, condition, names) for kind in condition.kinds])


def _kind_in_force(kind: FactKind, condition: Condition, names: _Names) -> Logic:
    alive = names.fact(f"alive_{kind}")
    closing = [names.fact(f"begun_{other}") for other in names.policy.facts.get(kind, NO_RULE).closed_by]
    later = [names.result(f"naat_{outcome}") for outcome in condition.no_later]
    young = [_not_yet_over(alive, condition.hours)] if condition.hours else []
    return _all([_still_open(alive, *closing, *later), *young])


def _open_positive(condition: Condition, names: _Names) -> Logic:
    return _still_open(names.result("naat_positive"), *(names.fact(f"begun_{kind}") for kind in condition.closed_by))


def _open_igm(_: Condition, names: _Names) -> Logic:
    igm, negative = names.result("latest_igm"), names.result("single_negative")
    # A negative of the very instant of the IgM counts as well.
    none_since = _if(_is(negative, NEVER), True, {"before": [_instant(negative), _instant(igm)]})
    return _all([_is(names.result("said_igm"), Outcome.POSITIVE.value), none_since])


def _latest_result(condition: Condition, names: _Names) -> Logic:
    latest, said = (names.result(f"{sort}_{condition.assay}") for sort in ("latest", "said"))
    return _all([_in(said, condition.outcomes), _not_yet_over(latest, condition.hours or 0)])


def _sampled(condition: Condition, names: _Names) -> Logic:
    taken = (names.result("latest_naat"), names.result(REGISTERED))
    return _any([_if(_is(one, NEVER), False, _not_yet_over(one, condition.hours or 0)) for one in taken])


HOLDS: Mapping[Word, Callable[[Condition, _Names], Logic]] = {
    Word.FACT_IN_FORCE: _fact_in_force,
    Word.OPEN_POSITIVE: _open_positive,
    Word.OPEN_POOLED: lambda _, names: _still_open(names.result("naat_pooled_positive"), names.result("retested")),
    Word.OPEN_ANTIGEN: lambda _, names: _still_open(names.result("antigen_positive"), names.result("retested")),
    Word.OPEN_IGM: _open_igm,
    Word.LATEST_RESULT: _latest_result,
    Word.SAMPLED: _sampled,
    Word.REGISTRATION: lambda condition, _: _in(_var(REGISTRATION), condition.states),
    Word.RESIDENCE_WITHIN: lambda condition, _: {"in": [condition.prefix, _var(WITHIN)]},
    Word.ANY_OF: lambda condition, names: _any([_holds(one, names) for one in condition.of]),
}
