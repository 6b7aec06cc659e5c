"""A suspended institution's results are marked for a second look in one act, and the mark is lifted in one; no colour follows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from hbcore.domain.calendar_days import EPOCH
from hbcore.domain.errors import Refused
from hbcore.domain.permissions import Permission
from hbcore.services import audit, units
from hbcore.services.acting import Staff, acting, reading
from hbcore.services.clock import day_of
from hbcore.services.refusals import refusals_recorded
from hbcore.storage import recheck_rows
from hbcore.storage.recheck_rows import Row


@dataclass(frozen=True)
class Mark:
    """A mark that stands: which institution's, the days of sampling from first to last, how many results when it was made."""

    id: int
    institution: str
    name: str
    first: date
    last: date
    results: int
    suspended_at: datetime
    by: str
    at: datetime


@dataclass(frozen=True)
class Suspended:
    """An institution that may not upload now: since when and why, as the administrator wrote it."""

    code: str
    name: str
    since: datetime
    reason: str


def suspended(*, by: Staff, at: datetime) -> tuple[tuple[Suspended, ...], tuple[Mark, ...]]:
    """The suspended institutions of one's own unit and below, and the marks that stand there."""
    with reading(by, Permission.MARK_RESULTS, at) as session:
        own = units.units_below(session, by.unit or "")
        found = recheck_rows.suspended(session.connection(), own)
        marks = tuple(_seen(row) for row in recheck_rows.open_marks(session.connection()) if row.unit in own)
    return tuple(Suspended(row.code, row.name, row.suspended_at, row.suspended_reason or "") for row in found), marks


def count(code: str, first: date, last: date, *, by: Staff, at: datetime) -> int:
    """How many valid results a mark would be on.

    :raises Refused: as `mark`.
    """
    with reading(by, Permission.MARK_RESULTS, at) as session:
        _institution(session, code, by)
        return recheck_rows.count(session.connection(), code, *_span(first, last, at))


def mark(code: str, first: date, last: date, *, by: Staff, at: datetime) -> Mark:
    """Mark what a suspended institution of one's own unit or below sampled from `first` through `last` (days of Shanghai).

    :raises Refused: `not_suspended_here`, also for one of another unit; `bad_span`, `nothing_to_mark`; `already_marked` where
        the same days are marked.
    """
    with refusals_recorded(by, at, f"institution {code}"), acting(by, Permission.MARK_RESULTS, at) as session:
        connection, row = session.connection(), _institution(session, code, by)
        from_day, until_day = _span(first, last, at)
        open_ = [one for one in recheck_rows.open_marks(connection) if one.institution == code]
        if any(one.from_day <= from_day and until_day <= one.until_day for one in open_):
            raise Refused("already_marked")
        results = recheck_rows.count(connection, code, from_day, until_day)
        if not results:
            raise Refused("nothing_to_mark")
        values = {"institution": code, "from_day": from_day, "until_day": until_day, "results": results}
        values |= {"suspended_at": row.suspended_at, "marked_by": by.id, "marked_at": at}
        made = recheck_rows.add(connection, values)
        figures = {"results": results, "begins": first.isoformat(), "until": last.isoformat()}
        audit.record(session, audit.Act.RESULTS_MARKED, by=by, at=at, subject=f"institution {code}", figures=figures)
        return _seen(_open(session, made, by))


def lift(mark_id: int, *, by: Staff, at: datetime) -> None:
    """The results need no second look any more.

    :raises Refused: `unknown_mark`, also for one of another unit.
    """
    with refusals_recorded(by, at, f"mark {mark_id}"), acting(by, Permission.MARK_RESULTS, at) as session:
        row = _open(session, mark_id, by)
        if not recheck_rows.lift(session.connection(), mark_id, by.id, at):
            raise Refused("unknown_mark")
        figures = {"results": row.results}
        audit.record(session, audit.Act.MARK_LIFTED, by=by, at=at, subject=f"institution {row.institution}", figures=figures)


def on_result(marks: Sequence[Row], institution: str, sampled_day: int) -> datetime | None:
    """Since when the institution (by its name) was suspended whose result of that day of sampling is marked; None: it is not."""
    for row in marks:
        if row.name == institution and row.from_day <= sampled_day <= row.until_day:
            return row.suspended_at  # type: ignore[no-any-return]
    return None


def _open(session: Session, mark_id: int, by: Staff) -> Row:
    row = recheck_rows.one(session.connection(), mark_id)
    if row is None or row.unit not in units.units_below(session, by.unit or ""):
        raise Refused("unknown_mark")
    return row


def _institution(session: Session, code: str, by: Staff) -> Row:
    own = units.units_below(session, by.unit or "")
    row = next((one for one in recheck_rows.suspended(session.connection(), own) if one.code == code), None)
    if row is None:
        raise Refused("not_suspended_here")
    return row


def _span(first: date, last: date, at: datetime) -> tuple[int, int]:
    """As days since 1970; nothing is sampled tomorrow."""
    if first > last or last > day_of(at):
        raise Refused("bad_span")
    return (first - EPOCH).days, (last - EPOCH).days


def _seen(row: Row) -> Mark:
    days = (EPOCH + timedelta(days=row.from_day), EPOCH + timedelta(days=row.until_day))
    return Mark(row.id, row.institution, row.name, *days, row.results, row.suspended_at, row.full_name, row.marked_at)
