"""Opening the database: one engine a URL, every connection durable and strict, transactions we begin ourselves."""

from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from hbcore.storage.home import access_url, database_url

BUSY_MILLISECONDS = 30_000

# S34: durable (WAL, synchronous FULL), strict (foreign keys) and patient (busy timeout) on every connection.
PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    f"PRAGMA busy_timeout={BUSY_MILLISECONDS}",
    "PRAGMA cache_size=-65536",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA journal_size_limit=67108864",
    "PRAGMA wal_autocheckpoint=32768",  # pages: the commit of a day's file answers before its pages are copied into place
)


def _prepare(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we begin transactions ourselves, so that a writer takes its lock at once
    for pragma in PRAGMAS:
        connection.execute(pragma)


def _begin(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@lru_cache(maxsize=8)
def engine_of(url: str) -> sa.Engine:
    """The engine of `url`. On SQLite `execution_options(writes=True)` makes a transaction take the write lock when it begins."""
    # An exception must not quote what people told us.
    engine = sa.create_engine(url, pool_size=10, max_overflow=30, hide_parameters=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin)
    return engine


def engine() -> sa.Engine:
    """The desk's database."""
    return engine_of(database_url())


def access_engine() -> sa.Engine:
    """The store of look-up events."""
    return engine_of(access_url())
