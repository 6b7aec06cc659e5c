"""Why whoever had signed in is before the sign-in again: told to the browser that held the session, of nobody's account."""

from datetime import datetime
from enum import StrEnum

from hbcore.domain.known import instant
from hbcore.services.acting import IDLE, IN_ALL
from hbcore.services.sessions import hash_of
from hbcore.storage import staff_rows
from hbcore.storage.engine import engine


class SessionEnd(StrEnum):
    """What ended a session. The first two stand as a word in the cookie, too, once the secret is taken away."""

    IDLE = "ended-idle"
    LONGEST = "ended-longest"
    ENDED = "ended"


KEPT = (SessionEnd.IDLE, SessionEnd.LONGEST)
"""What came by itself, and who is back at the desk may not know; a session that was ended on purpose leaves no word."""


def how_ended(cookie: str | None, *, at: datetime) -> SessionEnd | None:
    """How the session ended whose secret, or whose last word, the cookie holds; None where there was none or it lives."""
    if not cookie or cookie in KEPT:
        return SessionEnd(cookie) if cookie else None
    with engine().connect() as connection:
        row = staff_rows.session_by_hash(connection, hash_of(cookie))
    if row is None:
        return None
    if row.ended_at is not None:
        return SessionEnd.ENDED
    idle, longest = instant(row.seen_at) + IDLE, instant(row.began_at) + IN_ALL
    if at < min(idle, longest):
        return None
    return SessionEnd.IDLE if idle < longest else SessionEnd.LONGEST


def last_word(cookie: str, *, at: datetime) -> str:
    """What stands in the cookie from now on in place of a secret that opens nothing any more: a word for the sign-in, or none."""
    how = how_ended(cookie, at=at)
    return str(how) if how in KEPT else ""
