"""A few rows at once on PostgreSQL: each column is one array, so that they go in one trip, by one statement planned once."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from hbcore.storage.instants import raw_type


class Taken(NamedTuple):
    """What becomes of a row whose `key` is there: some columns take the new value, some the sum; with neither it is left out."""

    key: tuple[str, ...] = ()
    replacing: tuple[str, ...] = ()
    adding: tuple[str, ...] = ()


def insert_arrays(
    connection: sa.Connection,
    table: sa.Table,
    columns: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
    taken: Taken | None = None,
) -> int:
    """Insert rows of the database's own values; how many were written. `taken` None: a key that is there is an error."""
    if not rows:
        return 0
    arrays = dict(zip(columns, map(list, zip(*rows, strict=True)), strict=True))
    return connection.exec_driver_sql(_insert(table, tuple(columns), taken, connection.dialect), arrays).rowcount


@lru_cache(maxsize=256)
def _insert(table: sa.Table, columns: tuple[str, ...], taken: Taken | None, dialect: sa.Dialect) -> str:
    insert = postgresql.insert(table).inline().from_select(list(columns), sa.select(rows_of(table, columns)))
    text = str((insert if taken is None else on_taken(insert, table, taken)).compile(dialect=dialect))
    return text.replace(")s::", ")b::")  # the driver writes arrays as bytes faster than as text


def rows_of(table: sa.Table, columns: Sequence[str]) -> sa.TableValuedAlias:
    """Rows of these columns of a table, each column handed over as an array under its name."""
    kinds = {name: raw_type(table.c[name]) for name in columns}
    arrays = [sa.bindparam(name, type_=postgresql.ARRAY(kind)) for name, kind in kinds.items()]
    return sa.func.unnest(*arrays).table_valued(*(sa.column(*one) for one in kinds.items()), name="arriving").render_derived()


def on_taken(insert: Any, table: sa.Table, taken: Taken) -> sa.Insert:
    """The insert of either dialect, with what becomes of rows whose key is there."""
    set_ = {name: insert.excluded[name] for name in taken.replacing}
    set_ |= {name: table.c[name] + insert.excluded[name] for name in taken.adding}
    if not set_:
        return cast(sa.Insert, insert.on_conflict_do_nothing())
    return cast(sa.Insert, insert.on_conflict_do_update(index_elements=list(taken.key), set_=set_))
