"""Sampling registrations as rows: found again by person and tube, joined to a tube by its number, ended but never changed."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

import sqlalchemy as sa

from hbcore.storage.instants import raw
from hbcore.storage.staging import add_rows, run_many, staged
from hbcore.storage.tables import BIG, Sampling

SAMPLINGS: sa.Table = Sampling.__table__  # type: ignore[attr-defined]

_c = SAMPLINGS.c


class SamplingLine(NamedTuple):
    """A registration as stored; instants in microseconds. The order is that of the table's key, so that tuples sort by it."""

    person_id: int
    sampled_at: int
    id: int
    sample_number: str
    sampled_day: int
    pooled: bool
    sampling_site: str | None
    institution: str
    upload_id: int
    recorded_at: int
    ended_at: int | None
    ended_by: int | None


def standing_of(connection: sa.Connection, people: Collection[int]) -> list[SamplingLine]:
    """The registrations of these people that stand."""
    with staged(connection, BIG, people) as wanted:
        asked = sa.select(*(raw(_c[name]) for name in SamplingLine._fields)).join_from(
            wanted, SAMPLINGS, _c.person_id == wanted.c.key
        )
        return [SamplingLine(*line) for line in connection.execute(asked.where(_c.ended_at.is_(None)))]


def add(connection: sa.Connection, lines: Sequence[SamplingLine]) -> None:
    """Add registrations."""
    add_rows(connection, SAMPLINGS, SamplingLine._fields, sorted(lines))


_END = (
    sa.update(SAMPLINGS)
    .where(
        _c.person_id == sa.bindparam("person", type_=sa.BigInteger),
        raw(_c.sampled_at) == sa.bindparam("sampled", type_=sa.BigInteger),
        _c.id == sa.bindparam("sampling", type_=sa.BigInteger),
    )
    .ordered_values(
        (_c.ended_at, sa.bindparam("at", type_=sa.BigInteger)),
        (_c.ended_by, sa.bindparam("by", type_=sa.BigInteger)),
    )
)


def end(connection: sa.Connection, lines: Sequence[SamplingLine], upload: int, at: int) -> None:
    """End registrations in whose place an upload has put newer ones; the rows stay as history."""
    rows = [(at, upload, line.person_id, line.sampled_at, line.id) for line in lines]
    if rows:
        run_many(connection, _END, ("at", "by", "person", "sampled", "sampling"), rows)
