"""What others do while a desk is busy: people looked up, somebody else who wants to write."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from time import perf_counter, sleep

from hbcore.domain.vocabulary import Purpose
from hbcore.services import people
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.storage.engine import engine

BETWEEN = 0.02
"""Seconds between two acts of one thread: about what a busy hall asks of one machine."""


@contextmanager
def again_and_again(act: Callable[[int], object]) -> Iterator[list[float]]:
    """Do something in a thread until the block ends, told how often before; milliseconds of each."""
    taken: list[float] = []
    ended = Event()

    def work() -> None:
        while not ended.is_set():
            began = perf_counter()
            act(len(taken))
            taken.append((perf_counter() - began) * 1000)
            sleep(BETWEEN)

    thread = Thread(target=work)
    thread.start()
    try:
        yield taken
    finally:
        ended.set()
        thread.join()


def look_up(numbers: list[str], by: Staff) -> Callable[[int], object]:
    """The whole service, its event included."""
    return lambda turn: people.find(numbers[turn % len(numbers)], purpose=Purpose.CODE_QUESTION, by=by, at=now())


def become_writer(_turn: int) -> None:
    """Wait for the right to write, and give it back."""
    with engine().connect().execution_options(writes=True) as connection, connection.begin():
        pass


def at_share(values: list[float], share: float) -> float:
    """The value below which this share of them lies."""
    return sorted(values)[int(share * (len(values) - 1))]
