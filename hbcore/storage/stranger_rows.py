"""What strangers do, counted in windows of time beside the look-ups: the store that never waits for an import."""

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from hbcore.storage.arrays import Taken, on_taken, rows_of
from hbcore.storage.reach import confined
from hbcore.storage.tables import stranger_count

_c = stranger_count.c
_OF_ONE = sa.and_(_c.use == sa.bindparam("use"), _c.key == sa.bindparam("key"), _c.since == sa.bindparam("since"))
_COUNTED = sa.select(_c.n).where(_OF_ONE)
_IS_OVER = _c.until <= sa.bindparam("at")
_OVER = sa.delete(stranger_count).where(_IS_OVER)
_ANY_OVER = sa.select(_c.use).where(_IS_OVER).limit(1)


class Count(NamedTuple):
    """What is counted: its use, whose (a keyed hash), from when until when."""

    use: str
    key: bytes
    since: int
    until: int


def counted(connection: sa.Connection, use: str, key: bytes, since: int) -> int:
    """How often it was done in the window that began then."""
    asked = _COUNTED_CONFINED if confined(connection) else _COUNTED
    return connection.execute(asked, {"use": use, "key": key, "since": since}).scalar() or 0


def one_more(connection: sa.Connection, counts: Sequence[Count]) -> list[int]:
    """Count each once more, in this order; how often each was done in its window by then."""
    if not counts:
        return []
    more = Counter(counts)
    rows = [(*one, n) for one, n in sorted(more.items())]
    found = connection.execute(_more(len(rows)), _values(rows)) if _is_sqlite(connection) else _arrays(connection, rows)
    n_of = {(row.use, bytes(row.key), row.since): row.n for row in found}
    reached = {one: n_of[one.use, one.key, one.since] - n for one, n in more.items()}
    out = []
    for one in counts:
        reached[one] += 1
        out.append(reached[one])
    return out


_COLUMNS = (*Count._fields, "n")
_TAKEN = Taken(("use", "key", "since"), adding=("n",))
_RETURNED = (_c.use, _c.key, _c.since, _c.n)
_ON_POSTGRESQL = on_taken(
    postgresql.insert(stranger_count).from_select(list(_COLUMNS), sa.select(rows_of(stranger_count, _COLUMNS))),
    stranger_count,
    _TAKEN,
).returning(*_RETURNED)


def _is_sqlite(connection: sa.Connection) -> bool:
    return connection.dialect.name == "sqlite"


_OF_ROLE = sa.func.hbcore_apply
"""A confined role counts on and asks for single counts by way of functions of its own (`docs/apply_role.sql`)."""

_COUNTED_CONFINED = sa.select(_OF_ROLE.counted(*(sa.bindparam(name, type_=_c[name].type) for name in _TAKEN.key)))
_MORE_CONFINED = sa.select(
    _OF_ROLE.count_more(*(sa.bindparam(name, type_=postgresql.ARRAY(_c[name].type)) for name in _COLUMNS)).table_valued(
        *(sa.column(one.name, one.type) for one in _RETURNED)
    )
)


def _arrays(connection: sa.Connection, rows: Sequence[tuple[Any, ...]]) -> sa.CursorResult[Any]:
    more = _MORE_CONFINED if confined(connection) else _ON_POSTGRESQL
    return connection.execute(more, dict(zip(_COLUMNS, map(list, zip(*rows, strict=True)), strict=True)))


def _values(rows: Sequence[tuple[Any, ...]]) -> dict[str, Any]:
    return {f"{name}_{place}": cell for place, row in enumerate(rows) for name, cell in zip(_COLUMNS, row, strict=True)}


@lru_cache(maxsize=128)
def _more(how_many: int) -> sa.UpdateBase:
    """The statement for so many rows on SQLite; made once, so that it is compiled once."""
    rows = [{name: sa.bindparam(f"{name}_{place}", type_=_c[name].type) for name in _COLUMNS} for place in range(how_many)]
    return on_taken(sqlite.insert(stranger_count).values(rows), stranger_count, _TAKEN).returning(*_RETURNED)


def any_over(connection: sa.Connection, at: int) -> bool:
    """Whether a window is over."""
    return connection.execute(_ANY_OVER, {"at": at}).first() is not None


def forget_over(connection: sa.Connection, at: int) -> int:
    """Forget the windows that are over; how many there were."""
    return connection.execute(_OVER, {"at": at}).rowcount
