"""What of a laboratory's files is far from its own past, or cannot be (domain part 4: alarms on turnaround and positivity)."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import median

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hbcore.domain.alarms import AlarmKind
from hbcore.domain.times import SECOND

PAST = 14
"""An upload is set against so many before it of the same institution."""

ENOUGH = 5
"""Fewer uploads, or days, are no past."""

FAR = 3
"""Standard deviations: Shewhart's limits, which laboratories' own control charts use (rule 1-3s)."""

LEAST_TESTED, LEAST_TESTED_BEFORE, LEAST_POSITIVES = 20, 200, 5
LEAST_MINUTES = 120
"""A median turnaround nearer to the usual one than this is not far from it, however regular that is."""

FACTOR, LEAST_ROWS = 5, 50
LEAST_OUT_OF_ORDER, SHARE_OUT_OF_ORDER = 10, 0.05
TUBE = 10
"""People of one tube turn positive together: where there are pooled positives the variance is so many times as large."""

DUE_AFTER = 180
"""Minutes after the usual time of a day's first file."""

DAYS = 7


@dataclass(frozen=True)
class Sent:
    """One upload in figures. `tested`: valid nucleic-acid results, of which `positives`; `pooled` of those in tubes of several.

    `left`: rows held or refused; `turnaround`: the median from sampling to report in minutes, None where no row has both.
    """

    read: int
    left: int = 0
    tested: int = 0
    positives: int = 0
    pooled: int = 0
    out_of_order: int = 0
    too_full: int = 0
    turnaround: int | None = None


@dataclass(frozen=True)
class Unusual:
    """`n` of `of`, where usually it is `usual`: rows, positives, or minutes of turnaround."""

    n: int
    of: int = 0
    usual: float = 0.0


def turnaround(results: pa.Table) -> int | None:
    """The median from sampling to report of judged lines, in minutes; None where no line has both."""
    took = pc.subtract(results.column("reported_at"), results.column("sampled_at")).drop_null().to_numpy()
    return int(np.median(took) // (60 * SECOND)) if len(took) else None


def unusual(sent: Sent, past: Sequence[Sent]) -> dict[AlarmKind, Unusual]:
    """What is unusual about an upload; `past`: those before it, the oldest first."""
    past = past[-PAST:]
    found = {
        AlarmKind.OUT_OF_ORDER: _out_of_order(sent),
        AlarmKind.TUBE_TOO_FULL: Unusual(sent.too_full, sent.read) if sent.too_full else None,
    }
    if len(past) >= ENOUGH:
        found[AlarmKind.POSITIVITY] = _positivity(sent, past)
        found[AlarmKind.TURNAROUND] = _turnaround(sent, past)
        found[AlarmKind.FILE_SIZE] = _size(sent, past)
    return {kind: one for kind, one in found.items() if one}


def _out_of_order(sent: Sent) -> Unusual | None:
    many = sent.out_of_order >= LEAST_OUT_OF_ORDER and sent.out_of_order > SHARE_OUT_OF_ORDER * sent.read
    return Unusual(sent.out_of_order, sent.read) if many else None


def _positivity(sent: Sent, past: Sequence[Sent]) -> Unusual | None:
    """A p-chart. Half a positive and a whole test more, as Jeffreys has it, so that a past without positives has limits, too."""
    tested = sum(one.tested for one in past)
    if sent.tested < LEAST_TESTED or tested < LEAST_TESTED_BEFORE:
        return None
    share = (sum(one.positives for one in past) + 0.5) / (tested + 1)
    usual = share * sent.tested
    away = FAR * sqrt(usual * (1 - share) * (TUBE if any(one.pooled for one in (sent, *past)) else 1))
    above = sent.positives >= LEAST_POSITIVES and sent.positives > usual + away
    return Unusual(sent.positives, sent.tested, usual) if above or sent.positives < usual - away else None


def _turnaround(sent: Sent, past: Sequence[Sent]) -> Unusual | None:
    """Beyond all of the past, and by Hampel's rule so many scaled absolute deviations from its median.

    What comes by turns is usual: of three files a day that of the night takes longer.
    """
    before = [one.turnaround for one in past if one.turnaround is not None]
    if sent.turnaround is None or len(before) < ENOUGH:
        return None
    usual = median(before)
    deviation = 1.4826 * median(abs(one - usual) for one in before)
    far = abs(sent.turnaround - usual) > max(FAR * deviation, LEAST_MINUTES)
    far = far and not min(before) <= sent.turnaround <= max(before)
    return Unusual(sent.turnaround, usual=usual) if far else None


def _size(sent: Sent, past: Sequence[Sent]) -> Unusual | None:
    """Beyond all of the past and far from its median. A small file may be the rows that were left of one just before."""
    rows = [one.read for one in past]
    usual = median(rows)
    bigger = sent.read > max(rows) and sent.read > FACTOR * usual
    smaller = sent.read < min(rows) and sent.read * FACTOR < usual and not any(sent.read <= one.left for one in past[-3:])
    return Unusual(sent.read, usual=usual) if max(sent.read, usual) >= LEAST_ROWS and (bigger or smaller) else None


def due_by(firsts: Sequence[int]) -> int | None:
    """By which minute of its day a laboratory's first file is due; None where there is no such time.

    `firsts`: the minute of the first on each of the last `DAYS` days that had one. Where that is after 21:00 the day ends before.
    """
    return int(median(firsts)) + DUE_AFTER if len(firsts) >= ENOUGH else None
