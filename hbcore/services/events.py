"""The auditor's reading of events: page by page, the newest first, and as a file; both chains, never a person's name."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from hbcore.domain.csv_cells import csv_bytes
from hbcore.domain.errors import Refused
from hbcore.domain.permissions import Permission
from hbcore.domain.vocabulary import SHANGHAI
from hbcore.services import audit, large_exports
from hbcore.services.acting import Staff, acting, reading
from hbcore.services.audit import Act
from hbcore.services.desk_state import LISTS, ChainsSeen, chains_in
from hbcore.services.large_exports import ALONE, ExportReason
from hbcore.services.refusals import refusals_recorded
from hbcore.storage import event_rows, staff_rows
from hbcore.storage.engine import access_engine
from hbcore.storage.event_rows import EventRow as EventRow
from hbcore.storage.event_rows import Filter
from hbcore.storage.tables import look_up_event

A_PAGE = 50
MOST_IN_A_FILE = 100_000


class Chain(StrEnum):
    """Which chain is read: acts, or look-ups."""

    ACTS = "events"
    LOOK_UPS = "look_ups"


class Together(StrEnum):
    """Acts that are read as if they were one."""

    LISTS = "lists_and_bursts"


ACTS_OF: Mapping[Together, tuple[Act, ...]] = {Together.LISTS: LISTS}


@dataclass(frozen=True)
class Wanted:
    """Which events: of one act or of several together, by one account, about one subject, on Shanghai days, both included."""

    chain: Chain = Chain.ACTS
    act: Act | Together | None = None
    by_id: int | None = None
    about: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class EventPage:
    """A page of events, and whether there are newer and older ones that fit."""

    events: tuple[EventRow, ...]
    newer: bool
    older: bool


def page(
    wanted: Wanted, *, before: int | None = None, after: int | None = None, by: Staff, at: datetime, limit: int = A_PAGE
) -> EventPage:
    """The newest events that fit; those below number `before`, or those next above number `after`."""
    fitting = _filter(wanted)
    with reading(by, Permission.SEE_EVENTS, at) as session, _store(session, wanted.chain) as (connection, table):
        if after is not None:
            found = event_rows.just_after(connection, table, fitting, after=after, limit=limit + 1)
            return EventPage(tuple(found[-limit:]), len(found) > limit, older=True)
        found = list(event_rows.newest_first(connection, table, fitting, before=before, limit=limit + 1))
        return EventPage(tuple(found[:limit]), before is not None, len(found) > limit)


def accounts_on_record(*, by: Staff, at: datetime) -> dict[int, str]:
    """Every account by id, also those closed: who may stand beside an event."""
    with reading(by, Permission.SEE_EVENTS, at) as session:
        return staff_rows.names(session.connection())


def chains(*, by: Staff, at: datetime) -> ChainsSeen:
    """How many events stand, and what the newest verification found."""
    with reading(by, Permission.SEE_EVENTS, at) as session:
        return chains_in(session)


def file(wanted: Wanted, headings: tuple[str, ...], words: Mapping[str, str], *, by: Staff, at: datetime) -> bytes:
    """All events that fit as a CSV file that no spreadsheet runs; an event with its digest. `words`: of acts.

    :raises Refused: `nothing_to_export`; `export_too_large` beyond 100,000 events; `export_needs_two` beyond 1,000 without
        a proposal of one's own that another has confirmed within the hour.
    """
    fitting = _filter(wanted)
    with reading(by, Permission.EXPORT_EVENTS, at) as session, _store(session, wanted.chain) as (connection, table):
        rows = list(event_rows.newest_first(connection, table, fitting, limit=MOST_IN_A_FILE + 1))
    if not rows:
        raise Refused("nothing_to_export")
    if len(rows) > MOST_IN_A_FILE:
        raise Refused("export_too_large", most=MOST_IN_A_FILE)
    if len(rows) > ALONE:
        return _taken_by_two(wanted, rows, headings, words, by=by, at=at)
    made, figures = _made(wanted, rows, headings, words)
    audit.record_alone(audit.Act.EVENTS_EXPORTED, by=by, at=at, figures=figures)
    return made


def how_many(wanted: Wanted, *, by: Staff, at: datetime) -> int:
    """How many events a file would have."""
    with reading(by, Permission.EXPORT_EVENTS, at) as session, _store(session, wanted.chain) as (connection, table):
        return len(list(event_rows.newest_first(connection, table, _filter(wanted), limit=MOST_IN_A_FILE + 1)))


def propose_file(wanted: Wanted, reason: ExportReason, *, by: Staff, at: datetime) -> int:
    """Propose a file of all events that fit, for another auditor to confirm; the proposal's id.

    :raises Refused: `nothing_to_export`, and those of `large_exports.propose`.
    """
    rows = how_many(wanted, by=by, at=at)
    if not rows:
        raise Refused("nothing_to_export")
    return large_exports.propose(_named(wanted), rows, reason, by=by, at=at)


def wanted_of(asked: Mapping[str, Any]) -> Wanted:
    """The filter that a proposal names."""
    act, days = asked.get("act"), {name: asked.get(name) for name in ("since", "until")}
    return Wanted(
        Chain(asked["chain"]),
        act_of(act) if act else None,
        asked.get("by_id"),
        asked.get("about", ""),
        **{name: date.fromisoformat(day) if day else None for name, day in days.items()},
    )


def act_of(word: str) -> Act | Together:
    """The act, or the acts together, that a word of a filter means."""
    return Together(word) if word in set(Together) else Act(word)


def _taken_by_two(
    wanted: Wanted, rows: Sequence[EventRow], headings: tuple[str, ...], words: Mapping[str, str], *, by: Staff, at: datetime
) -> bytes:
    """More than one person may take alone: once, with what another has confirmed."""
    with refusals_recorded(by, at, "events"), acting(by, Permission.EXPORT_EVENTS, at) as session:
        granted = large_exports.granted_in(session, _named(wanted), by, at)
        made, figures = _made(wanted, rows, headings, words)
        large_exports.taken_in(session, granted)
        audit.record(session, audit.Act.EVENTS_EXPORTED, by=by, at=at, subject=granted.subject, figures=figures)
    return made


def _made(
    wanted: Wanted, rows: Sequence[EventRow], headings: tuple[str, ...], words: Mapping[str, str]
) -> tuple[bytes, dict[str, object]]:
    """The file, and what its event says of it."""
    made = csv_bytes(headings, (_line(row, words) for row in rows))
    figures = {"chain": wanted.chain, "rows": len(rows), "first": rows[-1].seq, "last": rows[0].seq, **_asked(wanted)}
    return made, {**figures, "sha256": sha256(made).hexdigest()}


def _named(wanted: Wanted) -> dict[str, object]:
    """What a proposal says of these events."""
    return {"chain": wanted.chain, **_asked(wanted)}


def _asked(wanted: Wanted) -> dict[str, object]:
    """The filter as its event keeps it; what it is about stands in the events already, so it names nobody."""
    asked: dict[str, object] = {"act": wanted.act, "by_id": wanted.by_id, "about": wanted.about}
    days = {"since": wanted.since, "until": wanted.until}
    return {name: value for name, value in asked.items() if value} | {name: str(day) for name, day in days.items() if day}


def _line(row: EventRow, words: Mapping[str, str]) -> tuple[str, ...]:
    figures = audit.written(row.figures)
    when = row.at.astimezone(SHANGHAI).isoformat(timespec="seconds")
    who = (row.by_name, row.role, row.unit, row.via)
    return (str(row.seq), when, row.act, words.get(row.act, row.act), *who, row.subject, figures, row.hash.hex())


def _filter(wanted: Wanted) -> Filter:
    since = datetime.combine(wanted.since, time(), SHANGHAI) if wanted.since else None
    until = datetime.combine(wanted.until + timedelta(days=1), time(), SHANGHAI) if wanted.until else None
    acts = ACTS_OF[wanted.act] if isinstance(wanted.act, Together) else (wanted.act,) if wanted.act else ()
    return Filter(acts, wanted.by_id, wanted.about, since, until)


@contextmanager
def _store(session: Session, chain: Chain) -> Iterator[tuple[sa.Connection, sa.Table]]:
    """The chain that is asked for, and the connection that reads it."""
    if chain == Chain.ACTS:
        yield session.connection(), audit.EVENTS
        return
    with access_engine().connect() as connection:
        yield connection, look_up_event
