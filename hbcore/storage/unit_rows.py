"""Units as rows: which lie below one, and which above."""

from typing import Any, NamedTuple

import sqlalchemy as sa

from hbcore.storage.prepared import Prepared
from hbcore.storage.tables import Unit

UNITS: sa.Table = Unit.__table__  # type: ignore[attr-defined]


def below(unit: sa.BindParameter[str]) -> sa.Select[Any]:
    """The codes of `unit` and of every unit below it, inside another statement."""
    tree = sa.select(UNITS.c.code).where(UNITS.c.code == unit).cte("below", recursive=True)
    tree = tree.union_all(sa.select(UNITS.c.code).where(UNITS.c.parent == tree.c.code))
    return sa.select(tree.c.code)


_BELOW = below(sa.bindparam("unit", type_=sa.String))


def codes_below(connection: sa.Connection, unit: str) -> set[str]:
    """The codes of `unit` and of every unit below it."""
    return set(connection.execute(_BELOW, {"unit": unit}).scalars())


class Above(NamedTuple):
    """A unit on the way up, itself the first."""

    code: str


_way = (
    sa.select(UNITS.c.code, UNITS.c.parent, sa.literal(0).label("steps"))
    .where(UNITS.c.code == sa.bindparam("unit"))
    .cte("way", recursive=True)
)
_way = _way.union_all(
    sa.select(UNITS.c.code, UNITS.c.parent, _way.c.steps + 1).join_from(UNITS, _way, UNITS.c.code == _way.c.parent)
)
PATH = Prepared(sa.select(_way.c.code).order_by(_way.c.steps), Above)
