"""What is done around applications as rows: steps, notes, claims."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from hbcore.domain.applications import CLAIM_RENEWED_WITHIN, CLAIMABLE, Act, ApplicationState
from hbcore.domain.known import micros
from hbcore.storage import sealing
from hbcore.storage.application_rows import APPLICATIONS
from hbcore.storage.ids import new_id, new_ids
from hbcore.storage.staging import add_rows
from hbcore.storage.tables import ApplicationNote, ApplicationStep, StaffRow
from hbcore.storage.unit_rows import below

Row = sa.Row[Any]
STEPS: sa.Table = ApplicationStep.__table__  # type: ignore[attr-defined]
NOTES: sa.Table = ApplicationNote.__table__  # type: ignore[attr-defined]
STAFF: sa.Table = StaffRow.__table__  # type: ignore[attr-defined]

_a = APPLICATIONS.c
_OF_ONE = sa.bindparam("application", type_=sa.BigInteger)
_STEPS = (
    sa.select(STEPS, STAFF.c.full_name)
    .outerjoin(STAFF, STAFF.c.id == STEPS.c.by_id)
    .where(STEPS.c.application_id == _OF_ONE)
    .order_by(STEPS.c.id)
)
_NOTES = (
    sa.select(NOTES, STAFF.c.full_name)
    .join(STAFF, STAFF.c.id == NOTES.c.by_id)
    .where(NOTES.c.application_id == _OF_ONE)
    .order_by(NOTES.c.id)
)
_BY_ONE = (sa.bindparam("by", type_=sa.BigInteger), sa.bindparam("since", type_=STEPS.c.at.type))
_STEPS_BY = (
    sa.select(STEPS, _a.receipt, _a.state)
    .join(APPLICATIONS, _a.id == STEPS.c.application_id)
    .where(STEPS.c.by_id == _BY_ONE[0], STEPS.c.at >= _BY_ONE[1])
    .order_by(STEPS.c.at, STEPS.c.id)
)
_NOTES_BY = (
    sa.select(NOTES, _a.receipt)
    .join(APPLICATIONS, _a.id == NOTES.c.application_id)
    .where(NOTES.c.by_id == _BY_ONE[0], NOTES.c.at >= _BY_ONE[1])
    .order_by(NOTES.c.at, NOTES.c.id)
)


class Step(NamedTuple):
    """A step to be written; instants in microseconds, `by_id` None: time itself did it."""

    application_id: int
    act: Act
    before: str
    after: str
    unit: str
    reasons: Sequence[str]
    by_id: int | None
    at: int


def add_steps(connection: sa.Connection, steps: Sequence[Step]) -> None:
    """Write down what happened."""
    ids = new_ids(len(steps))
    rows = [
        (one.application_id, id_, str(one.act), one.before, one.after, one.unit, json.dumps(list(one.reasons)), one.by_id, one.at)
        for id_, one in zip(ids, steps, strict=True)
    ]
    columns = ("application_id", "id", "act", "before", "after", "unit", "reasons", "by_id", "at")
    add_rows(connection, STEPS, columns, sorted(rows))


def steps_of(connection: sa.Connection, application_id: int) -> list[Row]:
    """All that happened to one application, in order, with the names of who did it."""
    return list(connection.execute(_STEPS, {"application": application_id}))


def steps_by(connection: sa.Connection, staff_id: int, since: datetime) -> list[Row]:
    """What somebody did since then, with receipts."""
    return list(connection.execute(_STEPS_BY, {"by": staff_id, "since": since}))


def add_note(connection: sa.Connection, application_id: int, text: str, by: int, at: datetime) -> None:
    """Keep a note, sealed."""
    id_ = new_id()
    blob = sealing.seal("application_note", "sealed", id_, text.encode())
    values = {"application_id": application_id, "id": id_, "by_id": by, "at": at, "sealed": blob}
    connection.execute(NOTES.insert().values(**values, key_version=sealing.KEY_VERSION))


def note_text(row: Row) -> str:
    """What a note says."""
    return sealing.unseal("application_note", "sealed", row.id, row.sealed, row.key_version).decode()


def notes_of(connection: sa.Connection, application_id: int) -> list[Row]:
    """The notes on one application, in order, with the names of who wrote them."""
    return list(connection.execute(_NOTES, {"application": application_id}))


def notes_by(connection: sa.Connection, staff_id: int, since: datetime) -> list[Row]:
    """The notes somebody wrote since then, with receipts."""
    return list(connection.execute(_NOTES_BY, {"by": staff_id, "since": since}))


def free_for(staff_id: int, at: datetime) -> sa.ColumnElement[bool]:
    """That nobody else holds an application at `at`."""
    return sa.or_(_a.claimed_by.is_(None), _a.claimed_by == staff_id, _a.claimed_until <= at)


def claim(connection: sa.Connection, application_id: int, by: int, at: datetime, until: datetime, *, take_over: bool) -> bool:
    """Claim it if it is free, or is one's own and about to end; False when somebody was faster."""
    own = sa.and_(_a.claimed_by == by, _a.claimed_until <= at + CLAIM_RENEWED_WITHIN)
    others = sa.and_(_a.claimed_by.is_not(None), _a.claimed_by != by) if take_over else sa.false()
    free = sa.or_(_a.claimed_by.is_(None), _a.claimed_until <= at, own, others)
    of_this = (_a.id == application_id, sa.or_(*(_a.state == str(state) for state in CLAIMABLE)), free)
    claimed = connection.execute(sa.update(APPLICATIONS).where(*of_this).values(claimed_by=by, claimed_until=until))
    return claimed.rowcount == 1


