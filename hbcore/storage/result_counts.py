"""The counters of results: by day recorded, sampled and reported, unit, institution, assay and outcome."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import repeat
from typing import Any

import sqlalchemy as sa

from hbcore.storage.instants import shanghai_day as shanghai_day
from hbcore.storage.result_rows import ResultLine, Uploaded
from hbcore.storage.staging import add_up
from hbcore.storage.tables import TestCount, UploadCount
from hbcore.storage.tested_counts import Alike, alike_of, count_tested, reported_days
from hbcore.storage.tested_counts import moved as moved

TEST_COUNTS: sa.Table = TestCount.__table__  # type: ignore[attr-defined]
UPLOAD_COUNTS: sa.Table = UploadCount.__table__  # type: ignore[attr-defined]

Counted = tuple[Alike, str, str | None]
"""A result as it counts, its outcome, and how it ended (None: recorded and valid)."""


def count(
    connection: sa.Connection,
    added: Mapping[str, Sequence[Any]],
    upload: Uploaded,
    *,
    ended: Sequence[tuple[ResultLine, str]] = (),
    new_people: Collection[int] = (),
    own_tubes: bool = False,
) -> None:
    """Count what an upload adds (as `add_results` takes it) and what of earlier uploads it ends, before either is stored.

    A result recorded adds one; one that ends (`corrected`, `withdrawn`) moves over, on the days and under the unit it was
    counted, so that recorded = valid + corrected + withdrawn everywhere. `new_people`: those who had no result before;
    `own_tubes`: so are the tubes, and each has one line in the whole file.
    """
    recorded = _grouped(added, upload, repeat(None))
    counted = recorded.copy()
    if any(added["ended_how"]):  # what the upload itself ended counts as recorded and as ended
        counted.update({one: n for one, n in _grouped(added, upload, added["ended_how"]).items() if one[-1]})
    alike: Counter[Alike] = Counter()
    for (one, _, how), n in counted.items():
        alike[one] += -n if how else n
    counted.update((alike_of(line), line.outcome, how) for line, how in ended)
    count_results(connection, counted)
    count_uploads(connection, recorded, upload.id)
    count_tested(connection, added, upload, alike, ended=[line for line, _ in ended], new_people=new_people, own_tubes=own_tubes)


def _grouped(added: Mapping[str, Sequence[Any]], upload: Uploaded, how: Iterable[str | None]) -> Counter[Counted]:
    """The results of an upload by what they count as. Grouped as they come: a tuple a row is made a name for only once."""
    of = (added["unit"], added["assay"], added["sampled_day"], reported_days(added), added["outcome"], how)
    day = shanghai_day(upload.at)
    return Counter(
        {
            (Alike(unit, upload.institution, assay, day, sampled, reported), outcome, ended): n
            for (unit, assay, sampled, reported, outcome, ended), n in Counter(zip(*of, strict=False)).items()
        }
    )


def count_results(connection: sa.Connection, counted: Mapping[Counted, int]) -> None:
    """Add results to the figures of their days; one that ended counts once as recorded and once by how it ended."""
    sums: dict[tuple[object, ...], list[int]] = defaultdict(lambda: [0, 0, 0])
    for (one, outcome, how), n in counted.items():
        for day_of, day in one.days():
            sum_ = sums[day_of, day, one.unit, one.institution, one.assay, outcome]
            sum_[0] += -n if how else n
            sum_[1] += n * (how == "corrected")
            sum_[2] += n * (how == "withdrawn")
    key = ("day_of", "day", "unit", "institution", "assay", "outcome")
    add_up(connection, TEST_COUNTS, key, ("n", "corrected", "withdrawn"), [(*key, *sums[key]) for key in sorted(sums)])


def count_uploads(connection: sa.Connection, recorded: Mapping[Counted, int], upload: int) -> None:
    """Add to what an upload holds."""
    sums: Counter[tuple[object, ...]] = Counter()
    for (one, outcome, _), n in recorded.items():
        for day_of, day in one.days():
            sums[day_of, day, one.unit, one.assay, outcome, upload] += n
    key = ("day_of", "day", "unit", "assay", "outcome", "upload_id")
    add_up(connection, UPLOAD_COUNTS, key, ("n",), [(*key, sums[key]) for key in sorted(sums)])
