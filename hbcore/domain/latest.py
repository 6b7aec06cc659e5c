"""Which results a card shows: the latest of each assay, and every positive that still stands, whatever came after it."""

from collections.abc import Sequence
from datetime import datetime

from hbcore.domain.conditions import Condition, Word
from hbcore.domain.known import Known, ResultSeen, micros
from hbcore.domain.policy_table import Policy
from hbcore.domain.seen import BADNESS, seen_by, stretches
from hbcore.domain.vocabulary import Assay, FactKind

OPEN = (
    Condition(Word.OPEN_POSITIVE, closed_by=(FactKind.RECOVERED, FactKind.POSITIVE_EXCLUDED)),
    Condition(Word.OPEN_POOLED),
    Condition(Word.OPEN_ANTIGEN),
)
"""What keeps a positive open under any policy: a single one until closed, a pooled or antigen one until retested."""


def latest_places(results: Sequence[ResultSeen], at: datetime) -> dict[Assay, int]:
    """The place in `results` of the latest sampled of each assay; of one instant the worse counts (model part 4).

    A sample dated after `at` does not count yet.
    """
    latest: dict[Assay, tuple[datetime, int, int]] = {}
    for place, seen in enumerate(results):
        rank = (seen.sampled_at, BADNESS.get(seen.outcome, 0), place)
        if seen.sampled_at <= at and (seen.assay not in latest or rank > latest[seen.assay]):
            latest[seen.assay] = rank
    return {assay: place for assay, (_, _, place) in latest.items()}


def open_places(policy: Policy, known: Known, at: datetime) -> tuple[int, ...]:
    """The places in `known.results` of the positives still open at `at`, in time order (codes part 1, edges).

    "Latest" must never hide one of them: the founding notice speaks of several negatives only (domain part 1).
    """
    seen, now = seen_by(policy, known), micros(at)
    open_now = {piece.order for condition in OPEN for piece in stretches(condition, seen) if piece.start <= now < piece.end}
    return tuple(sorted(open_now, key=lambda place: (known.results[place].sampled_at, place)))
