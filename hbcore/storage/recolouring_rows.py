"""Recolouring requests as rows: what the person said is sealed; a review that nobody above took up in time counts no more."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from hbcore.domain.known import micros
from hbcore.domain.recolouring import RUNNING, RequestState
from hbcore.storage import sealing
from hbcore.storage.application_rows import one_of_states
from hbcore.storage.ids import new_id
from hbcore.storage.instants import raw
from hbcore.storage.people_rows import PERSONS
from hbcore.storage.prepared import Prepared
from hbcore.storage.proposal_rows import PROPOSALS
from hbcore.storage.tables import BIG, EvidenceImage, RecolouringRequest, RecolouringStep, StaffRow
from hbcore.storage.unit_rows import below

Row = sa.Row[Any]
REQUESTS: sa.Table = RecolouringRequest.__table__  # type: ignore[attr-defined]
STEPS: sa.Table = RecolouringStep.__table__  # type: ignore[attr-defined]
IMAGES: sa.Table = EvidenceImage.__table__  # type: ignore[attr-defined]
STAFF: sa.Table = StaffRow.__table__  # type: ignore[attr-defined]

_c = REQUESTS.c
_AT = sa.bindparam("at", type_=BIG)
_UNIT = sa.bindparam("unit", type_=sa.String)
_WAITS = (
    sa.exists()
    .where(PROPOSALS.c.id == _c.proposal_id, PROPOSALS.c.settled_at.is_(None), raw(PROPOSALS.c.expires_at) > _AT)
    .correlate(REQUESTS)
)
STATE = sa.case((sa.and_(_c.state == "reviewed", sa.not_(_WAITS)), "entered"), else_=_c.state).label("state")
"""The state that holds: what the level above declined, what was withdrawn or lay three days is the county's again."""


@dataclass(frozen=True)
class Said:
    """What a request's sealed blob says: the number of the paper, the person's words, how to reach them."""

    evidence: str = ""
    said: str = ""
    contact: str = ""


class Line(NamedTuple):
    """A line of the queue as the database holds it; instants in microseconds."""

    id: int
    person_id: int
    unit: str
    ground: str
    colour: str | None
    entered_by: int
    entered_at: int
    due_at: int | None
    asked_at: int | None
    state: str
    sealed: bytes
    key_version: int


class StateCount(NamedTuple):
    """How many requests stand in a state; `overdue`: due by now, the clock running."""

    state: str
    n: int
    overdue: int


