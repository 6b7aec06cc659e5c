"""Whole columns in: many rows in one statement."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache, partial
from itertools import chain
from operator import itemgetter, le
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from hbcore.storage.arrays import Taken, insert_arrays, on_taken
from hbcore.storage.instants import raw_type


def add_rows(
    connection: sa.Connection,
    table: sa.Table,
    columns: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
    replacing: Sequence[str] = (),
) -> None:
    """Insert `rows`, already in the database's own values (microseconds, not datetimes) and sorted by the table's key.

    `replacing`: columns that take the new value where the key is there already; without them such a row is an error.
    PostgreSQL is fed by COPY, fewer rows as arrays, SQLite by the driver's executemany with tuples: SQLAlchemy's parameters per
    row would cost more than the insert itself.
    """
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        if len(rows) <= FEW:
            chosen = _last_of_each(table, columns, rows) if replacing else rows
            insert_arrays(connection, table, columns, chosen, _replacing(table, replacing) if replacing else None)
        elif replacing:
            _copy_and_insert(connection, table, columns, rows, _replacing(table, replacing))
        else:
            _copy(connection, table, columns, rows)
        return
    same = _same_in_all(columns, rows) if len(rows) >= MANY else {}
    differ = [place for place, name in enumerate(columns) if name not in same]
    if len(differ) == 1 and isinstance(rows[0][differ[0]], int) and not replacing:
        insert = _insert_each(table, columns[differ[0]], tuple(same.items()))
        connection.execute(insert, {"cells": json.dumps(list(map(itemgetter(*differ), rows)))})
        return
    if same:
        columns, rows = (
            [columns[place] for place in differ],
            list(zip(*(map(itemgetter(place), rows) for place in differ), strict=True)),
        )
    made = partial(_insert, table, tuple(columns), tuple(same.items()), tuple(replacing))
    _insert_many(connection, made, columns, rows)


class Into(NamedTuple):
    """A table that takes its share of each row: its columns by the rows' column, those that are the same for all, its order."""

    table: sa.Table
    columns: Mapping[str, str]
    fixed: Mapping[str, object]
    order: Sequence[str]


def add_to_each(
    connection: sa.Connection,
    columns: Mapping[str, sa.types.TypeEngine[Any]],
    rows: Sequence[tuple[Any, ...]],
    into: Sequence[Into],
) -> None:
    """Insert `rows` into several tables at once: staged a single time where they are many, which is half the work.

    Values are the database's own, as `add_rows` takes them.
    """
    if len(rows) < MANY:
        for one in into:
            _add_share(connection, list(columns), rows, one)
        return
    arriving = _arriving(tuple(columns.items()))
    connection.exec_driver_sql(_made(arriving, connection.dialect))
    try:
        add_rows(connection, arriving, list(columns), rows)
        for one in into:
            order = () if _stand_in_order(columns, rows, one.order) else tuple(one.order)
            insert = _share(one.table, tuple(one.columns.items()), tuple(one.fixed), order, arriving)
            connection.execute(insert, {f"fixed_{name}": value for name, value in one.fixed.items()})
    finally:
        connection.execute(arriving.delete())


def _stand_in_order(columns: Iterable[str], rows: Sequence[tuple[Any, ...]], order: Sequence[str]) -> bool:
    """Whether rows come by these columns already: then nothing is sorted, which would copy them all once more."""
    names = list(columns)
    by = list(map(itemgetter(*map(names.index, order)), rows))
    return all(map(le, by, by[1:]))


@lru_cache(maxsize=16)
def _arriving(columns: tuple[tuple[str, sa.types.TypeEngine[Any]], ...]) -> sa.Table:
    """A table for rows of these columns, by the name of its first one; a connection keeps it, empty, for the next time."""
    temporary: Any = {"prefixes": ["TEMPORARY"], "postgresql_on_commit": "DELETE ROWS"}
    return sa.Table(f"arriving_{columns[0][0]}", sa.MetaData(), *(sa.Column(*column) for column in columns), **temporary)


@lru_cache(maxsize=16)
def _made(table: sa.Table, dialect: sa.Dialect) -> str:
    return str(sa.schema.CreateTable(table, if_not_exists=True).compile(dialect=dialect))


