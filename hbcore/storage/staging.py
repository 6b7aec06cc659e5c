"""Whole columns in and out: many rows in one statement, many keys found in one join."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from operator import itemgetter
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.dialects import sqlite


def add_rows(
    connection: sa.Connection,
    table: sa.Table,
    columns: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
    replacing: Sequence[str] = (),
) -> None:
    """Insert `rows`, already in the database's own values (microseconds, not datetimes) and sorted by the table's key.

    `replacing`: columns that take the new value where the key is there already; without them such a row is an error.
    The driver's executemany with tuples: SQLAlchemy's parameters per row would cost more than the insert itself.
    """
    if not rows:
        return
    same = _same_in_all(columns, rows) if len(rows) >= MANY else {}
    if same:
        varying = itemgetter(*(place for place, name in enumerate(columns) if name not in same))
        columns, rows = varying(columns), list(map(varying, rows))
    # Inline: a key said in the statement would otherwise be asked back for every row.
    insert = (
        sqlite.insert(table)
        .inline()
        .values({name: sa.bindparam(name) for name in columns} | {name: sa.literal_column(text) for name, text in same.items()})
    )
    if replacing:
        set_ = {name: insert.excluded[name] for name in replacing}
        insert = insert.on_conflict_do_update(index_elements=list(table.primary_key.columns), set_=set_)
    statement = insert.compile(dialect=connection.dialect)
    if list(statement.positiontup or ()) != list(columns):
        raise AssertionError(f"columns of {table.name} in the table's order, please")
    connection.exec_driver_sql(str(statement), list(rows))


MANY = 1_000
"""From so many rows on it pays to look for columns that are the same in all."""


def _same_in_all(columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> dict[str, str]:
    """The columns with one value in all rows, as SQL: said once in the statement, they cost nothing a row (a third of an insert).

    Two columns stay at the least, so that a row is still a row.
    """
    same = {
        name: _literal(cells[0])
        for name, cells in zip(columns, zip(*rows, strict=True), strict=True)
        if isinstance(cells[0], str | int | None) and cells.count(cells[0]) == len(rows)
    }
    while same and len(columns) - len(same) < 2:
        same.popitem()
    return same


def _literal(value: str | int | None) -> str:
    if value is None:
        return "NULL"
    return str(int(value)) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"


def add_up(
    connection: sa.Connection, table: sa.Table, key: Sequence[str], counted: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Add each row's `counted` columns to the row of the same `key`, making it where it is new: a grouped upsert."""
    if not rows:
        return
    # Inline: a key said in the statement would otherwise be asked back for every row.
    insert = sqlite.insert(table).inline().values({name: sa.bindparam(name) for name in (*key, *counted)})
    sums = {name: table.c[name] + insert.excluded[name] for name in counted}
    statement = insert.on_conflict_do_update(index_elements=list(key), set_=sums)
    connection.execute(statement, [dict(zip((*key, *counted), row, strict=True)) for row in rows])


def in_order(keys: list[Any]) -> list[Any]:
    """Keys as an index has them. Hashes by their first eight bytes, which is near enough and takes a quarter of the time."""
    if keys and isinstance(keys[0], bytes):
        return [keys[place] for place in order_of(keys)]
    return sorted(keys)


def order_of(hashes: Sequence[bytes]) -> list[int]:
    """The places of hashes of eight bytes or more in the order of their first eight."""
    order: list[int] = np.argsort(np.frombuffer(b"".join([key[:8] for key in hashes]), dtype=">u8")).tolist()
    return order


@contextmanager
def staged(connection: sa.Connection, kind: sa.types.TypeEngine[Any], values: Iterable[Any]) -> Iterator[sa.Table]:
    """A temporary table `wanted` with one column `key` of the distinct `values`, to join with; dropped afterwards."""
    # A whole number is a row's own address in SQLite; any other key would be kept twice with one.
    address = isinstance(kind, sa.BigInteger)
    key = sa.Column("key", kind, primary_key=True)
    table = sa.Table("wanted", sa.MetaData(), key, prefixes=["TEMPORARY"], sqlite_with_rowid=address)
    table.create(connection)
    try:
        add_rows(connection, table, ("key",), [(value,) for value in in_order(list(set(values)))])
        yield table
    finally:
        table.drop(connection)
