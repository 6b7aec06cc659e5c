"""Work on a whole upload in slices of about 50 ms of lock, so that nobody waits for the whole of it (performance part 2)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import sleep

from sqlmodel import Session

from hbcore.services.collecting import no_collecting
from hbcore.storage.copied_beside import copied_beside
from hbcore.storage.engine import POLL, engine

STEP = 0.05
"""Seconds for which a slice holds the right to write."""

PAUSE = POLL + 0.001
"""Seconds in which others may become the writer before the next slice, which is ready by then: they look once in it."""

Said = Callable[[int, int], object]
"""Hears how many lines or people are done, of how many."""


def said_to_nobody(_done: int, _of: int) -> None:
    """For whoever shows no progress."""


@dataclass(frozen=True)
class Step:
    """One slice: lines or people done by now, of how many, those of the slice, and the seconds it held the right to write."""

    done: int
    of: int
    size: int
    took: float


@contextmanager
def writing(*, kept: bool = True) -> Iterator[Session]:
    """A transaction of its own with the right to write: whose act it belongs to was asked when the upload was accepted."""
    connecting = engine().connect().execution_options(writes=True)
    with connecting as connection, connection.begin() as work, Session(connection) as session:
        yield session
        session.flush()
        if not kept:
            work.rollback()


def in_steps(step: Callable[[int], Step | None], said: Said, *, least: int, most: int) -> None:
    """Take steps of a size that fits `STEP` until there is none; one that took no time was done by somebody else meanwhile."""
    size = least
    with no_collecting(), copied_beside():
        while (done := step(size)) is not None:
            said(done.done, done.of)
            if done.took:
                size = max(least, min(most, int(done.size * min(2.0, STEP / done.took))))
                sleep(PAUSE)
