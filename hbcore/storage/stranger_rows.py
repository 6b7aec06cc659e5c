"""What strangers do, counted in windows of time beside the look-ups: the store that never waits for an import."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from hbcore.storage.tables import stranger_count

_c = stranger_count.c
_OF_ONE = sa.and_(_c.use == sa.bindparam("use"), _c.key == sa.bindparam("key"), _c.since == sa.bindparam("since"))
_COUNTED = sa.select(_c.n).where(_OF_ONE)
_OVER = sa.delete(stranger_count).where(_c.until <= sa.bindparam("at"))


class Count(NamedTuple):
    """What is counted: its use, whose (a keyed hash), from when until when."""

    use: str
    key: bytes
    since: int
    until: int


def counted(connection: sa.Connection, use: str, key: bytes, since: int) -> int:
    """How often it was done in the window that began then."""
    return connection.execute(_COUNTED, {"use": use, "key": key, "since": since}).scalar() or 0


def one_more(connection: sa.Connection, counts: Sequence[Count]) -> list[int]:
    """Count each once more; how often each was done in its window by now."""
    values = {f"{name}_{place}": value for place, one in enumerate(counts) for name, value in one._asdict().items()}
    found = connection.execute(_one_more(connection.dialect.name, len(counts)), values)
    n_of = {(row.use, bytes(row.key)): row.n for row in found}
    return [n_of[one.use, one.key] for one in counts]


@lru_cache(maxsize=16)
def _one_more(dialect: str, how_many: int) -> sa.UpdateBase:
    """The statement that counts so many at once; made once, so that it is compiled once."""
    new = sqlite.insert(stranger_count) if dialect == "sqlite" else postgresql.insert(stranger_count)
    rows = [
        {name: sa.bindparam(f"{name}_{place}", type_=_c[name].type) for name in Count._fields} | {"n": sa.literal(1)}
        for place in range(how_many)
    ]
    more = new.values(rows).on_conflict_do_update(index_elements=["use", "key", "since"], set_={"n": _c.n + 1})
    return more.returning(_c.use, _c.key, _c.n)


def forget_over(connection: sa.Connection, at: int) -> None:
    """Windows that are over are forgotten: what is kept does not grow with time."""
    connection.execute(_OVER, {"at": at})
