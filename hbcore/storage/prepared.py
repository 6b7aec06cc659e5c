"""Hot reads: a statement built and compiled once, run on the driver's own cursor (performance part 2)."""

from collections.abc import Callable, Iterator, Mapping
from itertools import starmap
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

R = TypeVar("R")
Statement = sa.Select[*tuple[Any, ...]] | sa.CompoundSelect[*tuple[Any, ...]]

Compiled = tuple[str, list[str] | None, dict[str, object]]
"""The text, the order of its parameters (None: by name), and those the statement itself fixes, such as a limit."""


class Prepared(Generic[R]):
    """A read whose columns come back as the driver gives them, each row as one `R`.

    Running a statement takes SQLAlchemy 10 µs and more, SQLite's seek 1 to 4: the look-up spent its time there. Writes, and
    reads that need types of our own, go through the connection as everywhere.
    """

    def __init__(self, statement: Statement, row: Callable[..., R]) -> None:
        self._statement = statement
        self._row = row
        self._compiled: dict[str, Compiled] = {}

    def rows(self, connection: sa.Connection, values: Mapping[str, object]) -> Iterator[R]:
        """The rows, read in the connection's transaction; `values` are the driver's own: microseconds, bytes, numbers, text."""
        text, order, fixed = self._compiled.get(connection.dialect.name) or self._compile(connection.dialect)
        given = {**fixed, **values}
        cursor = connection.connection.cursor()
        try:
            cursor.execute(text, given if order is None else tuple(map(given.__getitem__, order)))
            return starmap(self._row, cursor.fetchall())
        finally:
            cursor.close()

    def _compile(self, dialect: sa.Dialect) -> Compiled:
        compiled = self._statement.compile(dialect=dialect)
        fixed = {name: value for name, value in compiled.params.items() if value is not None}
        made = self._compiled[dialect.name] = (str(compiled), compiled.positiontup, fixed)
        return made
