"""SQLite's log copied into place by a thread while much is written, so that no commit stops for it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from typing import Any

from hbcore.storage.engine import engine

EVERY = 1.0
"""Seconds between two copies: less often, and a commit finds the log full; more often, and pages are copied again and again."""


@contextmanager
def copied_beside() -> Iterator[None]:
    """For as long as this is open. Whoever commits into a full log copies it, a quarter of a second, with the right to write.

    On PostgreSQL the server does it.
    """
    if engine().dialect.name != "sqlite":
        yield
        return
    over = Event()
    with ThreadPoolExecutor(1, "copying") as beside:
        copying = beside.submit(_copy, over)
        try:
            yield
        finally:
            over.set()
        copying.result()


def _copy(over: Event) -> None:
    with engine().connect() as connection:
        driver: Any = connection.connection.driver_connection
        while not over.wait(EVERY):
            driver.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
