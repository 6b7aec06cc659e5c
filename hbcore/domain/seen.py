"""A person's evidence under a policy, in whole microseconds, and the time in which a condition holds."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from hbcore.domain.conditions import Condition, Word
from hbcore.domain.known import HOUR, FactSeen, Known, micros
from hbcore.domain.policy_table import FactRule, Policy, Row
from hbcore.domain.spans import ALWAYS, FOREVER, NEVER_BEGAN, Spans, merged, overlap
from hbcore.domain.vocabulary import Assay, FactKind, Outcome, Registration


class Sampled(NamedTuple):
    """One result: the instant it was sampled, and its place among the results known."""

    at: int
    badness: int
    order: int
    outcome: Outcome
    single: bool


class Held(NamedTuple):
    """The time a fact is in force, from start until end, with its place among the facts known."""

    start: int
    end: int
    order: int
    kind: FactKind


class Stretch(NamedTuple):
    """Time in which a condition holds because of one piece of evidence; `order` is that piece's place (-1: none)."""

    start: int
    end: int
    order: int = -1


class Seen(NamedTuple):
    """What a policy sees of one person. Results stand per assay in time order, the worse last of one instant."""

    registration: Registration
    within: tuple[str, ...]
    results: Mapping[Assay, Sequence[Sampled]]
    facts: Sequence[Held]
    samples: Sequence[int]


BADNESS = {Outcome.POSITIVE: 3, Outcome.POOLED_POSITIVE: 2, Outcome.INCONCLUSIVE: 1}
"""Of one instant the worse result counts (model part 4)."""

ASSAYS = tuple(Assay)

CLEARING = (Outcome.NEGATIVE, Outcome.POSITIVE)
"""What a single-specimen retest must say to settle a pooled tube or an antigen positive: either answer does."""


def seen_by(policy: Policy, known: Known) -> Seen:
    """What the policy sees of a person. Raises TypeError for a naive instant."""
    return see(
        policy,
        known.registration,
        within(policy, known.unit),
        [(result.assay, result.outcome, micros(result.sampled_at), result.single) for result in known.results],
        [_fact_micros(fact) for fact in known.facts],
        [micros(at) for at in known.samples],
    )


def _fact_micros(fact: FactSeen) -> tuple[FactKind, int, int | None]:
    return fact.kind, micros(fact.from_at), None if fact.until_at is None else micros(fact.until_at)


def within(policy: Policy, unit: str | None) -> tuple[str, ...]:
    """The prefixes the policy asks for that this unit code begins with."""
    return tuple([prefix for prefix in policy.prefixes if unit and unit.startswith(prefix)])


def see(
    policy: Policy,
    registration: Registration,
    inside: tuple[str, ...],
    results: Sequence[tuple[Assay, Outcome, int, bool]],
    facts: Sequence[tuple[FactKind, int, int | None]],
    samples: Sequence[int],
) -> Seen:
    """The same from whole microseconds, counted from any one beginning."""
    by_assay: dict[Assay, list[Sampled]] = {assay: [] for assay in ASSAYS}
    for order, (assay, outcome, at, single) in enumerate(results):
        by_assay[assay].append(Sampled(at, BADNESS.get(outcome, 0), order, outcome, single))
    for series in by_assay.values():
        if len(series) > 1:
            series.sort(key=_rank)
    held = [Held(start, _fact_end(policy.facts.get(kind), start, end, facts), order, kind)
            for order, (kind, start, end) in enumerate(facts)]  # fmt: skip
    return Seen(registration, inside, by_assay, held, samples)


def _rank(result: Sampled) -> tuple[int, int]:
    return result.at, result.badness


def _fact_end(rule: FactRule | None, start: int, end: int | None, facts: Sequence[tuple[FactKind, int, int | None]]) -> int:
    if rule is None:
        return FOREVER if end is None else end
    if end is None:
        end = FOREVER if rule.days is None else start + rule.days * 24 * HOUR
    closing = [begun for kind, begun, _ in facts if begun > start and kind in rule.closed_by]
    return min(end, *closing) if closing else end


def row_spans(row: Row, seen: Seen) -> Spans:
    """The time in which all of a row's conditions hold, in order."""
    time = ALWAYS
    for condition in row.when:
        pieces = HOLDING[condition.word](condition, seen)
        if not pieces:
            return []
        holding = [(start, end) for start, end, _ in pieces]
        time = overlap(time, holding if len(holding) == 1 else merged(holding))
    return time