def of_whom(column: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """Of `person` or of a row joined to them: what was asked for stays with the row it was asked for."""
    person = sa.bindparam("person", type_=BIG)
    return sa.or_(column == person, column.in_(sa.select(PERSONS.c.id).where(PERSONS.c.joined_to == person)))


_ONE = sa.select(*(one for one in _c if one.name != "state"), STATE, _c.state.label("stored")).where(
    _c.id == sa.bindparam("wanted", type_=BIG)
)
_STEPS = (
    sa.select(STEPS.c.act, STEPS.c.after, STEPS.c.reasons, STEPS.c.at, STEPS.c.by_id, STAFF.c.full_name)
    .join(STAFF, STAFF.c.id == STEPS.c.by_id)
    .where(STEPS.c.person_id == sa.bindparam("person", type_=BIG), STEPS.c.request_id == sa.bindparam("wanted", type_=BIG))
    .order_by(STEPS.c.id)
)
_OF_PERSON = (
    sa.select(_c.id, _c.ground, STATE, _c.entered_at).where(of_whom(_c.person_id)).order_by(_c.entered_at.desc(), _c.id.desc())
)
_WHERE = sa.or_(
    sa.and_(sa.bindparam("whole", type_=sa.Boolean), _c.unit.in_(below(_UNIT))),
    _c.unit == _UNIT,
)


def _lines(states: tuple[str, ...], *which: sa.ColumnElement[bool]) -> Prepared[Line]:
    chosen = [*(raw(_c[name]) for name in Line._fields[:9]), STATE, PERSONS.c.sealed, PERSONS.c.key_version]
    order = (_c.due_at.is_(None), _c.due_at) if set(states) & set(map(str, RUNNING)) else ()
    stored = {*states, "reviewed"} if "entered" in states else states
    return Prepared(
        sa.select(*chosen)
        .join(PERSONS, PERSONS.c.id == _c.person_id)
        .where(one_of_states(_c.state, sorted(stored)), _WHERE, one_of_states(STATE, states), *which)  # type: ignore[arg-type]
        .order_by(*order, _c.entered_at.desc() if not order else _c.entered_at, _c.id)
        .limit(sa.bindparam("limit", type_=sa.Integer)),
        Line,
    )


ENDED = (str(RequestState.CONFIRMED), str(RequestState.REFUSED), str(RequestState.WITHDRAWN))
SHOWS: Mapping[str, tuple[str, ...]] = {
    **{str(state): (str(state),) for state in (RequestState.ENTERED, RequestState.REVIEWED, RequestState.ASKED)},
    "ended": ENDED,
}
_OVERDUE = raw(_c.due_at) <= _AT
_LINES = {show: _lines(states) for show, states in SHOWS.items()} | {"overdue": _lines(tuple(map(str, RUNNING)), _OVERDUE)}
_COUNTS = Prepared(
    sa.select(STATE, sa.func.count(), sa.func.count(sa.case((_OVERDUE, 1))))
    .where(sa.not_(one_of_states(_c.state, ENDED)), _WHERE)
    .group_by(STATE),
    StateCount,
)
OVERDUE = Prepared(
    sa.select(*(raw(_c[name]) for name in Line._fields[:9]), _c.state, PERSONS.c.sealed, PERSONS.c.key_version)
    .join(PERSONS, PERSONS.c.id == _c.person_id)
    .where(one_of_states(_c.state, map(str, RUNNING)), _c.unit.in_(below(_UNIT)), _OVERDUE)
    .order_by(_c.due_at, _c.id)
    .limit(sa.bindparam("limit", type_=sa.Integer)),
    Line,
)
"""With us for longer than the 48 hours: of `unit` and below, at `at`."""


def one(connection: sa.Connection, request: int, at: datetime) -> Any:
    """A request; `state` as it holds at `at`, `stored` as it was written."""
    return connection.execute(_ONE, {"wanted": request, "at": micros(at)}).first()


def lines(connection: sa.Connection, show: str, unit: str, at: datetime, *, whole: bool, limit: int) -> list[Line]:
    """Requests of a unit (`whole`: and below), those with us by the least time left, what ended by the newest."""
    asked = {"unit": unit, "at": micros(at), "whole": whole, "limit": limit}
    return list(_LINES[show].rows(connection, asked))


def counts(connection: sa.Connection, unit: str, at: datetime, *, whole: bool) -> dict[str, StateCount]:
    """How many stand in each open state."""
    return {row.state: row for row in _COUNTS.rows(connection, {"unit": unit, "at": micros(at), "whole": whole})}


def of_person(connection: sa.Connection, person: int, at: datetime) -> list[Row]:
    """All requests of a person, the newest first."""
    return list(connection.execute(_OF_PERSON, {"person": person, "at": micros(at)}))


def add(connection: sa.Connection, values: Mapping[str, object], said: Said) -> None:
    """Put a request down. An open one of the same person on the same ground is an IntegrityError."""
    connection.execute(REQUESTS.insert().values(**values, **seal(int(str(values["id"])), said)))


def seal(request: int, said: Said) -> dict[str, object]:
    """The columns of a request's row that hold what was said."""
    blob = json.dumps([said.evidence, said.said, said.contact], ensure_ascii=False).encode()
    return {"sealed": sealing.seal("recolouring_request", "sealed", request, blob), "key_version": sealing.KEY_VERSION}


def said_in(row: Row) -> Said:
    """What a request's row seals."""
    return Said(*json.loads(sealing.unseal("recolouring_request", "sealed", row.id, row.sealed, row.key_version)))


def change(connection: sa.Connection, row: Row, values: Mapping[str, object]) -> bool:
    """Change a request that still stands as it was read; False when somebody was faster."""
    same = sa.and_(_c.person_id == row.person_id, _c.id == row.id, _c.state == row.stored)
    same = sa.and_(same, _c.proposal_id == row.proposal_id if row.proposal_id else _c.proposal_id.is_(None))
    return connection.execute(sa.update(REQUESTS).where(same).values(**values)).rowcount == 1


def add_step(
    connection: sa.Connection, person: int, request: int, act: str, after: str, reasons: Sequence[str], by: int, at: datetime
) -> None:
    """Write down what happened."""
    values = {"person_id": person, "request_id": request, "id": new_id(), "act": act, "after": after, "by_id": by, "at": at}
    connection.execute(STEPS.insert().values(**values, reasons=json.dumps(list(reasons))))


def steps_of(connection: sa.Connection, person: int, request: int) -> list[Row]:
    """All that happened to one request, in order, with the names of who did it."""
    return list(connection.execute(_STEPS, {"person": person, "wanted": request}))


_i = IMAGES.c
_OF = sa.and_(_i.person_id == sa.bindparam("person", type_=BIG), _i.about == sa.bindparam("about", type_=BIG))
_IMAGE_IDS = sa.select(_i.id).where(_OF).order_by(_i.id)
_IMAGE = sa.select(_i.id, _i.sealed, _i.key_version).where(_OF, _i.id == sa.bindparam("image", type_=BIG))


def add_image(connection: sa.Connection, person: int, about: int, content: bytes, *, by: int, at: datetime) -> int:
    """Keep a picture, sealed to its row; its id."""
    id_ = new_id()
    sealed = sealing.seal("evidence_image", "sealed", id_, content)
    values = {"person_id": person, "about": about, "id": id_, "sealed": sealed, "added_by": by, "added_at": at}
    connection.execute(IMAGES.insert().values(**values, key_version=sealing.KEY_VERSION))
    return id_


def image_ids(connection: sa.Connection, person: int, about: int) -> tuple[int, ...]:
    """The pictures of a request or an outside result, in the order in which they came."""
    return tuple(connection.execute(_IMAGE_IDS, {"person": person, "about": about}).scalars())


def image(connection: sa.Connection, person: int, about: int, id_: int) -> bytes | None:
    """One picture, opened."""
    row = connection.execute(_IMAGE, {"person": person, "about": about, "image": id_}).first()
    return None if row is None else sealing.unseal("evidence_image", "sealed", row.id, row.sealed, row.key_version)
