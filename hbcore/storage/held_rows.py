"""Held rows: those that wait for a second account listed by upload or by person; opened, taken out or turned down."""

import json
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from hbcore.domain.lab_keeping import WaitsFor
from hbcore.domain.problems import RowProblem
from hbcore.domain.vocabulary import PROVINCE, RowCode
from hbcore.storage import sealing
from hbcore.storage.people_rows import DOCUMENTS, PERSONS, UNKNOWN_UNIT
from hbcore.storage.tables import Institution, StaffRow
from hbcore.storage.unit_rows import below
from hbcore.storage.upload_rows import ROWS, UPLOADS

INSTITUTIONS: sa.Table = Institution.__table__  # type: ignore[attr-defined]
STAFF: sa.Table = StaffRow.__table__  # type: ignore[attr-defined]

NOBODY = 0
"""In the place of a person's id: the row is of somebody we do not hold."""

_u, _r, _i, _p = UPLOADS.c, ROWS.c, INSTITUTIONS.c, PERSONS.c
_FOR_RELEASE, _FOR_REMOVAL = _r.waits == str(WaitsFor.RELEASE), _r.waits == str(WaitsFor.REMOVAL)
_UNIT = sa.bindparam("unit", type_=sa.String)

_WAITING = (
    sa.select(_u.id, _u.number, _u.institution, _i.name, _i.unit, _u.recorded_at, _u.recorded_by, STAFF.c.full_name)
    .add_columns(sa.func.count().label("n"))
    .join_from(ROWS, UPLOADS, _u.id == _r.upload_id)
    .join(INSTITUTIONS, _i.code == _u.institution)
    .join(STAFF, STAFF.c.id == _u.recorded_by)
    .where(_FOR_RELEASE)
    .group_by(_u.id, _u.number, _u.institution, _i.name, _i.unit, _u.recorded_at, _u.recorded_by, STAFF.c.full_name)
    .order_by(_u.recorded_at, _u.id)
)
_OF_INSTITUTIONS = _WAITING.where(_u.institution.in_(sa.bindparam("institutions", expanding=True)))
_BELOW = below(_UNIT)
_OF_UNIT = _WAITING.where(_i.unit.in_(_BELOW))
_UPLOAD = (
    sa.select(UPLOADS, _i.unit, _i.name).join(INSTITUTIONS, _i.code == _u.institution).where(_u.id == sa.bindparam("upload"))
)
_PEOPLE = (
    sa.select(_r.row_number, sa.func.min(DOCUMENTS.c.person_id))
    .join_from(ROWS, DOCUMENTS, DOCUMENTS.c.key == _r.document_key)
    .where(_r.upload_id == sa.bindparam("upload"), _r.waits == sa.bindparam("waits"))
    .group_by(_r.row_number)
)
_ANY_HELD = sa.select(ROWS).where(_r.upload_id == sa.bindparam("upload"), _r.held_for.isnot(None)).order_by(_r.row_number)
_HELD = _ANY_HELD.where(_r.waits == sa.bindparam("waits"))
_IN_UNIT = sa.or_(_p.unit.in_(_BELOW), sa.and_(_p.unit == UNKNOWN_UNIT, sa.literal(PROVINCE) == _UNIT))
_OF_PEOPLE = (
    sa.select(_u.id, _u.number, _i.name, _u.recorded_at, _r.row_number, _r.held_for, _r.waits)
    .add_columns(sa.func.coalesce(_p.id, NOBODY).label("person"), sa.func.coalesce(_p.unit, _i.unit).label("unit"))
    .add_columns(_p.sealed, _p.key_version, _r.sealed.label("row_sealed"), _r.key_version.label("row_key_version"))
    .join_from(ROWS, UPLOADS, _u.id == _r.upload_id)
    .join(INSTITUTIONS, _i.code == _u.institution)
    .outerjoin(DOCUMENTS, DOCUMENTS.c.key == _r.document_key)
    .outerjoin(PERSONS, _p.id == DOCUMENTS.c.person_id)
    .where(_u.status == "committed")
    .order_by(_u.recorded_at, _u.id, _r.row_number)
)
_OF_NOBODY = sa.and_(_p.id.is_(None), _i.unit.in_(_BELOW))
_REMOVALS = _OF_PEOPLE.where(_FOR_REMOVAL, sa.or_(_IN_UNIT, _OF_NOBODY)).limit(sa.bindparam("limit", type_=sa.Integer))
_OF_ONE = _OF_PEOPLE.where(
    _r.held_for.isnot(None),
    sa.or_(_IN_UNIT, _i.unit.in_(_BELOW)),
    _u.id == sa.bindparam("upload"),
    _r.row_number == sa.bindparam("row"),
)

