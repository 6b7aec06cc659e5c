"""Whole columns in and out: many rows in one statement, many keys found in one join."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa


def add_rows(connection: sa.Connection, table: sa.Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert `rows`, already in the database's own values (microseconds, not datetimes) and sorted by the table's key."""
    if not rows:
        return
    _many(connection, sa.insert(table), columns, rows)


def add_up(
    connection: sa.Connection, table: sa.Table, key: Sequence[str], counted: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Add each row's `counted` columns to the row of the same `key`, making it where it is new: a grouped upsert."""
    if not rows:
        return
    names = ", ".join((*key, *counted))
    marks = ", ".join("?" * (len(key) + len(counted)))
    sums = ", ".join(f"{name} = {name} + excluded.{name}" for name in counted)
    statement = f"INSERT INTO {table.name} ({names}) VALUES ({marks}) ON CONFLICT ({', '.join(key)}) DO UPDATE SET {sums}"  # noqa: S608 - names of our tables
    connection.exec_driver_sql(statement, list(rows))


def _many(connection: sa.Connection, insert: sa.Insert, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    # The driver's executemany with tuples: SQLAlchemy's own per-row parameters cost more than the insert itself.
    statement = insert.values({name: sa.bindparam(name) for name in columns}).compile(dialect=connection.dialect)
    order = [columns.index(name) for name in statement.positiontup or ()]
    values = list(rows) if order == list(range(len(columns))) else [tuple(row[place] for place in order) for row in rows]
    connection.exec_driver_sql(str(statement), values)


@contextmanager
def staged(connection: sa.Connection, kind: sa.types.TypeEngine[Any], values: Iterable[Any]) -> Iterator[sa.Table]:
    """A temporary table `wanted` with one column `key` of the distinct `values`, to join with; dropped afterwards."""
    table = sa.Table("wanted", sa.MetaData(), sa.Column("key", kind, primary_key=True), prefixes=["TEMPORARY"])
    table.create(connection)
    try:
        add_rows(connection, table, ("key",), [(value,) for value in sorted(set(values))])
        yield table
    finally:
        table.drop(connection)
