"""Chained events: each row carries the hash of the one before, so that a changed, missing or moved row shows."""

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

import sqlalchemy as sa

from hbcore.domain.known import micros

FIELDS = ("seq", "at", "act", "by_id", "by_name", "role", "unit", "via", "subject", "figures")
START = bytes(32)


def link(row: Mapping[str, object], previous: bytes) -> bytes:
    """The hash of one event: SHA-256 over the hash before it and every field as JSON."""
    fields = [micros(value) if isinstance(value, datetime) else value for value in map(row.__getitem__, FIELDS)]
    return sha256(previous + json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()).digest()


def append(connection: sa.Connection, table: sa.Table, row: dict[str, object]) -> int:
    """Add `row` at the end of the chain, inside the caller's transaction (which holds the write lock); its number."""
    last = connection.execute(sa.select(table.c.seq, table.c.hash).order_by(table.c.seq.desc()).limit(1)).first()
    seq, previous = (last.seq + 1, last.hash) if last else (1, START)
    row = {**row, "seq": seq}
    connection.execute(table.insert().values(**row, previous=previous, hash=link(row, previous)))
    return int(seq)


def first_break(connection: sa.Connection, table: sa.Table) -> tuple[int, int | None]:
    """How many events stand, and the number of the first that does not fit the chain (None: all fit)."""
    previous, expected = START, 1
    for row in connection.execution_options(yield_per=10_000).execute(sa.select(table).order_by(table.c.seq)).mappings():
        fits = row["seq"] == expected and row["previous"] == previous and link(dict(row), previous) == row["hash"]
        if not fits:
            return expected - 1, expected
        previous, expected = row["hash"], expected + 1
    return expected - 1, None
