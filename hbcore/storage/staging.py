"""Whole columns in and out: many rows in one statement, many keys found in one join."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.dialects import sqlite


def add_rows(
    connection: sa.Connection,
    table: sa.Table,
    columns: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
    same: Mapping[str, str | int | None] | None = None,
) -> None:
    """Insert `rows`, already in the database's own values (microseconds, not datetimes) and sorted by the table's key.

    `same` holds the columns that are equal in all rows: said once in the statement, they cost nothing a row.
    The driver's executemany with tuples: SQLAlchemy's parameters per row would cost more than the insert itself.
    """
    if not rows:
        return
    same = same or {}
    values: dict[str, sa.ColumnElement[Any]] = {name: sa.bindparam(name) for name in columns}
    values |= {name: sa.literal_column(_literal(same[name])) for name in same}
    statement = table.insert().values(values).compile(dialect=connection.dialect)
    if list(statement.positiontup or ()) != list(columns):
        raise AssertionError(f"columns of {table.name} in the table's order, please")
    connection.exec_driver_sql(str(statement), list(rows))


def _literal(value: str | int | None) -> str:
    if value is None:
        return "NULL"
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"


def add_up(
    connection: sa.Connection, table: sa.Table, key: Sequence[str], counted: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Add each row's `counted` columns to the row of the same `key`, making it where it is new: a grouped upsert."""
    if not rows:
        return
    insert = sqlite.insert(table).values({name: sa.bindparam(name) for name in (*key, *counted)})
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
