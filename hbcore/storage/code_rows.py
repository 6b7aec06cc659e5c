"""Code segments, their history and the buckets that count them, as rows."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from hbcore.storage import reach
from hbcore.storage.instants import raw
from hbcore.storage.staging import add_rows, add_up, run_many
from hbcore.storage.tables import CodeBucket, CodeHistory, CodeSegment

SEGMENTS: sa.Table = CodeSegment.__table__  # type: ignore[attr-defined]
HISTORY: sa.Table = CodeHistory.__table__  # type: ignore[attr-defined]
BUCKETS: sa.Table = CodeBucket.__table__  # type: ignore[attr-defined]

MINUTE = 60_000_000
_OF_PERSON_GONE = sa.delete(SEGMENTS).where(SEGMENTS.c.person_id == sa.bindparam("person", type_=sa.BigInteger))
LIVED = ("person_id", "from_at", "until_at", "colour", "row", "policy", "unit", "cause", "replaced_by")

Moved = dict[tuple[str, str, int], int]
"""What buckets gain and lose, by unit, colour and minute."""

_COUNTED_OF = ("units", "colours", "minutes", "counts")
_COUNTED_CONFINED = sa.select(
    sa.func.hbcore_apply.count_codes(
        *(sa.bindparam(name, type_=postgresql.ARRAY(sa.String)) for name in _COUNTED_OF[:2]),
        *(sa.bindparam(name, type_=postgresql.ARRAY(sa.BigInteger)) for name in _COUNTED_OF[2:]),
    )
)
"""Whoever sees single applications alone counts codes without seeing the counts (`docs/apply_role.sql`)."""


class SegmentRow(NamedTuple):
    """A stored segment; instants in microseconds, `until_at` None: until something else happens."""

    person_id: int
    from_at: int
    until_at: int | None
    colour: str
    row: str
    policy: str
    unit: str
    cause: int


def segments_of(connection: sa.Connection, wanted: sa.FromClause) -> dict[int, list[SegmentRow]]:
    """The stored chains of the people staged in `wanted`, each in time order."""
    columns = [raw(SEGMENTS.c[name]) for name in SegmentRow._fields]
    found = connection.execute(
        sa.select(*columns).join(wanted, wanted.c.key == SEGMENTS.c.person_id).order_by(wanted.c.key, SEGMENTS.c.from_at)
    )
    chains: dict[int, list[SegmentRow]] = defaultdict(list)
    for row in map(SegmentRow._make, found.all()):
        chains[row.person_id].append(row)
    return chains


def replaced_by(connection: sa.Connection, wanted: sa.FromClause, cause: int) -> dict[int, list[SegmentRow]]:
    """What the people staged in `wanted` lived before `cause` put other chains in its place, each in time order."""
    columns = [raw(HISTORY.c[name]) for name in SegmentRow._fields]
    found = connection.execute(
        sa.select(*columns)
        .join(wanted, wanted.c.key == HISTORY.c.person_id)
        .where(HISTORY.c.replaced_by == cause)
        .order_by(wanted.c.key, HISTORY.c.from_at)
    )
    lived: dict[int, list[SegmentRow]] = defaultdict(list)
    for row in map(SegmentRow._make, found.all()):
        lived[row.person_id].append(row)
    return lived


def replace_chains(
    connection: sa.Connection,
    old: Mapping[int, Sequence[SegmentRow]],
    new: Mapping[int, Sequence[SegmentRow]],
    *,
    at: int,
    cause: int | Mapping[int, int],
) -> None:
    """Put each person's `new` chain in the place of the `old` one: history keeps what was lived, buckets follow."""
    people = sorted(new)
    had = [person for person in people if person in old]
    if had:
        run_many(connection, _OF_PERSON_GONE, ("person",), [(person,) for person in had])
    add_rows(connection, SEGMENTS, SegmentRow._fields, [row for person in people for row in new[person]])
    lived = [row for person in had for row in _lived(old[person], new[person], at, cause_of(cause, person))]
    add_rows(connection, HISTORY, LIVED, lived)
    moved: Moved = defaultdict(int)
    for person in had:
        _count_chain(moved, old[person], -1, at)
    for chain in new.values():
        _count_chain(moved, chain, 1, at)
    _add_to_buckets(connection, moved)


def add_chains(
    connection: sa.Connection,
    people: Sequence[int],
    chains: Sequence[Sequence[SegmentRow]],
    counted: Mapping[tuple[SegmentRow, ...], int],
    *,
    at: int,
) -> None:
    """The first chains of people who had none, in the order of their ids; `counted`: how many people have each different one."""
    rows = [(person, *segment[1:]) for person, chain in zip(people, chains, strict=True) for segment in chain]
    add_rows(connection, SEGMENTS, SegmentRow._fields, rows)
    moved: Moved = defaultdict(int)
    for chain, people_of_it in counted.items():
        _count_chain(moved, chain, people_of_it, at)
    _add_to_buckets(connection, moved)


def cause_of(cause: int | Mapping[int, int], person: int) -> int:
    """What changed somebody's code: one upload or application behind all, or each person's own."""
    return cause if isinstance(cause, int) else cause[person]


def _lived(old: Iterable[SegmentRow], new: Sequence[SegmentRow], at: int, cause: int) -> list[tuple[object, ...]]:
    goes_on = (new[0].from_at, new[0].row, new[0].policy) if new else None  # none of the others begins before `at`
    rows: list[tuple[object, ...]] = []
    for row in old:
        person, begin, end, colour, row_id, policy, unit, because = row
        until = at if end is None or end > at else end
        if begin < until and (begin, row_id, policy) != goes_on:
            rows.append((person, begin, until, colour, row_id, policy, unit, because, cause))
    return rows


def _count_chain(moved: Moved, chain: Sequence[SegmentRow], people: int, at: int) -> None:
    """What the buckets gain by so many people with this chain. The past stays counted as it was; from `at` on it counts."""
    for _, begin, end, colour, _, _, unit, _ in chain:
        if end is None or end > at:
            moved[unit, colour, (begin if begin > at else at) // MINUTE] += people
            if end is not None:
                moved[unit, colour, end // MINUTE] -= people


def _add_to_buckets(connection: sa.Connection, moved: Moved) -> None:
    rows = [(*key, n) for key, n in sorted(moved.items()) if n]
    if rows and reach.confined(connection):
        connection.execute(_COUNTED_CONFINED, dict(zip(_COUNTED_OF, map(list, zip(*rows, strict=True)), strict=True)))
    else:
        add_up(connection, BUCKETS, ("unit", "colour", "minute"), ("n",), rows)
