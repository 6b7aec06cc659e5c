"""What alarms about laboratories' files are read from: reports of uploads, found by their institution and time."""

from collections.abc import Collection
from typing import NamedTuple

import sqlalchemy as sa

from hbcore.domain.lab_held import HELD_FOR
from hbcore.domain.times import DAY, SHANGHAI_AHEAD
from hbcore.storage.alarm_rows import INSTITUTIONS
from hbcore.storage.applying_rows import APPLYING
from hbcore.storage.instants import raw
from hbcore.storage.prepared import Prepared
from hbcore.storage.unit_rows import below
from hbcore.storage.upload_rows import ROWS, UPLOADS

_u, _i = UPLOADS.c, INSTITUTIONS.c
_at = raw(_u.recorded_at)
_RESULTS = sa.and_(_u.kind == sa.literal_column("'results'"), _u.status == sa.literal_column("'committed'"))
_STANDS = sa.and_(_RESULTS, sa.not_(sa.exists().where(APPLYING.c.upload_id == _u.id)))


class InstitutionRow(NamedTuple):
    """An institution that is not suspended."""

    code: str
    name: str
    unit: str


class SentRow(NamedTuple):
    """An upload with its report; recorded in microseconds."""

    id: int
    number: str
    institution: str
    at: int
    report: str


class HeldRows(NamedTuple):
    """An upload with rows that are held, its institution and how many; recorded in microseconds."""

    id: int
    number: str
    unit: str
    institution: str
    at: int
    n: int


_SENT = (_u.id, _u.number, _u.institution, _at, _u.report)


def _held(*which: sa.ColumnElement[bool]) -> sa.Subquery:
    return sa.select(ROWS.c.upload_id, sa.func.count().label("n")).where(*which).group_by(ROWS.c.upload_id).subquery("held_rows")


_HELD = _held(ROWS.c.held_for.in_(list(map(str, HELD_FOR))))
_POSITIVE = _held(ROWS.c.positive, ROWS.c.held_for.isnot(None))
_BEFORE = Prepared(
    sa.select(*_SENT)
    .where(_STANDS, _u.institution == sa.bindparam("institution"), _at < sa.bindparam("before", type_=sa.BigInteger))
    .order_by(_u.recorded_at.desc())
    .limit(sa.bindparam("limit", type_=sa.Integer)),
    SentRow,
)


def institutions(connection: sa.Connection, unit: str | None, codes: Collection[str]) -> list[InstitutionRow]:
    """Those within a unit, or of these codes where there is no unit."""
    asked = sa.select(_i.code, _i.name, _i.unit).where(_i.suspended_at.is_(None), _within(unit, codes)).order_by(_i.code)
    return [InstitutionRow(*row) for row in connection.execute(asked)]


def sent_since(connection: sa.Connection, codes: Collection[str], since: int, until: int) -> list[SentRow]:
    """Their uploads recorded from an instant up to another, the oldest first."""
    asked = sa.select(*_SENT).where(_STANDS, _u.institution.in_(codes), _at >= since, _at <= until)
    return [SentRow(*row) for row in connection.execute(asked.order_by(_at, _u.id))]


def sent_before(connection: sa.Connection, institution: str, before: int, most: int) -> list[SentRow]:
    """The last uploads of an institution before an instant, the oldest first."""
    asked = {"institution": institution, "before": before, "limit": most}
    return list(_BEFORE.rows(connection, asked))[::-1]


def held_before(
    connection: sa.Connection, unit: str | None, codes: Collection[str], before: int, *, positive: bool = False
) -> list[HeldRows]:
    """Uploads recorded before an instant with rows that are held, the oldest first; whose as of `institutions`, suspended too.

    `positive`: only rows that say that somebody may be infectious.
    """
    held = _POSITIVE if positive else _HELD
    asked = (
        sa.select(_u.id, _u.number, _i.unit, _i.name, _at, held.c.n)
        .join_from(held, UPLOADS, _u.id == held.c.upload_id)
        .join(INSTITUTIONS, _i.code == _u.institution)
        .where(_RESULTS, _at < before, _within(unit, codes))
        .order_by(_at, _u.id)
    )
    return [HeldRows(*row) for row in connection.execute(asked)]


def _within(unit: str | None, codes: Collection[str]) -> sa.ColumnElement[bool]:
    return _i.unit.in_(below(sa.bindparam("unit", unit))) if unit else _i.code.in_(codes)


def firsts(connection: sa.Connection, codes: Collection[str], since: int, until: int) -> dict[str, dict[int, int]]:
    """When the first upload of each day came, in microseconds, by institution and Shanghai day."""
    began_at = (_at - (_at + SHANGHAI_AHEAD) % DAY).label("began_at")
    wanted = (_RESULTS, _u.institution.in_(codes), _at >= since, _at <= until)
    asked = sa.select(_u.institution, began_at, sa.func.min(_at)).where(*wanted).group_by(_u.institution, sa.text("began_at"))
    found: dict[str, dict[int, int]] = {code: {} for code in codes}
    for institution, began, first in connection.execute(asked):
        found[institution][(began + SHANGHAI_AHEAD) // DAY] = first
    return found
