"""The queue as rows: one statement for each sort of question; only what is shown is opened."""

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import sqlalchemy as sa

from hbcore.domain.applications import DECISIONS
from hbcore.storage.application_rows import APPLICATIONS, BESIDE, ELSEWHERE, HELD, OPEN_STATES, one_of_states
from hbcore.storage.instants import raw
from hbcore.storage.prepared import Prepared
from hbcore.storage.tables import ApplicationStep
from hbcore.storage.unit_rows import below

_steps: sa.Table = ApplicationStep.__table__  # type: ignore[attr-defined]
_c = APPLICATIONS.c
_DECIDING = tuple(map(str, DECISIONS))


class QueueRow(NamedTuple):
    """A line of the queue as the database holds it; instants in microseconds."""

    id: int
    receipt: str
    unit: str
    residence: str | None
    state: str
    channel: str
    document_kind: str
    filing_check: str
    filing_fields: str
    submitted_at: int
    due_at: int | None
    entered_by: int | None
    decided_by: int | None
    reasons: str
    sealed: bytes
    key_version: int
    person_id: int
    asked_at: int | None
    answered_at: int | None
    changed_by_staff: int | None
    claimed_by: int | None
    claimed_until: int | None
    same_as: int | None
    same_said_by: int | None
    relatives: str | None
    typed_by: int | None
    elsewhere: int
    held_token: bytes
    held_sealed: bytes
    held_version: int
    holder: str | None


class OpenCount(NamedTuple):
    """Applications in an open state: how many, overdue (due before now), due soon; the earliest due, in microseconds.

    `answered`: came back from being asked. Of those asked `remind` for three days and longer, `expired` for seven.
    """

    state: str
    n: int
    overdue: int
    soon: int
    first: int | None
    answered: int
    remind: int
    expired: int


@dataclass(frozen=True)
class Wanted:
    """Which lines of the queue are asked for; instants in microseconds, None or False: not asked.

    `kind`, `country`: of the document. `due_from` and `due_before`: between these the 24 hours run out. `answered`: came back
    from being asked. `asked_before`: asked by then. `done_by` and `done_since`: decided by this member of staff since then.
    """

    unit: str
    states: tuple[str, ...]
    kind: str | None = None
    country: str | None = None
    due_from: int | None = None
    due_before: int | None = None
    answered: bool = False
    asked_before: int | None = None
    done_by: int | None = None
    done_since: int | None = None

    def values(self) -> dict[str, object]:
        """What the statement is asked with."""
        names = ("kind", "country", "due_from", "due_before", "asked_before", "done_by", "done_since")
        given = {name: value for name in names if (value := getattr(self, name)) is not None}
        return {"unit": self.unit, **given}


def _conditions(states: tuple[str, ...], names: frozenset[str], answered: bool) -> list[sa.ColumnElement[bool]]:
    big, text = sa.BigInteger(), sa.String()
    done = (_steps.c.by_id == sa.bindparam("done_by", type_=big), raw(_steps.c.at) >= sa.bindparam("done_since", type_=big))
    known = {
        "kind": _c.document_kind == sa.bindparam("kind", type_=text),
        "country": _c.country == sa.bindparam("country", type_=text),
        "due_from": raw(_c.due_at) >= sa.bindparam("due_from", type_=big),
        "due_before": raw(_c.due_at) < sa.bindparam("due_before", type_=big),
        "asked_before": raw(_c.asked_at) <= sa.bindparam("asked_before", type_=big),
        "done_by": _c.id.in_(sa.select(_steps.c.application_id).where(*done, one_of_states(_steps.c.act, _DECIDING))),
    }
    where = [one_of_states(_c.state, states), _c.unit.in_(below(sa.bindparam("unit", type_=sa.String)))]
    where += [condition for name, condition in known.items() if name in names]
    return [*where, _c.answered_at.is_not(None)] if answered else where


@lru_cache(maxsize=128)
def _queue(states: tuple[str, ...], names: frozenset[str], answered: bool) -> Prepared[QueueRow]:
    """The statement for one sort of question, built once; what is not asked for is not in it."""
    order = (_c.due_at.is_(None), _c.due_at, _c.submitted_at, _c.id)
    newest = (sa.func.coalesce(raw(_c.decided_at), raw(_c.asked_at), raw(_c.recorded_at)).desc(), _c.id.desc())
    statement = (
        sa.select(*[raw(_c[name]) for name in QueueRow._fields[:-5]], ELSEWHERE, *HELD)
        .select_from(BESIDE)
        .where(*_conditions(states, names, answered))
        .order_by(*(order if set(states) <= {*OPEN_STATES} and "done_by" not in names else newest))
        .limit(sa.bindparam("limit", type_=sa.Integer))
        .offset(sa.bindparam("offset", type_=sa.Integer))
    )
    return Prepared(statement, QueueRow)


@lru_cache(maxsize=128)
def _how_many(states: tuple[str, ...], names: frozenset[str], answered: bool) -> Prepared[int]:
    statement = sa.select(sa.func.count()).select_from(APPLICATIONS).where(*_conditions(states, names, answered))
    return Prepared(statement, int)


_COUNTS = Prepared(
    sa.select(
        _c.state,
        sa.func.count().label("n"),
        sa.func.count(sa.case((raw(_c.due_at) < sa.bindparam("at", type_=sa.BigInteger), 1))).label("overdue"),
        sa.func.count(sa.case((raw(_c.due_at) < sa.bindparam("soon", type_=sa.BigInteger), 1))).label("soon"),
        sa.func.min(raw(_c.due_at)).label("first"),
        sa.func.count(_c.answered_at).label("answered"),
        sa.func.count(sa.case((raw(_c.asked_at) <= sa.bindparam("remind", type_=sa.BigInteger), 1))).label("remind"),
        sa.func.count(sa.case((raw(_c.asked_at) <= sa.bindparam("expired", type_=sa.BigInteger), 1))).label("expired"),
    )
    .where(one_of_states(_c.state, OPEN_STATES), _c.unit.in_(below(sa.bindparam("unit", type_=sa.String))))
    .group_by(_c.state),
    OpenCount,
)


def queue_rows(connection: sa.Connection, wanted: Wanted, *, limit: int, offset: int = 0) -> list[QueueRow]:
    """Lines of a unit and below: open ones by the least time left, what is decided by the newest decision."""
    values = wanted.values()
    return list(
        _queue(wanted.states, _asked(values), wanted.answered).rows(connection, {**values, "limit": limit, "offset": offset})
    )


def how_many(connection: sa.Connection, wanted: Wanted) -> int:
    """How many lines there are in all."""
    values = wanted.values()
    return next(_how_many(wanted.states, _asked(values), wanted.answered).rows(connection, values))


def _asked(values: dict[str, object]) -> frozenset[str]:
    return frozenset(values) - {"unit", "done_since"}


def open_counts(connection: sa.Connection, **asked: str | int) -> dict[str, OpenCount]:
    """The count of each open state: of `unit` and below, with `at`, `soon`, `remind` and `expired` in microseconds."""
    return {row.state: row for row in _COUNTS.rows(connection, asked)}
