"""Proposals as rows: put down by one, settled once by another."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hbcore.storage.tables import ProposalRow, StaffRow
from hbcore.storage.unit_rows import below

Row = sa.Row[Any]
PROPOSALS: sa.Table = ProposalRow.__table__  # type: ignore[attr-defined]
STAFF: sa.Table = StaffRow.__table__  # type: ignore[attr-defined]

_c = PROPOSALS.c
_OPEN = sa.and_(_c.settled_at.is_(None), _c.expires_at > sa.bindparam("at", type_=_c.expires_at.type))
_SHOWN = sa.select(PROPOSALS, STAFF.c.full_name, STAFF.c.unit.label("proposer_unit")).join(STAFF, STAFF.c.id == _c.proposed_by)
_second = STAFF.alias("second")
_DECLINED = (
    _SHOWN.add_columns(_second.c.full_name.label("settled_by_name"))
    .join(_second, _second.c.id == _c.settled_by)
    .where(_c.proposed_by == sa.bindparam("staff"), _c.settled_how == "declined")
    .where(
        _c.settled_at > sa.bindparam("since", type_=_c.settled_at.type),
        _c.settled_at <= sa.bindparam("at", type_=_c.settled_at.type),
    )
    .order_by(_c.settled_at.desc(), _c.id.desc())
)
_FOR_ME = sa.and_(
    _c.unit.in_(below(sa.bindparam("unit", type_=sa.String))),
    _c.what.in_(sa.bindparam("sorts", expanding=True)),
    _c.proposed_by != sa.bindparam("staff"),
)
_WAITING = _SHOWN.where(_OPEN, _FOR_ME | (_c.proposed_by == sa.bindparam("staff"))).order_by(_c.proposed_at, _c.id)
_WAITING_FOR = sa.select(sa.func.count()).select_from(PROPOSALS).where(_OPEN, _FOR_ME)
_ONE = _SHOWN.where(_c.id == sa.bindparam("proposal"))
_OPEN_OF = _SHOWN.where(_OPEN, _c.what == sa.bindparam("what"))


def add(connection: sa.Connection, values: Mapping[str, object], content: Mapping[str, object]) -> None:
    """Put a proposal down. An open one of the same sort about the same subject is an IntegrityError."""
    connection.execute(PROPOSALS.insert().values(**values, content=json.dumps(content, sort_keys=True)))


def end_expired(connection: sa.Connection, what: str, subject: str, at: datetime) -> None:
    """One that nobody settled in time makes room for another: it counts as withdrawn by who proposed it."""
    _lapse(connection, _c.expires_at <= at, what, subject, at)


def lapse(connection: sa.Connection, what: str, subject: str, at: datetime) -> None:
    """An open one about what has ended otherwise counts as withdrawn by who proposed it."""
    _lapse(connection, sa.true(), what, subject, at)


def _lapse(connection: sa.Connection, which: sa.ColumnElement[bool], what: str, subject: str, at: datetime) -> None:
    gone = sa.and_(_c.what == what, _c.subject == subject, _c.settled_at.is_(None), which)
    connection.execute(sa.update(PROPOSALS).where(gone).values(settled_at=at, settled_by=_c.proposed_by, settled_how="withdrawn"))


def one(connection: sa.Connection, proposal_id: int) -> Row | None:
    """A proposal and the name of who made it."""
    return connection.execute(_ONE, {"proposal": proposal_id}).first()


def is_waiting(connection: sa.Connection, what: str, subject: str) -> bool:
    """Whether one of that sort about that subject is still open."""
    same = sa.and_(_c.what == what, _c.subject == subject, _c.settled_at.is_(None))
    return connection.execute(sa.select(_c.id).where(same)).first() is not None


def open_by_subject(connection: sa.Connection, what: str, subjects: Sequence[str], at: datetime) -> dict[str, Row]:
    """The open proposals of a sort about any of these subjects and the name of who made each, by subject."""
    asked = _SHOWN.where(_OPEN, _c.what == what, _c.subject.in_(subjects))
    return {row.subject: row for row in connection.execute(asked, {"at": at})}


def waiting(connection: sa.Connection, staff: int, unit: str, sorts: Sequence[str], at: datetime) -> list[Row]:
    """What waits for `staff`: others' of these sorts in `unit` and below, and their own; the oldest first."""
    return list(connection.execute(_WAITING, {"staff": staff, "unit": unit, "sorts": sorts, "at": at}))


