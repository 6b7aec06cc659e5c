"""What strangers do, counted in windows of time beside the look-ups: the store that never waits for an import."""

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from hbcore.storage.tables import stranger_count

_c = stranger_count.c
_OF_ONE = sa.and_(_c.use == sa.bindparam("use"), _c.key == sa.bindparam("key"), _c.since == sa.bindparam("since"))
_COUNTED = sa.select(_c.n).where(_OF_ONE)
_OVER = sa.delete(stranger_count).where(_c.until <= sa.bindparam("at"))
_KEY, _MORE, _TOLD = ["use", "key", "since"], {"n": _c.n + 1}, (_c.use, _c.key, _c.n)
_ONE_MORE = {
    "sqlite": sqlite.insert(stranger_count).on_conflict_do_update(index_elements=_KEY, set_=_MORE).returning(*_TOLD),
    "postgresql": postgresql.insert(stranger_count).on_conflict_do_update(index_elements=_KEY, set_=_MORE).returning(*_TOLD),
}


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
    rows = [{**one._asdict(), "n": 1} for one in counts]
    found = connection.execute(_ONE_MORE[connection.dialect.name].values(rows))
    n_of = {(row.use, bytes(row.key)): row.n for row in found}
    return [n_of[one.use, one.key] for one in counts]


def forget_over(connection: sa.Connection, at: int) -> None:
    """Windows that are over are forgotten: what is kept does not grow with time."""
    connection.execute(_OVER, {"at": at})
