"""The coming chains of many people at once, in whole microseconds: each different life worked out once."""

from collections.abc import Hashable, Iterable, Sequence
from typing import NamedTuple

from hbcore.domain.known import Known, micros
from hbcore.domain.policy_eras import Era
from hbcore.domain.policy_table import Policy, Row
from hbcore.domain.seen import see, within
from hbcore.domain.segments import Life, life
from hbcore.domain.spans import FOREVER, NEVER_BEGAN
from hbcore.domain.vocabulary import Assay, FactKind, Outcome, Registration

LIVES_KEPT = 50_000
"""How many different lives one call keeps by it: beyond that they hardly repeat and only fill memory."""

Stretch = tuple[int, int | None, Row]
"""Begin, end (None: no end in sight), and the row that holds in between."""

StretchOfEra = tuple[int, int | None, Row, str]
"""The same with the id of the policy whose row it is."""


class Evidence(NamedTuple):
    """What a policy may look at of one person: `Known` as the database holds it, words as text, instants in microseconds."""

    registration: str
    unit: str | None
    results: Sequence[tuple[str, str, bool, int]]
    """Assay, outcome, single, sampled at; results of one instant in the order recorded."""
    facts: Sequence[tuple[str, int, int | None]] = ()
    samples: Sequence[int] = ()


def evidence_of(known: Known) -> Evidence:
    """The same as `known`. Raises TypeError for a naive instant."""
    return Evidence(
        known.registration,
        known.unit,
        [(seen.assay, seen.outcome, seen.single, micros(seen.sampled_at)) for seen in known.results],
        [(fact.kind, micros(fact.from_at), None if fact.until_at is None else micros(fact.until_at)) for fact in known.facts],
        [micros(at) for at in known.samples],
    )


def chains(policy: Policy, people: Iterable[Evidence], from_at: int) -> list[list[Stretch]]:
    """Each person's whole coming chain from `from_at` on, as `segments` gives it.

    Ages are all that time changes, so a life shifted by an hour has its chain shifted by an hour: people whose
    evidence lies equally far apart share one life.
    """
    lives: dict[Hashable, Life] = {}
    insides: dict[str | None, tuple[str, ...]] = {}
    out = []
    for whole in people:
        one = _what_counts(whole, from_at)
        inside = insides.get(one.unit)
        if inside is None:
            inside = insides[one.unit] = within(policy, one.unit)
        shape, origin = _shape(one, inside, from_at)
        pieces = lives.get(shape)
        if pieces is None:
            pieces = _life(policy, one, inside, origin)
            if len(lives) < LIVES_KEPT:
                lives[shape] = pieces
        out.append(_cut(pieces, origin, from_at))
    return out


def chains_over(eras: Sequence[Era], people: Sequence[Evidence], from_at: int) -> list[list[StretchOfEra]]:
    """Each person's whole coming chain from `from_at` on over the eras of the place where all of them live."""
    out: list[list[StretchOfEra]] = [[] for _ in people]
    for begins, ends, policy in eras:
        for whole, chain in zip(out, chains(policy, people, max(from_at, begins)), strict=True):
            for start, end, row in chain:
                if ends is None or start < ends:
                    whole.append((start, end if ends is None or (end is not None and end < ends) else ends, row, policy.id))
    return out


def _what_counts(one: Evidence, from_at: int) -> Evidence:
    """Of somebody with nothing but nucleic-acid negatives the newest alone counts from then on, as most people have it.

    It is the latest result and the latest sampling, and there is nothing that an earlier one could have closed.
    """
    results = one.results
    if len(results) < 2 or one.facts or one.samples:
        return one
    newest = results[0]
    for result in results:
        if result[0] != Assay.NAAT or result[1] != Outcome.NEGATIVE or result[3] > from_at:
            return one
        if result[3] >= newest[3]:
            newest = result
    return one._replace(results=(newest,))


def _shape(one: Evidence, inside: tuple[str, ...], from_at: int) -> tuple[Hashable, int]:
    """All that a life depends on, with instants counted from the earliest; and that one."""
    if len(one.results) == 1 and not one.facts and not one.samples:
        # Most people by far: nothing to count from but their one result.
        assay, outcome, single, origin = one.results[0]
        return (one.registration, inside, assay, outcome, single), origin
    instants = [*(at for _, _, _, at in one.results), *(begun for _, begun, _ in one.facts), *one.samples]
    origin = min(instants, default=from_at)
    results = tuple([(assay, outcome, single, at - origin) for assay, outcome, single, at in one.results])
    facts = tuple([(kind, begun - origin, until and until - origin) for kind, begun, until in one.facts])
    return (one.registration, inside, results, facts, tuple([at - origin for at in one.samples])), origin


def _life(policy: Policy, one: Evidence, inside: tuple[str, ...], origin: int) -> Life:
    results = [(Assay(assay), Outcome(outcome), at - origin, bool(single)) for assay, outcome, single, at in one.results]
    facts = [(FactKind(kind), begun - origin, None if until is None else until - origin) for kind, begun, until in one.facts]
    samples = [at - origin for at in one.samples]
    return life(policy, see(policy, Registration(one.registration), inside, results, facts, samples))


def _cut(pieces: Life, origin: int, from_at: int) -> list[Stretch]:
    """The pieces from `from_at` on, counted from `origin`."""
    out: list[Stretch] = []
    for start, end, row in pieces:
        until = None if end == FOREVER else origin + end
        if until is None or until > from_at:
            out.append((from_at if start == NEVER_BEGAN else max(from_at, origin + start), until, row))
    return out