Row = sa.Row[Any]


class HeldRow(NamedTuple):
    """A held row opened: its cells by heading; `alone`: whether nobody else was in its tube as its whole file says.

    `held_for`, `column`: the code that holds it, and the cell.
    """

    row: int
    cells: dict[str, str]
    alone: bool
    held_for: RowCode
    column: str | None


def waiting_of_institutions(connection: sa.Connection, institutions: Collection[str]) -> list[Row]:
    """Uploads of these institutions with positives that wait for release, how many each; the oldest first."""
    return list(connection.execute(_OF_INSTITUTIONS, {"institutions": list(institutions)}))


def waiting_of_unit(connection: sa.Connection, unit: str) -> list[Row]:
    """The same of all institutions in `unit` and below."""
    return list(connection.execute(_OF_UNIT, {"unit": unit}))


def upload(connection: sa.Connection, upload_id: int) -> Row | None:
    """A laboratory's upload, its report, and name and unit of its institution."""
    return connection.execute(_UPLOAD, {"upload": upload_id}).first()


def held(
    connection: sa.Connection, upload_id: int, waits: WaitsFor | None = None, rows: Collection[int] | None = None
) -> list[HeldRow]:
    """The rows of an upload that are held, or wait for one thing, opened, in the file's order; `rows`: only these."""
    asked = {"upload": upload_id} | ({"waits": str(waits)} if waits else {})
    found = connection.execute(_HELD if waits else _ANY_HELD, asked)
    return [opened(upload_id, row) for row in found if rows is None or row.row_number in rows]


def people(connection: sa.Connection, upload_id: int, waits: WaitsFor) -> dict[int, int]:
    """Who is on record under the numbers of those rows: the person's id by row."""
    return {row: person for row, person in connection.execute(_PEOPLE, {"upload": upload_id, "waits": str(waits)})}


def opened(upload_id: int, row: Row) -> HeldRow:
    """A kept row, opened."""
    cells = cells_of(upload_id, row.row_number, row.sealed, row.key_version)
    [(column, code), *_more] = json.loads(row.problems)
    return HeldRow(row.row_number, cells, row.alone is not False, RowCode(code), column)


def cells_of(upload_id: int, row: int, sealed: bytes, key_version: int) -> dict[str, str]:
    """The cells of a kept row, by heading."""
    cells: dict[str, str] = json.loads(sealing.unseal(f"upload_row {row}", "sealed", upload_id, sealed, key_version))
    return cells


def drop(connection: sa.Connection, upload_id: int, rows: Collection[int]) -> None:
    """Rows that are taken in are kept as results, not as rows any more."""
    connection.execute(sa.delete(ROWS).where(_r.upload_id == upload_id, _r.row_number.in_(rows)))


def change(
    connection: sa.Connection, upload_id: int, row: int, problems: Sequence[RowProblem], held_for: str | None, waits: str | None
) -> None:
    """What is wrong with a row by now, and what holds it; None: it is refused."""
    told = json.dumps([(one.column, str(one.code)) for one in problems])
    values = {"status": "held" if held_for else "refused", "problems": told, "held_for": held_for, "waits": waits}
    connection.execute(sa.update(ROWS).where(_r.upload_id == upload_id, _r.row_number == row).values(**values))


def set_report(connection: sa.Connection, upload_id: int, report: str) -> None:
    """The upload's report with its figures by now."""
    connection.execute(sa.update(UPLOADS).where(_u.id == upload_id).values(report=report))


def removals(connection: sa.Connection, unit: str, limit: int) -> list[Row]:
    """Held rows that would take a positive away from somebody of `unit` or below, the oldest first; who is of no unit is the
    province's, and a row of `NOBODY` its institution's."""
    return _each_once(connection.execute(_REMOVALS, {"unit": unit, "limit": limit}))


def of_people(connection: sa.Connection, unit: str, upload_id: int, row: int) -> list[Row]:
    """A row held for whatever it is, with whoever holds its document, else `NOBODY`: they or the institution are of `unit` or
    below."""
    return list(connection.execute(_OF_ONE, {"unit": unit, "upload": upload_id, "row": row}))


def _each_once(rows: sa.CursorResult[Any]) -> list[Row]:
    """One number of two countries is two documents; a row stands in the list once."""
    return list({(row.id, row.row_number): row for row in rows}.values())
