"""What alarms are read from: open positives by their partial index, applications by the queue's; and who looks after one."""

from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from hbcore.domain.alarms import CASE_ENDS, CASES, CLASSIFYING
from hbcore.domain.applications import ApplicationState, FilingCheck
from hbcore.domain.times import DAY, SHANGHAI_AHEAD
from hbcore.domain.vocabulary import PROVINCE, Assay, FactKind, Outcome
from hbcore.storage import sealing
from hbcore.storage.application_rows import APPLICATIONS
from hbcore.storage.evidence_rows import FACTS
from hbcore.storage.ids import new_id
from hbcore.storage.instants import raw
from hbcore.storage.people_rows import PERSONS, UNKNOWN_UNIT
from hbcore.storage.prepared import Prepared
from hbcore.storage.result_rows import RESULTS
from hbcore.storage.tables import AlarmSeen, Institution, StaffRow
from hbcore.storage.unit_rows import below
from hbcore.storage.upload_rows import ROWS, UPLOADS

INSTITUTIONS: sa.Table = Institution.__table__  # type: ignore[attr-defined]
SEEN: sa.Table = AlarmSeen.__table__  # type: ignore[attr-defined]
STAFF: sa.Table = StaffRow.__table__  # type: ignore[attr-defined]

_r, _f, _a, _p = RESULTS.c, FACTS.c, APPLICATIONS.c, PERSONS.c
_case, _end, _retest = FACTS.alias("case_fact"), FACTS.alias("case_end"), RESULTS.alias("retest")
_UNIT = sa.bindparam("unit", type_=sa.String)
_EARLIER, _LATER = (sa.bindparam(name, type_=sa.BigInteger) for name in ("earlier", "later"))
"""Recorded from `earlier` on and before `later`, in microseconds."""


class PositiveRow(NamedTuple):
    """A positive and whose it is; instants in microseconds."""

    id: int
    person_id: int
    unit: str
    sampled_at: int
    recorded_at: int
    institution: str
    upload: str | None
    sealed: bytes
    key_version: int


class MismatchRow(NamedTuple):
    """A waiting application that differs from its filing; instants in microseconds."""

    id: int
    unit: str
    receipt: str
    submitted_at: int
    document_kind: str
    sealed: bytes
    key_version: int


class OverdueRow(NamedTuple):
    """How many applications of a unit are overdue, and since when the first of them."""

    unit: str
    n: int
    first: int


class UploadsRow(NamedTuple):
    """Rows of an upload that wait, or people of an account's uploads; since when, in microseconds.

    `id`: of the upload, or of the account. `number`: the upload's own, or None.
    """

    id: int
    number: str | None
    unit: str
    institution: str
    n: int
    first: int


class SeenRow(NamedTuple):
    """Who looks after an alarm."""

    id: int
    kind: str
    subject: str
    seen_by: int
    full_name: str
    seen_at: int
    sealed: bytes
    key_version: int

    @property
    def note(self) -> str:
        """What they wrote."""
        return sealing.unseal("alarm_seen", "sealed", self.id, self.sealed, self.key_version).decode()


def _word(word: str) -> sa.ColumnElement[Any]:
    """One of our words written out: a partial index is used only where the statement itself says its condition."""
    return sa.literal_column(f"'{word}'")


def _one_of(column: sa.ColumnElement[Any], kinds: tuple[FactKind, ...]) -> sa.ColumnElement[bool]:
    return sa.or_(*(column == _word(kind) for kind in kinds))


