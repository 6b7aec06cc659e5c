"""The day's figures as rows: counters and indexed counts only, never a scan of results or codes (performance part 2)."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hbcore.domain.applications import ApplicationState
from hbcore.domain.counting import APPLICATIONS, CODES, PEOPLE, TUBES, ApplicationFigure, Counted
from hbcore.domain.vocabulary import Colour
from hbcore.storage.code_rows import BUCKETS
from hbcore.storage.instants import Instant
from hbcore.storage.result_counts import TEST_COUNTS
from hbcore.storage.tables import Application, Institution
from hbcore.storage.tested_counts import TESTED_COUNTS

APPLIED: sa.Table = Application.__table__  # type: ignore[attr-defined]

UNDER_REVIEW = (ApplicationState.WAITING, ApplicationState.SECOND_REVIEW)
OPEN = (*UNDER_REVIEW, ApplicationState.ASKED)

_UNITS: sa.BindParameter[Any] = sa.bindparam("units", expanding=True)
_FROM, _UNTIL, _AS_AT = (sa.bindparam(name, type_=Instant) for name in ("from_at", "until_at", "as_at"))


def _results_by(place: sa.Column[Any]) -> sa.Select[*tuple[Any, ...]]:
    c = TEST_COUNTS.c
    return (
        sa.select(place, c.assay, c.outcome, sa.func.sum(c.n), sa.func.sum(c.corrected), sa.func.sum(c.withdrawn))
        .where(c.day_of == sa.bindparam("day_of"), c.day == sa.bindparam("day"), c.unit.in_(_UNITS))
        .group_by(place, c.assay, c.outcome)
    )


RESULTS_BY_UNIT = _results_by(TEST_COUNTS.c.unit)
RESULTS_BY_INSTITUTION = _results_by(TEST_COUNTS.c.institution)

_T = TESTED_COUNTS.c
_OF_DAY = (_T.day_of == sa.bindparam("day_of"), _T.day == sa.bindparam("day"), _T.unit.in_(_UNITS))
TESTED_BY_UNIT = sa.select(_T.unit, _T.whole, _T.assay, _T.people, _T.tubes).where(*_OF_DAY, _T.institution == "")
TESTED_BY_INSTITUTION = sa.select(_T.institution, _T.whole, _T.assay, _T.people, _T.tubes).where(
    *_OF_DAY, _T.whole.is_(True), _T.institution != ""
)

CODES_BY_UNIT = (
    sa.select(BUCKETS.c.unit, BUCKETS.c.colour, sa.func.sum(BUCKETS.c.n))
    .where(BUCKETS.c.unit.in_(_UNITS), BUCKETS.c.colour.in_(list(map(str, Colour))), BUCKETS.c.minute <= sa.bindparam("minute"))
    .group_by(BUCKETS.c.unit, BUCKETS.c.colour)
)

SUBMITTED = (
    sa.select(APPLIED.c.unit, sa.literal(str(ApplicationFigure.SUBMITTED)), sa.func.count())
    .where(APPLIED.c.submitted_at >= _FROM, APPLIED.c.submitted_at < _UNTIL, APPLIED.c.unit.in_(_UNITS))
    .group_by(APPLIED.c.unit)
)
DECIDED = (
    sa.select(APPLIED.c.unit, APPLIED.c.state, sa.func.count())
    .where(
        APPLIED.c.decided_at >= _FROM,
        APPLIED.c.decided_at < _UNTIL,
        APPLIED.c.unit.in_(_UNITS),
        APPLIED.c.state.in_([str(ApplicationState.APPROVED), str(ApplicationState.REFUSED)]),
    )
    .group_by(APPLIED.c.unit, APPLIED.c.state)
)

_A = APPLIED.c
_STATES_OPEN = _A.state.in_(list(map(str, OPEN)))
_IS_ASKED = sa.and_(_A.state == str(ApplicationState.ASKED), _A.asked_at <= _AS_AT)
_STANDING = sa.case((_IS_ASKED, str(ApplicationFigure.ASKED)), else_=str(ApplicationFigure.WAITING))
_IS_LATE = sa.func.sum(sa.case((sa.and_(sa.not_(_IS_ASKED), _A.due_at <= _AS_AT), 1), else_=0))
STILL_OPEN = (
    sa.select(_A.unit, _STANDING.label("standing"), sa.func.count(), _IS_LATE)
    .where(_STATES_OPEN, _A.submitted_at <= _AS_AT, _A.unit.in_(_UNITS))
    .group_by(_A.unit, sa.text("standing"))
)
DECIDED_LATER = (
    sa.select(
        _A.unit,
        sa.literal(str(ApplicationFigure.WAITING)),
        sa.func.count(),
        sa.func.sum(sa.case((_A.due_at <= _AS_AT, 1), else_=0)),
    )
    .where(_A.decided_at > _AS_AT, _A.submitted_at <= _AS_AT, _A.unit.in_(_UNITS))
    .group_by(_A.unit)
)

_WAITING = sa.and_(_A.submitted_at <= _AS_AT, sa.or_(sa.and_(_STATES_OPEN, sa.not_(_IS_ASKED)), _A.decided_at > _AS_AT))
_DECIDED = sa.and_(_A.decided_at >= _FROM, _A.decided_at < _UNTIL)
COUNTS_AS: dict[str, sa.ColumnElement[bool]] = {
    ApplicationFigure.SUBMITTED: sa.and_(_A.submitted_at >= _FROM, _A.submitted_at < _UNTIL),
    ApplicationFigure.APPROVED: sa.and_(_DECIDED, _A.state == str(ApplicationState.APPROVED)),
    ApplicationFigure.REFUSED: sa.and_(_DECIDED, _A.state == str(ApplicationState.REFUSED)),
    ApplicationFigure.ASKED: sa.and_(_A.submitted_at <= _AS_AT, _IS_ASKED),
    ApplicationFigure.WAITING: _WAITING,
    ApplicationFigure.OVERDUE: sa.and_(_WAITING, _A.due_at <= _AS_AT),
}
"""Which applications each figure counts, row by row, as the statements above count them."""

INSTITUTION_NAMES = sa.select(*(Institution.__table__.c[name] for name in ("code", "name")))  # type: ignore[attr-defined]


def count_results(
    connection: sa.Connection, units: Collection[str], *, day_of: str, day: int, by_institution: bool
) -> list[Counted]:
    """Results by unit or institution; `day` as days since 1970 in Shanghai."""
    statement = RESULTS_BY_INSTITUTION if by_institution else RESULTS_BY_UNIT
    lines: list[Counted] = []
    for row in connection.execute(statement, {"units": list(units), "day_of": day_of, "day": day}):
        place, assay, outcome, n, corrected, withdrawn = tuple(row)
        lines += [(place, assay, outcome, n), (place, assay, "corrected", corrected), (place, assay, "withdrawn", withdrawn)]
    return lines


def count_tested(connection: sa.Connection, units: Collection[str], *, day_of: str, day: int, whole: bool) -> list[Counted]:
    """Different people and tubes of each of these units: with all below them, or in the unit itself alone."""
    found = connection.execute(TESTED_BY_UNIT, {"units": list(units), "day_of": day_of, "day": day})
    return _tested(row for row in found if row.whole == whole)


def count_tested_by_institution(connection: sa.Connection, unit: str, *, day_of: str, day: int) -> list[Counted]:
    """Different people and tubes at each institution, of a unit with all below it."""
    return _tested(connection.execute(TESTED_BY_INSTITUTION, {"units": [unit], "day_of": day_of, "day": day}))


def _tested(rows: Iterable[sa.Row[*tuple[Any, ...]]]) -> list[Counted]:
    lines: list[Counted] = []
    for place, _, assay, people, tubes in rows:
        lines += [(place, assay, PEOPLE, people), (place, assay, TUBES, tubes)]
    return lines


def count_codes(connection: sa.Connection, units: Collection[str], *, minute: int) -> list[Counted]:
    """People of each colour in each unit at `minute` (since 1970)."""
    found = connection.execute(CODES_BY_UNIT, {"units": list(units), "minute": minute})
    return [(unit, CODES, colour, n) for unit, colour, n in found]


def count_applications(
    connection: sa.Connection, units: Collection[str], *, from_at: datetime, until_at: datetime, as_at: datetime
) -> list[Counted]:
    """What came in and was decided within the span, and what stood as at `as_at`.

    What was decided since then counts as waiting; a request answered in the meantime is no longer seen as one.
    """
    asked = {"units": list(units), "from_at": from_at, "until_at": until_at, "as_at": as_at}
    lines: list[Counted] = []
    for happened in (SUBMITTED, DECIDED):
        lines += [(unit, APPLICATIONS, figure, n) for unit, figure, n in connection.execute(happened, asked)]
    for standing in (STILL_OPEN, DECIDED_LATER):
        for unit, figure, n, late in connection.execute(standing, asked):
            lines += [(unit, APPLICATIONS, figure, n), (unit, APPLICATIONS, ApplicationFigure.OVERDUE, late)]
    return lines


def institution_names(connection: sa.Connection) -> dict[str, str]:
    """The name of every testing institution by its code."""
    return {row.code: row.name for row in connection.execute(INSTITUTION_NAMES)}
