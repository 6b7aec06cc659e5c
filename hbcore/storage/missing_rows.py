"""What is known of the results of one document: rows that were held or refused, and which institutions have uploaded since."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from hbcore.domain.known import micros
from hbcore.storage.instants import raw
from hbcore.storage.look_up_rows import INSTITUTIONS
from hbcore.storage.unit_rows import below
from hbcore.storage.upload_rows import ROWS, UPLOADS

RESULTS_KIND = "results"
KINDS = (RESULTS_KIND, "samples")
"""Rows of both may be why nothing has come: of the result, or of the registration that its tube is joined to."""


class KeptRow(NamedTuple):
    """A row that was not recorded: its place, `held` or `refused`, its problems as JSON; the upload's time in microseconds and
    its kind."""

    upload: str
    institution: str
    recorded_at: int
    row_number: int
    status: str
    problems: str
    kind: str


class LastUpload(NamedTuple):
    """An institution and when it last uploaded (microseconds); None where it never did."""

    name: str
    last_at: int | None


def kept_rows(connection: sa.Connection, document_keys: Collection[bytes]) -> list[KeptRow]:
    """The rows of these documents that were held or refused, of uploads that stand; the newest first."""
    asked = (
        sa.select(
            UPLOADS.c.number,
            sa.func.coalesce(INSTITUTIONS.c.name, UPLOADS.c.institution),
            raw(UPLOADS.c.recorded_at),
            ROWS.c.row_number,
            ROWS.c.status,
            ROWS.c.problems,
            UPLOADS.c.kind,
        )
        .join_from(ROWS, UPLOADS, UPLOADS.c.id == ROWS.c.upload_id)
        .outerjoin(INSTITUTIONS, INSTITUTIONS.c.code == UPLOADS.c.institution)
        .where(ROWS.c.document_key.in_(document_keys), UPLOADS.c.kind.in_(KINDS), UPLOADS.c.status == "committed")
        .order_by(UPLOADS.c.recorded_at.desc(), ROWS.c.row_number)
    )
    return [KeptRow(*row) for row in connection.execute(asked)]


def last_uploads(connection: sa.Connection, unit: str, since: datetime) -> list[LastUpload]:
    """The institutions of `unit` and below that are not suspended, each with its last upload from `since` on."""
    wanted = sa.and_(
        UPLOADS.c.institution == INSTITUTIONS.c.code, UPLOADS.c.kind == RESULTS_KIND, raw(UPLOADS.c.recorded_at) >= micros(since)
    )
    last = sa.func.max(raw(UPLOADS.c.recorded_at))
    asked = (
        sa.select(INSTITUTIONS.c.name, last)
        .outerjoin_from(INSTITUTIONS, UPLOADS, wanted)
        .where(INSTITUTIONS.c.suspended_at.is_(None), INSTITUTIONS.c.unit.in_(below(sa.bindparam("unit", unit, type_=sa.String))))
        .group_by(INSTITUTIONS.c.code, INSTITUTIONS.c.name)
        .order_by(last.is_(None), last.desc(), INSTITUTIONS.c.name)
    )
    return [LastUpload(*row) for row in connection.execute(asked)]
