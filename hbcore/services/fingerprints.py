"""What a preview stood on: a digest over what the import read of people, samples and policies, and over what it answered.

Taken inside the transaction from what is read anyhow; a commit that is handed another one than its own is refused.
"""

from collections.abc import Callable, Iterable
from hashlib import sha256

from sqlmodel import Session

_TAKING = "fingerprint being taken"


def begin(session: Session) -> None:
    """From here on what is noted in this session belongs to one fingerprint."""
    session.info[_TAKING] = sha256()


def note(session: Session, what: str, read: Callable[[], Iterable[object]]) -> None:
    """Something was read; `read` is asked for it, in an order of its own, only while a fingerprint is being taken.

    Tuples of words and numbers: their written form is the same in every process.
    """
    digest = session.info.get(_TAKING)
    if digest is not None:
        digest.update(f"\n{what}\n".encode())
        for one in read():
            digest.update(repr(one).encode())


def taken(session: Session) -> str:
    """The fingerprint of all that was noted since `begin`; nothing more is noted."""
    return str(session.info.pop(_TAKING).hexdigest())