def declined(connection: sa.Connection, staff: int, since: datetime, at: datetime) -> list[Row]:
    """What `staff` proposed and another declined from `since` to `at`, with that other's name; the newest first."""
    return list(connection.execute(_DECLINED, {"staff": staff, "since": since, "at": at}))


def waits_about(connection: sa.Connection, subject: str, unit: str, at: datetime) -> bool:
    """Whether anything about `subject` waits for somebody of `unit`."""
    about = sa.and_(_OPEN, _c.subject == sa.bindparam("subject"), _c.unit.in_(below(sa.bindparam("unit", type_=sa.String))))
    found = connection.execute(sa.select(_c.id).where(about), {"subject": subject, "unit": unit, "at": at})
    return found.first() is not None


def count_waiting_for(connection: sa.Connection, staff: int, unit: str, sorts: Sequence[str], at: datetime) -> int:
    """How many of others' wait for `staff` in `unit` and below."""
    return int(connection.execute(_WAITING_FOR, {"staff": staff, "unit": unit, "sorts": sorts, "at": at}).scalar_one())


def expired(connection: sa.Connection, staff: int, since: datetime, at: datetime) -> list[Row]:
    """What `staff` proposed and nobody settled before it became void, from `since` to `at`; the newest first."""
    void = sa.and_(_c.proposed_by == staff, _c.settled_at.is_(None), _c.expires_at > since, _c.expires_at <= at)
    return list(connection.execute(_SHOWN.where(void).order_by(_c.expires_at.desc(), _c.id.desc())))


def settle(connection: sa.Connection, proposal_id: int, how: str, by: int, at: datetime) -> bool:
    """Settle it if it is still open; False when somebody was faster or it has expired."""
    still = sa.and_(_c.id == proposal_id, _c.settled_at.is_(None), _c.expires_at > at)
    values = {"settled_at": at, "settled_by": by, "settled_how": how}
    return connection.execute(sa.update(PROPOSALS).where(still).values(**values)).rowcount == 1


def open_about(connection: sa.Connection, what: str, subject: str) -> Row | None:
    """The one of that sort about that subject that is not settled, expired or not."""
    return connection.execute(_SHOWN.where(_c.what == what, _c.subject == subject, _c.settled_at.is_(None))).first()


def open_of(connection: sa.Connection, what: str, at: datetime) -> list[Row]:
    """All of a sort that wait, wherever."""
    return list(connection.execute(_OPEN_OF, {"what": what, "at": at}))


def confirmed(connection: sa.Connection, what: str, proposed_by: int, since: datetime, at: datetime) -> list[Row]:
    """What somebody proposed and another confirmed from `since` to `at`, the newest first."""
    when = sa.and_(_c.settled_how == "confirmed", _c.settled_at > since, _c.settled_at <= at)
    mine = sa.and_(_c.what == what, _c.proposed_by == proposed_by)
    return list(connection.execute(sa.select(PROPOSALS).where(mine, when).order_by(_c.settled_at.desc())))


def content_of(row: Row) -> dict[str, Any]:
    """What a proposal's row says will be done."""
    content: dict[str, Any] = json.loads(row.content)
    return content


def change_content(connection: sa.Connection, row: Row, content: Mapping[str, object]) -> bool:
    """Write down what became of it; False when somebody was faster."""
    same = sa.and_(_c.id == row.id, _c.content == row.content)
    written = json.dumps(content, sort_keys=True)
    return connection.execute(sa.update(PROPOSALS).where(same).values(content=written)).rowcount == 1
