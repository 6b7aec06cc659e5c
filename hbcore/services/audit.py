"""Events: what was done, by whom, when. An act's event is written in the act's transaction, a look-up's in its own store."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from hbcore.domain.errors import Refused
from hbcore.services.acts import Act as Act
from hbcore.services.staff import Staff
from hbcore.services.together import Together
from hbcore.storage import chain
from hbcore.storage.engine import access_engine, engine
from hbcore.storage.prepared import Prepared
from hbcore.storage.tables import Event, look_up_event

EVENTS: sa.Table = Event.__table__  # type: ignore[attr-defined]
RECORDED = "event recorded"
_LAST_OF = (
    sa.select(EVENTS.c.seq, EVENTS.c.at, EVENTS.c.by_name, EVENTS.c.figures)
    .where(EVENTS.c.act == sa.bindparam("act"))
    .order_by(EVENTS.c.seq.desc())
    .limit(1)
)
_NEWEST: Prepared[int | None] = Prepared(sa.select(sa.func.max(EVENTS.c.seq)), lambda seq: seq)
_NEWEST_LOOK_UP: Prepared[int | None] = Prepared(sa.select(sa.func.max(look_up_event.c.seq)), lambda seq: seq)


@dataclass(frozen=True)
class ChainState:
    """What verifying a chain found: how many events stand, and the first broken one (None: whole)."""

    name: str
    events: int
    broken_at: int | None


BY_APPLICANT = "applicant"
"""How somebody acts who is no staff: on the public form, about their own application."""


def _row(
    act: Act, by: Staff | None, at: datetime, subject: str, figures: Mapping[str, object], via: str = "desk"
) -> dict[str, object]:
    return {
        "at": at,
        "act": str(act),
        "by_id": by.id if by else None,
        "by_name": by.name if by else "",
        "role": str(by.role) if by else "",
        "unit": (by.unit or "") if by else "",
        "via": by.via if by else via,
        "subject": subject,
        "figures": written(figures),
    }


def written(figures: Mapping[str, object]) -> str:
    """Figures as an event keeps them: JSON, keys in order."""
    return json.dumps(figures, ensure_ascii=False, sort_keys=True)


def record(
    session: Session,
    act: Act,
    *,
    by: Staff | None,
    at: datetime,
    subject: str = "",
    figures: Mapping[str, object] | None = None,
    via: str = "desk",
) -> int:
    """Write the event of an act inside the act's transaction; its number.

    `subject` names the row by our id (`application 17…`), never by a person's name or number (S21).
    """
    session.info[RECORDED] = True
    return chain.append(session.connection(), EVENTS, _row(act, by, at, subject, figures or {}, via))


_LAST_AT = sa.select(EVENTS.c.at).order_by(EVENTS.c.seq.desc()).limit(1)


def last_act_at(session: Session) -> datetime | None:
    """When the newest act on record was done; read under the write lock nothing later can come in between."""
    newest: datetime | None = session.connection().execute(_LAST_AT).scalar()
    return newest


def last_of(session: Session, act: Act) -> sa.Row[*tuple[Any, ...]] | None:
    """The newest event of one act: number, time, who, figures."""
    return session.connection().execute(_LAST_OF, {"act": str(act)}).first()


_DID = (
    sa.select(EVENTS.c.seq)
    .where(EVENTS.c.subject.in_(sa.bindparam("subjects", expanding=True)))
    .where(EVENTS.c.act == sa.bindparam("act"), EVENTS.c.by_id == sa.bindparam("staff", type_=EVENTS.c.by_id.type))
    .limit(1)
)


def has_done(session: Session, act: Act, subjects: Sequence[str], *, by: Staff) -> bool:
    """Whether an act about any of these subjects is on record by that very account."""
    asked = {"subjects": list(subjects), "act": str(act), "staff": by.id}
    return session.connection().execute(_DID, asked).first() is not None


def newest(session: Session) -> int:
    """The number of the newest act: while it stays, nothing has been done and what was read still holds."""
    return next(_NEWEST.rows(session.connection(), {})) or 0


def newest_look_up() -> int:
    """The number of the newest look-up: they are numbered from 1 without a gap, so it is how many there are."""
    with access_engine().connect() as connection:
        return next(_NEWEST_LOOK_UP.rows(connection, {})) or 0


def record_own(session: Session, act: Act, *, at: datetime, subject: str, figures: Mapping[str, object] | None = None) -> int:
    """`record` of what an applicant did about their own application: by nobody on staff."""
    return record_each_own(session, act, [(subject, figures or {})], at=at)


def record_each_own(session: Session, act: Act, done: Sequence[tuple[str, Mapping[str, object]]], *, at: datetime) -> int:
    """`record_own` of what several applicants did at once: the subject and figures of each; the number of the last event."""
    session.info[RECORDED] = True
    rows = [_row(act, None, at, subject, figures, BY_APPLICANT) for subject, figures in done]
    return chain.append_all(session.connection(), EVENTS, rows)


def record_alone(
    act: Act,
    *,
    by: Staff | None,
    at: datetime,
    subject: str = "",
    figures: Mapping[str, object] | None = None,
    via: str = "desk",
) -> None:
    """Write an event in a transaction of its own: refusals and failed sign-ins, which leave no act behind."""
    with engine().connect().execution_options(writes=True) as connection, connection.begin():
        chain.append(connection, EVENTS, _row(act, by, at, subject, figures or {}, via))


def record_look_up(act: Act, *, by: Staff, at: datetime, subject: str, figures: Mapping[str, object] | None = None) -> None:
    """Write a look-up event in the store of look-ups, which waits for no import.

    :raises Refused: `look_up_not_recorded` when it cannot be written: nobody is shown without a line about it (S16, S36).
    """
    try:
        _LOOK_UPS.do(_row(act, by, at, subject, figures or {}))
    except sa.exc.SQLAlchemyError as error:
        raise Refused("look_up_not_recorded") from error


def _write_look_ups(rows: Sequence[dict[str, object]]) -> list[Exception | None]:
    """All of them in one transaction. What is wrong with one row is no reason to refuse the others; a store out of reach is."""
    try:
        with access_engine().connect().execution_options(writes=True) as connection, connection.begin():
            chain.append_all(connection, look_up_event, rows)
    except sa.exc.OperationalError:
        raise
    except sa.exc.SQLAlchemyError as error:
        return [error] if len(rows) == 1 else [answer for row in rows for answer in _write_look_ups([row])]
    return [None] * len(rows)


_LOOK_UPS: Together[dict[str, object], None] = Together(_write_look_ups)
"""Look-ups of this process that are recorded at the same moment share a commit: a chain takes one writer at a time, and a
durable commit takes the disk milliseconds."""


def look_up(
    connection: sa.Connection,
    act: Act,
    *,
    by: Staff | None,
    at: datetime,
    subject: str,
    figures: Mapping[str, object] | None = None,
) -> int:
    """Write a look-up event inside `look_ups_written`, with what goes with it; its number. `by` None: the clock."""
    return chain.append(connection, look_up_event, _row(act, by, at, subject, figures or {}))


@contextmanager
def look_ups_written() -> Iterator[sa.Connection]:
    """A write transaction in the store of look-ups, for what goes with an event there.

    :raises Refused: `look_up_not_recorded` when the store cannot be written.
    """
    try:
        with access_engine().connect().execution_options(writes=True) as connection, connection.begin():
            yield connection
    except sa.exc.SQLAlchemyError as error:
        raise Refused("look_up_not_recorded") from error


@contextmanager
def look_ups_read() -> Iterator[sa.Connection]:
    """The store of look-ups, for who reads it within a door."""
    with access_engine().connect() as connection:
        yield connection


def record_own_look_up(
    connection: sa.Connection, act: Act, *, at: datetime, subject: str = "", figures: Mapping[str, object] | None = None
) -> int:
    """Write, inside `look_ups_written`, what an applicant looked at: by nobody on staff. The event's number."""
    return chain.append(connection, look_up_event, _row(act, None, at, subject, figures or {}, BY_APPLICANT))


@contextmanager
def chains() -> Iterator[list[tuple[str, sa.Connection, sa.Table]]]:
    """Both chains by name, each with a connection that reads it."""
    with engine().connect() as acts, access_engine().connect() as look_ups:
        yield [("events", acts, EVENTS), ("look_ups", look_ups, look_up_event)]


def verify(told: Callable[[float], object] = lambda _share: None) -> tuple[ChainState, ...]:
    """Read both chains from the first event to the last (S20); `told` hears how far it is, 0 to 1.

    Permission is the shell's: `audit verify` needs no account.
    """
    with chains() as both:
        to_read = [chain.newest(connection, table) for _, connection, table in both]
        states, before = [], 0
        for (name, connection, table), count in zip(both, to_read, strict=True):

            def read(here: int, before: int = before) -> None:
                told(min((before + here) / max(sum(to_read), 1), 1.0))

            states.append(ChainState(name, *chain.first_break(connection, table, read)))
            before += count
        return tuple(states)
