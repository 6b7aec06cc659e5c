"""Whose codes an upload changed: found by its results and by those it ended, told by their chains and history.

Set-wide statements on person-scoped tables, as drilling down needs them (model part 9).
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from hbcore.storage.code_rows import HISTORY, SEGMENTS
from hbcore.storage.held_rows import INSTITUTIONS, STAFF
from hbcore.storage.instants import raw
from hbcore.storage.people_rows import PERSONS
from hbcore.storage.result_rows import RESULTS
from hbcore.storage.staged_keys import staged
from hbcore.storage.tables import BIG
from hbcore.storage.unit_rows import below
from hbcore.storage.upload_rows import UPLOADS

Row = sa.Row[Any]
_u, _i, _r = UPLOADS.c, INSTITUTIONS.c, RESULTS.c
_LISTED = (
    sa.select(_u.id, _u.number, _u.recorded_at, _u.digest, _u.report, _u.status, _i.name, STAFF.c.full_name)
    .join_from(UPLOADS, INSTITUTIONS, _i.code == _u.institution)
    .join(STAFF, STAFF.c.id == _u.recorded_by)
    .where(_u.kind == "results", _i.unit.in_(below(sa.bindparam("unit", type_=sa.String))))
    .order_by(_u.recorded_at.desc(), _u.id.desc())
)
_ABOUT = sa.union(
    sa.select(_r.person_id).where(_r.upload_id == sa.bindparam("upload", type_=BIG)),
    sa.select(_r.person_id).where(_r.ended_by == sa.bindparam("upload", type_=BIG)),
)


class Stretch(NamedTuple):
    """A stretch of a code, lived or to come; instants in microseconds. `replaced_by`: what ended it; None while it stands."""

    person_id: int
    from_at: int
    until_at: int | None
    colour: str
    cause: int
    replaced_by: int | None


def listed(connection: sa.Connection, unit: str, limit: int) -> list[Row]:
    """The newest uploads of the institutions of a unit and below."""
    return list(connection.execute(_LISTED.limit(limit), {"unit": unit}))


def one(connection: sa.Connection, unit: str, number: str) -> Row | None:
    """The upload of this number, if it is one of them."""
    found: Row | None = connection.execute(_LISTED.where(_u.number == number), {"unit": unit}).first()  # type: ignore[assignment]
    return found


def people(connection: sa.Connection, upload: int) -> list[int]:
    """Whom an upload is about: its results, and those that it ended."""
    return list(connection.execute(_ABOUT, {"upload": upload}).scalars())


def stretches(connection: sa.Connection, of: Sequence[int]) -> dict[int, list[Stretch]]:
    """The codes of these people, what was lived before and what stands, by person and in time order."""
    found: dict[int, list[Stretch]] = defaultdict(list)
    with staged(connection, BIG, of) as wanted:
        for table in (HISTORY, SEGMENTS):
            by = table.c.replaced_by if table is HISTORY else sa.null()
            columns = (table.c.person_id, raw(table.c.from_at), raw(table.c.until_at), table.c.colour, table.c.cause, by)
            for row in connection.execute(sa.select(*columns).join(wanted, wanted.c.key == table.c.person_id)):
                found[row[0]].append(Stretch(*row))
    return {person: sorted(rows, key=lambda one: one.from_at) for person, rows in found.items()}


def persons(connection: sa.Connection, of: Sequence[int], unit: str, limit: int) -> tuple[int, list[Row]]:
    """How many of these people are of `unit` or below, and the first of them with their sealed names."""
    c = PERSONS.c
    with staged(connection, BIG, of) as wanted:
        theirs = sa.select(c.id, c.unit, c.sealed, c.key_version).join(wanted, wanted.c.key == c.id)
        theirs = theirs.where(c.unit.in_(below(sa.bindparam("unit", type_=sa.String))))
        n = connection.execute(sa.select(sa.func.count()).select_from(theirs.subquery()), {"unit": unit}).scalar_one()
        return int(n), list(connection.execute(theirs.order_by(c.id).limit(limit), {"unit": unit}))
