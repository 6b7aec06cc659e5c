"""Events read back, the newest first, by seeking on their number."""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

COLUMNS = ("seq", "at", "act", "by_id", "by_name", "role", "unit", "via", "subject", "figures", "hash")


@dataclass(frozen=True)
class Filter:
    """What events must be to be read: of any of the `acts`; None or empty: whatever they are. `since` counts, `until` not."""

    acts: Collection[str] = ()
    by_id: int | None = None
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class EventRow:
    """One event as it was written."""

    seq: int
    at: datetime
    act: str
    by_id: int | None
    by_name: str
    role: str
    unit: str
    via: str
    subject: str
    figures: Mapping[str, Any]
    hash: bytes


def newest_first(
    connection: sa.Connection, table: sa.Table, fitting: Filter, *, before: int | None = None, limit: int | None = None
) -> Iterator[EventRow]:
    """The events that fit, numbered below `before`, from the newest down."""
    chosen = _chosen(table, fitting)
    if before is not None:
        chosen = chosen.where(table.c.seq < before)
    return map(_row, connection.execute(chosen.order_by(table.c.seq.desc()).limit(limit)))


def just_after(connection: sa.Connection, table: sa.Table, fitting: Filter, *, after: int, limit: int) -> list[EventRow]:
    """The `limit` events that fit and follow number `after`, the newest of them first."""
    chosen = _chosen(table, fitting).where(table.c.seq > after).order_by(table.c.seq).limit(limit)
    return list(map(_row, connection.execute(chosen)))[::-1]


def _chosen(table: sa.Table, fitting: Filter) -> sa.Select[*tuple[Any, ...]]:
    c = table.c
    asked = sa.select(*(c[name] for name in COLUMNS))
    if fitting.acts:
        asked = asked.where(c.act.in_(fitting.acts))
    for column, value in ((c.by_id, fitting.by_id), (c.subject, fitting.subject or None)):
        if value is not None:
            asked = asked.where(column == value)
    if fitting.since is not None:
        asked = asked.where(c.at >= fitting.since)
    return asked if fitting.until is None else asked.where(c.at < fitting.until)


def _row(row: sa.Row[Any]) -> EventRow:
    return EventRow(**{**row._mapping, "figures": json.loads(row.figures)})
