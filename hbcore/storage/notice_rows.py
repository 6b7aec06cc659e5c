"""The outbox as rows: planned, taken in hand by one process alone, and what came of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from hbcore.domain.known import micros
from hbcore.domain.notices import NoticeKind, NoticeState
from hbcore.storage.application_rows import APPLICATIONS
from hbcore.storage.ids import new_ids
from hbcore.storage.instants import raw
from hbcore.storage.prepared import Prepared
from hbcore.storage.staged_keys import staged
from hbcore.storage.staging import add_rows
from hbcore.storage.tables import BIG, Notice
from hbcore.storage.unit_rows import below

Row = sa.Row[Any]
NOTICES: sa.Table = Notice.__table__  # type: ignore[attr-defined]

_n, _a = NOTICES.c, APPLICATIONS.c
_COLUMNS = ("application_id", "id", "kind", "state", "recorded_at", "due_at", "next_at", "attempts")
_WAITS = (str(NoticeState.PLANNED), str(NoticeState.GIVEN_UP))
"""What another act of the same application takes the ground from: it has not left, and may still."""


class Planned(NamedTuple):
    """A notice to be written down."""

    application_id: int
    kind: NoticeKind
    recorded_at: datetime
    due_at: datetime


def plan(connection: sa.Connection, notices: Sequence[Planned]) -> None:
    """Write down what is to be told."""
    planned = str(NoticeState.PLANNED)
    rows = [
        (one.application_id, id_, str(one.kind), planned, micros(one.recorded_at), micros(one.due_at), micros(one.due_at), 0)
        for id_, one in zip(new_ids(len(notices)), notices, strict=True)
    ]
    add_rows(connection, NOTICES, _COLUMNS, sorted(rows))


def cancel(connection: sa.Connection, applications: Sequence[int], at: datetime) -> None:
    """What has not left of these applications will not leave any more."""
    with staged(connection, BIG, applications) as wanted:
        these = (_n.application_id.in_(sa.select(wanted.c.key)), _n.state.in_(_WAITS))
        values = {"state": str(NoticeState.CANCELLED), "next_at": None, "ended_at": at}
        connection.execute(sa.update(NOTICES).where(*these).values(**values))


_OF_ONE = sa.select(NOTICES).where(_n.application_id == sa.bindparam("application", type_=BIG)).order_by(_n.id)


def notices_of(connection: sa.Connection, application_id: int) -> list[Row]:
    """All notices of one application, in order."""
    return list(connection.execute(_OF_ONE, {"application": application_id}))


_DUE = (
    sa.select(_n.id.label("notice_id"), _n.kind.label("notice_kind"), _n.state.label("notice_state"), _n.attempts, APPLICATIONS)
    .join_from(NOTICES, APPLICATIONS, _a.id == _n.application_id)
    .where(_n.next_at.is_not(None), _n.next_at <= sa.bindparam("at", type_=_n.next_at.type))
    .order_by(_n.next_at, _n.application_id, _n.id)
    .limit(sa.bindparam("most", type_=sa.Integer))
)


def due(connection: sa.Connection, at: datetime, most: int) -> list[Row]:
    """What has waited longest for its next moment, `most` of them, each with its application."""
    return list(connection.execute(_DUE, {"at": at, "most": most}))


_BY_KEY = (_n.application_id == sa.bindparam("of", type_=BIG), _n.id == sa.bindparam("notice", type_=BIG))


def take_in_hand(connection: sa.Connection, row: Row, at: datetime, until: datetime) -> bool:
    """Take a planned notice of `due` in hand until then; False when another process was faster, or it was cancelled."""
    values = {"state": str(NoticeState.SENDING), "next_at": until, "attempts": _n.attempts + 1}
    free = sa.update(NOTICES).where(*_BY_KEY, _n.state == str(NoticeState.PLANNED), _n.next_at <= at).values(**values)
    return connection.execute(free, _key(row)).rowcount == 1


def settle(connection: sa.Connection, rows: Sequence[Row], was: NoticeState, values: Mapping[str, Any]) -> int:
    """Set `values` of those of `due` that still are in state `was`; how many were."""
    update = sa.update(NOTICES).where(*_BY_KEY, _n.state == str(was)).values(**values)
    return sum(connection.execute(update, _key(row)).rowcount for row in rows)


def _key(row: Row) -> dict[str, int]:
    return {"of": row.id, "notice": row.notice_id}


class Failed(NamedTuple):
    """Notices of a unit that did not leave, or may not have: how many, and since when, in microseconds."""

    unit: str
    n: int
    first: int


FAILED = Prepared(
    sa.select(_a.unit, sa.func.count(), sa.func.min(raw(_n.ended_at)))
    .join_from(NOTICES, APPLICATIONS, _a.id == _n.application_id)
    .where(
        sa.text("(notice.state = 'given_up' OR notice.state = 'unsure')"),
        # Who applies may have mistyped their address, or given none of theirs: that is no failure of the desk.
        _n.kind != str(NoticeKind.RECEIVED),
        raw(_n.ended_at) >= sa.bindparam("since", type_=sa.BigInteger),
        _a.unit.in_(below(sa.bindparam("unit", type_=sa.String))),
    )
    .group_by(_a.unit)
    .order_by(_a.unit),
    Failed,
)


def try_again(connection: sa.Connection, at: datetime) -> int:
    """Put all that was given up back into the outbox, as if never tried; how many."""
    values = {"state": str(NoticeState.PLANNED), "next_at": at, "attempts": 0, "ended_at": None}
    return connection.execute(sa.update(NOTICES).where(_n.state == str(NoticeState.GIVEN_UP)).values(**values)).rowcount
