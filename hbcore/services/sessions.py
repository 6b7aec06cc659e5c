"""Signing in and staying so: password, ticket, cookie, end (security S01, S02, S04, S05; model part 9)."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

import sqlalchemy as sa
from sqlmodel import Session, col, select

from hbcore.domain.errors import Refused
from hbcore.domain.known import instant
from hbcore.domain.signing_in import name_typed
from hbcore.services import audit, passwords
from hbcore.services.acting import Staff, read_staff, session_lives
from hbcore.storage import staff_rows
from hbcore.storage.engine import engine
from hbcore.storage.tables import SignInTicket, StaffRow, StaffSession

TICKET_LIFE = timedelta(seconds=30)
SEEN_EVERY = timedelta(minutes=1)
SECRET_BYTES = 32
COOKIE = "hbcore"
SECURE_COOKIE = "__Host-hbcore"
"""The cookie's name over plain and over encrypted connections."""


def _hash(secret: str) -> bytes:
    return sha256(secret.encode()).digest()


def sign_in(name: str, password: str, *, place: str, at: datetime) -> str:
    """A ticket for the one whose name and password these are; `place` is where the try comes from.

    :raises Refused: `too_many_tries` for a name tried wrongly too often from this place, whether it exists or not;
        `wrong_name_or_password` otherwise, after the same time for a name that does not exist (S05).
    """
    attempt = passwords.begin_attempt(name_typed(name), place=place, at=at)
    if attempt is None:
        raise Refused("too_many_tries")
    with Session(engine()) as session:
        row = session.exec(select(StaffRow).where(StaffRow.name == name_typed(name))).first()
        staff_id, kept = (row.id, row.password) if row is not None and row.disabled_at is None else (None, None)
    if not passwords.fits(password, kept) or staff_id is None:
        audit.record_alone(audit.Act.SIGN_IN_FAILED, by=None, at=at, subject=f"staff {staff_id}" if staff_id else "nobody")
        raise Refused("wrong_name_or_password")
    with engine().connect().execution_options(writes=True) as connection, connection.begin(), Session(connection) as session:
        passwords.attempt_succeeded(session, attempt)
        ticket = issue_ticket(session, staff_id, at=at)
        session.flush()
    return ticket


def issue_ticket(session: Session, staff_id: int, *, at: datetime) -> str:
    """A ticket of 30 seconds for somebody whose password was right, in the transaction that says so."""
    ticket = secrets.token_urlsafe(SECRET_BYTES)
    session.add(SignInTicket(id_hash=_hash(ticket), staff_id=staff_id, expires_at=at + TICKET_LIFE))
    return ticket


def trade(ticket: str, *, at: datetime) -> str | None:
    """The cookie's new secret for a ticket; None when it is unknown, used, too old, or its holder was disabled meanwhile."""
    with engine().connect().execution_options(writes=True) as connection, connection.begin(), Session(connection) as session:
        row = session.get(SignInTicket, _hash(ticket))
        if row is None or row.used_at is not None or at >= row.expires_at:
            return None
        row.used_at = at
        secret = secrets.token_urlsafe(SECRET_BYTES)
        staff = read_staff(session.connection(), row.staff_id, _hash(secret))
        if staff is None:
            return None
        session.add(StaffSession(id_hash=_hash(secret), staff_id=staff.id, began_at=at, seen_at=at))
        audit.record(session, audit.Act.SIGNED_IN, by=staff, at=at)
        session.flush()
    return secret


def holder(secret: str | None, *, at: datetime, touch: bool) -> Staff | None:
    """Who is signed in by the cookie's secret; None when nobody is (any more).

    `touch` says that somebody is at work: it puts off the idle end, and is written at most once a minute.
    """
    if not secret:
        return None
    id_hash = _hash(secret)
    with engine().connect() as connection:
        row = staff_rows.session_by_hash(connection, id_hash)
        if row is None or not session_lives(row, at):
            return None
        staff = read_staff(connection, row.staff_id, id_hash)
    if staff is not None and touch and at - instant(row.seen_at) >= SEEN_EVERY:
        _touch(id_hash, at)
    return staff


def _touch(id_hash: bytes, at: datetime) -> None:
    living = (col(StaffSession.id_hash) == id_hash) & col(StaffSession.ended_at).is_(None)
    with engine().connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(sa.update(StaffSession).where(living, col(StaffSession.seen_at) < at).values(seen_at=at))


def sign_out(*, by: Staff, at: datetime) -> None:
    """End the session of `by`; its cookie is a stranger's from now on."""
    with engine().connect().execution_options(writes=True) as connection, connection.begin(), Session(connection) as session:
        mine = col(StaffSession.id_hash) == by.session
        ended = sa.update(StaffSession).where(mine, col(StaffSession.ended_at).is_(None)).values(ended_at=at)
        if session.connection().execute(ended).rowcount:
            audit.record(session, audit.Act.SIGNED_OUT, by=by, at=at)


def end_all_of(session: Session, staff_id: int, *, at: datetime) -> None:
    """End every session and ticket of somebody, in the caller's transaction."""
    for table, moment in ((StaffSession, "ended_at"), (SignInTicket, "used_at")):
        theirs = (sa.column("staff_id") == staff_id) & sa.column(moment).is_(None)
        session.execute(sa.update(table).where(theirs).values({moment: at}))
