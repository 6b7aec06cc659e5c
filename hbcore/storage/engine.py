"""Opening the database: one engine a URL, every connection durable and strict, transactions we begin ourselves."""

import sqlite3
from collections.abc import Callable
from enum import IntEnum
from functools import lru_cache
from time import monotonic, sleep
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from hbcore.storage.home import access_url, database_url

BUSY_MILLISECONDS = 30_000

PATIENT, IMPATIENT = f"PRAGMA busy_timeout={BUSY_MILLISECONDS}", "PRAGMA busy_timeout=0"

# S34: durable (WAL, synchronous FULL), strict (foreign keys) and patient (busy timeout) on every connection.
PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    PATIENT,
    "PRAGMA cache_size=-65536",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA journal_size_limit=67108864",
    "PRAGMA wal_autocheckpoint=32768",  # pages: the commit of a day's file answers before its pages are copied into place
)

# The driver looks for a way to write each value that is not text or a number, in three places and in vain: told that bytes stay
# bytes it takes a third less time for a row of them.
sqlite3.register_adapter(bytes, bytes)
sqlite3.register_adapter(bool, int)

POLL = 0.001
"""Seconds between two tries to become the writer. SQLite's own waiting looks up to 100 ms apart, and would miss the moments
between the slices of an import or a publication."""


def _prepare(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we begin transactions ourselves, so that a writer takes its lock at once
    for statement in PRAGMAS:
        connection.execute(statement)


def _begin(connection: sa.Connection) -> None:
    if not _writes(connection):
        connection.exec_driver_sql("BEGIN")
        return
    driver: Any = connection.connection.driver_connection
    until, refused = monotonic() + BUSY_MILLISECONDS / 1000, sqlite3.SQLITE_BUSY
    driver.execute(IMPATIENT)
    try:
        while refused == sqlite3.SQLITE_BUSY and monotonic() < until:
            refused = _refused(driver)
            if refused == sqlite3.SQLITE_BUSY:
                sleep(POLL)
        if refused:  # the last try, whose error SQLAlchemy tells
            connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        driver.execute(PATIENT)


def _refused(driver: Any) -> int:
    """Why this transaction has not become the writer, as SQLite's primary code; 0 where it has."""
    try:
        driver.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        return int(error.sqlite_errorcode) & 0xFF
    return 0


def _writes(connection: sa.Connection) -> bool:
    return bool(connection.get_execution_options().get("writes", False))


def _for_large_statements(connection: Any, _record: object) -> None:
    """A policy's whole table: compiling it took PostgreSQL 2.5 of 8.3 s and saved less; with 4 MB it wrote its marks to disk.

    Keys that are sought lie side by side or in memory: at the price that is set for discs it read all documents of 150,000
    people for each slice of a file, 68 ms instead of 3.
    """
    connection.execute("SET jit = off")
    connection.execute("SET work_mem = '64MB'")
    connection.execute("SET random_page_cost = 1.1")
    connection.commit()


class Turn(IntEnum):
    """Whose turn a writer on PostgreSQL waits for: look-up events have a queue of their own and never wait for an import."""

    DESK = 1
    LOOK_UPS = 2


_WAIT_FOR_TURN = sa.select(
    sa.func.set_config("lock_timeout", f"{BUSY_MILLISECONDS}ms", True), sa.func.pg_advisory_xact_lock(sa.bindparam("turn"))
)
_READS, _WRITES = 3, 2
"""How psycopg numbers REPEATABLE READ and READ COMMITTED."""


def _take_turns(turn: Turn) -> Callable[[sa.Connection], None]:
    """On PostgreSQL writers take turns as on SQLite: events, receipts and code history have one order (model part 9)."""

    def begin(connection: sa.Connection) -> None:
        # The driver says it with its BEGIN, which spares each transaction a way to the server and back. Writers are at READ
        # COMMITTED, so that what the one before has written is seen after the wait.
        driver: Any = connection.connection.driver_connection
        driver.isolation_level = _WRITES if _writes(connection) else _READS
        if _writes(connection):
            connection.execute(_WAIT_FOR_TURN, {"turn": int(turn)})

    return begin


@lru_cache(maxsize=8)
def engine_of(url: str, turn: Turn = Turn.DESK) -> sa.Engine:
    """The engine of `url`. `execution_options(writes=True)` makes a transaction take the right to write when it begins.

    One writer at a time, on both databases; who waits longer than 30 s is refused by the database.
    """
    # An exception must not quote what people told us. The connection used last is the next: it has its statements planned.
    engine = sa.create_engine(url, pool_size=10, max_overflow=30, pool_use_lifo=True, hide_parameters=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin)
    else:
        event.listen(engine, "connect", _for_large_statements)
        event.listen(engine, "begin", _take_turns(turn))
    return engine


def engine() -> sa.Engine:
    """The desk's database."""
    return engine_of(database_url())


def access_engine() -> sa.Engine:
    """The store of look-up events."""
    return engine_of(access_url(), Turn.LOOK_UPS)


def sorts_by_bytes() -> bool:
    """Whether text is ordered by its bytes, as the ranges of receipt and upload numbers expect; always so on SQLite."""
    if engine().dialect.name == "sqlite":
        return True
    with engine().connect() as connection:
        asked = sa.text("SELECT datcollate, datlocprovider FROM pg_database WHERE datname = current_database()")
        collation, provider = connection.execute(asked).one()
        return collation.partition(".")[0] in ("C", "POSIX") and provider != "i"
