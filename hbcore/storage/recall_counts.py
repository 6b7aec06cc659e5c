"""The counters around a recall: what results counted as before is taken off, what they count as now is added."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import sqlalchemy as sa

from hbcore.storage.result_counts import Counted, count_results, count_uploads
from hbcore.storage.result_rows import RESULTS, ResultLine
from hbcore.storage.tested_counts import ALIKE, Alike, add_groups, alike_of, people_standing, tubes_standing

_c = RESULTS.c
RECALLED = "recalled"


def recount(connection: sa.Connection, was: Iterable[ResultLine], now: Iterable[ResultLine]) -> None:
    """Results before and after a change of theirs, some of them perhaps new or gone; a recalled one counts nowhere."""
    before, after = list(was), list(now)
    counted = _counted(after)
    counted.subtract(_counted(before))
    count_results(connection, counted)
    for upload in {line.upload_id for line in (*before, *after)}:
        held = _held(after, upload)
        held.subtract(_held(before, upload))
        count_uploads(connection, +held, upload)
        count_uploads(connection, {one: -n for one, n in (-held).items()}, upload)


def _counted(lines: Sequence[ResultLine]) -> Counter[Counted]:
    counted: Counter[Counted] = Counter()
    for line in lines:
        if line.ended_how != RECALLED:
            counted[alike_of(line), line.outcome, None] += 1
            if line.ended_how:
                counted[alike_of(line), line.outcome, line.ended_how] += 1
    return counted


def _held(lines: Sequence[ResultLine], upload: int) -> Counter[Counted]:
    return Counter((alike_of(line), line.outcome, None) for line in lines if line.upload_id == upload)


def count_all(connection: sa.Connection, which: sa.ColumnElement[bool], sign: int) -> Counter[str]:
    """Count all results of a sort as valid (1), or as that no more (-1); how many those are by outcome."""
    asked = sa.select(*ALIKE, _c.outcome, sa.func.count()).where(which)
    rows = connection.execute(asked.group_by(*(sa.literal_column(str(place)) for place in range(1, 8)))).all()
    found: dict[Counted, int] = {(Alike(*one), outcome, None): n for *one, outcome, n in rows}
    count_results(connection, {one: sign * n for one, n in found.items()})
    outcomes: Counter[str] = Counter()
    for (_, outcome, _how), n in found.items():
        outcomes[outcome] += n
    return outcomes


@contextmanager
def restanding(connection: sa.Connection, people: Collection[int], tubes: Mapping[str, Collection[str]]) -> Iterator[None]:
    """Put around whatever makes results of these people, in these tubes by institution, valid or not: each counts once after."""
    before = _groups(connection, people, tubes)
    yield
    after = _groups(connection, people, tubes)
    for left, was in zip(after, before, strict=True):
        left.subtract(was)
    add_groups(connection, *after)


def _groups(
    connection: sa.Connection, people: Collection[int], tubes: Mapping[str, Collection[str]]
) -> tuple[Counter[frozenset[Alike]], Counter[frozenset[Alike]]]:
    by_tube: Counter[frozenset[Alike]] = Counter()
    for institution, numbers in tubes.items():
        by_tube.update(map(frozenset, tubes_standing(connection, institution, numbers).values()))
    return Counter(map(frozenset, people_standing(connection, people).values())), by_tube
