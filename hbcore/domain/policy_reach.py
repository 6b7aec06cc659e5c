"""Which row of a table can never decide, because an earlier one always catches first whoever it means."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise, product
from math import prod
from typing import Protocol

from hbcore.domain.conditions import UNREGISTERED, Condition, Word
from hbcore.domain.vocabulary import Assay, Registration

MOST_CASES = 100
"""A row that means more sorts of people than this is compared as it stands."""


class Line(Protocol):
    """What matters of a row."""

    @property
    def when(self) -> tuple[Condition, ...]: ...
    @property
    def against(self) -> bool: ...


@dataclass(frozen=True)
class Unreached:
    """The number of a row that never decides, and of an earlier one that catches (None: it can hold for nobody at all)."""

    row: int
    by: int | None


def unreached(rows: Sequence[Line]) -> Unreached | None:
    """The first row that never decides; None where every one can. The last row is there for what nobody foresaw.

    Each state of a registration, kind of fact, outcome and way of an `any_of` is looked at by itself, so several rows together
    may catch a later one; else one condition is compared with one. What it names is never reached; that it finds every such
    row it does not promise.
    """
    for place, row in enumerate(rows[:-1]):
        first: int | None = None
        meant = ((state, case) for state in Registration for case in _cases(_asked(row, state)))
        for state, case in meant:
            by = _first_catching(rows[:place], case, state)
            if by is None:
                break
            first = min(first or by, by)
        else:
            return Unreached(place + 1, first)
    return None


def _first_catching(earlier: Sequence[Line], asked: Sequence[Condition], state: Registration) -> int | None:
    for number, one in enumerate(earlier, start=1):
        wider = _asked(one, state)
        if wider is not None and all(any(implies(mine, other) for mine in asked) for other in wider):
            return number
    return None


def _cases(asked: tuple[Condition, ...] | None) -> Iterator[tuple[Condition, ...]]:
    """The people whom a row means, by one kind, one outcome and one way each; those that nobody can be are left out."""
    if asked is None:
        return
    ways = [tuple(_ways(one)) for one in asked]
    few = prod(map(len, ways)) <= MOST_CASES
    yield from (case for case in (product(*ways) if few else (asked,)) if not _nowhere(case))


def _ways(condition: Condition) -> Iterator[Condition]:
    if condition.word is Word.ANY_OF:
        for one in condition.of:
            yield from _ways(one)
    elif condition.kinds:
        yield from (replace(condition, kinds=(kind,)) for kind in condition.kinds)
    elif condition.outcomes:
        yield from (replace(condition, outcomes=(outcome,)) for outcome in condition.outcomes)
    else:
        yield condition


def _asked(row: Line, state: Registration) -> tuple[Condition, ...] | None:
    """What a row still asks of somebody whose registration is `state`; None where it can't hold for them."""
    return None if state in UNREGISTERED and not row.against else _left(row.when, state)


def _left(conditions: Sequence[Condition], state: Registration) -> tuple[Condition, ...] | None:
    left: list[Condition] = []
    for condition in conditions:
        if condition.word is Word.REGISTRATION:
            if state not in condition.states:
                return None
        elif condition.word is not Word.ANY_OF:
            left.append(condition)
        else:
            ways = [way for one in condition.of if (way := _left((one,), state)) is not None]
            if not ways:
                return None
            if () not in ways:
                left.append(replace(condition, of=tuple(one for way in ways for one in way)))
    return tuple(left)


def _nowhere(conditions: Sequence[Condition]) -> bool:
    """Whether somebody would have to live in two places of which neither lies in the other, or have two latest results."""
    prefixes = sorted((one.prefix for one in conditions if one.word is Word.RESIDENCE_WITHIN), key=len)
    latest = [one for one in conditions if one.word is Word.LATEST_RESULT]
    two = any(a.assay is b.assay and set(a.outcomes).isdisjoint(b.outcomes) for a, b in combinations(latest, 2))
    return two or any(not longer.startswith(shorter) for shorter, longer in pairwise(prefixes))


def implies(mine: Condition, other: Condition) -> bool:
    """Whether `other` holds whenever `mine` does: the same word asking for less, or sampled for a result as young."""
    if mine.word is Word.ANY_OF:
        return all(implies(one, other) for one in mine.of)
    if other.word is Word.ANY_OF:
        return any(implies(mine, one) for one in other.of)
    if mine.word is Word.LATEST_RESULT and other.word is Word.SAMPLED:
        return mine.assay is Assay.NAAT and _as_young(mine, other)
    return mine.word is other.word and ASKS_LESS[mine.word](mine, other)


def _as_young(mine: Condition, other: Condition) -> bool:
    return other.hours is None or (mine.hours is not None and mine.hours <= other.hours)


def _fact(mine: Condition, other: Condition) -> bool:
    return set(mine.kinds) <= set(other.kinds) and _as_young(mine, other) and set(other.no_later) <= set(mine.no_later)


def _result(mine: Condition, other: Condition) -> bool:
    return mine.assay is other.assay and set(mine.outcomes) <= set(other.outcomes) and _as_young(mine, other)


def _always(_mine: Condition, _other: Condition) -> bool:
    return True


ASKS_LESS: Mapping[Word, Callable[[Condition, Condition], bool]] = {
    Word.FACT_IN_FORCE: _fact,
    Word.OPEN_POSITIVE: lambda mine, other: set(other.closed_by) <= set(mine.closed_by),
    Word.OPEN_POOLED: _always,
    Word.OPEN_ANTIGEN: _always,
    Word.OPEN_IGM: _always,
    Word.LATEST_RESULT: _result,
    Word.SAMPLED: _as_young,
    Word.REGISTRATION: lambda mine, other: set(mine.states) <= set(other.states),
    Word.RESIDENCE_WITHIN: lambda mine, other: mine.prefix.startswith(other.prefix),
}
"""Whether the second of two conditions of a word holds whenever the first does."""
