"""How the desk itself stands, for who keeps or audits it: accounts, institutions, units without anybody, events."""

from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from hbcore.domain.vocabulary import PROVINCE, Role
from hbcore.storage.instants import Instant
from hbcore.storage.staff_rows import STAFF, WORKS_FOR
from hbcore.storage.tables import Event, Institution, Unit

EVENTS: sa.Table = Event.__table__  # type: ignore[attr-defined]
INSTITUTIONS: sa.Table = Institution.__table__  # type: ignore[attr-defined]
UNITS: sa.Table = Unit.__table__  # type: ignore[attr-defined]

MOST = 1_000
"""So many events of one act are counted at the most: what is beyond was not looked at."""

_s, _i = STAFF.c, INSTITUTIONS.c
_ACTIVE = _s.disabled_at.is_(None)


def _how_many(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)


_OWN_PASSWORD = _s.one_time_until.is_(None)
_ACCOUNTS = sa.select(
    _how_many(sa.and_(_ACTIVE, _OWN_PASSWORD)), _how_many(sa.and_(_ACTIVE, sa.not_(_OWN_PASSWORD))), _how_many(sa.not_(_ACTIVE))
)
_HAS_LIAISON = (
    sa.exists()
    .where(
        WORKS_FOR.c.institution == _i.code,
        _s.id == WORKS_FOR.c.staff_id,
        _s.role == str(Role.LAB_LIAISON),
        _ACTIVE,
    )
    .correlate(INSTITUTIONS)
)
WITHOUT_LIAISON = sa.and_(_i.suspended_at.is_(None), sa.not_(_HAS_LIAISON))
_PLACES = sa.select(_how_many(WITHOUT_LIAISON), _how_many(_i.suspended_at.is_not(None)))
_CODES_WITHOUT_LIAISON = sa.select(_i.code).where(WITHOUT_LIAISON).order_by(_i.code)

_top, _group, _here, _within = UNITS.alias("top"), UNITS.alias("unit_group"), UNITS.alias("here"), UNITS.alias("within")
_STAFFED = sa.exists().where(
    _ACTIVE,
    _s.role == str(Role.DISTRICT_STAFF),
    _s.unit == _within.c.code,
    sa.or_(_within.c.code == _here.c.code, _within.c.parent == _here.c.code),
)
_UNSTAFFED = (
    sa.select(_here.c.code)
    .join(_group, _group.c.code == _here.c.parent)
    .where(
        _here.c.level != "group",
        sa.or_(_group.c.code == PROVINCE, _group.c.level == "group"),
        sa.not_(_STAFFED.correlate(_here)),
    )
    .order_by(_here.c.code)
)
"""Prefectures, and the cities and forest right under the province, without a reviewer in them or below."""


class DeskCount(NamedTuple):
    """Accounts in use, those with a one-time password still, and disabled ones; institutions without a liaison, and suspended."""

    accounts: int
    one_time: int
    disabled: int
    without_liaison: int
    suspended: int


_newest = sa.select(EVENTS.c.at).where(EVENTS.c.act == sa.bindparam("act")).order_by(EVENTS.c.seq.desc()).limit(MOST).subquery()
_SINCE = _newest.c.at >= sa.bindparam("since", type_=Instant)
_COUNTED = sa.select(sa.func.count()).select_from(_newest).where(_SINCE)


def count_desk(connection: sa.Connection) -> DeskCount:
    """Accounts and institutions, counted."""
    accounts, places = connection.execute(_ACCOUNTS).one(), connection.execute(_PLACES).one()
    return DeskCount(*map(int, (*accounts, *places)))


def without_liaison(connection: sa.Connection) -> list[str]:
    """Codes of institutions that send results and have no active liaison."""
    return list(connection.execute(_CODES_WITHOUT_LIAISON).scalars())


def unstaffed(connection: sa.Connection) -> list[str]:
    """Codes of prefectures, and of what else lies right under the province, where no reviewer works."""
    return list(connection.execute(_UNSTAFFED).scalars())


def count_events(connection: sa.Connection, act: str, since: datetime) -> int:
    """How many events of an act there are since an instant, `MOST` at the most."""
    return int(connection.execute(_COUNTED, {"act": act, "since": since}).scalar_one())
