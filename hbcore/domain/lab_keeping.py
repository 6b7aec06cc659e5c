"""What becomes of a laboratory's line, given what we hold of that sample (model parts 4, 6, 7)."""

from dataclasses import dataclass
from enum import StrEnum

from hbcore.domain.vocabulary import Outcome, ResultStatus, RowCode

POSITIVES = frozenset({Outcome.POSITIVE, Outcome.POOLED_POSITIVE})


class Fate(StrEnum):
    """What a readable line does; a `RowCode` in its place holds the line for a person's eyes."""

    NEW = "new"
    ALREADY_HELD = "already_held"
    CORRECTS = "corrects"
    WITHDRAWS = "withdraws"


@dataclass(frozen=True, slots=True)
class HeldResult:
    """The answer we hold for a sample. `valid`: not corrected, withdrawn or recalled since."""

    outcome: str
    valid: bool


def fate(status: str, outcome: str, held: HeldResult | None) -> Fate | RowCode:
    """What a line of this status and outcome does to what is held of the same sample, assay and person.

    A correction of an unknown sample is a new result. Whatever removes a positive needs a second account (model part 6);
    another answer with no word of correction contradicts, as does a final line for a sample that was withdrawn.
    """
    if held is None:
        return RowCode.WITHDRAWS_UNKNOWN if status == ResultStatus.WITHDRAWN else Fate.NEW
    if status == ResultStatus.WITHDRAWN:
        if not held.valid:
            return Fate.ALREADY_HELD
        return RowCode.SECOND_ACCOUNT_NEEDED if held.outcome in POSITIVES else Fate.WITHDRAWS
    if held.valid and held.outcome == outcome:
        return Fate.ALREADY_HELD
    if status != ResultStatus.CORRECTED:
        return RowCode.CONTRADICTS
    return RowCode.SECOND_ACCOUNT_NEEDED if held.valid and _removes(held.outcome, outcome) else Fate.CORRECTS


def _removes(was: str, now: str) -> bool:
    """Whether a correction takes a positive away; a pooled one in its place turns nobody red, so it does."""
    return was == Outcome.POSITIVE != now or (was == Outcome.POOLED_POSITIVE and now not in POSITIVES)
