"""What is counted for a day, and how it adds up: results 人次 by assay and outcome, codes 人数, applications."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
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


class GateFigure(StrEnum):
    """The figures of gates. The first three are counted where the gate stands, notices where they are settled.

    Notices that are open, and of these overdue, stand as at the day's end, or now; the others happened on the day.
    """

    READINGS = "readings"
    ABNORMAL = "abnormal"
    NATIONAL_CODE = "national_code"
    NOTICES = "notices"
    OPEN = "open"
    OVERDUE = "overdue"
    CLOSED = "closed"
    PROPOSED = "proposed"


COUNTED_AT_GATES = (str(GateFigure.READINGS), str(GateFigure.ABNORMAL), str(GateFigure.NATIONAL_CODE))
"""Those with a counter."""

OUTCOMES = tuple(map(str, Outcome))
ENDED = ("corrected", "withdrawn")
PEOPLE, TUBES = "people", "tubes"
RESULT_FIGURES = (*OUTCOMES, *ENDED, PEOPLE, TUBES)
"""人次: results now valid by outcome, and how many were corrected or withdrawn since (contract, `counts`); 人数; 管数."""

MOST_DAYS = 92
"""Of a span: a quarter."""

Counted = tuple[str, str, str, int]
"""One counted line: a place, a group (`applications`, `codes`, `gates` or an assay), a figure, how many."""

APPLICATIONS, CODES, GATES = "applications", "codes", "gates"


@dataclass(frozen=True)
class Figures:
    """The figures of one place, every one of them present, 0 where nothing was counted."""

    applications: Mapping[str, int]
    results: Mapping[str, Mapping[str, int]]
    codes: Mapping[str, int]
    gates: Mapping[str, int] = field(default_factory=lambda: dict.fromkeys(map(str, GateFigure), 0))
    """Days' reports that were confirmed before gates were counted say nothing of them."""


def net(results: Mapping[str, int]) -> int:
    """The results of an assay that are valid now."""
    return sum(results[outcome] for outcome in OUTCOMES)


def gross(results: Mapping[str, int]) -> int:
    """All results of an assay that were recorded: those valid now, those corrected and those withdrawn since."""
    return net(results) + sum(results[how] for how in ENDED)


def figures(lines: Iterable[Counted]) -> Figures:
    """The sum of lines, whatever their places. Of people and tubes no two lines may be of one figure: they do not add up."""
    total: Counter[tuple[str, str]] = Counter()
    for _, group, figure, n in lines:
        total[group, figure] += n

    def of(group: str, names: Iterable[str]) -> dict[str, int]:
        return {str(name): total[group, str(name)] for name in names}

    results = {str(assay): of(assay, RESULT_FIGURES) for assay in Assay}
    return Figures(of(APPLICATIONS, ApplicationFigure), results, of(CODES, Colour), of(GATES, GateFigure))


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
