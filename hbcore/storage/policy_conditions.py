"""Each word of a policy's vocabulary as a test in SQL over a person's marks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from hbcore.domain.conditions import Condition, Word
from hbcore.domain.known import HOUR
from hbcore.domain.marks import NO_RULE
from hbcore.domain.policy_table import Policy
from hbcore.domain.vocabulary import FactKind, Outcome, Registration
from hbcore.storage.people_rows import PERSONS
from hbcore.storage.policy_marks import BEYOND_RANKS, RANKS, SOUGHT, Mark, Test


@dataclass(frozen=True)
class Asked:
    """What is asked of: a policy at an instant (microseconds), and the latest marks of a person."""

    policy: Policy
    at: int
    marks: Mapping[str, Mark]


def marked(condition: Condition, asked: Asked) -> Test:
    """Whether marks make a condition hold. NULL counts as no: marks that are not there make none hold."""
    return TESTS[condition.word](condition, asked)


def holds_unmarked(condition: Condition, state: Registration) -> bool | None:
    """Whether a condition holds for somebody of this registration of whom nothing is marked.

    None: by where they live, or by whether they have a young negative.
    """
    if condition.word is Word.ANY_OF:
        found = {holds_unmarked(one, state) for one in condition.of}
        return True if True in found else None if None in found else False
    if condition.word is Word.RESIDENCE_WITHIN or (condition.word in SOUGHT and SOUGHT[condition.word](condition).common):
        return None
    return condition.word is Word.REGISTRATION and state in condition.states


def _not_before(opening: Mark, *closing: Mark) -> Test:
    """Still open: nothing that closes it came later. What is not there closes nothing."""
    return sa.and_(opening.is_not(None), *(sa.func.coalesce(one, opening) <= opening for one in closing))


def _fact_in_force(condition: Condition, asked: Asked) -> Test:
    return sa.or_(*(_kind_in_force(kind, condition, asked) for kind in condition.kinds))


def _kind_in_force(kind: FactKind, condition: Condition, asked: Asked) -> Test:
    # Whatever else is asked of a fact is that it began late enough: so only the latest of a kind has to be asked.
    alive, closed_by = asked.marks[f"alive_{kind}"], asked.policy.facts.get(kind, NO_RULE).closed_by
    closing = [asked.marks[f"begun_{other}"] for other in closed_by]
    later = [asked.marks[f"naat_{outcome}"] for outcome in condition.no_later]
    young = [alive > asked.at - condition.hours * HOUR] if condition.hours else []
    return sa.and_(_not_before(alive, *closing, *later), *young)


def _open_positive(condition: Condition, asked: Asked) -> Test:
    return _not_before(asked.marks["naat_positive"], *(asked.marks[f"begun_{kind}"] for kind in condition.closed_by))


def _open_igm(_: Condition, asked: Asked) -> Test:
    latest, negative = asked.marks["latest_igm"], asked.marks["single_negative"]
    # A negative of the very instant of the IgM counts as well: it must lie before.
    before = (negative + 1) * BEYOND_RANKS <= latest
    return sa.and_(_rank_of(latest) == RANKS[Outcome.POSITIVE], sa.or_(negative.is_(None), before))


def _rank_of(latest: Mark) -> Mark:
    return latest.bitwise_and(BEYOND_RANKS - 1)


def _younger(latest: Mark, hours: int | None, at: int) -> Test:
    return latest >= (at - (hours or 0) * HOUR + 1) * BEYOND_RANKS


def _latest_result(condition: Condition, asked: Asked) -> Test:
    latest = asked.marks[f"latest_{condition.assay}"]
    ranks = sorted(RANKS[outcome] for outcome in condition.outcomes)
    return sa.and_(_rank_of(latest).in_(ranks), _younger(latest, condition.hours, asked.at))


def _sampled(condition: Condition, asked: Asked) -> Test:
    return _younger(asked.marks["latest_naat"], condition.hours, asked.at)


TESTS: Mapping[Word, Callable[[Condition, Asked], Test]] = {
    Word.FACT_IN_FORCE: _fact_in_force,
    Word.OPEN_POSITIVE: _open_positive,
    Word.OPEN_POOLED: lambda _, asked: _not_before(asked.marks["naat_pooled_positive"], asked.marks["retested"]),
    Word.OPEN_ANTIGEN: lambda _, asked: _not_before(asked.marks["antigen_positive"], asked.marks["retested"]),
    Word.OPEN_IGM: _open_igm,
    Word.LATEST_RESULT: _latest_result,
    Word.SAMPLED: _sampled,
}
"""The words that evidence settles."""

OF_PERSON: Mapping[Word, Callable[[Condition], Test]] = {
    Word.REGISTRATION: lambda condition: PERSONS.c.registration.in_(condition.states),
    Word.RESIDENCE_WITHIN: lambda condition: sa.func.substr(PERSONS.c.unit, 1, len(condition.prefix)) == condition.prefix,
}
"""The words that a person's own row settles."""
