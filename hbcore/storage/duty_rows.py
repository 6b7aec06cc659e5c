"""Whose reviewers are signed in, what waits in their units, and taking it over."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from hbcore.domain.applications import CLAIMABLE
from hbcore.domain.vocabulary import Role
from hbcore.storage.application_rows import APPLICATIONS, one_of_states
from hbcore.storage.instants import raw
from hbcore.storage.prepared import Prepared
from hbcore.storage.staff_rows import SESSIONS, STAFF

_a, _s, _n = APPLICATIONS.c, STAFF.c, SESSIONS.c
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
