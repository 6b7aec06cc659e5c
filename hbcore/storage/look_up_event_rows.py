"""Look-up events read back, about one person: by whom they were looked up just now, and how often in all."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from hbcore.domain.known import micros
from hbcore.storage.instants import raw
from hbcore.storage.prepared import Prepared
from hbcore.storage.tables import BIG, look_up_event

_c = look_up_event.c


class OwnRow(NamedTuple):
    """One look-up of one's own: its number, when (microseconds), what was done, about whom, and its figures as JSON."""

    seq: int
    at: int
    act: str
    subject: str
    figures: str


_OWN_AFTER = Prepared(
    sa.select(_c.seq, raw(_c.at), _c.act, _c.subject, _c.figures)
    .where(_c.by_id == sa.bindparam("by", type_=BIG), _c.seq > sa.bindparam("after", type_=BIG))
    .order_by(_c.seq),
    OwnRow,
)


class LookUpRow(NamedTuple):
    """One look-up: what was done, when (microseconds), and its figures as JSON."""

    act: str
    at: int
    figures: str


_LATEST_BY = Prepared(
    sa.select(_c.act, raw(_c.at), _c.figures)
    .where(
        _c.subject == sa.bindparam("subject"),
        _c.by_id == sa.bindparam("by", type_=BIG),
        _c.act == sa.bindparam("act"),
        raw(_c.at) > sa.bindparam("after", type_=BIG),
    )
    .order_by(_c.at.desc())
    .limit(1),
    LookUpRow,
)


_FIGURES_BY = Prepared(
    sa.select(_c.figures).where(
        _c.subject == sa.bindparam("subject"),
        _c.by_id == sa.bindparam("by", type_=BIG),
        _c.act == sa.bindparam("act"),
    ),
    str,
)


_SO_MANY = Prepared(
    sa.select(sa.func.count())
    .select_from(look_up_event)
    .where(
        _c.by_id == sa.bindparam("by", type_=BIG),
        _c.act == sa.bindparam("act"),
        raw(_c.at) > sa.bindparam("after", type_=BIG),
    ),
    int,
)


def so_many_since(connection: sa.Connection, act: str, by: int, after: datetime) -> int:
    """How many events `act` by somebody are later than `after`."""
    return next(_SO_MANY.rows(connection, {"act": act, "by": by, "after": micros(after)}))


def about(connection: sa.Connection, subjects: Collection[str]) -> list[LookUpRow]:
    """Every look-up of these, the oldest first; never who made it."""
    asked = sa.select(_c.act, raw(_c.at), _c.figures).where(_c.subject.in_(subjects)).order_by(_c.at)
    return [LookUpRow(*row) for row in connection.execute(asked)]


def latest_by(connection: sa.Connection, subject: str, act: str, by: int, after: datetime) -> LookUpRow | None:
    """The newest event `act` about `subject` by somebody, later than `after`."""
    asked = {"subject": subject, "act": act, "by": by, "after": micros(after)}
    return next(iter(_LATEST_BY.rows(connection, asked)), None)


def figures_by(connection: sa.Connection, subject: str, act: str, by: int) -> list[str]:
    """The figures, as JSON, of every event `act` about `subject` by somebody."""
    return list(_FIGURES_BY.rows(connection, {"subject": subject, "act": act, "by": by}))


def shown_by(connection: sa.Connection, seq: int) -> tuple[str, str]:
    """By which way, and to staff of which unit, the look-up of this number showed something."""
    row = connection.execute(sa.select(_c.via, _c.unit).where(_c.seq == seq)).first()
    return (row.via, row.unit) if row else ("", "")


def own_after(connection: sa.Connection, by: int, after: int) -> Iterator[OwnRow]:
    """Everything somebody has looked up after event number `after`, the oldest first."""
    return _OWN_AFTER.rows(connection, {"by": by, "after": after})
