"""The queue of held rows, and the steps that were taken about each."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hbcore.domain.lab_held import Step
from hbcore.domain.vocabulary import PROVINCE
from hbcore.storage import sealing
from hbcore.storage.held_rows import INSTITUTIONS, STAFF
from hbcore.storage.ids import new_id
from hbcore.storage.people_rows import DOCUMENTS, PERSONS, UNKNOWN_UNIT
from hbcore.storage.staged_keys import staged
from hbcore.storage.tables import BIG, HeldStep
from hbcore.storage.unit_rows import below
from hbcore.storage.upload_rows import ROWS, UPLOADS

STEPS: sa.Table = HeldStep.__table__  # type: ignore[attr-defined]
Row = sa.Row[Any]

_u, _r, _i, _p, _s = UPLOADS.c, ROWS.c, INSTITUTIONS.c, PERSONS.c, STEPS.c
_UNIT = sa.bindparam("unit", type_=sa.String)
_BELOW = below(_UNIT)
_OF_PERSON = (
    sa.exists()
    .where(DOCUMENTS.c.key == _r.document_key, _p.id == DOCUMENTS.c.person_id)
    .where(sa.or_(_p.unit.in_(_BELOW), sa.and_(_p.unit == UNKNOWN_UNIT, sa.literal(PROVINCE) == _UNIT)))
    .correlate(ROWS)
)
_HELD = ROWS.join(UPLOADS, _u.id == _r.upload_id).join(INSTITUTIONS, _i.code == _u.institution)
_STANDS = sa.and_(_r.held_for.isnot(None), _u.status == "committed", _u.kind == "results")
_OF_UNIT = sa.and_(_STANDS, sa.or_(_i.unit.in_(_BELOW), _OF_PERSON))
_OWN = sa.and_(_STANDS, _u.institution.in_(sa.bindparam("institutions", expanding=True)))
_LISTED = (
    sa.select(_u.id, _u.number, _u.institution, _i.name, _u.recorded_at, _u.recorded_by, STAFF.c.full_name)
    .add_columns(_r.row_number, _r.held_for, _r.waits, _r.positive, _r.sealed, _r.key_version, _r.document_key)
    .select_from(_HELD.join(STAFF, STAFF.c.id == _u.recorded_by))
    .order_by(_u.recorded_at, _u.id, _r.row_number)
)
_COUNTED = sa.select(_r.held_for, sa.func.count()).select_from(_HELD).group_by(_r.held_for)
_KIND = _r.held_for == sa.bindparam("kind")
_OF_UPLOAD = _u.number == sa.bindparam("number")
_ONE = sa.and_(_u.id == sa.bindparam("upload"), _r.row_number == sa.bindparam("row"))


def _in_scope(unit: str | None, institutions: Collection[str]) -> tuple[sa.ColumnElement[bool], dict[str, object]]:
    """Rows of uploads of these institutions; with a unit those whose institution or person is of it or below."""
    return (_OF_UNIT, {"unit": unit}) if unit is not None else (_OWN, {"institutions": list(institutions)})


def listed(
    connection: sa.Connection, unit: str | None, institutions: Collection[str], kind: str | None, number: str | None, limit: int
) -> list[Row]:
    """The oldest held rows, of one kind or of all, of the upload of that number or of all."""
    which, values = _in_scope(unit, institutions)
    asked = _LISTED.where(which).limit(limit)
    if kind:
        asked, values = asked.where(_KIND), {**values, "kind": kind}
    if number:
        asked, values = asked.where(_OF_UPLOAD), {**values, "number": number}
    return list(connection.execute(asked, values))


def one(connection: sa.Connection, unit: str | None, institutions: Collection[str], upload_id: int, row: int) -> Row | None:
    """One held row of the same."""
    which, values = _in_scope(unit, institutions)
    return connection.execute(_LISTED.where(which, _ONE), {**values, "upload": upload_id, "row": row}).first()


def counted(connection: sa.Connection, unit: str | None, institutions: Collection[str]) -> dict[str, int]:
    """How many rows are held for what."""
    which, values = _in_scope(unit, institutions)
    return {kind: n for kind, n in connection.execute(_COUNTED.where(which), values)}


def steps(connection: sa.Connection, uploads: Collection[int]) -> list[Row]:
    """What was done about rows of these uploads, in order, with the names of who did it."""
    with staged(connection, BIG, set(uploads)) as wanted:
        shown = sa.select(STEPS, STAFF.c.full_name).join(wanted, wanted.c.key == _s.upload_id)
        return list(connection.execute(shown.join(STAFF, STAFF.c.id == _s.by_id).order_by(_s.id)))


def add_step(
    connection: sa.Connection, upload_id: int, row: int, step: Step, held_for: str, said: str, note: str, by: int, at: datetime
) -> None:
    """Write a step down; its note is sealed."""
    id_ = new_id()
    sealed = sealing.seal("held_step", "sealed", id_, note.encode()) if note else None
    version = sealing.KEY_VERSION if note else None
    known = {"upload_id": upload_id, "row_number": row, "id": id_, "step": str(step), "held_for": held_for, "said": said}
    connection.execute(STEPS.insert().values(**known, by_id=by, at=at, sealed=sealed, key_version=version))


def note_of(step: Row) -> str:
    """What was written beside a step."""
    return "" if step.sealed is None else sealing.unseal("held_step", "sealed", step.id, step.sealed, step.key_version).decode()


def people(connection: sa.Connection, keys: Sequence[bytes]) -> list[Row]:
    """Who holds the documents with these keys: (key, country, person, unit and the sealed name)."""
    with staged(connection, sa.LargeBinary(), set(keys)) as wanted:
        shown = sa.select(DOCUMENTS.c.key, DOCUMENTS.c.country, _p.id, _p.unit, _p.sealed, _p.key_version)
        shown = shown.join_from(DOCUMENTS, PERSONS, _p.id == DOCUMENTS.c.person_id).join(wanted, wanted.c.key == DOCUMENTS.c.key)
        return list(connection.execute(shown.order_by(_p.id)))


def uploads_named(connection: sa.Connection, ids: Collection[int]) -> dict[int, Row]:
    """Number, time and uploader of uploads, by id."""
    with staged(connection, BIG, set(ids)) as wanted:
        shown = sa.select(_u.id, _u.number, _u.recorded_at, STAFF.c.full_name).join(wanted, wanted.c.key == _u.id)
        found: list[Row] = list(connection.execute(shown.join(STAFF, STAFF.c.id == _u.recorded_by)))
        return {row.id: row for row in found}


def turned_down(connection: sa.Connection, upload_id: int, row: int) -> str | None:
    """The problem's column of a row that was turned down; None where it is not refused any more."""
    asked = sa.select(_r.problems).where(_r.upload_id == upload_id, _r.row_number == row, _r.status == "refused")
    found = connection.execute(asked).scalar()
    return str(json.loads(found)[0][0]) if found else None
