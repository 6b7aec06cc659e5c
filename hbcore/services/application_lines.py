"""One application as a line of the queue: masked, with its checks, who holds it, and why it may not be approved."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hbcore.domain.application_checks import Found
from hbcore.domain.applications import Act, ApplicationState, DecidingView, FilingCheck, reminder_due
from hbcore.domain.documents import masked_number
from hbcore.domain.names import masked_name
from hbcore.domain.vocabulary import DocumentKind
from hbcore.services.acting import Staff
from hbcore.services.application_checking import Checked, checked
from hbcore.services.decisions import as_instant, deciding_view, why_not
from hbcore.storage.application_queue_rows import QueueRow


@dataclass(frozen=True)
class Claim:
    """Who holds an application and until when; `own`: whoever asks."""

    holder: str
    until: datetime
    own: bool


@dataclass(frozen=True)
class WaitingApplication:
    """A line of the queue: name and number masked, its checks, and why `by` may not approve it (a refusal's code).

    `clean`: nothing is to be looked at, so that it may be approved with many others.
    `answered`: it came back from being asked. `remind`: the applicant has not answered for three days.
    """

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
    findings: tuple[Found, ...]
    clean: bool
    why_not: str | None
    claim: Claim | None = None
    answered: bool = False
    remind: bool = False


def lines_of(connection: sa.Connection, rows: list[QueueRow], reader: Staff, at: datetime) -> tuple[WaitingApplication, ...]:
    """Rows of the queue as lines."""
    return tuple(line_of(row, seen, reader, at) for row, seen in zip(rows, checked(connection, rows, at), strict=True))


def line_of(row: QueueRow | sa.Row[Any], seen: Checked, reader: Staff, at: datetime) -> WaitingApplication:
    """A row as a line; instants in microseconds or as datetimes."""
    view = deciding_view(row, stopped=seen.stopped, at=at)
    name, document = seen.applicant.name, seen.applicant.document
    why_not = why_not_now(view, Act.APPROVE, reader)
    submitted_at, until = as_instant(row.submitted_at), as_instant(row.claimed_until)
    if submitted_at is None:
        raise AssertionError("an application without a submission")
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
        due_at=as_instant(row.due_at),
        filing=view.filing_check,
        findings=seen.findings,
        clean=why_not is None and seen.clean and view.state == ApplicationState.WAITING,
        why_not=why_not,
        claim=Claim(row.holder or "", until, view.claimed_by == reader.id) if view.claimed_by is not None and until else None,
        answered=view.state == ApplicationState.WAITING and row.answered_at is not None,
        remind=reminder_due(view.state, as_instant(row.asked_at), at),
    )


def why_not_now(view: DecidingView, act: Act, reader: Staff) -> str | None:
    """`why_not` for a button: a reason is chosen after it is pressed, so that it is still missing greys nothing."""
    found = why_not(view, act, reader, reasons=(), evidence="")
    return None if found == "reason_needed" else found