@lru_cache(maxsize=16)
def _share(
    table: sa.Table, columns: tuple[tuple[str, str], ...], fixed: tuple[str, ...], order: tuple[str, ...], arriving: sa.Table
) -> sa.Insert:
    """The statement that gives a table its share; made once, so that it is compiled once."""
    shares: dict[str, sa.ColumnElement[Any]] = {name: arriving.c[source] for name, source in columns}
    shares |= {name: sa.bindparam(f"fixed_{name}", type_=raw_type(table.c[name])) for name in fixed}
    chosen = sa.select(*shares.values()).order_by(*(arriving.c[name] for name in order))
    return table.insert().inline().from_select(list(shares), chosen)


def _add_share(connection: sa.Connection, columns: Sequence[str], rows: Sequence[tuple[Any, ...]], one: Into) -> None:
    order = [columns.index(name) for name in one.order]
    names = [column.name for column in one.table.columns if column.name in one.columns or column.name in one.fixed]
    places = [columns.index(one.columns[name]) if name in one.columns else None for name in names]
    fixed = [one.fixed.get(name) for name in names]
    shares = [
        tuple([same if place is None else row[place] for place, same in zip(places, fixed, strict=True)])
        for row in sorted(rows, key=lambda row: [row[place] for place in order])
    ]
    add_rows(connection, one.table, names, shares)


@lru_cache(maxsize=256)
def _insert(
    table: sa.Table, columns: tuple[str, ...], same: tuple[tuple[str, str], ...], replacing: tuple[str, ...], count: int
) -> sa.Insert:
    """One statement for `count` rows of the same columns of the same table, so that it is compiled once."""
    insert = _values(table, columns, same, count)
    return on_taken(insert, table, _replacing(table, replacing)) if replacing else insert


def _values(table: sa.Table, columns: Sequence[str], same: Sequence[tuple[str, str]], count: int) -> sqlite.Insert:
    fixed: dict[str, Any] = {name: sa.literal_column(text) for name, text in same}
    rows = [{**{name: sa.bindparam(f"{name}_{place}") for name in columns}, **fixed} for place in range(count)]
    # Inline: a key said in the statement would otherwise be asked back for every row.
    return sqlite.insert(table).inline().values(rows)


@lru_cache(maxsize=256)
def _insert_each(table: sa.Table, column: str, same: tuple[tuple[str, str], ...]) -> sa.Insert:
    """One statement for rows that differ in one whole number: `cells` are those, as JSON."""
    each = sa.func.json_each(sa.bindparam("cells", type_=sa.String())).table_valued(sa.column("value", table.c[column].type))
    chosen = sa.select(each.c.value, *(sa.literal_column(text) for _, text in same))
    return table.insert().inline().from_select([column, *(name for name, _ in same)], chosen)


TOGETHER = 50
"""So many rows go into one statement on SQLite: going there and back for each takes as long as writing it."""


