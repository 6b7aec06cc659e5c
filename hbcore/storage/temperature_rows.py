"""Temperatures as rows: put down, completed by a second reading, taken back, settled; a dead proposal leaves a notice open."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hbcore.domain.temperatures import ABNORMAL, SETTLED_WITHIN, Done, ReadingState
from hbcore.storage import sealing
from hbcore.storage.instants import Instant
from hbcore.storage.people_rows import PERSONS
from hbcore.storage.proposal_rows import PROPOSALS
from hbcore.storage.tables import BIG, StaffRow, Temperature
from hbcore.storage.unit_rows import below

Row = sa.Row[Any]
TEMPERATURES: sa.Table = Temperature.__table__  # type: ignore[attr-defined]
STAFF: sa.Table = StaffRow.__table__  # type: ignore[attr-defined]
_SETTLER = STAFF.alias("settler")

c, _p = TEMPERATURES.c, PROPOSALS.c
AT = sa.bindparam("at", type_=Instant)
DUE = sa.bindparam("due", type_=Instant)
_UNIT = sa.bindparam("unit", type_=sa.String)


def is_state(*states: ReadingState) -> sa.ColumnElement[bool]:
    """Written out: a partial index is used only where the statement itself says its condition."""
    return sa.or_(*(c.state == sa.literal_column(f"'{one}'") for one in states))


UNSETTLED = is_state(ReadingState.OPEN, ReadingState.PROPOSED)
_STILL_WAITED = sa.and_(sa.or_(_p.settled_at.is_(None), _p.settled_at > AT), _p.expires_at > AT)
_HOLDS = sa.exists().where(_p.id == c.proposal_id, sa.or_(_p.settled_how == "confirmed", _STILL_WAITED)).correlate(TEMPERATURES)
"""Whether what was proposed on a notice holds at an instant: confirmed, or still waiting for its second person then."""

OPEN_OF_UNSETTLED = sa.and_(c.notice_at <= AT, sa.or_(is_state(ReadingState.OPEN), c.settled_at > AT, sa.not_(_HOLDS)))
STATE = sa.case((sa.and_(is_state(ReadingState.PROPOSED), sa.not_(_HOLDS)), str(ReadingState.OPEN)), else_=c.state).label("state")
"""The state that holds: what another declined, what was withdrawn or lay three days leaves the notice open."""

_OTHERS = [one for one in c if one.name not in ("state", "sealed", "key_version")]
_SEALED = (c.sealed.label("said"), c.key_version.label("said_version"), PERSONS.c.sealed, PERSONS.c.key_version)
SHOWN = (
    sa.select(*_OTHERS, STATE, c.state.label("stored"), *_SEALED, STAFF.c.full_name.label("recorder"))
    .add_columns(_SETTLER.c.full_name.label("settler"))
    .join_from(TEMPERATURES, STAFF, STAFF.c.id == c.recorded_by)
    .outerjoin(PERSONS, PERSONS.c.id == c.person_id)
    .outerjoin(_SETTLER, _SETTLER.c.id == c.settled_by)
)
"""A reading as a list shows it, with the person's sealed row where somebody is known."""

_ONE = SHOWN.where(c.id == sa.bindparam("id"))
_ABNORMAL_OF = SHOWN.where(c.person_id == sa.bindparam("person", type_=BIG), c.first >= ABNORMAL).order_by(c.recorded_at, c.id)
_OF_LIST = sa.select(c.id, c.notice_at).where(c.list_id == sa.bindparam("list"))
_BY_STAFF = SHOWN.where(
    c.recorded_by == sa.bindparam("staff"), c.recorded_at > sa.bindparam("since", type_=Instant), c.undone_at.is_(None)
).order_by(c.recorded_at.desc(), c.id.desc())
_LIMIT = sa.bindparam("limit", type_=sa.Integer)
OPEN_IN_UNIT = SHOWN.where(c.unit.in_(below(_UNIT)), UNSETTLED, OPEN_OF_UNSETTLED).order_by(c.notice_at, c.id).limit(_LIMIT)
OVERDUE_IN_UNIT = (
    SHOWN.where(c.unit.in_(below(_UNIT)), UNSETTLED, OPEN_OF_UNSETTLED, c.notice_at <= DUE)
    .order_by(c.notice_at, c.id)
    .limit(_LIMIT)
)
SETTLED_IN_UNIT = (
    SHOWN.where(c.unit.in_(below(_UNIT)), c.settled_at.is_not(None), c.settled_at > sa.bindparam("since", type_=Instant))
    .order_by(c.settled_at.desc(), c.id.desc())
    .limit(_LIMIT)
)
COUNT_IN_UNIT = sa.select(sa.func.count(), sa.func.sum(sa.case((c.notice_at <= DUE, 1), else_=0))).where(
    c.unit.in_(below(_UNIT)), UNSETTLED, OPEN_OF_UNSETTLED
)

