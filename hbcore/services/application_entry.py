"""Entering an application: at the counter, from another channel's file, and the applicant's corrections."""

import json
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from hbcore.domain.applicants import Applicant, Channel
from hbcore.domain.application_reasons import AskReason
from hbcore.domain.applications import (
    Act,
    ApplicationState,
    due_after_answer,
    registration_of,
    state_at,
    transition,
)
from hbcore.domain.errors import Refused
from hbcore.domain.known import micros
from hbcore.domain.names import same_name
from hbcore.domain.permissions import Permission
from hbcore.services import audit, codes, notices, units
from hbcore.services.acting import Staff, acting
from hbcore.services.application_adding import Receipt, Submission, add, held_person
from hbcore.services.clock import day_of
from hbcore.services.drafts import Draft, read_draft
from hbcore.services.filing_checks import check, filing_for
from hbcore.services.refusals import refusals_recorded
from hbcore.storage import application_rows, application_text, application_work_rows, registration_rows, sealing, token_rows
from hbcore.storage.application_work_rows import step_at
from hbcore.storage.likeness_rows import of_applicant

LEVELS_OF_RESIDENCE = ("prefecture", "county", "office")
_WAITING, _ASKED = ApplicationState.WAITING, ApplicationState.ASKED
ABOUT_NAME = {AskReason.NAME_AS_DOCUMENT, AskReason.ENTRY_PASSPORT}
ABOUT_NUMBER = {AskReason.NUMBER_CHECK, AskReason.DOCUMENT_KIND, AskReason.ENTRY_PASSPORT, AskReason.NATIONALITY_CHECK}
"""Requests after which another name, or another number, kind or country, is the applicant's own answer."""


def enter(draft: Draft, *, by: Staff, at: datetime) -> Receipt:
    """Enter an application at the counter. Somebody else decides on it.

    :raises DraftRefused: with every fault of every field.
    :raises Refused: `unknown_unit`, `not_your_unit`, `ambiguous_document`, `already_registered`, `duplicate`.
    """
    applicant = read_draft(draft, day_of(at))
    with refusals_recorded(by, at, "application"), acting(by, Permission.ENTER_APPLICATIONS, at) as session:
        unit = residence(session, draft.unit, units.units_below(session, by.unit or ""))
        entered = add(session, Submission(applicant, unit, Channel.COUNTER, at, by.id), by=by, at=at)
        codes.decide_again(session, [entered.person_id], at=at, cause=entered.receipt.id)
        figures = {"receipt": entered.receipt.number, "unit": unit}
        audit.record(
            session, audit.Act.APPLICATION_ENTERED, by=by, at=at, subject=f"application {entered.receipt.id}", figures=figures
        )
    return entered.receipt


def residence(session: Session, code: str, scope: Collection[str]) -> str:
    """The unit an applicant lives in, once it is sure that it is one and lies in `scope`.

    :raises Refused: `unknown_unit`, `not_your_unit`.
    """
    if units.unit(session, code).level not in LEVELS_OF_RESIDENCE:
        raise Refused("unknown_unit")
    if code not in scope:
        raise Refused("not_your_unit")
    return code


def answer(application_id: int, draft: Draft, *, by: Staff, at: datetime) -> None:
    """Type in what an applicant corrected: asked becomes waiting, and the clock goes on with what was left of it.

    :raises DraftRefused: with every fault of every field.
    :raises Refused: `unknown_application`, `not_your_unit`, `relative_declared`, `already_decided`, or as `enter`.
    """
    applicant = read_draft(draft, day_of(at))
    subject = f"application {application_id}"
    with refusals_recorded(by, at, subject), acting(by, Permission.ENTER_APPLICATIONS, at) as session:
        scope = units.units_below(session, by.unit or "")
        row = in_scope(session.connection(), application_id, scope)
        if by.id in application_rows.relatives_of(row):
            raise Refused("relative_declared")
        unit = residence(session, draft.unit, scope)
        touched = correct(session, row, Submission(applicant, unit, Channel(row.channel), at, by.id), by, at)
        codes.decide_again(session, touched, at=at, cause=application_id)
        audit.record(session, audit.Act.ANSWERED, by=by, at=at, subject=subject)


