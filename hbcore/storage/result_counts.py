"""The counters of results: by day recorded, sampled and reported, unit, institution, assay and outcome."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import repeat
from typing import Any, NamedTuple

import sqlalchemy as sa

from hbcore.storage.result_rows import ResultLine, Uploaded
from hbcore.storage.staging import add_up
from hbcore.storage.tables import TestCount

TEST_COUNTS: sa.Table = TestCount.__table__  # type: ignore[attr-defined]

_DAY = 86_400_000_000
_SHANGHAI = 8 * 3_600_000_000
"""Shanghai has kept UTC+8 all year since 1991: days before are no days of ours."""


def shanghai_day(at: int) -> int:
    """The Shanghai day of an instant in microseconds, as days since 1970."""
    return (at + _SHANGHAI) // _DAY


class Counted(NamedTuple):
    """A result as it is counted. Days since 1970; `how` None: recorded and valid, else how it ended."""

    unit: str
    institution: str
    assay: str
    outcome: str
    recorded: int
    sampled: int
    reported: int | None
    how: str | None


def count(connection: sa.Connection, counted: Iterable[tuple[Any, ...]]) -> None:
    """Count results (the fields of `Counted`). One recorded adds one; one that ended (`corrected`, `withdrawn`) moves over.

    What ends is taken from the days it was counted on, so that recorded = valid + corrected + withdrawn on every day.
    """
    sums: dict[tuple[object, ...], list[int]] = defaultdict(lambda: [0, 0, 0])
    for alike, n in Counter(counted).items():
        one = Counted(*alike)
        for day_of, day in (("recorded", one.recorded), ("sampled", one.sampled), ("reported", one.reported)):
            if day is not None:
                sum_ = sums[day_of, day, one.unit, one.institution, one.assay, one.outcome]
                sum_[0] += -n if one.how else n
                sum_[1] += n * (one.how == "corrected")
                sum_[2] += n * (one.how == "withdrawn")
    key = ("day_of", "day", "unit", "institution", "assay", "outcome")
    add_up(connection, TEST_COUNTS, key, ("n", "corrected", "withdrawn"), [(*key, *sums[key]) for key in sorted(sums)])


def counted_added(added: Mapping[str, Sequence[Any]], units: Sequence[str], upload: Uploaded) -> Iterator[tuple[Any, ...]]:
    """The results of an upload as they are counted; one that the upload itself ended counts as recorded and as ended."""
    reported = [None if at is None else shanghai_day(at) for at in added["reported_at"]]
    of = (added["assay"], added["outcome"], repeat(shanghai_day(upload.at)), added["sampled_day"], reported)
    yield from zip(units, repeat(upload.institution), *of, repeat(None), strict=False)
    if any(added["ended_how"]):
        all_ = zip(units, repeat(upload.institution), *of, added["ended_how"], strict=False)
        yield from (one for one in all_ if one[-1] is not None)


def counted_ended(line: ResultLine, unit: str, how: str) -> Counted:
    """A result of an earlier upload as it is counted when it ends."""
    days = (shanghai_day(line.recorded_at), shanghai_day(line.sampled_at))
    reported = None if line.reported_at is None else shanghai_day(line.reported_at)
    return Counted(unit, line.institution, line.assay, line.outcome, *days, reported, how)
