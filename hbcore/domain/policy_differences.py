"""What differs between two policies, row by row, in plain words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from hbcore.domain.conditions import Condition, Word
from hbcore.domain.policy_table import FactRule, Policy, Row, TravelRule
from hbcore.domain.sentence import Sentence, shipped_words
from hbcore.domain.vocabulary import FactKind
from hbcore.domain.wanted import wanted

WORDS = shipped_words("policy_words.json")


class Differs(StrEnum):
    """How a row of the later policy stands to the earlier one."""

    SAME = "same"
    ADDED = "added"
    CHANGED = "changed"
    MOVED = "moved"
    REMOVED = "removed"


@dataclass(frozen=True)
class RowCompared:
    """A row of either policy. `number`: its place in the later one, `formerly` in the earlier one; None: it is not there."""

    number: int | None
    formerly: int | None
    row: Row
    differs: Differs
    before: Row | None


@dataclass(frozen=True)
class LifeCompared:
    """A kind of fact that lasts differently, or is closed by other kinds; None: the policy does not name it."""

    kind: FactKind
    before: FactRule | None
    after: FactRule | None


@dataclass(frozen=True)
class Compared:
    """All that differs. `rows` are all rows of the later policy in order, then those that were removed.

    `travel`, `no_code`, `notes`: as they were before; None where they are the same.
    """

    rows: tuple[RowCompared, ...]
    lives: tuple[LifeCompared, ...] = ()
    travel: TravelRule | None = None
    no_code: Sentence | None = None
    notes: tuple[Sentence, ...] | None = None

    @property
    def differing(self) -> tuple[RowCompared, ...]:
        """The rows that differ."""
        return tuple(one for one in self.rows if one.differs != Differs.SAME)

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return not (self.differing or self.lives or self.travel or self.no_code) and self.notes is None


def compare(before: Policy | None, after: Policy) -> Compared:
    """What `after` says otherwise than `before`; without one before, every row is as it is."""
    if before is None:
        return Compared(tuple(RowCompared(n, None, row, Differs.SAME, None) for n, row in enumerate(after.rows, 1)))
    return Compared(
        rows=(*_rows(before, after), *_removed(before, after)),
        lives=tuple(_lives(before.facts, after.facts)),
        travel=None if before.travel == after.travel else before.travel,
        no_code=None if before.no_code == after.no_code else before.no_code,
        notes=None if before.notes == after.notes else before.notes,
    )


def _rows(before: Policy, after: Policy) -> Iterator[RowCompared]:
    # A row has moved where it stands otherwise among those rows that both policies have.
    order = [row.id for row in before.rows if row.id in {one.id for one in after.rows}]
    common = iter(order)
    earlier = {row.id: (number, row) for number, row in enumerate(before.rows, 1)}
    for number, row in enumerate(after.rows, 1):
        if row.id not in earlier:
            yield RowCompared(number, None, row, Differs.ADDED, None)
            continue
        formerly, old = earlier[row.id]
        moved = next(common) != row.id
        changed = (old.colour, old.sentence, old.when, old.against) != (row.colour, row.sentence, row.when, row.against)
        how = Differs.CHANGED if changed else Differs.MOVED if moved else Differs.SAME
        yield RowCompared(number, formerly, row, how, old)


def _removed(before: Policy, after: Policy) -> Iterator[RowCompared]:
    kept = {row.id for row in after.rows}
    for number, row in enumerate(before.rows, 1):
        if row.id not in kept:
            yield RowCompared(None, number, row, Differs.REMOVED, row)


def _lives(before: Mapping[FactKind, FactRule], after: Mapping[FactKind, FactRule]) -> Iterator[LifeCompared]:
    for kind in FactKind:
        if before.get(kind) != after.get(kind):
            yield LifeCompared(kind, before.get(kind), after.get(kind))


def when_in_words(row: Row) -> Sentence:
    """All that a row asks for, as one phrase: its conditions joined by and, those of an `any_of` by or; whom it is for."""
    said = _joined("and", [_in_words(condition) for condition in row.when]) if row.when else WORDS["conditions"]["always"]
    also = WORDS["conditions"]["unregistered_too"]
    return Sentence(said.zh + also.zh, said.en + also.en) if row.against else said


def said_by(row: Row) -> Sentence:
    """A row's sentence, what it fills in for each person named: `(date)`."""
    return row.sentence.fill(WORDS["named"]) if "{" in row.sentence.zh else row.sentence


def _in_words(condition: Condition) -> Sentence:
    if condition.word is not Word.ANY_OF:
        return wanted(condition)
    return _joined("or", [_in_words(part) for part in condition.of])


def _joined(how: str, said: list[Sentence]) -> Sentence:
    between = WORDS["conditions"][how]
    first, *others = (one.en for one in said)
    goes_on = [f"{one[:1].lower()}{one[1:]}" for one in others]  # in English only the first one begins a sentence
    return Sentence(between.zh.join(one.zh for one in said), between.en.join([first, *goes_on]))


def life_in_words(rule: FactRule | None) -> Sentence:
    """How long a fact holds by a policy."""
    if rule is None:
        return WORDS["conditions"]["own_end"]
    if rule.days is None:
        return WORDS["conditions"]["until_closed"]
    return WORDS["lengths"]["days"].fill({"n": Sentence(str(rule.days), str(rule.days))})
