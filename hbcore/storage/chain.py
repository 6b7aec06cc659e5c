"""Chained events: each row carries the hash of the one before, so that a changed, missing or moved row shows."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from hbcore.domain.known import micros
from hbcore.storage.staging import add_rows

FIELDS = ("seq", "at", "act", "by_id", "by_name", "role", "unit", "via", "subject", "figures")
START = bytes(32)
TOLD_EVERY = 5_000

UNREADABLE = ("decode", "malformed")
"""How SQLite says that a value or a page is not what it wrote."""


_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def link(fields: Sequence[object], previous: bytes) -> bytes:
    """The hash of one event: SHA-256 over the hash before it and the values of `FIELDS` as JSON."""
    plain = [micros(value) if isinstance(value, datetime) else value for value in fields]
    return sha256(previous + _json(plain).encode()).digest()


def append(connection: sa.Connection, table: sa.Table, row: dict[str, object]) -> int:
    """Add `row` at the end of the chain, inside the caller's transaction (which holds the write lock); its number."""
    return append_all(connection, table, [row])


def append_all(connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, object]]) -> int:
    """`append` several rows, one after the other; the number of the last."""
    last = connection.execute(_last(table)).first()
    seq, previous = (last.seq, last.hash) if last else (0, START)
    linked = []
    for row in rows:
        seq += 1
        fields = [seq if name == "seq" else row[name] for name in FIELDS]
        plain = [micros(value) if isinstance(value, datetime) else value for value in fields]
        this = link(plain, previous)
        linked.append((*plain, previous, this))
        previous = this
    add_rows(connection, table, (*FIELDS, "previous", "hash"), linked)
    return int(seq)


@lru_cache(maxsize=4)
def _last(table: sa.Table) -> sa.Select[Any]:
    return sa.select(table.c.seq, table.c.hash).order_by(table.c.seq.desc()).limit(1)


def newest(connection: sa.Connection, table: sa.Table) -> int:
    """The number of the last event; 0 for an empty chain."""
    return connection.execute(sa.select(sa.func.max(table.c.seq))).scalar() or 0


def hash_at(connection: sa.Connection, table: sa.Table, seq: int) -> bytes | None:
    """The hash of one event; None where there is no such event."""
    found: bytes | None = connection.execute(sa.select(table.c.hash).where(table.c.seq == seq)).scalar()
    return found


def first_break(
    connection: sa.Connection, table: sa.Table, read: Callable[[int], None] = lambda _number: None
) -> tuple[int, int | None]:
    """How many events stand, and the number of the first that does not fit the chain (None: all fit).

    `read` hears every 5,000 events, how many have been read.
    What cannot be read fits nothing: whoever changes a byte in the file leaves text that is none, or a torn page.
    """
    # As the driver hands them out: a value of the wrong sort must be found here, not break what would turn it into ours.
    columns = [sa.type_coerce(table.c[name], sa.types.NullType()) for name in (*FIELDS, "previous", "hash")]
    # One row at a time, so that the first one that cannot be read is known.
    rows = connection.execute(sa.select(*columns).order_by(table.c.seq))
    last, expected = START, 1
    try:
        for *fields, previous, hash_ in rows:
            if fields[0] != expected or previous != last or not _fits(fields, last, hash_):
                return expected - 1, expected
            if expected % TOLD_EVERY == 0:
                read(expected)
            last, expected = hash_, expected + 1
    except sa.exc.DatabaseError as error:
        if not any(word in str(error.orig) for word in UNREADABLE):
            raise
        return expected - 1, expected
    return expected - 1, None


def _fits(fields: Sequence[object], previous: bytes, hash_: object) -> bool:
    try:
        return link(fields, previous) == hash_
    except TypeError:  # bytes where text was
        return False