def _in_unit(column: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    """Within `unit`; people whose unit is not known are the province's."""
    nobodys = sa.and_(column == _word(UNKNOWN_UNIT), _word(PROVINCE) == _UNIT)
    return sa.or_(column.in_(below(_UNIT)), nobodys)


_SAMPLED_DAY = raw(_r.sampled_at) - (raw(_r.sampled_at) + SHANGHAI_AHEAD) % DAY
"""The beginning of the Shanghai day of sampling: many facts are dated by day."""

_CLASSIFIED_SINCE = sa.exists().where(
    _f.person_id == _r.person_id, _f.ended_at.is_(None), _one_of(_f.kind, CLASSIFYING), raw(_f.from_at) >= _SAMPLED_DAY
)
_CASE_CLOSED = (
    sa.exists()
    .where(
        _end.c.person_id == _r.person_id,
        _end.c.ended_at.is_(None),
        _one_of(_end.c.kind, CASE_ENDS),
        raw(_end.c.from_at) > raw(_case.c.from_at),
        raw(_end.c.from_at) <= raw(_r.sampled_at),
    )
    .correlate(RESULTS, _case)
)
_CASE_ALREADY = sa.exists().where(
    _case.c.person_id == _r.person_id,
    _case.c.ended_at.is_(None),
    _one_of(_case.c.kind, CASES),
    raw(_case.c.from_at) < _SAMPLED_DAY,
    sa.not_(_CASE_CLOSED),
)
_RETESTED = sa.exists().where(
    _retest.c.person_id == _r.person_id,
    _retest.c.assay == _word(Assay.NAAT),
    raw(_retest.c.sampled_at) > raw(_r.sampled_at),
    _retest.c.ended_at.is_(None),
    _retest.c.single.is_(True),
    sa.or_(_retest.c.outcome == _word(Outcome.NEGATIVE), _retest.c.outcome == _word(Outcome.POSITIVE)),
)
_CLASSIFIED = sa.or_(_CLASSIFIED_SINCE.correlate(RESULTS), _CASE_ALREADY.correlate(RESULTS))
_MISMATCHED = sa.and_(
    _a.state == str(ApplicationState.WAITING),
    _a.filing_check == str(FilingCheck.DIFFERS),
    raw(_a.submitted_at) < _LATER,
    _a.unit.in_(below(_UNIT)),
)


def _positives(outcome: Outcome, settled: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    standing = sa.and_(_r.ended_at.is_(None), _r.assay == _word(Assay.NAAT), _r.outcome == _word(outcome))
    recorded = sa.and_(raw(_r.recorded_at) >= _EARLIER, raw(_r.recorded_at) < _LATER)
    return sa.and_(standing, recorded, _in_unit(_p.unit), sa.not_(settled))


_WANTED = {
    Outcome.POSITIVE: _positives(Outcome.POSITIVE, _CLASSIFIED),
    Outcome.POOLED_POSITIVE: _positives(Outcome.POOLED_POSITIVE, _RETESTED.correlate(RESULTS)),
}


def _listed(wanted: sa.ColumnElement[bool]) -> Prepared[PositiveRow]:
    columns = (_r.id, _r.person_id, _p.unit, raw(_r.sampled_at), raw(_r.recorded_at))
    institution = sa.func.coalesce(INSTITUTIONS.c.name, _r.institution)
    return Prepared(
        sa.select(*columns, institution, UPLOADS.c.number, _p.sealed, _p.key_version)
        .join_from(RESULTS, PERSONS, _p.id == _r.person_id)
        .outerjoin(INSTITUTIONS, INSTITUTIONS.c.code == _r.institution)
        .outerjoin(UPLOADS, UPLOADS.c.id == _r.upload_id)
        .where(wanted)
        .order_by(raw(_r.recorded_at), _r.id)
        .limit(sa.bindparam("limit", type_=sa.Integer)),
        PositiveRow,
    )


def _counted(wanted: sa.ColumnElement[bool]) -> Prepared[int]:
    counted = sa.select(sa.func.count()).join_from(RESULTS, PERSONS, _p.id == _r.person_id)
    return Prepared(counted.where(wanted), int)


POSITIVES = {outcome: _listed(wanted) for outcome, wanted in _WANTED.items()}
POSITIVE_COUNTS = {outcome: _counted(wanted) for outcome, wanted in _WANTED.items()}
MISMATCHES = Prepared(
    sa.select(_a.id, _a.unit, _a.receipt, raw(_a.submitted_at), _a.document_kind, _a.sealed, _a.key_version)
    .where(_MISMATCHED)
    .order_by(raw(_a.submitted_at), _a.id)
    .limit(sa.bindparam("limit", type_=sa.Integer)),
    MismatchRow,
)
MISMATCH_COUNT = Prepared(sa.select(sa.func.count()).select_from(APPLICATIONS).where(_MISMATCHED), int)
OVERDUE = Prepared(
    sa.select(_a.unit, sa.func.count(), sa.func.min(raw(_a.due_at)))
    .where(
        sa.or_(_a.state == str(ApplicationState.WAITING), _a.state == str(ApplicationState.SECOND_REVIEW)),
        _a.unit.in_(below(_UNIT)),
        raw(_a.due_at) < _LATER,
    )
    .group_by(_a.unit)
    .having(sa.func.count() > sa.bindparam("burst", type_=sa.Integer))
    .order_by(_a.unit),
    OverdueRow,
)
_u, _i = UPLOADS.c, INSTITUTIONS.c
POSITIVES_WAITING = Prepared(
    sa.select(_u.id, _u.number, _i.unit, _i.name, sa.func.count(), raw(_u.recorded_at))
    .join_from(ROWS, UPLOADS, _u.id == ROWS.c.upload_id)
    .join(INSTITUTIONS, _i.code == _u.institution)
    .where(ROWS.c.waits == _word("release"), raw(_u.recorded_at) < _LATER, _i.unit.in_(below(_UNIT)))
    .group_by(_u.id, _u.number, _i.unit, _i.name, raw(_u.recorded_at))
    .order_by(raw(_u.recorded_at), _u.id),
    UploadsRow,
)
POOLED_BURSTS = Prepared(
    sa.select(_u.recorded_by, sa.null(), _i.unit, _i.name, sa.func.sum(_u.pooled), sa.func.min(raw(_u.recorded_at)))
    .join_from(INSTITUTIONS, UPLOADS, _i.code == _u.institution)
    .where(raw(_u.recorded_at) >= _EARLIER, raw(_u.recorded_at) < _LATER, _u.pooled > 0, _i.unit.in_(below(_UNIT)))
    .group_by(_u.recorded_by, _i.unit, _i.name)
    .having(sa.func.sum(_u.pooled) > sa.bindparam("burst", type_=sa.Integer))
    .order_by(sa.func.min(raw(_u.recorded_at)), _u.recorded_by),
    UploadsRow,
)
_SEEN_ROWS = Prepared(
    sa.select(SEEN.c.id, SEEN.c.kind, SEEN.c.subject, SEEN.c.seen_by, STAFF.c.full_name, raw(SEEN.c.seen_at))
    .add_columns(SEEN.c.sealed, SEEN.c.key_version)
    .join(STAFF, STAFF.c.id == SEEN.c.seen_by)
    .where(SEEN.c.kind == sa.bindparam("kind", type_=sa.String)),
    SeenRow,
)


def seen_of(connection: sa.Connection, kind: str) -> dict[str, SeenRow]:
    """Who looks after which alarms of a kind, by subject."""
    return {row.subject: row for row in _SEEN_ROWS.rows(connection, {"kind": kind})}


def take(connection: sa.Connection, kind: str, subject: str, note: str, *, by: int, at: datetime, instead_of: int | None) -> bool:
    """Note who looks after an alarm now, in the place of `instead_of` (None: nobody yet); False when somebody was faster."""
    before = sa.and_(SEEN.c.kind == kind, SEEN.c.subject == subject)
    if instead_of is not None:
        if connection.execute(sa.delete(SEEN).where(before, SEEN.c.seen_by == instead_of)).rowcount != 1:
            return False
    elif connection.execute(sa.select(SEEN.c.id).where(before)).first() is not None:
        return False
    seen = new_id()
    kept = {"sealed": sealing.seal("alarm_seen", "sealed", seen, note.encode()), "key_version": sealing.KEY_VERSION}
    connection.execute(SEEN.insert().values(id=seen, kind=kind, subject=subject, seen_by=by, seen_at=at, **kept))
    return True
