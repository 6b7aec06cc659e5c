"""What waits to be decided: the queue by remaining time, by whatever is asked for, and how many there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Session

from hbcore.domain.applications import ASKED_EXPIRES_AFTER, REMIND_AFTER, ApplicationState
from hbcore.domain.counting import day_span
from hbcore.domain.errors import Refused
from hbcore.domain.known import instant, micros
from hbcore.domain.numbers import as_receipt
from hbcore.domain.permissions import Permission
from hbcore.domain.vocabulary import DocumentKind
from hbcore.services import audit, units
from hbcore.services.acting import Staff, reading
from hbcore.services.application_expiry import expire
from hbcore.services.application_lines import WaitingApplication, lines_of
from hbcore.services.clock import day_of
from hbcore.storage import application_queue_rows, application_rows
from hbcore.storage.application_queue_rows import OpenCount, Wanted

SOON = timedelta(hours=2)
"""An application with less time than this left is soon overdue (ux: 即将超时)."""

LATER = timedelta(hours=6)
PAGE = 50
"""Lines of the queue on one page."""

MOST = 500
"""So many may be approved at once."""


class Left(StrEnum):
    """How much is left of the 24 hours: nothing, under 2 hours, 2 to 6, more."""

    OVERDUE = "overdue"
    SOON = "2h"
    LATER = "6h"
    MORE = "more"


@dataclass(frozen=True)
class Question:
    """Which applications are asked for; None and False ask for nothing.

    `unit`: that one and below, None one's own. `answered`: came back from being asked. `remind`: asked for three days and not
    yet answered. `mine`: decided by who asks, today. `soon`: under two hours left, overdue ones too.
    """

    states: tuple[ApplicationState, ...] = (ApplicationState.WAITING,)
    unit: str | None = None
    kind: DocumentKind | None = None
    country: str | None = None
    left: Left | None = None
    answered: bool = False
    remind: bool = False
    mine: bool = False
    soon: bool = False


@dataclass(frozen=True)
class QueueCounts:
    """How many wait in a unit and below: `overdue` and `soon` among those not asked; `first_due_at` the earliest.

    `answered`: of those waiting, came back from being asked. `remind`: of those asked, for three days and longer.
    """

    waiting: int
    second_review: int
    asked: int
    overdue: int
    soon: int
    first_due_at: datetime | None
    answered: int = 0
    remind: int = 0


@dataclass(frozen=True)
class QueueSeen:
    """What a page was told of a queue: the question, the newest act at the time, the counts, the lines, and how many in all.

    `clean`: of how many nothing is to be looked at, among the first 500.
    """

    asked: tuple[object, ...]
    newest: int
    counts: QueueCounts
    lines: tuple[WaitingApplication, ...]
    total: int = 0
    clean: int = 0


def queue(
    *,
    by: Staff,
    at: datetime,
    limit: int = PAGE,
    states: Sequence[ApplicationState] = (ApplicationState.WAITING,),
    unit: str | None = None,
    due_before: datetime | None = None,
) -> tuple[WaitingApplication, ...]:
    """What waits in `unit` (None: one's own) and below, the least time left first.

    :raises Refused: `not_your_unit`.
    """
    with reading(by, Permission.SEE_APPLICATIONS, at) as session:
        wanted = Wanted(_unit(session, unit, by), tuple(map(str, states)), due_before=micros(due_before) if due_before else None)
        connection = session.connection()
        return lines_of(connection, application_queue_rows.queue_rows(connection, wanted, limit=limit), by, at)


def counts(*, by: Staff, at: datetime) -> QueueCounts:
    """How many applications wait in one's own unit and below."""
    with reading(by, Permission.SEE_APPLICATIONS, at) as session:
        found = _counted(session, by, at)
    if any(row.expired for row in found.values()):
        expire(by=by, at=at)
        with reading(by, Permission.SEE_APPLICATIONS, at) as session:
            found = _counted(session, by, at)
    return _as_counts(found)


def counts_and_queue(
    question: Question, *, by: Staff, at: datetime, page: int = 1, limit: int = PAGE, seen: QueueSeen | None = None
) -> QueueSeen:
    """The counts, one page of what is asked for, and how many there are, of one moment: authority is read once.

    `seen` is what the page was told before: it is told again as it is while the question and the minute are the same and
    no act has been recorded since. Whoever asks first after an applicant's seven days are over writes that down.

    :raises Refused: `not_your_unit`.
    """
    asked = (by, question, page, limit, at.replace(second=0, microsecond=0))
    with reading(by, Permission.SEE_APPLICATIONS, at) as session:
        newest = audit.newest(session)
        if seen is not None and (seen.asked, seen.newest) == (asked, newest):
            return seen
        found = _counted(session, by, at)
        if not any(row.expired for row in found.values()):
            wanted = _wanted(question, _unit(session, question.unit, by), by, at)
            connection = session.connection()
            rows = application_queue_rows.queue_rows(connection, wanted, limit=limit, offset=(page - 1) * limit)
            full = page > 1 or len(rows) == limit
            total = application_queue_rows.how_many(connection, wanted) if full else len(rows)
            lines = lines_of(connection, rows, by, at)
            clean = sum(line.clean for line in (lines if total == len(rows) else _first(connection, wanted, by, at)))
            return QueueSeen(asked, newest, _as_counts(found), lines, total, clean)
    expire(by=by, at=at)
    return counts_and_queue(question, by=by, at=at, page=page, limit=limit)


def _first(connection: sa.Connection, wanted: Wanted, by: Staff, at: datetime) -> tuple[WaitingApplication, ...]:
    """The lines of which many may be approved at once; none where none of them waits."""
    if ApplicationState.WAITING not in wanted.states:
        return ()
    return lines_of(connection, application_queue_rows.queue_rows(connection, wanted, limit=MOST), by, at)


def id_of(receipt: str, *, by: Staff, at: datetime) -> int:
    """The id of a receipt number, however it was typed.

    :raises Refused: `unknown_application`.
    """
    written = as_receipt(receipt)
    with reading(by, Permission.SEE_APPLICATIONS, at) as session:
        found = application_rows.id_of_receipt(session.connection(), written) if written else None
    if found is None:
        raise Refused("unknown_application")
    return found


def _unit(session: Session, unit: str | None, by: Staff) -> str:
    if unit is not None and unit not in units.units_below(session, by.unit or ""):
        raise Refused("not_your_unit")
    return unit or by.unit or ""


def _wanted(question: Question, unit: str, by: Staff, at: datetime) -> Wanted:
    # An application is overdue at the very end of its time: hence the microsecond.
    now, soon, later = micros(at) + 1, micros(at + SOON), micros(at + LATER)
    spans = {None: (None, soon if question.soon else None), Left.OVERDUE: (None, now), Left.SOON: (now, soon)}
    due_from, due_before = (spans | {Left.LATER: (soon, later), Left.MORE: (later, None)})[question.left]
    return Wanted(
        unit=unit,
        states=tuple(map(str, question.states)),
        kind=question.kind and str(question.kind),
        country=question.country,
        due_from=due_from,
        due_before=due_before,
        answered=question.answered,
        asked_before=micros(at - REMIND_AFTER) if question.remind else None,
        done_by=by.id if question.mine else None,
        done_since=micros(day_span(day_of(at))[0]) if question.mine else None,
    )


def _counted(session: Session, by: Staff, at: datetime) -> dict[str, OpenCount]:
    return application_queue_rows.open_counts(
        session.connection(),
        unit=by.unit or "",
        at=micros(at) + 1,
        soon=micros(at + SOON),
        remind=micros(at - REMIND_AFTER),
        expired=micros(at - ASKED_EXPIRES_AFTER),
    )


def _as_counts(found: dict[str, OpenCount]) -> QueueCounts:
    first = [row.first for row in found.values() if row.first is not None]
    ours = [row for state, row in found.items() if state != ApplicationState.ASKED]
    none = OpenCount("", 0, 0, 0, None, 0, 0, 0)
    waiting, second, asked = (
        found.get(state, none) for state in (ApplicationState.WAITING, ApplicationState.SECOND_REVIEW, ApplicationState.ASKED)
    )
    overdue = sum(row.overdue for row in ours)
    return QueueCounts(
        waiting=waiting.n,
        second_review=second.n,
        asked=asked.n,
        overdue=overdue,
        soon=max(sum(row.soon for row in ours) - overdue, 0),
        first_due_at=instant(min(first)) if first else None,
        answered=waiting.answered,
        remind=asked.remind,
    )