def _insert_many(
    connection: sa.Connection, made: Callable[[int], sa.Insert], columns: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> int:
    """Insert rows by the statement that is `made` for so many of them; how many were written."""
    whole = len(rows) - len(rows) % TOGETHER
    cells, width = list(chain.from_iterable(rows[:whole])), TOGETHER * len(columns)
    lots = [tuple(cells[first : first + width]) for first in range(0, len(cells), width)]
    return sum(
        run_many(connection, made(count), [f"{name}_{place}" for place in range(count) for name in columns], some)
        for count, some in ((TOGETHER, lots), (1, rows[whole:]))
        if some
    )


LEFT_OUT = Taken()


def _replacing(table: sa.Table, columns: Sequence[str]) -> Taken:
    return Taken(tuple(column.name for column in table.primary_key.columns), tuple(columns))


def add_missing(connection: sa.Connection, table: sa.Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> int:
    """Insert the rows whose key is not there yet; how many those were."""
    if connection.dialect.name == "postgresql":
        if len(rows) <= FEW:
            return insert_arrays(connection, table, columns, rows, LEFT_OUT)
        return _copy_and_insert(connection, table, columns, rows, LEFT_OUT)
    return _insert_many(connection, partial(_insert_missing_on_sqlite, table, tuple(columns)), columns, rows)


@lru_cache(maxsize=256)
def _insert_missing_on_sqlite(table: sa.Table, columns: tuple[str, ...], count: int) -> sa.Insert:
    return _values(table, columns, (), count).on_conflict_do_nothing()


def run_many(connection: sa.Connection, statement: sa.UpdateBase, names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> int:
    """Run a statement once for each row of the database's own values; how many rows were changed in all.

    `names`: the statement's parameters in the order of its text.
    """
    compiled = _compiled(statement, connection.dialect)
    if not compiled.positional:
        return connection.exec_driver_sql(str(compiled), [dict(zip(names, row, strict=True)) for row in rows]).rowcount
    if list(compiled.positiontup or ()) != list(names):
        raise AssertionError(f"parameters in the statement's order, please: {compiled.positiontup}")
    return connection.exec_driver_sql(str(compiled), list(rows)).rowcount


@lru_cache(maxsize=256)
def _compiled(statement: sa.UpdateBase, dialect: sa.Dialect) -> Any:
    return statement.compile(dialect=dialect)


def _copy(connection: sa.Connection, table: sa.Table, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    quote = connection.dialect.identifier_preparer.quote
    into = f"COPY {quote(table.name)} ({', '.join(map(quote, columns))}) FROM STDIN"
    cursor = connection.connection.cursor()
    try:
        with cursor.copy(into) as copy:
            for row in rows:
                copy.write_row(row)
    finally:
        cursor.close()


def _copy_and_insert(
    connection: sa.Connection,
    table: sa.Table,
    columns: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
    taken: Taken,
) -> int:
    """COPY knows no conflicts: into a table for the moment, and from there. Of rows with one key the last counts."""
    kinds = [sa.Column(name, table.c[name].type) for name in columns]
    arriving = sa.Table(f"arriving_{table.name}", sa.MetaData(), *kinds, prefixes=["TEMPORARY"], postgresql_on_commit="DROP")
    arriving.create(connection)
    _copy(connection, arriving, columns, _last_of_each(table, columns, rows))
    chosen = sa.select(*(arriving.c[name] for name in columns))
    insert = on_taken(postgresql.insert(table).from_select(list(columns), chosen), table, taken)
    written = connection.execute(insert, execution_options={"preserve_rowcount": True}).rowcount
    arriving.drop(connection)
    return written


FEW = 1_000
"""So many rows go to PostgreSQL as one array a column: COPY takes three trips to the server, and where keys may be taken, a table
for the moment."""


def _last_of_each(table: sa.Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Of rows with one key the last."""
    places = [columns.index(column.name) for column in table.primary_key.columns]
    return list({tuple(row[place] for place in places): row for row in rows}.values())


MANY = 1_000
"""From so many rows on it pays to look for columns that are the same in all."""


def _same_in_all(columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> dict[str, str]:
    """The columns with one value in all rows, as SQL: said once in the statement, they cost nothing a row (a third of an insert).

    One column stays at the least, so that a row is still a row.
    """
    likely = [place for place, (one, other) in enumerate(zip(rows[0], rows[-1], strict=True)) if one == other]
    same = {
        columns[place]: _literal(rows[0][place])
        for place in likely
        if isinstance(rows[0][place], str | int | None) and list(map(itemgetter(place), rows)).count(rows[0][place]) == len(rows)
    }
    if len(same) == len(columns):
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
    taken, columns = Taken(tuple(key), adding=tuple(counted)), (*key, *counted)
    if connection.dialect.name == "postgresql":
        insert_arrays(connection, table, columns, rows, taken)
    else:
        run_many(connection, _adding(table, taken), columns, rows)


@lru_cache(maxsize=256)
def _adding(table: sa.Table, taken: Taken) -> sa.Insert:
    # Inline: a key said in the statement would otherwise be asked back for every row.
    values: dict[str, Any] = {name: sa.bindparam(name) for name in (*taken.key, *taken.adding)}
    return on_taken(sqlite.insert(table).inline().values(values), table, taken)