_PASSING = sa.and_(c.first < sa.literal_column(f"{ABNORMAL}"), c.recorded_at < sa.bindparam("before", type_=Instant))
_OLD = sa.select(c.person_id, c.id).where(_PASSING).order_by(c.recorded_at).limit(_LIMIT)
_FORGET = sa.delete(TEMPERATURES).where(sa.tuple_(c.person_id, c.id).in_(_OLD))


@dataclass(frozen=True)
class Said:
    """What a reading's sealed blob says: the place, and the text typed where nobody was found by it."""

    place: str
    typed: str = ""


def add(connection: sa.Connection, values: Mapping[str, object], done: Sequence[Done], said: Said) -> None:
    """Put a reading down."""
    blob = json.dumps([said.place, said.typed], ensure_ascii=False).encode()
    sealed = sealing.seal("temperature", "sealed", int(str(values["id"])), blob)
    kept = {"done": written(done), "sealed": sealed, "key_version": sealing.KEY_VERSION}
    connection.execute(TEMPERATURES.insert().values(**values, **kept))


def written(done: Sequence[Done]) -> str:
    """What was done, as it is kept."""
    return json.dumps(list(map(str, done)))


def done_of(row: Row) -> tuple[Done, ...]:
    """What was done at the gate, of a row of `SHOWN`."""
    return tuple(map(Done, json.loads(row.done)))


def said_of(row: Row) -> Said:
    """What the blob of a row of `SHOWN` says."""
    return Said(*json.loads(sealing.unseal("temperature", "sealed", row.id, row.said, row.said_version)))


def one(connection: sa.Connection, reading: int, at: datetime) -> Row | None:
    """A reading; None for an unknown one."""
    return connection.execute(_ONE, {"id": reading, "at": at}).first()


def abnormal_of(connection: sa.Connection, person: int, at: datetime) -> list[Row]:
    """Everything of somebody that began with an abnormal reading, what was taken back too, the oldest first."""
    return list(connection.execute(_ABNORMAL_OF, {"person": person, "at": at}))


def of_list(connection: sa.Connection, list_id: int) -> Row | None:
    """The notice on which a list of facts was proposed, and since when it is one."""
    return connection.execute(_OF_LIST, {"list": list_id}).first()  # type: ignore[return-value]


def by_staff(connection: sa.Connection, staff: int, since: datetime, at: datetime) -> list[Row]:
    """What somebody recorded since then and did not take back, the newest first."""
    return list(connection.execute(_BY_STAFF, {"staff": staff, "since": since, "at": at}))


def move(connection: sa.Connection, row: Row, **values: object) -> bool:
    """Change a reading that still is as `row` has it; False when somebody was faster."""
    same = sa.and_(
        c.person_id == row.person_id,
        c.id == row.id,
        c.state == row.stored,
        c.settled_at.is_not_distinct_from(row.settled_at),
        c.second.is_not_distinct_from(row.second),
    )
    return connection.execute(sa.update(TEMPERATURES).where(same).values(**values)).rowcount == 1


def any_old(connection: sa.Connection, before: datetime) -> bool:
    """Whether there is a reading that was normal at once, from before then."""
    return connection.execute(_OLD, {"before": before, "limit": 1}).first() is not None


def delete_old(connection: sa.Connection, before: datetime, most: int) -> int:
    """Delete such readings, `most` at once; how many there were. What began abnormal stays."""
    return connection.execute(_FORGET, {"before": before, "limit": most}).rowcount


def open_notices(connection: sa.Connection, unit: str, at: datetime, limit: int) -> list[Row]:
    """The open notices of a unit and below, the oldest first."""
    return list(connection.execute(OPEN_IN_UNIT, {"unit": unit, "at": at, "limit": limit}))


def overdue(connection: sa.Connection, unit: str, at: datetime, limit: int) -> list[Row]:
    """Those of them beyond their 24 hours."""
    asked = {"unit": unit, "at": at, "due": at - SETTLED_WITHIN, "limit": limit}
    return list(connection.execute(OVERDUE_IN_UNIT, asked))


def settled_lately(connection: sa.Connection, unit: str, since: datetime, at: datetime, limit: int) -> list[Row]:
    """The notices of a unit and below that were settled since then, the newest first."""
    return list(connection.execute(SETTLED_IN_UNIT, {"unit": unit, "since": since, "at": at, "limit": limit}))


def counts(connection: sa.Connection, unit: str, at: datetime) -> tuple[int, int]:
    """How many notices of a unit and below are open, and how many of these are beyond their 24 hours."""
    found = connection.execute(COUNT_IN_UNIT, {"unit": unit, "at": at, "due": at - SETTLED_WITHIN}).one()
    return int(found[0]), int(found[1] or 0)
