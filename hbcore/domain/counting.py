"""What is counted for a day, and how it adds up: results 人次 by assay and outcome, codes 人数, applications."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from hbcore.domain.vocabulary import SHANGHAI, Assay, Colour, Outcome


class DayOf(StrEnum):
    """Which day of a result counts (model part 7): the day it was recorded by default."""

    RECORDED = "recorded"
    SAMPLED = "sampled"
    REPORTED = "reported"


class ApplicationFigure(StrEnum):
    """The figures of applications. The first three happened on the day; the last three stand as at its end, or now."""

    SUBMITTED = "submitted"
    APPROVED = "approved"
    REFUSED = "refused"
    ASKED = "asked"
    WAITING = "waiting"
    OVERDUE = "overdue"


RESULT_FIGURES = (*(str(outcome) for outcome in Outcome), "corrected", "withdrawn")
"""Results now valid by outcome, and how many of the day were corrected or withdrawn since (contract, `counts`)."""

Counted = tuple[str, str, str, int]
"""One counted line: a place, a group (`applications`, `codes` or an assay), a figure, how many."""

APPLICATIONS, CODES = "applications", "codes"


@dataclass(frozen=True)
class Figures:
    """The figures of one place, every one of them present, 0 where nothing was counted."""

    applications: Mapping[str, int]
    results: Mapping[str, Mapping[str, int]]
    codes: Mapping[str, int]


def figures(lines: Iterable[Counted]) -> Figures:
    """The sum of lines, whatever their places."""
    total: Counter[tuple[str, str]] = Counter()
    for _, group, figure, n in lines:
        total[group, figure] += n

    def of(group: str, names: Iterable[str]) -> dict[str, int]:
        return {str(name): total[group, str(name)] for name in names}

    results = {str(assay): of(assay, RESULT_FIGURES) for assay in Assay}
    return Figures(of(APPLICATIONS, ApplicationFigure), results, of(CODES, Colour))


def by_place(lines: Iterable[Counted]) -> dict[str, Figures]:
    """`figures` of each place that has a line."""
    places: dict[str, list[Counted]] = {}
    for line in lines:
        places.setdefault(line[0], []).append(line)
    return {place: figures(of_place) for place, of_place in places.items()}


def day_span(on: date) -> tuple[datetime, datetime]:
    """The first instant of a Shanghai day and that of the next, whatever the machine's zone (S39)."""
    start = datetime.combine(on, time(), SHANGHAI)
    return start.astimezone(UTC), (start + timedelta(days=1)).astimezone(UTC)
