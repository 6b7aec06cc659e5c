"""What a decision rests on: the very results and facts by which its row holds, how long each holds, and which row comes next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from hbcore.domain.conditions import Condition, Word
from hbcore.domain.known import Known, instant, micros
from hbcore.domain.policy import Decision
from hbcore.domain.policy_eras import Era
from hbcore.domain.policy_table import Policy, Row, parts
from hbcore.domain.seen import Seen, Stretch, seen_by, stretches
from hbcore.domain.segments import row_at, standing
from hbcore.domain.sentence import Sentence
from hbcore.domain.spans import FOREVER
from hbcore.domain.tried import Tried
from hbcore.domain.vocabulary import Assay, Colour


class EndsBy(StrEnum):
    """What sets a fact's end: what was recorded with it, the policy's days (written down with it or not), or a later fact
    that closes it."""

    RECORDED = "recorded"
    POLICY = "policy"
    CLOSED = "closed"


@dataclass(frozen=True)
class RestsOn:
    """What the decisive row holds by: places in `Known.results`, `.facts` and `.samples`; registration and residence plainly.

    `row` None: there is no code.
    """

    row: Row | None
    results: tuple[int, ...]
    facts: tuple[int, ...]
    samples: tuple[int, ...]
    registration: bool
    residence: bool


@dataclass(frozen=True)
class Next:
    """What comes by itself: the instant, and the row of the policy of then that holds from then on (None: no code)."""

    at: datetime
    policy: Policy
    row: Row | None


@dataclass(frozen=True)
class LineTried:
    """One condition of a row, and what it asks about. `either`: it is one of several of which one is enough."""

    word: Word
    wanted: Sentence
    found: Sentence
    holds: bool
    either: bool


@dataclass(frozen=True)
class RowTried:
    """A row as it was tried, by its number in the policy. The row of no conditions catches everything."""

    number: int
    colour: Colour
    decisive: bool
    lines: tuple[LineTried, ...]


def rests_on(policy: Policy, known: Known, at: datetime) -> RestsOn:
    """The evidence by which the decisive row holds at `at`: all of it, not only the piece that holds longest."""
    seen, now = seen_by(policy, known), micros(at)
    row = standing(policy, seen, now)[0]
    asked = [condition for condition, _ in row.parts] if row else []
    held = [(condition, held_now(condition, seen, now)) for condition in asked]
    words = {condition.word for condition, pieces in held if pieces}
    facts = {piece.order for condition, pieces in held if condition.word is Word.FACT_IN_FORCE for piece in pieces}
    results = {
        piece.order
        for condition, pieces in held
        if condition.word not in (Word.FACT_IN_FORCE, Word.SAMPLED)
        for piece in pieces
        if piece.order >= 0
    }
    taken = {piece.start for condition, pieces in held if condition.word is Word.SAMPLED for piece in pieces}
    results |= {one.order for one in seen.results[Assay.NAAT] if one.at in taken}
    return RestsOn(
        row,
        tuple(sorted(results)),
        tuple(sorted(facts)),
        tuple(place for place, sampled in enumerate(known.samples) if micros(sampled) in taken),
        Word.REGISTRATION in words,
        Word.RESIDENCE_WITHIN in words,
    )


def held_now(condition: Condition, seen: Seen, now: int) -> list[Stretch]:
    """Every piece of evidence by which a condition holds at an instant in microseconds."""
    return [piece for piece in stretches(condition, seen) if piece.start <= now < piece.end]


def fact_end(policy: Policy, known: Known, place: int) -> tuple[datetime | None, EndsBy | None]:
    """When the fact at `place` of `Known.facts` stops being in force, and by what; None where nothing ends it yet."""
    fact, held = known.facts[place], seen_by(policy, known).facts[place]
    if held.end == FOREVER:
        return None, None
    rule = policy.facts.get(fact.kind)
    if fact.until_at is not None and micros(fact.until_at) == held.end:
        worked_out = rule and rule.days and fact.until_at == fact.from_at + timedelta(days=rule.days)
        return instant(held.end), EndsBy.POLICY if worked_out else EndsBy.RECORDED
    closed = rule and any(other.kind in rule.closed_by and micros(other.from_at) == held.end for other in known.facts)
    return instant(held.end), EndsBy.CLOSED if closed else EndsBy.POLICY


def comes_next(eras_ahead: Sequence[Era], known: Known, until: datetime | None) -> Next | None:
    """What follows at `until`, the end of a decision over these eras, if nothing else is recorded; None where it has no end."""
    if until is None:
        return None
    begun = [era for era in eras_ahead if instant(era.from_at) <= until]
    policy = begun[-1].policy
    return Next(until, policy, row_at(policy, known, until))


def rows_tried(policy: Policy, decision: Decision) -> tuple[RowTried, ...]:
    """What `decide` tried, row by row in the policy's order; the decisive row last."""
    lines: dict[str, list[Tried]] = {decision.row: []} if decision.row else {}
    for one in decision.tried:
        lines.setdefault(one.row, []).append(one)
    return tuple(
        RowTried(number, row.colour, row.id == decision.row, _lines(row, lines[row.id]))
        for number, row in enumerate(policy.rows, start=1)
        if row.id in lines
    )


def _lines(row: Row, tried: Sequence[Tried]) -> tuple[LineTried, ...]:
    asked = [(part.word, condition.word is Word.ANY_OF) for condition in row.when for part in parts((condition,))]
    return tuple(
        LineTried(word, one.wanted, one.found, one.holds, any_of) for one, (word, any_of) in zip(tried, asked, strict=True)
    )
