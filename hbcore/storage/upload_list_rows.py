"""Uploads of some institutions as they are listed, and one with its rows that were not recorded."""

import json
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from hbcore.storage import sealing
from hbcore.storage.instants import Instant
from hbcore.storage.tables import StaffRow
from hbcore.storage.upload_rows import ROWS, UPLOADS

STAFF: sa.Table = StaffRow.__table__  # type: ignore[attr-defined]
KINDS = ("results", "samples")

_u = UPLOADS.c
_OWN = sa.and_(_u.kind.in_(KINDS), _u.institution.in_(sa.bindparam("institutions", expanding=True)))
_SINCE = _u.recorded_at >= sa.bindparam("since", type_=Instant)
_SHOWN = sa.select(UPLOADS, STAFF.c.full_name).join(STAFF, STAFF.c.id == _u.recorded_by)
_NEWEST_FIRST = (_u.recorded_at.desc(), _u.id.desc())
_LISTED = _SHOWN.where(_OWN).order_by(*_NEWEST_FIRST).limit(sa.bindparam("limit"))
_LISTED_SINCE = _LISTED.where(_SINCE)
_HAS = sa.exists().where(ROWS.c.upload_id == _u.id, ROWS.c.status == sa.bindparam("status")).correlate(UPLOADS)
_STANDS = _u.status != "recalled"
_LISTED_WITH = _LISTED_SINCE.where(_HAS, _STANDS)
_ONE = _SHOWN.where(_OWN, _u.number == sa.bindparam("number"))
_COUNT = sa.select(sa.func.count()).select_from(UPLOADS).where(_OWN, _SINCE)
_ROW_COUNTS = (
    sa.select(ROWS.c.status, sa.func.count())
    .join_from(UPLOADS, ROWS, ROWS.c.upload_id == _u.id)
    .where(_OWN, _SINCE, _STANDS)
    .group_by(ROWS.c.status)
)
_LAST = sa.select(_u.number, _u.recorded_at).where(_OWN).order_by(*_NEWEST_FIRST).limit(1)
_PROBLEM_ROWS = sa.select(ROWS).where(ROWS.c.upload_id == sa.bindparam("upload")).order_by(ROWS.c.row_number)

Row = sa.Row[Any]


class ProblemRow(NamedTuple):
    """A row that was not recorded: `held` or `refused`, its faults as (column, code), its cells by heading."""

    row: int
    status: str
    problems: tuple[tuple[str | None, str], ...]
    cells: dict[str, str]


def listed(
    connection: sa.Connection, institutions: Collection[str], *, since: datetime | None, status: str | None, limit: int
) -> list[Row]:
    """The newest uploads first: all, those since an instant, or of these the ones with rows of a status."""
    asked = {"institutions": list(institutions), "since": since, "status": status, "limit": limit}
    statement = _LISTED if since is None else _LISTED_SINCE if status is None else _LISTED_WITH
    wanted = {name: asked[name] for name in statement.compile().params if name in asked}
    return list(connection.execute(statement, wanted))


def one(connection: sa.Connection, institutions: Collection[str], number: str) -> Row | None:
    """The upload of this number, if it is one of theirs."""
    found: Row | None = connection.execute(_ONE, {"institutions": list(institutions), "number": number}).first()
    return found


def numbers(connection: sa.Connection, uploads: Collection[int]) -> dict[int, str]:
    """The numbers of some uploads."""
    found = connection.execute(sa.select(_u.id, _u.number).where(_u.id.in_(uploads)))
    return {upload: number for upload, number in found}


def count_since(connection: sa.Connection, institutions: Collection[str], since: datetime) -> int:
    """How many uploads came in since an instant."""
    return int(connection.execute(_COUNT, {"institutions": list(institutions), "since": since}).scalar_one())


def row_counts(connection: sa.Connection, institutions: Collection[str], since: datetime) -> dict[str, int]:
    """How many rows of uploads since an instant are held and refused."""
    found = connection.execute(_ROW_COUNTS, {"institutions": list(institutions), "since": since})
    return {status: n for status, n in found}


def last(connection: sa.Connection, institutions: Collection[str]) -> tuple[str, datetime] | None:
    """Number and time of the newest upload."""
    row = connection.execute(_LAST, {"institutions": list(institutions)}).first()
    return (row.number, row.recorded_at) if row else None


def problem_rows(connection: sa.Connection, upload: int) -> Iterator[ProblemRow]:
    """The rows of an upload that were not recorded, opened, in the file's order."""
    for row in connection.execute(_PROBLEM_ROWS, {"upload": upload}):
        cells = sealing.unseal(f"upload_row {row.row_number}", "sealed", upload, row.sealed, row.key_version)
        problems = tuple((column, code) for column, code in json.loads(row.problems))
        yield ProblemRow(row.row_number, row.status, problems, json.loads(cells))
