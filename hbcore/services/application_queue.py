"""What waits to be decided: the queue by remaining time, one application with its checks, and how many there are."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from hbcore.domain.applicants import Applicant
from hbcore.domain.applications import Act, ApplicationState, DecidingView, FilingCheck
from hbcore.domain.documents import Document, masked_number
from hbcore.domain.errors import Refused
from hbcore.domain.known import instant, micros
from hbcore.domain.names import masked_name
from hbcore.domain.numbers import as_receipt
from hbcore.domain.permissions import Permission
from hbcore.domain.vocabulary import DocumentKind, Purpose
from hbcore.services import audit, units
from hbcore.services.acting import Staff, reading
from hbcore.services.application_entry import in_scope
from hbcore.services.decisions import deciding_view, why_not
from hbcore.services.filing_checks import filing_for
from hbcore.services.purposes import case_number
from hbcore.storage import application_rows
from hbcore.storage.application_rows import QueueRow
from hbcore.storage.filing_rows import FilingText

SOON = timedelta(hours=2)
"""An application with less time than this left is soon overdue (ux: 即将超时)."""

ACTS = (Act.APPROVE, Act.REFUSE, Act.ASK, Act.SEND_ON, Act.SEND_BACK)


@dataclass(frozen=True)
class WaitingApplication:
    """A line of the queue: name and number masked, its checks, and why `by` may not approve it (a refusal's code)."""

    id: int
    receipt: str
    unit: str
    state: ApplicationState
    name: str
    number: str
    kind: DocumentKind
    country: str
    submitted_at: datetime
    due_at: datetime | None
    filing: FilingCheck
    name_agrees: bool
    elsewhere: bool
    why_not: str | None


@dataclass(frozen=True)
class Difference:
    """One field in which the application and the filing are not the same, side by side."""

    field: str
    applied: str
    filed: str


@dataclass(frozen=True)
class ApplicationView:
    """One application. `applicant` only where asked for; `why_not`: by act, a refusal's code, None where it may be done."""

    line: WaitingApplication
    channel: str
    differences: tuple[Difference, ...]
    declares: bool
    reasons: tuple[str, ...]
    asked_at: datetime | None
    decided_at: datetime | None
    why_not: dict[Act, str | None]
    applicant: Applicant | None


@dataclass(frozen=True)
class QueueCounts:
    """How many wait in a unit and below: `overdue` and `soon` among those not asked; `first_due_at` the earliest."""

    waiting: int
    second_review: int
    asked: int
    overdue: int
    soon: int
    first_due_at: datetime | None


@dataclass(frozen=True)
class QueueSeen:
    """What a page was told of a queue: the question, the newest act at the time, the counts and the lines."""

    asked: tuple[object, ...]
    newest: int
    counts: QueueCounts
    lines: tuple[WaitingApplication, ...]


def queue(
    *,
    by: Staff,
    at: datetime,
    limit: int = 50,
    states: Sequence[ApplicationState] = (ApplicationState.WAITING,),
    unit: str | None = None,
    due_before: datetime | None = None,
) -> tuple[WaitingApplication, ...]:
    """What waits in `unit` (None: one's own) and below, the least time left first.

    :raises Refused: `not_your_unit`.
    """
    with reading(by, Permission.SEE_APPLICATIONS, at) as session:
        rows = _rows(session, by, states, unit, due_before, limit)
    return _lines(rows, by)


def counts(*, by: Staff, at: datetime) -> QueueCounts:
    """How many applications wait in one's own unit and below."""
    with reading(by, Permission.SEE_APPLICATIONS, at) as session:
        return _counted(session, by, at)


def counts_and_queue(
    *,
    by: Staff,
    at: datetime,
    states: Sequence[ApplicationState],
    unit: str | None = None,
    due_before: datetime | None = None,
    limit: int = 50,
    seen: QueueSeen | None = None,
) -> QueueSeen:
    """`counts` and `queue` of one moment, for a page that shows both: authority is read once.

    `seen` is what the page was told before: it is told again as it is while the question and the minute are the same and
    no act has been recorded since.

    :raises Refused: `not_your_unit`.
    """
    minute = at.replace(second=0, microsecond=0)
    asked = (by, tuple(states), unit, due_before and due_before - at, limit, minute)
    with reading(by, Permission.SEE_APPLICATIONS, at) as session:
        newest = audit.newest(session)
        if seen is not None and (seen.asked, seen.newest) == (asked, newest):
            return seen
        rows = _rows(session, by, states, unit, due_before, limit)
        counted = _counted(session, by, at)
    return QueueSeen(asked, newest, counted, _lines(rows, by))


def _rows(
    session: Session,
    by: Staff,
    states: Sequence[ApplicationState],
    unit: str | None,
    due_before: datetime | None,
    limit: int,
) -> list[QueueRow]:
    if unit is not None and unit not in units.units_below(session, by.unit or ""):
        raise Refused("not_your_unit")
    wanted, before = unit or by.unit or "", micros(due_before) if due_before else None
    return application_rows.queue_rows(session.connection(), unit=wanted, states=states, due_before=before, limit=limit)


def _lines(rows: Sequence[QueueRow], by: Staff) -> tuple[WaitingApplication, ...]:
    opened = [application_rows.name_and_document(row) for row in rows]
    agree = application_rows.agree_with_held([name for name, _ in opened], rows)
    return tuple(_queue_line(row, by, *shown, agrees) for row, shown, agrees in zip(rows, opened, agree, strict=True))


def _counted(session: Session, by: Staff, at: datetime) -> QueueCounts:
    found = application_rows.open_counts(session.connection(), unit=by.unit or "", at=micros(at), soon=micros(at + SOON))
    first = [row.first for row in found.values() if row.first is not None]
    ours = [row for state, row in found.items() if state != ApplicationState.ASKED]

    def n(state: ApplicationState) -> int:
        return found[state].n if state in found else 0

    overdue = sum(row.overdue for row in ours)
    return QueueCounts(
        n(ApplicationState.WAITING),
        n(ApplicationState.SECOND_REVIEW),
        n(ApplicationState.ASKED),
        overdue,
        sum(row.soon for row in ours) - overdue,
        instant(min(first)) if first else None,
    )


def one(
    application_id: int,
    *,
    by: Staff,
    at: datetime,
    reveal: bool = False,
    purpose: Purpose = Purpose.APPLICATION,
    case: str | None = None,
) -> ApplicationView:
    """One application with its checks: one look-up event, with `reveal` also everything that was stated.

    :raises Refused: `case_needed`, `unknown_application`, `not_your_unit`, `look_up_not_recorded`.
    """
    case = case_number(purpose, case)
    with reading(by, Permission.SEE_APPLICATIONS, at) as session:
        connection = session.connection()
        row = in_scope(connection, application_id, units.units_below(session, by.unit or ""))
        applicant = application_rows.opened(row)
        filed = filing_for(connection, applicant)
    figures = {"purpose": purpose, "case": case, "revealed": reveal}
    audit.record_look_up(audit.Act.APPLICATION_LOOKED_UP, by=by, at=at, subject=f"application {application_id}", figures=figures)
    return _view(row, applicant, filed, by, reveal)


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


def _queue_line(row: QueueRow, by: Staff, name: str, document: Document, name_agrees: bool) -> WaitingApplication:
    due = None if row.due_at is None else instant(row.due_at)
    return _line(row, by, name, document, name_agrees, instant(row.submitted_at), due)


def _line(
    row: QueueRow | sa.Row[Any],
    by: Staff,
    name: str,
    document: Document,
    name_agrees: bool,
    submitted_at: datetime,
    due_at: datetime | None,
) -> WaitingApplication:
    view = deciding_view(row, name_agrees=name_agrees)
    return WaitingApplication(
        id=row.id,
        receipt=row.receipt,
        unit=row.unit,
        state=view.state,
        name=masked_name(name),
        number=masked_number(document),
        kind=document.kind,
        country=document.country,
        submitted_at=submitted_at,
        due_at=due_at,
        filing=view.filing_check,
        name_agrees=name_agrees,
        elsewhere=bool(row.elsewhere),
        why_not=_why_not(view, Act.APPROVE, by),
    )


def _why_not(view: DecidingView, act: Act, by: Staff) -> str | None:
    found = why_not(view, act, by, reasons=(), evidence="")
    # A reason is chosen after the button is pressed: that it is still missing greys nothing.
    return None if found == "reason_needed" else found


def _view(row: sa.Row[Any], applicant: Applicant, filed: FilingText | None, by: Staff, reveal: bool) -> ApplicationView:
    (name_agrees,) = application_rows.agree_with_held([applicant.name], [row])
    line = _line(row, by, applicant.name, applicant.document, name_agrees, row.submitted_at, row.due_at)
    view = deciding_view(row, name_agrees=line.name_agrees)
    return ApplicationView(
        line=line,
        channel=row.channel,
        differences=_differences(json.loads(row.filing_fields), applicant, filed),
        declares=applicant.declares,
        reasons=tuple(json.loads(row.reasons)),
        asked_at=row.asked_at,
        decided_at=row.decided_at,
        why_not={act: _why_not(view, act, by) for act in ACTS},
        applicant=applicant if reveal else None,
    )


def _differences(fields: Sequence[str], applicant: Applicant, filed: FilingText | None) -> tuple[Difference, ...]:
    if filed is None:
        return ()
    sides = {
        "name": (applicant.name, filed.name),
        "birth_date": (str(applicant.birth_on or ""), str(filed.birth_on or "")),
        "number": (masked_number(applicant.document), masked_number(filed.document)),
        "country": (applicant.document.country, filed.document.country),
    }
    return tuple(Difference(field, *sides[field]) for field in fields)
