"""Daily reports as rows, and which institutions uploaded on a day."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hbcore.storage.look_up_rows import INSTITUTIONS
from hbcore.storage.tables import DailyReportRow, StaffRow
from hbcore.storage.upload_rows import UPLOADS

REPORTS: sa.Table = DailyReportRow.__table__  # type: ignore[attr-defined]
STAFF: sa.Table = StaffRow.__table__  # type: ignore[attr-defined]

_SIGNED = sa.join(REPORTS, STAFF, STAFF.c.id == REPORTS.c.confirmed_by)


def institutions(connection: sa.Connection, units: Collection[str]) -> dict[str, str]:
    """The institutions of these units that are not suspended: name by code."""
    c = INSTITUTIONS.c
    found = connection.execute(sa.select(c.code, c.name).where(c.unit.in_(list(units)), c.suspended_at.is_(None)))
    return {code: name for code, name in found}


def uploading(connection: sa.Connection, codes: Collection[str], begin: datetime, end: datetime) -> set[str]:
    """Which of these institutions took in a file of results within a span, also one with nothing new in it."""
    c = UPLOADS.c
    within = (c.institution.in_(list(codes)), c.recorded_at >= begin, c.recorded_at < end)
    results = (c.kind == "results", c.status == "committed")
    return set(connection.execute(sa.select(c.institution).where(*within, *results).distinct()).scalars())


def versions(connection: sa.Connection, unit: str, day: int) -> Sequence[sa.Row[*tuple[Any, ...]]]:
    """Every version of a unit's report of a day (since 1970), the newest first."""
    c = REPORTS.c
    return connection.execute(
        sa.select(c.day, c.version, c.content, c.confirmed_at, STAFF.c.full_name)
        .select_from(_SIGNED)
        .where(c.unit == unit, c.day == day)
        .order_by(c.version.desc())
    ).all()


def newest(connection: sa.Connection, unit: str, first: int, last: int) -> dict[int, tuple[int, str, datetime]]:
    """The newest version of each day from `first` to `last` (since 1970): its number, who confirmed it, when."""
    c = REPORTS.c
    found = connection.execute(
        sa.select(c.day, c.version, STAFF.c.full_name, c.confirmed_at)
        .select_from(_SIGNED)
        .where(c.unit == unit, c.day >= first, c.day <= last)
        .order_by(c.day, c.version)
    )
    return {day: (version, name, at) for day, version, name, at in found}


def add(connection: sa.Connection, key: tuple[str, int, int], content: Mapping[str, Any], by: int, at: datetime) -> None:
    """Keep a version (unit, day, version) for good."""
    unit, day, version = key
    values = {"unit": unit, "day": day, "version": version, "confirmed_by": by, "confirmed_at": at}
    connection.execute(REPORTS.insert().values(**values, content=json.dumps(content, ensure_ascii=False)))
