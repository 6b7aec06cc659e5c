"""What becomes of a laboratory's line, given what we hold of that sample (model parts 4, 6, 7)."""

from dataclasses import dataclass
from enum import StrEnum

from hbcore.domain.vocabulary import Assay, Outcome, ResultStatus, RowCode

POSITIVES = frozenset({Outcome.POSITIVE, Outcome.POOLED_POSITIVE})

OF_ONE_SPECIMEN = frozenset({Assay.NAAT, Assay.ANTIGEN})
"""What counts towards the limit of a shift: a `positive` of these. By itself it makes its person red or yellow, and by the time
a line is judged a positive of a tube of several is `pooled_positive`. Antibodies change no colour and are not counted."""


class Fate(StrEnum):
    """What a readable line does; a `RowCode` in its place holds the line for a person's eyes."""

    NEW = "new"
    ALREADY_HELD = "already_held"
    CORRECTS = "corrects"
    WITHDRAWS = "withdraws"


class WaitsFor(StrEnum):
    """What a held row needs a second account for: a positive beyond the limit of a shift, or one that would be taken away."""

    RELEASE = "release"
    REMOVAL = "removal"


@dataclass(frozen=True, slots=True)
class HeldResult:
    """The answer we hold for a sample. `valid`: not corrected, withdrawn or recalled since."""

    outcome: str
    valid: bool


def counts(assay: str, outcome: str) -> bool:
    """Whether a result counts towards the limit of a shift: a positive of one person's own specimen (model part 6)."""
    return outcome == Outcome.POSITIVE and assay in OF_ONE_SPECIMEN


def says_positive(status: str, assay: str, outcome: str) -> bool:
    """Whether a line says that somebody may be infectious: alone or in a tube of several, and it takes nothing away."""
    return outcome in POSITIVES and assay in OF_ONE_SPECIMEN and status != ResultStatus.WITHDRAWN


def fate(status: str, outcome: str, held: HeldResult | None, *, by_two: bool = False) -> Fate | RowCode:
    """What a line of this status and outcome does to what is held of the same sample, assay and person.

    A correction of an unknown sample is a new result. Whatever removes a positive needs a second account (model part 6), and
    `by_two` says that two stand behind it; another answer with no word of correction contradicts, as does a final line for a
    sample that was withdrawn.
    """
    if held is None:
        return RowCode.WITHDRAWS_UNKNOWN if status == ResultStatus.WITHDRAWN else Fate.NEW
    if status == ResultStatus.WITHDRAWN:
        if not held.valid:
            return Fate.ALREADY_HELD
        return RowCode.SECOND_ACCOUNT_NEEDED if held.outcome in POSITIVES and not by_two else Fate.WITHDRAWS
    if held.valid and held.outcome == outcome:
        return Fate.ALREADY_HELD
    if status != ResultStatus.CORRECTED:
        return RowCode.CONTRADICTS
    alone = held.valid and not by_two
    return RowCode.SECOND_ACCOUNT_NEEDED if alone and removes(held.outcome, outcome) else Fate.CORRECTS


def removes(was: str, now: str) -> bool:
    """Whether a correction takes a positive away; a pooled one in its place turns nobody red, so it does."""
    return was == Outcome.POSITIVE != now or (was == Outcome.POOLED_POSITIVE and now not in POSITIVES)
