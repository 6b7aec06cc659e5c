"""Deciding a colour: the answer of a dated table to what is known of a person, with every condition tried."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from hbcore.domain.conditions import UNREGISTERED
from hbcore.domain.known import FactSeen, Known, ResultSeen, micros
from hbcore.domain.policy_table import VALUES, Policy, Row, load_policy, shipped
from hbcore.domain.seen import seen_by
from hbcore.domain.segments import Segment, row_at, segments, standing
from hbcore.domain.sentence import Sentence, same
from hbcore.domain.tried import Person, Tried, sentence_values, tried_in
from hbcore.domain.vocabulary import Colour

__all__ = [
    "Decision",
    "FactSeen",
    "Known",
    "Policy",
    "ResultSeen",
    "Row",
    "Segment",
    "Sentence",
    "Tried",
    "decide",
    "load_policy",
    "reason_of",
    "row_at",
    "segments",
    "shipped",
]

NO_DETAILS: Mapping[str, Sentence] = {}


class Decision(NamedTuple):
    """A person's code at an instant. `until`: when the answer changes if nothing else is recorded (None: never)."""

    colour: Colour | None
    row: str | None
    reason: Sentence
    until: datetime | None
    tried: tuple[Tried, ...]


def decide(policy: Policy, known: Known, at: datetime, *, details: Mapping[str, Sentence] = NO_DETAILS) -> Decision:
    """The colour, its row and reason, until when, and every condition tried on the way (codes part 1).

    Rows in order, first match wins; evidence dated after `at` does not count yet; an age of N hours
    means `0 <= at - sampled < N h`. Without a registration and with nothing against the person there
    is no code: colour and row None. `details` are values for sentences that no rule can know: fields,
    reasons, reason, hotline. Raises TypeError for a naive instant.
    """
    person = Person(known, seen_by(policy, known), at, micros(at), {})
    row, until = standing(policy, person.seen, person.micros)
    tried = tried_in(_asked(policy, known, row), person)
    if row is None:
        return Decision(None, None, policy.no_code, until, tried)
    return Decision(row.colour, row.id, _reason(row, person, details), until, tried)


def reason_of(
    policy: Policy, row_id: str, known: Known, at: datetime, *, details: Mapping[str, Sentence] = NO_DETAILS
) -> Sentence:
    """The sentence of one row as it was said at `at`, by what was known then; `…` where that no longer tells.

    For codes of the past: `decide` says which row holds, this only how that row reads. Raises KeyError for an unknown row.
    """
    row = policy.row(row_id)
    person = Person(known, seen_by(policy, known), at, micros(at), {})
    return row.sentence.fill({**dict.fromkeys(VALUES, same("…")), **sentence_values(row, person), **details})


def _asked(policy: Policy, known: Known, decisive: Row | None) -> list[Row]:
    """The rows looked at, up to the one that decided; without a registration only those against the person."""
    registered, asked = known.registration not in UNREGISTERED, []
    for row in policy.rows:
        if registered or row.against:
            asked.append(row)
        if row is decisive:
            break
    return asked


def _reason(row: Row, person: Person, details: Mapping[str, Sentence]) -> Sentence:
    if "{" not in row.sentence.zh:
        return row.sentence
    return row.sentence.fill({**sentence_values(row, person), **details})