def stretches(condition: Condition, seen: Seen) -> Sequence[Stretch]:
    """The time in which one condition holds, piece of evidence by piece of evidence; may overlap."""
    return HOLDING[condition.word](condition, seen)


def _fact_in_force(condition: Condition, seen: Seen) -> list[Stretch]:
    out = []
    for start, end, order, kind in seen.facts:
        if kind not in condition.kinds:
            continue
        if condition.hours:
            end = min(end, start + condition.hours * HOUR)
        if condition.no_later:
            end = min(end, first_after(seen, start, condition.no_later))
        if start < end:
            out.append(Stretch(start, end, order))
    return out


def first_after(seen: Seen, start: int, outcomes: Sequence[Outcome], *, single: bool = False) -> int:
    """The first nucleic-acid sampling later than `start` with one of these outcomes; FOREVER where there is none."""
    for at, _, _, outcome, alone in seen.results[Assay.NAAT]:
        if at > start and outcome in outcomes and (alone or not single):
            return at
    return FOREVER


def _open_positive(condition: Condition, seen: Seen) -> list[Stretch]:
    closed = sorted(fact.start for fact in seen.facts if fact.kind in condition.closed_by)
    return [
        Stretch(result.at, next((start for start in closed if start > result.at), FOREVER), result.order)
        for result in seen.results[Assay.NAAT]
        if result.outcome == Outcome.POSITIVE
    ]


def _open_until_retested(seen: Seen, assay: Assay, outcome: Outcome) -> list[Stretch]:
    return [
        Stretch(result.at, first_after(seen, result.at, CLEARING, single=True), result.order)
        for result in seen.results[assay]
        if result.outcome == outcome
    ]


def _latest(seen: Seen, assay: Assay, outcomes: Sequence[Outcome], hours: int | None) -> list[Stretch]:
    out, next_at = [], FOREVER
    for at, _, order, outcome, _ in reversed(seen.results[assay]):
        end = next_at if hours is None else min(next_at, at + hours * HOUR)
        if outcome in outcomes and at < end:
            out.append(Stretch(at, end, order))
        next_at = at
    return out[::-1]


def _open_igm(condition: Condition, seen: Seen) -> list[Stretch]:
    # A negative of the very instant of the IgM counts as well: hence one microsecond earlier.
    latest = _latest(seen, Assay.IGM, (Outcome.POSITIVE,), None)
    ends = [min(end, first_after(seen, start - 1, (Outcome.NEGATIVE,), single=True)) for start, end, _ in latest]
    return [Stretch(piece.start, end, piece.order) for piece, end in zip(latest, ends, strict=True) if piece.start < end]


def _sampled(condition: Condition, seen: Seen) -> list[Stretch]:
    age = (condition.hours or 0) * HOUR
    taken = [*seen.samples, *(result.at for result in seen.results[Assay.NAAT])]
    return [Stretch(at, at + age) for at in taken]


ALL_TIME, NO_TIME = (Stretch(NEVER_BEGAN, FOREVER),), ()


HOLDING: Mapping[Word, Callable[[Condition, Seen], Sequence[Stretch]]] = {
    Word.FACT_IN_FORCE: _fact_in_force,
    Word.OPEN_POSITIVE: _open_positive,
    Word.OPEN_POOLED: lambda _, seen: _open_until_retested(seen, Assay.NAAT, Outcome.POOLED_POSITIVE),
    Word.OPEN_ANTIGEN: lambda _, seen: _open_until_retested(seen, Assay.ANTIGEN, Outcome.POSITIVE),
    Word.OPEN_IGM: _open_igm,
    Word.LATEST_RESULT: lambda asked, seen: _latest(seen, asked.assay, asked.outcomes, asked.hours),
    Word.SAMPLED: _sampled,
    Word.REGISTRATION: lambda asked, seen: ALL_TIME if seen.registration in asked.states else NO_TIME,
    Word.RESIDENCE_WITHIN: lambda asked, seen: ALL_TIME if asked.prefix in seen.within else NO_TIME,
    Word.ANY_OF: lambda asked, seen: [piece for part in asked.of for piece in stretches(part, seen)],
}
