"""The whole coming chain of a person's code: one stretch of time per row, worked out once, cut anywhere."""

from dataclasses import dataclass
from datetime import datetime

from hbcore.domain.conditions import UNREGISTERED
from hbcore.domain.known import Known, instant, micros
from hbcore.domain.policy_table import Policy, Row
from hbcore.domain.seen import Seen, row_spans, seen_by
from hbcore.domain.spans import ALWAYS, FOREVER, overlap, without
from hbcore.domain.vocabulary import Colour


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch with one answer, `from_at` included, `until_at` left out (None: no end in sight)."""

    colour: Colour
    row: str
    from_at: datetime
    until_at: datetime | None


Piece = tuple[int, int, Row]
Life = list[Piece]


def life(policy: Policy, seen: Seen) -> Life:
    """Every stretch of a person's whole life in order, rows first come first served; a gap where there is no code."""
    registered = seen.registration not in UNREGISTERED
    free, pieces = ALWAYS, []
    for row in policy.rows:
        if not (registered or row.against):
            continue
        time = row_spans(row, seen)
        if time:
            pieces += [(start, end, row) for start, end in overlap(free, time)]
            if time == ALWAYS or not (free := without(free, time)):
                break
    return sorted(pieces, key=_start)


def _start(piece: Piece) -> int:
    return piece[0]


def standing(policy: Policy, seen: Seen, at: int) -> tuple[Row | None, datetime | None]:
    """The row that holds at `at` (None: no code), and the instant at which that changes by itself (None: never)."""
    for start, end, row in life(policy, seen):
        if start > at:
            return None, instant(start)
        if at < end:
            return row, None if end == FOREVER else instant(end)
    return None, None


def row_at(policy: Policy, known: Known, at: datetime) -> Row | None:
    """The row that holds for a person at `at`; None where there is no code."""
    return standing(policy, seen_by(policy, known), micros(at))[0]


def segments(policy: Policy, known: Known, from_at: datetime) -> tuple[Segment, ...]:
    """The whole coming chain from `from_at` on, exact to the microsecond, if nothing else is recorded.

    Neighbours never share a row; a stretch without a code is a gap; empty where no code will come.
    Samples and facts dated later than `from_at` begin to count at their own instants. UTC.
    """
    begin = micros(from_at)
    return tuple(
        Segment(row.colour, row.id, instant(max(begin, start)), None if end == FOREVER else instant(end))
        for start, end, row in life(policy, seen_by(policy, known))
        if end > begin
    )
