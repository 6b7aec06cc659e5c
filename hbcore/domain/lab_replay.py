"""What several uploads said of one sample, gone through again in order, as if some of it had never been said."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from hbcore.domain.lab_keeping import Fate, HeldResult, fate
from hbcore.domain.vocabulary import ResultStatus, RowCode

CORRECTED, WITHDRAWN = "corrected", "withdrawn"


@dataclass(frozen=True)
class Said:
    """A line about a sample. `id`: of the result it made or would make, of a withdrawal the one it ended; `at`: microseconds.

    `by_two`: two people stand behind it, as behind whatever took a positive away (model part 6).
    """

    id: int
    upload: int
    at: int
    outcome: str
    status: ResultStatus
    by_two: bool = True


@dataclass(frozen=True)
class Became:
    """What a line came to: a result that stands, or one that ended how, when and by which upload; or the same as another."""

    how: str | None = None
    at: int | None = None
    by: int | None = None
    same_as: int | None = None


STANDS = Became()


def replayed(said: Iterable[Said]) -> dict[int, Became]:
    """By id what each result came to; a line that could not stand in that order is not among them."""
    sample = _Sample()
    for one in said:
        sample.hear(one)
    return sample.became


def without(said: Iterable[Said], upload: int) -> dict[int, Became]:
    """What the lines of all other uploads come to if this one had never come.

    Only what took a positive away in truth was confirmed by two people: nothing else takes one away now.
    """
    truth, others = _Sample(), _Sample()
    for one in said:
        by_two = truth.fate(replace(one, by_two=False)) == RowCode.SECOND_ACCOUNT_NEEDED
        truth.hear(one)
        if one.upload != upload:
            others.hear(replace(one, by_two=by_two))
    return others.became


@dataclass
class _Sample:
    """A sample as the lines heard so far leave it."""

    became: dict[int, Became] = field(default_factory=dict)
    last: Said | None = None

    def fate(self, one: Said) -> Fate | RowCode:
        held = HeldResult(self.last.outcome, self.became[self.last.id] == STANDS) if self.last else None
        return fate(one.status, one.outcome, held, by_two=one.by_two)

    def hear(self, one: Said) -> None:
        what, last = self.fate(one), self.last
        if last and what in (Fate.CORRECTS, Fate.WITHDRAWS) and self.became[last.id] == STANDS:
            self.became[last.id] = Became(CORRECTED if what == Fate.CORRECTS else WITHDRAWN, one.at, one.upload)
        if what in (Fate.NEW, Fate.CORRECTS):
            self.became[one.id], self.last = STANDS, one
        elif last and what == Fate.ALREADY_HELD and one.status != ResultStatus.WITHDRAWN:
            self.became[one.id] = Became(same_as=last.id)
