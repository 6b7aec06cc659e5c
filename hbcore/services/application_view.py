"""One application, opened: its checks, what differs, what happened to it, the notes on it, and why each act is not possible."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hbcore.domain.applicants import Applicant
from hbcore.domain.application_checks import Pair
from hbcore.domain.applications import DECISIONS, Act, undo_needs_second_person
from hbcore.domain.documents import masked_number
from hbcore.domain.permissions import Permission
from hbcore.domain.vocabulary import Purpose
from hbcore.services import audit, notices, units
from hbcore.services.acting import Staff, reading
from hbcore.services.application_checking import checked
from hbcore.services.application_entry import in_scope
from hbcore.services.application_lines import WaitingApplication, line_of, why_not_now
from hbcore.services.application_notes import Note, notes_from
from hbcore.services.decisions import deciding_view
from hbcore.services.filing_checks import filing_for
from hbcore.services.notices import NoticeSeen
from hbcore.services.possible_duplicates import MayBe
from hbcore.services.purposes import case_number
from hbcore.storage import application_rows, application_text, application_work_rows, notice_rows
from hbcore.storage.filing_rows import FilingText

ACTS = (*DECISIONS, Act.WITHDRAW, Act.ANSWER, Act.UNDO, Act.REVOKE)


@dataclass(frozen=True)
class StepSeen:
    """What happened to an application: who did what and when. Of a transfer `before` and `after` are units, else states.

    `by`: a full name; empty where time itself did it.
    """

    act: Act
    before: str
    after: str
    reasons: tuple[str, ...]
    by: str
    at: datetime


@dataclass(frozen=True)
class ApplicationView:
    """One application. `applicant` only where asked for; `why_not`: by act, a refusal's code, None where it may be done.

    `undo_alone`: who asks may take the last decision back by themselves. `previous`: the id and receipt of the application
    that this one follows. `possible`: who held here the applicant may be, the likeliest first.
    """

    line: WaitingApplication
    channel: str
    differences: tuple[Pair, ...]
    declares: bool
    reasons: tuple[str, ...]
    asked_at: datetime | None
    decided_at: datetime | None
    why_not: dict[Act, str | None]
    applicant: Applicant | None
    steps: tuple[StepSeen, ...] = ()
    notes: tuple[Note, ...] = ()
    previous: tuple[int, str] | None = None
    undo_alone: bool = False
    possible: tuple[MayBe, ...] = ()
    changed_by_staff: bool = False
    notices: tuple[NoticeSeen, ...] = ()


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
        applicant = application_text.opened(row)
        differences = _differences(json.loads(row.filing_fields), applicant, filing_for(connection, applicant))
        (seen,) = checked(connection, [row], at, differences)
        steps = application_work_rows.steps_of(connection, application_id)
        told = notice_rows.notices_of(connection, application_id)
        notes = notes_from(application_work_rows.notes_of(connection, application_id), by)
        receipt = application_rows.receipt_of(connection, row.previous_id) if row.previous_id else None
    figures = {"purpose": purpose, "case": case, "revealed": reveal}
    audit.record_look_up(audit.Act.APPLICATION_LOOKED_UP, by=by, at=at, subject=f"application {application_id}", figures=figures)
    line = line_of(row, seen, by, at)
    view = deciding_view(row, stopped=seen.stopped, at=at)
    return ApplicationView(
        line=line,
        channel=row.channel,
        differences=differences,
        declares=applicant.declares,
        reasons=tuple(json.loads(row.reasons)),
        asked_at=row.asked_at,
        decided_at=row.decided_at,
        why_not={act: why_not_now(view, act, by) for act in ACTS},
        applicant=applicant if reveal else None,
        steps=tuple(map(_step, steps)),
        notes=notes,
        previous=(row.previous_id, receipt) if receipt else None,
        undo_alone=may_undo_alone(steps, told, by, at),
        possible=seen.possible,
        changed_by_staff=view.changed_by_staff,
        notices=notices.seen(told),
    )


def last_decision(steps: Sequence[sa.Row[Any]]) -> sa.Row[Any] | None:
    """The step that brought an application to the state it is in; transfers move no state."""
    moving = [step for step in steps if step.act != Act.TRANSFER]
    return moving[-1] if moving else None


def may_undo_alone(steps: Sequence[sa.Row[Any]], told: Sequence[sa.Row[Any]], decider: Staff, at: datetime) -> bool:
    """Whether `decider` took the last decision, less than ten minutes ago, and no notice of it has left the desk."""
    last = last_decision(steps)
    if last is None or last.by_id is None:
        return False
    left = notices.has_left(told)
    return not undo_needs_second_person(decided_by=last.by_id, decided_at=last.at, notice_sent=left, by=decider.id, at=at)


def _step(row: sa.Row[Any]) -> StepSeen:
    return StepSeen(Act(row.act), row.before, row.after, tuple(json.loads(row.reasons)), row.full_name or "", row.at)


def _differences(fields: Sequence[str], applicant: Applicant, filed: FilingText | None) -> tuple[Pair, ...]:
    if filed is None:
        return ()
    sides = {
        "name": (applicant.name, filed.name),
        "birth_date": (str(applicant.birth_on or ""), str(filed.birth_on or "")),
        "number": (masked_number(applicant.document), masked_number(filed.document)),
        "country": (applicant.document.country, filed.document.country),
    }
    return tuple(Pair(field, *sides[field]) for field in fields)
