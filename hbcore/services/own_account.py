"""What everybody keeps of their own account: the password, the sessions, and when somebody came in."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from hbcore.domain.errors import Refused
from hbcore.domain.permissions import Permission
from hbcore.domain.signing_in import why_bad_password
from hbcore.services import audit, passwords, sessions
from hbcore.services.acting import IDLE, IN_ALL, Staff, acting, reading
from hbcore.services.audit import EVENTS
from hbcore.services.refusals import refusals_recorded
from hbcore.storage.tables import StaffRow, StaffSession

OWN_PLACE = "own account"
"""Where tries at the old password count: whoever sits at a desk left open gets five."""

SIGN_INS_SHOWN = 10


@dataclass(frozen=True)
class OwnSession:
    """A session that lives. `ref` names it and opens nothing; nothing of the machine or its place is kept."""

    ref: str
    began_at: datetime
    seen_at: datetime
    is_this: bool


@dataclass(frozen=True)
class SignInSeen:
    """Somebody came in, or tried to."""

    at: datetime
    succeeded: bool


def choose_password(password: str, *, by: Staff, at: datetime) -> None:
    """Choose an own password after signing in with a one-time password; other sessions end.

    :raises Refused: `has_own_password` for whoever has one, which is changed with the old; `password_too_short`,
        `password_too_long`, `password_too_common`, `password_same`.
    """
    with refusals_recorded(by, at, f"staff {by.id}"), reading(by, Permission.CHOOSE_PASSWORD, at) as session:
        if not by.password_change_needed:
            raise Refused("has_own_password")
        kept = _kept(session, by)
    if passwords.fits(passwords.one_time_typed(password), kept):
        raise Refused("password_same")
    _replace(kept, password, by=by, at=at)


def change_password(old: str, password: str, *, by: Staff, at: datetime) -> None:
    """Change one's own password; other sessions end, this one goes on (S01).

    :raises Refused: `wrong_password`, `too_many_tries` after five of those within 15 minutes, `password_same`, and what may be
        wrong with the new one.
    """
    kept = check_password(old, by=by, at=at)
    if passwords.fits(password, kept):
        raise Refused("password_same")
    _replace(kept, password, by=by, at=at)


def check_password(password: str, *, by: Staff, at: datetime) -> str:
    """Ask for one's own password again before something that whoever sits at a desk left open must not do; its hash.

    :raises Refused: `wrong_password`, `too_many_tries` after five of those within 15 minutes.
    """
    with refusals_recorded(by, at, f"staff {by.id}"):
        with reading(by, Permission.KEEP_OWN_ACCOUNT, at) as session:
            kept = _kept(session, by)
        attempt = passwords.begin_attempt(by.name, place=OWN_PLACE, at=at)
        if attempt is None:
            raise Refused("too_many_tries")
        if not passwords.fits(password, kept):
            raise Refused("wrong_password")
        passwords.attempt_fitted(attempt)
    return kept


def _kept(session: Session, by: Staff) -> str:
    return session.exec(select(StaffRow.password).where(StaffRow.id == by.id)).one()


def _replace(before: str, password: str, *, by: Staff, at: datetime) -> None:
    if why := why_bad_password(password, by.name):
        raise Refused(why)
    after = passwords.hashed(password)
    with acting(by, Permission.CHOOSE_PASSWORD, at) as session:
        same = (col(StaffRow.id) == by.id) & (col(StaffRow.password) == before)
        own = {"password": after, "one_time_until": None, "one_time_used_at": None}
        if session.connection().execute(sa.update(StaffRow).where(same).values(own)).rowcount != 1:
            raise Refused("authority_changed")  # reset while this form was open
        sessions.end_all_of(session, by.id, at=at, but=by.session)
        audit.record(session, audit.Act.PASSWORD_CHOSEN, by=by, at=at, subject=f"staff {by.id}")


def own_sessions(*, by: Staff, at: datetime) -> tuple[OwnSession, ...]:
    """The sessions of `by` that live, the newest first."""
    with reading(by, Permission.KEEP_OWN_ACCOUNT, at) as session:
        return tuple(
            OwnSession(_ref(row), row.began_at, row.seen_at, row.id_hash == by.session) for row in _living(session, by, at)
        )


def end_session(ref: str, *, by: Staff, at: datetime) -> None:
    """End one of one's own sessions.

    :raises Refused: `unknown_session` when it has ended already, or is somebody else's.
    """
    with acting(by, Permission.KEEP_OWN_ACCOUNT, at) as session:
        row = next((one for one in _living(session, by, at) if _ref(one) == ref), None)
        if row is None:
            raise Refused("unknown_session")
        row.ended_at = at
        session.add(row)
        audit.record(session, audit.Act.SESSION_ENDED, by=by, at=at, subject=f"staff {by.id}")


def own_sign_ins(*, by: Staff, at: datetime) -> tuple[SignInSeen, ...]:
    """When somebody last came in as `by`, or tried and failed; the newest first."""
    came = (EVENTS.c.by_id == by.id) & (EVENTS.c.act == audit.Act.SIGNED_IN)
    failed = (EVENTS.c.subject == f"staff {by.id}") & (EVENTS.c.act == audit.Act.SIGN_IN_FAILED)
    with reading(by, Permission.KEEP_OWN_ACCOUNT, at) as session:
        found: list[sa.Row[tuple[int, datetime, str]]] = []
        for which in (came, failed):
            newest = sa.select(EVENTS.c.seq, EVENTS.c.at, EVENTS.c.act).where(which).order_by(EVENTS.c.seq.desc())
            found += session.execute(newest.limit(SIGN_INS_SHOWN)).all()
    found.sort(key=lambda row: -row.seq)
    return tuple(SignInSeen(row.at, row.act == audit.Act.SIGNED_IN) for row in found[:SIGN_INS_SHOWN])


def _living(session: Session, by: Staff, at: datetime) -> list[StaffSession]:
    living = (
        select(StaffSession)
        .where(StaffSession.staff_id == by.id, col(StaffSession.ended_at).is_(None))
        .where(col(StaffSession.seen_at) > at - IDLE, col(StaffSession.began_at) > at - IN_ALL)
        .order_by(col(StaffSession.began_at).desc())
    )
    return list(session.exec(living))


def _ref(row: StaffSession) -> str:
    return row.id_hash.hex()[:16]
