"""What the supervisor's figures of applications are read from, by index over the span, and the rows behind each of them."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa

from hbcore.domain.application_figures import LEFT_AT_LEAST, Age, AppliedBehind
from hbcore.domain.applications import Act, ApplicationState
from hbcore.storage.application_rows import APPLICATIONS, one_of_states
from hbcore.storage.application_work_rows import STAFF, STEPS
from hbcore.storage.instants import raw
from hbcore.storage.prepared import Prepared
from hbcore.storage.unit_rows import below

Row = sa.Row[*tuple[Any, ...]]
_a, _s = APPLICATIONS.c, STEPS.c
_undone = STEPS.alias("undone")
_BIG = sa.BigInteger
_UNIT = sa.bindparam("unit", type_=sa.String)
_FROM, _UNTIL = sa.bindparam("from_at", type_=_BIG), sa.bindparam("until_at", type_=_BIG)
_AT = sa.bindparam("at", type_=_BIG)

APPROVED = (ApplicationState.APPROVED, ApplicationState.REVOKED)
"""Revoked later, it was approved all the same when it was decided."""

CLOCK_RUNS = (ApplicationState.WAITING, ApplicationState.SECOND_REVIEW)
_DUE = raw(_a.due_at)
_DECIDED = (
    raw(_a.decided_at) >= _FROM,
    raw(_a.decided_at) < _UNTIL,
    _a.state != sa.literal_column(f"'{ApplicationState.SECOND_REVIEW}'"),  # whoever sent it on did not decide it
    # Not the bare column: SQLite would take the queue's index, and go through all that was ever decided.
    _a.unit.concat(sa.literal_column("''")).in_(below(_UNIT)),
)
_WAITS = (one_of_states(_a.state, map(str, CLOCK_RUNS)), _a.unit.in_(below(_UNIT)))


class DecidedRow(NamedTuple):
    """A decided application as the figures need it; instants in microseconds."""

    unit: str
    state: str
    document_kind: str
    country: str
    decided_by: int
    decided_at: int
    due_at: int


DECIDED = Prepared(
    sa.select(_a.unit, _a.state, _a.document_kind, _a.country, _a.decided_by, raw(_a.decided_at), _DUE).where(*_DECIDED),
    DecidedRow,
)


class DecidedToday(NamedTuple):
    """How many were decided, and how many of them within their 24 hours."""

    decided: int
    within: int


_WITHIN = sa.func.sum(sa.case((raw(_a.decided_at) < _DUE, 1), else_=0))
WITHIN_COUNT = Prepared(sa.select(sa.func.count(), sa.func.coalesce(_WITHIN, 0)).where(*_DECIDED), DecidedToday)


class WaitingRow(NamedTuple):
    """How many wait in a unit, by age."""

    unit: str
    under_6: int
    under_12: int
    under_24: int
    overdue: int


def _of_age(age: Age) -> sa.ColumnElement[bool]:
    """What is left of the clock at `at` is more than this age leaves at least, and no more than the age before."""
    younger = dict(zip((Age.UNDER_12, Age.UNDER_24, Age.OVERDUE), LEFT_AT_LEAST, strict=True))
    left, found = raw(_a.due_at) - _AT, []
    if age in LEFT_AT_LEAST:
        found.append(left > _microseconds(age))
    if age in younger:
        found.append(left <= _microseconds(younger[age]))
    return sa.and_(*found)


def _microseconds(age: Age) -> int:
    return LEFT_AT_LEAST[age] // timedelta(microseconds=1)


_AGES = (sa.func.sum(sa.case((_of_age(age), 1), else_=0)) for age in Age)
WAITING = Prepared(sa.select(_a.unit, *_AGES).where(*_WAITS).group_by(_a.unit), WaitingRow)


class ReasonRow(NamedTuple):
    """Reasons asked for together, as a JSON list, and how often."""

    reasons: str
    n: int


_ASKED = (
    _s.act == sa.literal_column(f"'{Act.ASK}'"),
    raw(_s.at) >= _FROM,
    raw(_s.at) < _UNTIL,
    _s.unit.in_(below(_UNIT)),
    ~sa.exists().where(
        _undone.c.application_id == _s.application_id,
        _undone.c.id > _s.id,
        _undone.c.act == str(Act.UNDO),
        _undone.c.before == str(ApplicationState.ASKED),
    ),
)
ASKED = Prepared(sa.select(_s.reasons, sa.func.count()).where(*_ASKED).group_by(_s.reasons), ReasonRow)


REFUSED = Prepared(
    sa.select(_a.reasons, sa.func.count()).where(*_DECIDED, _a.state == str(ApplicationState.REFUSED)).group_by(_a.reasons),
    ReasonRow,
)


class ClaimRow(NamedTuple):
    """How many somebody holds now."""

    claimed_by: int
    n: int


_HELD = (*_WAITS, raw(_a.claimed_until) > _AT)
CLAIMS = Prepared(sa.select(_a.claimed_by, sa.func.count()).where(*_HELD).group_by(_a.claimed_by), ClaimRow)


def names_of(connection: sa.Connection, ids: Sequence[int]) -> dict[int, str]:
    """Full names of members of staff."""
    found = connection.execute(sa.select(STAFF.c.id, STAFF.c.full_name).where(STAFF.c.id.in_(list(ids))))
    return {row.id: row.full_name for row in found}


def _counted(of: AppliedBehind, *, direct: bool) -> list[sa.ColumnElement[bool]]:
    alone = [_a.unit == _UNIT] if direct else []
    if of.asked_for:
        having = sa.select(_s.application_id).where(*_ASKED, _holds(_s.reasons, of.asked_for))
        return [_a.id.in_(having)]
    if of.age or of.held_by is not None or not of.decided:
        mine = [raw(_a.claimed_until) > _AT, _a.claimed_by == of.held_by] if of.held_by is not None else []
        return [*_WAITS, *alone, *mine, *([_of_age(of.age)] if of.age else [])]
    found = [*_DECIDED, *alone]
    if of.approved:
        found.append(one_of_states(_a.state, map(str, APPROVED)))
    if of.late:
        found.append(raw(_a.decided_at) >= _DUE)
    if of.refused_for:
        found += [_a.state == str(ApplicationState.REFUSED), _holds(_a.reasons, of.refused_for)]
    same = ((_a.document_kind, of.kind), (_a.country, of.country), (_a.decided_by, of.by))
    return [*found, *(column == wanted for column, wanted in same if wanted is not None)]


def _holds(column: sa.Column[str], reason: str) -> sa.ColumnElement[bool]:
    """Whether a JSON list of codes holds one."""
    return column.contains(f'"{reason}"', autoescape=True)


def rows_behind(
    connection: sa.Connection,
    of: AppliedBehind,
    values: Mapping[str, object],
    *,
    direct: bool,
    offset: int,
    limit: int,
) -> tuple[int, Sequence[Row]]:
    """How many applications a figure counts, and a page of them, the newest first.

    `values`: `unit`, `from_at`, `until_at`, `at`; `direct`: of the unit itself, not of those below it.
    """
    counted = _counted(of, direct=direct)
    shown = (_a.id, _a.receipt, _a.unit, _a.document_kind, _a.state, _a.submitted_at, _a.due_at, _a.decided_at)
    total = connection.execute(sa.select(sa.func.count()).select_from(APPLICATIONS).where(*counted), values).scalar_one()
    page = sa.select(*shown).where(*counted).order_by(_a.submitted_at.desc(), _a.id.desc()).limit(limit).offset(offset)
    return total, connection.execute(page, values).all()
