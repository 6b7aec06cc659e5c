"""What alarms about laboratories' files are read from: reports of uploads, found by their institution and time."""

from collections.abc import Collection
from typing import NamedTuple

import sqlalchemy as sa

from hbcore.domain.times import DAY, SHANGHAI_AHEAD
from hbcore.storage.alarm_rows import INSTITUTIONS
from hbcore.storage.application_rows import below
from hbcore.storage.applying_rows import APPLYING
from hbcore.storage.instants import raw
from hbcore.storage.prepared import Prepared
from hbcore.storage.upload_rows import UPLOADS

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


_SENT = (_u.id, _u.number, _u.institution, _at, _u.report)
_BEFORE = Prepared(
    sa.select(*_SENT)
    .where(_STANDS, _u.institution == sa.bindparam("institution"), _at < sa.bindparam("before", type_=sa.BigInteger))
    .order_by(_u.recorded_at.desc())
    .limit(sa.bindparam("limit", type_=sa.Integer)),
    SentRow,
)


def institutions(connection: sa.Connection, unit: str | None, codes: Collection[str]) -> list[InstitutionRow]:
    """Those within a unit, or of these codes where there is no unit."""
    within = _i.unit.in_(below(sa.bindparam("unit", unit))) if unit else _i.code.in_(codes)
    asked = sa.select(_i.code, _i.name, _i.unit).where(_i.suspended_at.is_(None), within).order_by(_i.code)
    return [InstitutionRow(*row) for row in connection.execute(asked)]


def sent_since(connection: sa.Connection, codes: Collection[str], since: int, until: int) -> list[SentRow]:
    """Their uploads recorded from an instant up to another, the oldest first."""
    asked = sa.select(*_SENT).where(_STANDS, _u.institution.in_(codes), _at >= since, _at <= until)
    return [SentRow(*row) for row in connection.execute(asked.order_by(_at, _u.id))]


def sent_before(connection: sa.Connection, institution: str, before: int, most: int) -> list[SentRow]:
    """The last uploads of an institution before an instant, the oldest first."""
    asked = {"institution": institution, "before": before, "limit": most}
    return list(_BEFORE.rows(connection, asked))[::-1]


def firsts(connection: sa.Connection, codes: Collection[str], since: int, until: int) -> dict[str, dict[int, int]]:
    """When the first upload of each day came, in microseconds, by institution and Shanghai day."""
    began_at = (_at - (_at + SHANGHAI_AHEAD) % DAY).label("began_at")
    wanted = (_RESULTS, _u.institution.in_(codes), _at >= since, _at <= until)
    asked = sa.select(_u.institution, began_at, sa.func.min(_at)).where(*wanted).group_by(_u.institution, sa.text("began_at"))
    found: dict[str, dict[int, int]] = {code: {} for code in codes}
    for institution, began, first in connection.execute(asked):
        found[institution][(began + SHANGHAI_AHEAD) // DAY] = first
    return found
