"""Sampling registrations as rows: found again by person and tube, joined to a tube by its number, ended but never changed."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import NamedTuple

import sqlalchemy as sa

from hbcore.domain.times import DAY, SHANGHAI_AHEAD
from hbcore.domain.tube_columns import InTube
from hbcore.storage.instants import raw
from hbcore.storage.result_rows import RESULTS
from hbcore.storage.staged_keys import staged
from hbcore.storage.staging import add_rows, run_many
from hbcore.storage.tables import BIG, Sampling, StaffInstitution, Upload

SAMPLINGS: sa.Table = Sampling.__table__  # type: ignore[attr-defined]
STAFF_INSTITUTIONS: sa.Table = StaffInstitution.__table__  # type: ignore[attr-defined]
UPLOADS: sa.Table = Upload.__table__  # type: ignore[attr-defined]

_c = SAMPLINGS.c


_r = RESULTS.c
_DAY_BEGINS = sa.cast(_c.sampled_day, sa.BigInteger) * DAY - SHANGHAI_AHEAD
AWAITED: sa.ColumnElement[bool] = ~(
    sa.exists(_r.id)
    .where(
        _r.person_id == _c.person_id,
        _r.sample_number == _c.sample_number,
        raw(_r.sampled_at) >= _DAY_BEGINS,
        raw(_r.sampled_at) < _DAY_BEGINS + DAY,
        _r.ended_at.is_(None),
    )
    .correlate(SAMPLINGS)
)
"""No result of this tube on that day has come for its person, or none that stands."""


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


def _of_others(institution: str) -> sa.ColumnElement[bool]:
    """Of a liaison for other institutions than this one."""
    own, upload = STAFF_INSTITUTIONS.c, UPLOADS.c
    by = sa.select(own.institution).join_from(UPLOADS, STAFF_INSTITUTIONS, own.staff_id == upload.recorded_by)
    theirs = by.where(upload.id == _c.upload_id).correlate(SAMPLINGS)
    return theirs.exists() & ~theirs.where(own.institution == institution).exists()


def in_tubes(
    connection: sa.Connection, institution: str, numbers: Collection[str], since: int, stood_at: int | None = None
) -> dict[str, list[InTube]]:
    """Who is registered under these tubes' numbers since an instant (microseconds), each with the newest that stands, or that
    stood at another instant.

    Numbers are an institution's own (model part 4): only registrations of its tubes, and those that say no institution,
    unless they are of a liaison who does not work for it.
    """
    found: dict[str, list[InTube]] = defaultdict(list)
    with staged(connection, sa.String(), numbers) as wanted:
        asked = (
            sa.select(_c.sample_number, _c.person_id, raw(_c.sampled_at), _c.sampled_day, _c.pooled, _c.sampling_site, _c.id)
            .join_from(wanted, SAMPLINGS, _c.sample_number == wanted.c.key)
            .where(_stood(stood_at), raw(_c.sampled_at) >= since)
            .where((_c.institution == institution) | (_c.institution == "") & ~_of_others(institution))
            .order_by(_c.sample_number, raw(_c.sampled_at), _c.id)
        )
        for number, *inside in connection.execute(asked):
            found[number].append(InTube(*inside))
    return found


def whose(
    connection: sa.Connection, numbers: Collection[str], days: Collection[int], registrations: Collection[int]
) -> dict[int, int]:
    """Whose these registrations are by now, ended or not: whoever they were put down for, or whoever that is joined to.

    `numbers` and `days` of their tubes.
    """
    wanted_ones = frozenset(registrations)
    with staged(connection, sa.String(), numbers) as wanted:
        asked = sa.select(_c.id, _c.person_id).join_from(wanted, SAMPLINGS, _c.sample_number == wanted.c.key)
        asked = asked.where(_c.sampled_day.in_(set(days)))  # numbers come again every day
        return {id_: person for id_, person in connection.execute(asked) if id_ in wanted_ones}


def _stood(at: int | None) -> sa.ColumnElement[bool]:
    if at is None:
        return _c.ended_at.is_(None)
    return (raw(_c.recorded_at) <= at) & (_c.ended_at.is_(None) | (raw(_c.ended_at) > at))


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
