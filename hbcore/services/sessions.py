"""Signing in and staying so: password, ticket, cookie, end (security S01, S02, S04, S05; model part 9)."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
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
from hbcore.storage.tables import SecondFactor, SignInStep, SignInTicket, StaffRow, StaffSession

TICKET_LIFE = timedelta(seconds=30)
STEP_LIFE = timedelta(minutes=5)
SEEN_EVERY = timedelta(minutes=1)
SECRET_BYTES = 32
COOKIE = "hbcore"
SECURE_COOKIE = "__Host-hbcore"
"""The cookie's name over plain and over encrypted connections."""


def hash_of(secret: str) -> bytes:
    """What is kept of a secret."""
    return sha256(secret.encode()).digest()


@dataclass(frozen=True)
class CodeNeeded:
    """The password was right, and a code of the second factor is still asked for: `step` is held against it for 5 minutes."""

    step: str


def sign_in(name: str, password: str, *, place: str, at: datetime) -> str | CodeNeeded:
    """A ticket for the one whose name and password these are, or the step before it; `place` is where the try comes from.

    :raises Refused: `too_many_tries` for a name tried wrongly too often from this place, whether it exists or not;
        `wrong_name_or_password` otherwise, after the same time for a name that does not exist (S05);
        `one_time_password_expired` or `one_time_password_used` to whoever has the right one.
    """
    attempt = passwords.begin_attempt(name_typed(name), place=place, at=at)
    if attempt is None:
        raise Refused("too_many_tries")
    with Session(engine()) as session:
        found = session.exec(select(StaffRow).where(StaffRow.name == name_typed(name))).first()
        row = found if found is not None and found.disabled_at is None else None
    why_not = _why_not_in(row, password, at)
    if row is None or why_not is not None:
        subject, figures = (f"staff {row.id}" if row else "nobody"), {"why": why_not}
        audit.record_alone(audit.Act.SIGN_IN_FAILED, by=None, at=at, subject=subject, figures=figures)
        raise Refused(why_not or "wrong_name_or_password")
    staff_id = row.id
    with engine().connect().execution_options(writes=True) as connection, connection.begin(), Session(connection) as session:
        passwords.attempt_succeeded(session, attempt)
        guarded = session.exec(
            select(SecondFactor.staff_id).where(SecondFactor.staff_id == staff_id, col(SecondFactor.confirmed_at).is_not(None))
        ).first()
        answer = issue_ticket(session, staff_id, at=at) if guarded is None else CodeNeeded(_issue_step(session, staff_id, at))
        session.flush()
    return answer


def _issue_step(session: Session, staff_id: int, at: datetime) -> str:
    step = secrets.token_urlsafe(SECRET_BYTES)
    session.add(SignInStep(id_hash=hash_of(step), staff_id=staff_id, expires_at=at + STEP_LIFE))
    return step


def half_signed_in(step: str, *, at: datetime) -> int | None:
    """Whose password was right at this step of a sign-in; None when it is unknown, used or too old."""
    with Session(engine()) as session:
        row = session.get(SignInStep, hash_of(step))
        return row.staff_id if row is not None and row.used_at is None and at < row.expires_at else None


@contextmanager
def half_way(step: str, *, at: datetime) -> Iterator[Session | None]:
    """A write transaction of a sign-in whose code is being looked at; None when its step is gone meanwhile."""
    with engine().connect().execution_options(writes=True) as connection, connection.begin(), Session(connection) as session:
        row = session.get(SignInStep, hash_of(step))
        yield session if row is not None and row.used_at is None and at < row.expires_at else None
        session.flush()


def step_taken(session: Session, step: str, staff_id: int, *, at: datetime) -> str:
    """Spend the step whose code was right; the ticket."""
    session.execute(sa.update(SignInStep).where(col(SignInStep.id_hash) == hash_of(step)).values(used_at=at))
    return issue_ticket(session, staff_id, at=at)


def _why_not_in(row: StaffRow | None, password: str, at: datetime) -> str | None:
    """Why `password` does not open the account `row`; what is the matter with a one-time password learns only who has it."""
    is_one_time = row is not None and row.one_time_until is not None
    typed = passwords.one_time_typed(password) if is_one_time else password
    if not passwords.fits(typed, row.password if row else None) or row is None:
        return "wrong_name_or_password"
    if row.one_time_used_at is not None:
        return "one_time_password_used"
    return "one_time_password_expired" if row.one_time_until is not None and at >= row.one_time_until else None


def issue_ticket(session: Session, staff_id: int, *, at: datetime) -> str:
    """A ticket of 30 seconds for somebody whose password was right, in the transaction that says so."""
    ticket = secrets.token_urlsafe(SECRET_BYTES)
    session.add(SignInTicket(id_hash=hash_of(ticket), staff_id=staff_id, expires_at=at + TICKET_LIFE))
    return ticket


def trade(ticket: str, *, at: datetime) -> str | None:
    """The cookie's new secret for a ticket; None when it is unknown, used, too old, or its holder was disabled meanwhile.

    A one-time password is spent here: of two tickets it gave, the second is worthless.
    """
    with engine().connect().execution_options(writes=True) as connection, connection.begin(), Session(connection) as session:
        row = session.get(SignInTicket, hash_of(ticket))
        if row is None or row.used_at is not None or at >= row.expires_at:
            return None
        row.used_at = at
        secret = secrets.token_urlsafe(SECRET_BYTES)
        staff = read_staff(session.connection(), row.staff_id, hash_of(secret))
        if staff is None or not _comes_in(session, staff, at):
            return None
        session.add(StaffSession(id_hash=hash_of(secret), staff_id=staff.id, began_at=at, seen_at=at))
        audit.record(session, audit.Act.SIGNED_IN, by=staff, at=at)
        session.flush()
    return secret


def _comes_in(session: Session, staff: Staff, at: datetime) -> bool:
    """Note the sign-in with the account; False where its one-time password was spent before."""
    spent = {"one_time_used_at": at} if staff.password_change_needed else {}
    unspent = (col(StaffRow.id) == staff.id) & col(StaffRow.one_time_used_at).is_(None)
    return session.connection().execute(sa.update(StaffRow).where(unspent).values(signed_in_at=at, **spent)).rowcount == 1


def holder(secret: str | None, *, at: datetime, touch: bool) -> Staff | None:
    """Who is signed in by the cookie's secret; None when nobody is (any more).

    `touch` says that somebody is at work: it puts off the idle end, and is written at most once a minute.
    """
    if not secret:
        return None
    id_hash = hash_of(secret)
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


WAYS_IN = ((StaffSession, "ended_at"), (SignInTicket, "used_at"), (SignInStep, "used_at"))
"""Sessions, tickets and half-done sign-ins, each with what ends it."""


def end_everybodys(session: Session, *, at: datetime) -> None:
    """End all of everybody's, in the caller's transaction."""
    for table, moment in WAYS_IN:
        session.execute(sa.update(table).where(sa.column(moment).is_(None)).values({moment: at}))


def end_all_of(session: Session, staff_id: int, *, at: datetime, but: bytes | None = None) -> None:
    """End every session, ticket and half-done sign-in of somebody, in the caller's transaction; the session `but` goes on."""
    for table, moment in WAYS_IN:
        theirs = (sa.column("staff_id") == staff_id) & sa.column(moment).is_(None)
        if but is not None:
            theirs &= sa.column("id_hash") != but
        session.execute(sa.update(table).where(theirs).values({moment: at}))
