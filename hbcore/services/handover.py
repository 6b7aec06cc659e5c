"""The handover sheet at the end of a shift: what was done, what is held, what presses, what was noted. Masked throughout."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hbcore.domain.applications import Act, ApplicationState
from hbcore.domain.known import micros
from hbcore.domain.permissions import Permission
from hbcore.services import audit
from hbcore.services.acting import Staff, acting
from hbcore.services.application_lines import WaitingApplication, lines_of
from hbcore.services.application_queue import SOON
from hbcore.storage import application_queue_rows, application_work_rows
from hbcore.storage.application_queue_rows import Wanted

MOST_LINES = 100
_CLOCK_RUNS = (ApplicationState.WAITING, ApplicationState.SECOND_REVIEW)


@dataclass(frozen=True)
class DoneThen:
    """Something done in the shift: receipt, what, when, for which reasons."""

    receipt: str
    act: Act
    at: datetime
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class NotedThen:
    """A note written in the shift."""

    receipt: str
    text: str
    at: datetime


@dataclass(frozen=True)
class HeldNow:
    """An application still claimed."""

    receipt: str
    state: ApplicationState
    until: datetime


@dataclass(frozen=True)
class HandoverSheet:
    """A shift from `since` to `at`; `pressing`: in the unit and below, overdue or with under two hours left."""

    by: str
    unit: str | None
    since: datetime
    at: datetime
    done: tuple[DoneThen, ...]
    held: tuple[HeldNow, ...]
    pressing: tuple[WaitingApplication, ...]
    notes: tuple[NotedThen, ...]


def hand_over(since: datetime, *, by: Staff, at: datetime) -> HandoverSheet:
    """The sheet of one's own shift since an instant; one event with counts."""
    with acting(by, Permission.SECOND_REVIEW, at) as session:
        connection = session.connection()
        steps = application_work_rows.steps_by(connection, by.id, since)
        held = application_work_rows.held_by(connection, by.id, at)
        wanted = Wanted(by.unit or "", tuple(map(str, _CLOCK_RUNS)), due_before=micros(at + SOON))
        pressing = lines_of(connection, application_queue_rows.queue_rows(connection, wanted, limit=MOST_LINES), by, at)
        notes = application_work_rows.notes_by(connection, by.id, since)
        figures = {"done": len(steps), "held": len(held), "pressing": len(pressing), "notes": len(notes)}
        audit.record(session, audit.Act.HANDED_OVER, by=by, at=at, subject="shift", figures=figures)
    return HandoverSheet(
        by.full_name,
        by.unit,
        since,
        at,
        _done(steps),
        tuple(HeldNow(row.receipt, ApplicationState(row.state), row.claimed_until) for row in held),
        pressing,
        tuple(NotedThen(row.receipt, application_work_rows.note_text(row), row.at) for row in notes),
    )


def _done(steps: Sequence[application_work_rows.Row]) -> tuple[DoneThen, ...]:
    return tuple(DoneThen(row.receipt, Act(row.act), row.at, tuple(json.loads(row.reasons))) for row in steps)
