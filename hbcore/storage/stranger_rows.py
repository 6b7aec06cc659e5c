"""What strangers do, counted in windows of time beside the look-ups: the store that never waits for an import."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from hbcore.storage.tables import stranger_count

_c = stranger_count.c
_OF_ONE = sa.and_(_c.use == sa.bindparam("use"), _c.key == sa.bindparam("key"), _c.since == sa.bindparam("since"))
_COUNTED = sa.select(_c.n).where(_OF_ONE)
_OVER = sa.delete(stranger_count).where(_c.until <= sa.bindparam("at"))
_KEY, _MORE = ["use", "key", "since"], {"n": _c.n + 1}
_ONE_MORE = {
    "sqlite": sqlite.insert(stranger_count).on_conflict_do_update(index_elements=_KEY, set_=_MORE).returning(_c.n),
    "postgresql": postgresql.insert(stranger_count).on_conflict_do_update(index_elements=_KEY, set_=_MORE).returning(_c.n),
}


def counted(connection: sa.Connection, use: str, key: bytes, since: int) -> int:
    """How often it was done in the window that began then."""
    return connection.execute(_COUNTED, {"use": use, "key": key, "since": since}).scalar() or 0


def one_more(connection: sa.Connection, use: str, key: bytes, since: int, until: int) -> int:
    """Count once more; how often it was done in this window by now."""
    values = {"use": use, "key": key, "since": since, "until": until, "n": 1}
    return int(connection.execute(_ONE_MORE[connection.dialect.name], values).scalar_one())


def forget_over(connection: sa.Connection, at: int) -> None:
    """Windows that are over are forgotten: what is kept does not grow with time."""
    connection.execute(_OVER, {"at": at})
