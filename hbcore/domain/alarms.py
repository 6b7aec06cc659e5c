"""What must not lie unnoticed: which findings are alarms, after how long, and what settles each of them (model part 6)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from hbcore.domain.permissions import Permission, may
from hbcore.domain.temperatures import SETTLED_WITHIN
from hbcore.domain.vocabulary import FactKind, Role


class AlarmKind(StrEnum):
    """What a line of the alarms is. `TO_VERIFY` is the district's list of new positives, not an alarm yet."""

    TO_VERIFY = "to_verify"
    UNCLASSIFIED = "unclassified"
    NOT_RETESTED = "not_retested"
    POSITIVE_HELD = "positive_held"
    MISMATCH = "mismatch"
    OVERDUE_BURST = "overdue_burst"
    CHAIN_BROKEN = "chain_broken"
    BURST_OF_FACTS = "burst_of_facts"
    RECOLOURING_OVERDUE = "recolouring_overdue"
    POSITIVES_WAITING = "positives_waiting"
    BURST_OF_POOLED = "burst_of_pooled"
    POSITIVITY = "positivity"
    TURNAROUND = "turnaround"
    OUT_OF_ORDER = "out_of_order"
    FILE_SIZE = "file_size"
    FILE_MISSING = "file_missing"
    TUBE_TOO_FULL = "tube_too_full"
    NOTICES_FAILED = "notices_failed"
    TAKEN_OVER = "taken_over"
    TEMPERATURE_OVERDUE = "temperature_overdue"
    ROWS_HELD = "rows_held"


ALARMS = tuple(kind for kind in AlarmKind if kind != AlarmKind.TO_VERIFY)
OF_LABORATORIES = (
    AlarmKind.POSITIVE_HELD,
    AlarmKind.POSITIVITY,
    AlarmKind.TURNAROUND,
    AlarmKind.OUT_OF_ORDER,
    AlarmKind.FILE_SIZE,
    AlarmKind.FILE_MISSING,
    AlarmKind.TUBE_TOO_FULL,
    AlarmKind.ROWS_HELD,
)
"""Of a laboratory's files, not of a person: its liaison sees them, too."""


def kinds_seen_by(role: Role) -> tuple[AlarmKind, ...]:
    """Which kinds a role is shown: who may see no person is shown those of laboratories' files alone."""
    return tuple(AlarmKind) if may(role, Permission.LOOK_UP_PEOPLE) else OF_LABORATORIES


VERIFIED_WITHIN = timedelta(hours=24)
"""A new positive is verified by the district within this time of being recorded."""

CLASSIFIED_WITHIN = timedelta(hours=48)
"""Until then a positive is on the list to be verified; from then on it is an alarm."""

RETESTED_WITHIN = timedelta(hours=24)
ANSWERED_WITHIN = timedelta(hours=24)
BURST = 20
"""More applications of one unit overdue at once are a burst."""

RELEASED_WITHIN = timedelta(hours=2)
"""A positive beyond the limit of a shift that waits longer for its second account is an alarm."""

SETTLED_ROWS_WITHIN = timedelta(hours=48)
"""Rows that are held for longer, whatever for, are an alarm: they count for nobody meanwhile. Those that say that somebody may be
infectious are one at once: nobody looks for that person."""

POOLED_BURST = 100
"""More people made pooled positives by one account within a day are a burst: ten tubes of ten."""

POOLED_LOOKED_BACK = timedelta(hours=24)

CASES = (FactKind.CONFIRMED, FactKind.ASYMPTOMATIC, FactKind.SUSPECTED)
CASE_ENDS = (FactKind.RECOVERED, FactKind.CASE_EXCLUDED)
CLASSIFYING = (*CASES, FactKind.POSITIVE_EXCLUDED, FactKind.RECOVERED)
"""Any of these that begins on the day of sampling or later says what a positive was; so does a case open at sampling."""


@dataclass(frozen=True)
class Deadlines:
    """Before when a finding must have been made to be an alarm at an instant; `pooled_burst`: since when they are counted."""

    positive: datetime
    pooled: datetime
    mismatch: datetime
    waiting: datetime
    pooled_burst: datetime


def deadlines(at: datetime) -> Deadlines:
    """What was recorded (positives) or submitted (applications) before these is overdue at `at`."""
    return Deadlines(
        at - CLASSIFIED_WITHIN, at - RETESTED_WITHIN, at - ANSWERED_WITHIN, at - RELEASED_WITHIN, at - POOLED_LOOKED_BACK
    )


def due_at(kind: AlarmKind, since: datetime) -> datetime | None:
    """By when something had to be done; None where there is no such time."""
    within = {
        AlarmKind.TO_VERIFY: VERIFIED_WITHIN,
        AlarmKind.UNCLASSIFIED: CLASSIFIED_WITHIN,
        AlarmKind.NOT_RETESTED: RETESTED_WITHIN,
        AlarmKind.MISMATCH: ANSWERED_WITHIN,
        AlarmKind.POSITIVES_WAITING: RELEASED_WITHIN,
        AlarmKind.TEMPERATURE_OVERDUE: SETTLED_WITHIN,
        AlarmKind.ROWS_HELD: SETTLED_ROWS_WITHIN,
    }.get(kind)
    return since + within if within else None
