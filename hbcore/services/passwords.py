"""Passwords: argon2id, the same time for everybody, a throttle that outlives a restart (security S04 to S06)."""

import secrets
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlmodel import Session, select

from hbcore.domain.signing_in import LONGEST_PASSWORD, READABLE, password_typed
from hbcore.storage.engine import engine
from hbcore.storage.ids import new_id
from hbcore.storage.sealing import keyed_hash
from hbcore.storage.tables import SignInAttempt

TRIES = 5
WINDOW = timedelta(minutes=15)
MEMORY_KIB = 48 * 1024
"""S06 asks for 46 MiB or more."""

ONE_TIME_LIFE = timedelta(hours=72)
GROUPS, LETTERS = 3, 5
"""A one-time password: 15 letters and digits, 73 bits."""

_hasher = PasswordHasher(time_cost=2, memory_cost=MEMORY_KIB, parallelism=1)
# Each check takes 48 MiB: strangers must not be able to ask for a hundred at once (S33).
_turn = threading.BoundedSemaphore(2)


def hashed(password: str) -> str:
    """The argon2id hash of a password; about 0.1 s."""
    with _turn:
        return _hasher.hash(password_typed(password))


@dataclass(frozen=True)
class OneTimePassword:
    """A password made by the desk, to be handed over and shown once: good for one sign-in until `until`."""

    text: str
    until: datetime


def one_time(*, at: datetime) -> OneTimePassword:
    """A fresh one-time password, in groups that can be read out; three days to use it."""
    groups = ("".join(secrets.choice(READABLE) for _ in range(LETTERS)) for _ in range(GROUPS))
    return OneTimePassword("-".join(groups), at + ONE_TIME_LIFE)


def one_time_typed(password: str) -> str:
    """The form in which a one-time password is hashed and compared: capitals, without what stands between the groups."""
    return "".join(character for character in password_typed(password).upper() if character.isalnum())


@cache
def _nobodys_hash() -> str:
    return hashed(secrets.token_urlsafe())


def fits(password: str, kept: str | None) -> bool:
    """Whether `password` is the one hashed in `kept`; None (nobody has that name) takes as long and never fits (S05)."""
    against = kept or _nobodys_hash()
    try:
        with _turn:
            _hasher.verify(against, password_typed(password)[: LONGEST_PASSWORD + 1])
    except (VerifyMismatchError, InvalidHashError):
        return False
    return kept is not None


def begin_attempt(name: str, *, place: str, at: datetime) -> int | None:
    """Note a try at `name` from `place` as failed before it is checked, so that tries at once count; its id, None when throttled.

    After 5 failures within 15 minutes the sixth is not looked at until 15 minutes after the fifth (S04).
    """
    key = keyed_hash("staff name", name)
    with engine().connect().execution_options(writes=True) as connection, connection.begin(), Session(connection) as session:
        if _throttled(session, key, place, at):
            return None
        attempt = SignInAttempt(id=new_id(), name_key=key, place=place, at=at, succeeded=False)
        session.add(attempt)
        session.flush()
        return attempt.id


def attempt_succeeded(session: Session, attempt: int) -> None:
    """Mark a try as a success: the failures before it no longer count."""
    session.execute(sa.update(SignInAttempt).where(sa.column("id") == attempt).values(succeeded=True))


def attempt_fitted(attempt: int) -> None:
    """`attempt_succeeded` in a transaction of its own, where nothing else is written."""
    with engine().connect().execution_options(writes=True) as connection, connection.begin(), Session(connection) as session:
        attempt_succeeded(session, attempt)


def _throttled(session: Session, key: bytes, place: str, at: datetime) -> bool:
    tries = session.exec(
        select(SignInAttempt.at, SignInAttempt.succeeded)
        .where(SignInAttempt.name_key == key, SignInAttempt.place == place)
        .order_by(sa.desc("at"), sa.desc("id"))
        .limit(TRIES)
    ).all()
    if len(tries) < TRIES or any(succeeded for _, succeeded in tries):
        return False
    newest, oldest = tries[0][0], tries[-1][0]
    return newest - oldest < WINDOW and at - newest < WINDOW