def in_scope(connection: sa.Connection, application_id: int, scope: Collection[str]) -> sa.Row[Any]:
    """The row of an application of one of these units.

    :raises Refused: `unknown_application`, `not_your_unit`.
    """
    row = application_rows.application_row(connection, application_id)
    if row is None:
        raise Refused("unknown_application")
    if row.unit not in scope:
        raise Refused("not_your_unit")
    return row


def correct(session: Session, row: sa.Row[Any], new: Submission, by: Staff | None, at: datetime) -> list[int]:
    """What an applicant corrected, in the caller's transaction; the people whose codes are then to be decided again.

    `by` None: the applicant did it, and what they mistyped is theirs to put right (model part 2).

    :raises Refused: `already_decided`, and as `add`.
    """
    if transition(Act.ANSWER, state_at(ApplicationState(row.state), row.asked_at, at)) is None:
        raise Refused("already_decided")
    connection = session.connection()
    registration_rows.end_declared(connection, row.person_id, row.receipt, at)
    person_id = whose_now(session, row, new.applicant, new.unit, by, at)
    match = check(new.applicant, filing_for(connection, new.applicant))
    values = {
        "state": _WAITING,
        "person_id": person_id,
        "unit": new.unit,
        "due_at": due_after_answer(timedelta(seconds=row.remaining_seconds or 0), at),
        "remaining_seconds": None,
        "asked_at": None,
        "answered_at": at,
        "reasons": "[]",
        "entered_by": row.entered_by or new.entered_by,
        "brought_by": row.brought_by if row.entered_by in (None, new.entered_by) else new.entered_by,
        "residence": new.unit,
        "same_as": None,
        "same_said_by": None,
        "changed_by_staff": row.changed_by_staff or (by is not None and _beyond_what_was_asked(row, new.applicant)),
        "filing_check": match.check,
        "filing_fields": json.dumps(match.fields),
        **application_text.sealed_columns(row.id, new.applicant),
        **({"typed_by": by.id} if by is not None and any(_changed(row, new.applicant)) else {}),
    }
    if not application_rows.change_state(connection, row.id, _ASKED, values):
        raise Refused("already_decided")
    application_work_rows.add_steps(
        connection, [step_at(row.id, Act.ANSWER, _ASKED, _WAITING, new.unit, by.id if by else None, at)]
    )
    notices.follow(session, [row.id], Act.ANSWER, at=at)
    token_rows.add_tokens(connection, [(person_id, of_applicant(new.applicant))])
    registration_rows.set_registration(connection, person_id, registration_of(_WAITING, match.check), row.id, None)
    return sorted({row.person_id, person_id})


def whose_now(session: Session, row: sa.Row[Any], applicant: Applicant, unit: str, by: Staff | None, at: datetime) -> int:
    """Whose an application is as `applicant` states it now: where the number was the typing error, whoever holds the right one.

    :raises Refused: as `add`.
    """
    document, connection = applicant.document, session.connection()
    if (row.document_key, row.country) == (sealing.document_key(document.kind, document.number), document.country):
        return int(row.person_id)
    registration_rows.clear_registration(connection, row.person_id, row.id)
    held = held_person(session, applicant, by, at, but=row.id)
    return registration_rows.add_applicant(connection, applicant, unit, micros(at)) if held is None else held


def _beyond_what_was_asked(row: sa.Row[Any], now: Applicant) -> bool:
    """Whether name or number are typed in anew though nobody asked the applicant for that: staff changed them (model part 2)."""
    asked = set(json.loads(row.reasons))
    name, document = _changed(row, now)
    return (name and not asked & ABOUT_NAME) or (document and not asked & ABOUT_NUMBER)


def _changed(row: sa.Row[Any], now: Applicant) -> tuple[bool, bool]:
    """Whether the name, and whether the document, is another one than before."""
    before = application_text.opened(row)
    return not same_name(before.name, now.name), before.document != now.document
