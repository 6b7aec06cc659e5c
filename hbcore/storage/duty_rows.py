"""Whose reviewers are signed in, what waits in their units, and taking it over."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from hbcore.domain.applications import CLAIMABLE, Act
from hbcore.domain.vocabulary import Role
from hbcore.storage.application_rows import APPLICATIONS, one_of_states
from hbcore.storage.application_work_rows import STEPS
from hbcore.storage.instants import raw
from hbcore.storage.prepared import Prepared
from hbcore.storage.staff_rows import SESSIONS, STAFF
from hbcore.storage.tables import BIG

_a, _s, _n = APPLICATIONS.c, STAFF.c, SESSIONS.c
_t, _later = STEPS.c, STEPS.alias("later").c
_WAITS = one_of_states(_a.state, map(str, CLAIMABLE))
_AT, _SEEN, _BEGAN = (sa.bindparam(name, type_=sa.BigInteger) for name in ("at", "seen_after", "began_after"))


class Reviewers(NamedTuple):
    """How many active reviewers a unit has itself, and how many of them have a session that lives."""

    unit: str
    reviewers: int
    signed_in: int


_LIVES = (
    sa.exists()
    .where(_n.staff_id == _s.id, _n.ended_at.is_(None), raw(_n.seen_at) > _SEEN, raw(_n.began_at) > _BEGAN)
    .correlate(STAFF)
)
REVIEWERS = Prepared(
    sa.select(_s.unit, sa.func.count(), sa.func.sum(sa.case((_LIVES, 1), else_=0)))
    .where(_s.role == str(Role.DISTRICT_STAFF), _s.disabled_at.is_(None), _s.unit.is_not(None))
    .group_by(_s.unit),
    Reviewers,
)


class Waiting(NamedTuple):
    """How many wait in a unit itself, and how many of them are overdue."""

    unit: str
    waiting: int
    overdue: int


_OVERDUE = sa.func.sum(sa.case((raw(_a.due_at) <= _AT, 1), else_=0))
WAITING = Prepared(
    sa.select(_a.unit, sa.func.count(), sa.func.sum(sa.case((raw(_a.due_at) <= _AT, 1), else_=0)))
    .where(_WAITS)
    .group_by(_a.unit),
    Waiting,
)


class TakenOver(NamedTuple):
    """An application as it was before."""

    id: int
    unit: str


def take_over(
    connection: sa.Connection, units: Collection[str], to: str, *, overdue_at: datetime | None, at: datetime
) -> Sequence[TakenOver]:
    """Give what waits in these units to another one; `overdue_at`: only what is overdue then. What somebody holds stays."""
    free = sa.or_(_a.claimed_until.is_(None), _a.claimed_until <= at)
    late = [_a.due_at <= overdue_at] if overdue_at else []
    wanted = sa.select(_a.id, _a.unit).where(_WAITS, _a.unit.in_(list(units)), free, *late).order_by(_a.id)
    found = [TakenOver(row.id, row.unit) for row in connection.execute(wanted)]
    change = sa.update(APPLICATIONS).where(_WAITS, _a.unit.in_(list(units)), free, *late)
    connection.execute(change.values(unit=to, claimed_by=None, claimed_until=None))
    return found


_HERE = (
    sa.select(_t.application_id, _t.before)
    .join(APPLICATIONS, _a.id == _t.application_id)
    .where(
        _t.by_id == sa.bindparam("taken_by", type_=BIG),
        _t.at == sa.bindparam("taken_at", type_=_t.at.type),
        _t.act == str(Act.TRANSFER),
        _t.after == sa.bindparam("own", type_=sa.String),
        _WAITS,
        sa.or_(_a.claimed_until.is_(None), _a.claimed_until <= sa.bindparam("now", type_=_a.claimed_until.type)),
        ~sa.exists().where(_later.application_id == _t.application_id, _later.at > _t.at),
    )
    .order_by(_t.application_id)
)


def still_here(connection: sa.Connection, own: str, *, taken_at: datetime, taken_by: int, at: datetime) -> Sequence[TakenOver]:
    """What came to `own` by one take-over, each with where it was; nothing was done with it since, and nobody holds it."""
    asked = {"own": own, "taken_by": taken_by, "taken_at": taken_at, "now": at}
    return [TakenOver(row.application_id, row.before) for row in connection.execute(_HERE, asked)]


_BACK = sa.update(APPLICATIONS).where(_a.id == sa.bindparam("of", type_=BIG))


def give_back(connection: sa.Connection, back: Sequence[TakenOver]) -> None:
    """Give applications to the units named with them."""
    change = _BACK.values(unit=sa.bindparam("to", type_=sa.String), claimed_by=None, claimed_until=None)
    connection.execute(change, [{"of": one.id, "to": one.unit} for one in back])
