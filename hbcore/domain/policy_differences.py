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
    """A row of either policy. `number`: its place in the later one, in the earlier one where it was removed."""

    number: int
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
    """All that differs. `rows` are all rows of the later policy in order, then those that were removed."""

    rows: tuple[RowCompared, ...]
    lives: tuple[LifeCompared, ...]
    travel: tuple[TravelRule, TravelRule] | None

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return not self.lives and self.travel is None and all(one.differs == Differs.SAME for one in self.rows)


def compare(before: Policy | None, after: Policy) -> Compared:
    """What `after` says otherwise than `before`; without one before, every row is as it is."""
    if before is None:
        return Compared(tuple(RowCompared(n, row, Differs.SAME, None) for n, row in enumerate(after.rows, 1)), (), None)
    earlier = {row.id: row for row in before.rows}
    rows = [*_rows(earlier, before, after), *_removed(before, after)]
    lives = tuple(_lives(before.facts, after.facts))
    return Compared(tuple(rows), lives, None if before.travel == after.travel else (before.travel, after.travel))


def _rows(earlier: Mapping[str, Row], before: Policy, after: Policy) -> Iterator[RowCompared]:
    # A row has moved where it stands otherwise among those rows that both policies have.
    order = [row.id for row in before.rows if row.id in {one.id for one in after.rows}]
    common = iter(order)
    for number, row in enumerate(after.rows, 1):
        old = earlier.get(row.id)
        if old is None:
            yield RowCompared(number, row, Differs.ADDED, None)
            continue
        moved = next(common) != row.id
        changed = (old.colour, old.sentence, old.when, old.against) != (row.colour, row.sentence, row.when, row.against)
        yield RowCompared(number, row, Differs.CHANGED if changed else Differs.MOVED if moved else Differs.SAME, old)


def _removed(before: Policy, after: Policy) -> Iterator[RowCompared]:
    kept = {row.id for row in after.rows}
    for number, row in enumerate(before.rows, 1):
        if row.id not in kept:
            yield RowCompared(number, row, Differs.REMOVED, row)


def _lives(before: Mapping[FactKind, FactRule], after: Mapping[FactKind, FactRule]) -> Iterator[LifeCompared]:
    for kind in FactKind:
        if before.get(kind) != after.get(kind):
            yield LifeCompared(kind, before.get(kind), after.get(kind))


def when_in_words(row: Row) -> Sentence:
    """All that a row asks for, as one phrase: its conditions joined by and, those of an `any_of` by or."""
    if not row.when:
        return WORDS["conditions"]["always"]
    return _joined("and", [_in_words(condition) for condition in row.when])


def said_by(row: Row) -> Sentence:
    """A row's sentence, what it fills in for each person named: `(date)`."""
    return row.sentence.fill(WORDS["named"]) if "{" in row.sentence.zh else row.sentence


def _in_words(condition: Condition) -> Sentence:
    if condition.word is not Word.ANY_OF:
        return wanted(condition)
    return _joined("or", [_in_words(part) for part in condition.of])


def _joined(how: str, said: list[Sentence]) -> Sentence:
    between = WORDS["conditions"][how]
    return Sentence(between.zh.join(one.zh for one in said), between.en.join(one.en for one in said))


def life_in_words(rule: FactRule | None) -> Sentence:
    """How long a fact holds by a policy."""
    if rule is None:
        return WORDS["conditions"]["own_end"]
    if rule.days is None:
        return WORDS["conditions"]["until_closed"]
    return WORDS["lengths"]["days"].fill({"n": Sentence(str(rule.days), str(rule.days))})
