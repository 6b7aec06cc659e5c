"""How fast and how evenly applications are decided: hours with the clock, share within 24 h, who waits longer than others.

Hours are those of the 24-hour clock (model part 2): from the submission in the original channel, without the time for which the
applicant was asked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

import numpy as np
import numpy.typing as npt

HOUR = 3_600_000_000
"""Microseconds."""

LEAST_COMPARED = 5
"""Groups of fewer decided applications are not compared: one slow day would decide, and one person might be known by it."""

LEAST_TOLD = 20
FAR_LONGER = 1.5
"""A group of at least so many decided, whose median is more than so many times that of all, waits far longer: it is said."""

MOST_DAYS = 366


class Age(StrEnum):
    """For how many hours of its clock an application has waited; from 24 on it is overdue."""

    UNDER_6 = "under_6"
    UNDER_12 = "under_12"
    UNDER_24 = "under_24"
    OVERDUE = "overdue"


LEFT_AT_LEAST: Mapping[Age, timedelta] = {
    Age.UNDER_6: timedelta(hours=18),
    Age.UNDER_12: timedelta(hours=12),
    Age.UNDER_24: timedelta(0),
}
"""What is left of the 24 hours, more than this, at each age; the next older age has no more than this."""


@dataclass(frozen=True)
class Part:
    """The decided applications of a whole or a part. Hours are None where nothing was decided.

    `ninetieth`: nine of ten were decided in so many hours or fewer (nearest rank). `within`: before their 24 hours were over.
    """

    decided: int = 0
    approved: int = 0
    within: int = 0
    median: float | None = None
    ninetieth: float | None = None


NOTHING = Part()


@dataclass(frozen=True)
class DecidedColumns:
    """Decided applications as columns: hours to the decision, whether within the 24, whether approved."""

    hours: npt.NDArray[np.float64]
    within: npt.NDArray[np.bool_]
    approved: npt.NDArray[np.bool_]


def decided_columns(decided_at: Sequence[int], due_at: Sequence[int], approved: Sequence[bool]) -> DecidedColumns:
    """From instants in microseconds. When the 24 hours end has moved by as long as the clock stood still."""
    at, due = np.array(decided_at, dtype=np.int64), np.array(due_at, dtype=np.int64)
    return DecidedColumns((at - due) / HOUR + 24.0, at < due, np.array(approved, dtype=bool))


def whole(columns: DecidedColumns) -> Part:
    """The figures of all of them."""
    return by_key([""] * len(columns.hours), columns).get("", NOTHING)


def by_key(keys: Sequence[str], columns: DecidedColumns) -> dict[str, Part]:
    """The figures of each key's part."""
    places: dict[str, int] = {}
    codes = np.array([places.setdefault(key, len(places)) for key in keys], dtype=np.int64)
    order = np.lexsort((columns.hours, codes))
    ends = np.cumsum(np.bincount(codes, minlength=len(places))) if len(places) else ()
    parts, start = {}, 0
    for key, end in zip(places, map(int, ends), strict=True):
        parts[key] = _part(columns, order[start:end])
        start = end
    return parts


def _part(columns: DecidedColumns, chosen: npt.NDArray[np.intp]) -> Part:
    """Of rows in the order of their hours."""
    hours, n = columns.hours[chosen], len(chosen)
    return Part(
        decided=n,
        approved=int(columns.approved[chosen].sum()),
        within=int(columns.within[chosen].sum()),
        median=float((hours[(n - 1) // 2] + hours[n // 2]) / 2),
        ninetieth=float(hours[-(-n * 9 // 10) - 1]),
    )


class Compared(StrEnum):
    """How a group fares beside all."""

    TOO_FEW = "too_few"
    FAR_LONGER = "far_longer"
    ALIKE = "alike"


def compare(part: Part, of_all: Part) -> Compared:
    """Equal treatment (founding notice, 一视同仁): whether a group of applicants waits far longer than all together."""
    if part.decided < LEAST_COMPARED or part.median is None or of_all.median is None:
        return Compared.TOO_FEW
    longer = part.decided >= LEAST_TOLD and part.median > FAR_LONGER * of_all.median
    return Compared.FAR_LONGER if longer else Compared.ALIKE


@dataclass(frozen=True)
class AppliedBehind:
    """Which applications a figure counts: those decided in the days; else those waiting now, of an age or held by somebody, or
    those asked for something in the days. The rest narrows the decided down."""

    decided: bool = False
    age: Age | None = None
    held_by: int | None = None
    asked_for: str | None = None
    refused_for: str | None = None
    approved: bool = False
    late: bool = False
    kind: str | None = None
    country: str | None = None
    by: int | None = None
