"""The counters of results: by day recorded, sampled and reported, unit, institution, assay and outcome."""

from collections import Counter
from collections.abc import Iterable

import sqlalchemy as sa

from hbcore.storage.result_rows import ResultLine
from hbcore.storage.staging import add_up
from hbcore.storage.tables import TestCount

TEST_COUNTS: sa.Table = TestCount.__table__  # type: ignore[attr-defined]

_DAY = 86_400_000_000
_SHANGHAI = 8 * 3_600_000_000
"""Shanghai has kept UTC+8 all year since 1991: days before are no days of ours."""


def shanghai_day(at: int) -> int:
    """The Shanghai day of an instant in microseconds, as days since 1970."""
    return (at + _SHANGHAI) // _DAY


def count(connection: sa.Connection, counted: Iterable[tuple[str, ResultLine, str | None]]) -> None:
    """Count results by the unit of their person. How they ended: None adds one, `corrected` or `withdrawn` moves one over.

    What ends is taken from the days it was counted on, so that recorded = valid + corrected + withdrawn on every day.
    """
    added: Counter[tuple[object, ...]] = Counter()
    ended: Counter[tuple[object, ...]] = Counter()
    for unit, line, how in counted:
        where = (unit, line.institution, line.assay, line.outcome)
        days = [("recorded", shanghai_day(line.recorded_at)), ("sampled", shanghai_day(line.sampled_at))]
        if line.reported_at is not None:
            days.append(("reported", shanghai_day(line.reported_at)))
        for day in days:
            if how is None:
                added[(*day, *where)] += 1
            else:
                ended[(*day, *where, how)] += 1
    rows = [(*key, n, 0, 0) for key, n in added.items()]
    rows += [(*key[:-1], -n, n * (key[-1] == "corrected"), n * (key[-1] == "withdrawn")) for key, n in ended.items()]
    key = ("day_of", "day", "unit", "institution", "assay", "outcome")
    add_up(connection, TEST_COUNTS, key, ("n", "corrected", "withdrawn"), sorted(rows))
