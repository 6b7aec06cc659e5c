"""What a preview stood on: a digest over what the import read of people, samples and policies, and over what it answered.

Taken inside the transaction from what is read anyhow; a commit that is handed another one than its own is refused.
"""

from collections.abc import Callable, Iterable
from hashlib import sha256
from typing import Protocol

from sqlmodel import Session

_TAKING = "fingerprint being taken"


class Digest(Protocol):
    """What is noted, added up: over one transaction or several."""

    def update(self, data: bytes, /) -> None:
        """One note more."""

    def hexdigest(self) -> str:
        """All of them."""


def begin(session: Session, digest: Digest | None = None) -> Digest:
    """From here on what is noted in this session belongs to one fingerprint; `digest`: begun in a session before."""
    made: Digest = session.info.setdefault(_TAKING, digest or sha256())
    return made


def note(session: Session, what: str, read: Callable[[], Iterable[object]]) -> None:
    """Something was read; `read` is asked for it, in an order of its own, only while a fingerprint is being taken.

    Tuples of words and numbers: their written form is the same in every process.
    """
    digest = session.info.get(_TAKING)
    if digest is not None:
        _add(digest, what, read())


def _add(digest: Digest, what: str, values: Iterable[object]) -> None:
    digest.update(f"\n{what}\n".encode())
    for one in values:
        digest.update(repr(one).encode())


def of_answer(digest: Digest, answer: Iterable[object]) -> str:
    """The fingerprint of what several sessions noted and what was answered."""
    _add(digest, "answer", answer)
    return digest.hexdigest()


def taken(session: Session) -> str:
    """The fingerprint of all that was noted since `begin`; nothing more is noted."""
    return str(session.info.pop(_TAKING).hexdigest())