def release(connection: sa.Connection, application_id: int, by: int, at: datetime) -> bool:
    """Let go of one's own claim; False where one holds none."""
    of_this = (_a.id == application_id, _a.claimed_by == by, _a.claimed_until > at)
    return connection.execute(sa.update(APPLICATIONS).where(*of_this).values(**NO_CLAIM)).rowcount == 1


NO_CLAIM: Mapping[str, None] = {"claimed_by": None, "claimed_until": None}


def held_by(connection: sa.Connection, staff_id: int, at: datetime) -> list[Row]:
    """What somebody holds claimed at `at`, the claim that ends first first."""
    held = sa.select(APPLICATIONS).where(_a.claimed_by == staff_id, _a.claimed_until > at)
    return list(connection.execute(held.order_by(_a.claimed_until, _a.id)))


_LATE = (
    sa.select(_a.id, _a.person_id, _a.unit, _a.filing_check)
    .where(_a.state == str(ApplicationState.ASKED), _a.asked_at <= sa.bindparam("late", type_=_a.asked_at.type))
    .order_by(_a.id)
    .with_for_update()
)
_LATE_BELOW = _LATE.where(_a.unit.in_(below(sa.bindparam("unit", type_=sa.String))))
_LATE_OF = _LATE.where(_a.person_id == sa.bindparam("person", type_=sa.BigInteger))


def asked_until(connection: sa.Connection, unit: str, late: datetime) -> list[Row]:
    """Applications of `unit` and below that were asked at or before an instant and never answered."""
    return list(connection.execute(_LATE_BELOW, {"unit": unit, "late": late}))


def asked_of(connection: sa.Connection, person_id: int, late: datetime) -> list[Row]:
    """Those of one person."""
    return list(connection.execute(_LATE_OF, {"person": person_id, "late": late}))


def step_at(
    application_id: int,
    act: Act,
    before: str,
    after: str,
    unit: str,
    by: int | None,
    at: datetime,
    *,
    reasons: Sequence[str] = (),
) -> Step:
    """A step of one application, of an instant as services have it."""
    return Step(application_id, act, before, after, unit, reasons, by, micros(at))
