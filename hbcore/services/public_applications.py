"""What a stranger can do on the public form: apply, see what became of it, answer, declare, take it back.

Nobody is asked for a permission: receipt and secret stand for it. Every act is by the applicant, with its event.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session

from hbcore.domain.applicants import Channel, plain, read_yes
from hbcore.domain.applications import Act, ApplicationState, state_at, transition
from hbcore.domain.errors import Refused
from hbcore.domain.known import micros
from hbcore.domain.public_form import PublicForm
from hbcore.domain.vocabulary import RowCode
from hbcore.services import audit, codes, form_photos, stranger_quotas, units
from hbcore.services.acting import as_applicant
from hbcore.services.application_adding import Receipt, Submission
from hbcore.services.application_entry import LEVELS_OF_RESIDENCE, correct
from hbcore.services.clock import day_of
from hbcore.services.decisions import moved
from hbcore.services.drafts import DraftRefused, FieldProblem
from hbcore.services.proof_of_work import challenge as challenge
from hbcore.services.public_forms import read_form
from hbcore.services.public_status import MAY_DECLARE, declares_again_from, known, let_in
from hbcore.services.public_status import ApplicationStatus as ApplicationStatus
from hbcore.services.public_status import PublicCode as PublicCode
from hbcore.services.public_status import status as status
from hbcore.services.public_taking import Sent, key_of, refuse_held, take_in
from hbcore.storage import application_rows, application_text, form_photo_rows, photo_rows, reach, registration_rows
from hbcore.storage.application_work_rows import NO_CLAIM

_WITHDRAWN = ApplicationState.WITHDRAWN


def submit(form: PublicForm, *, language: str, address: str, at: datetime) -> Receipt:
    """Take an application in from the public form; `address` is the network address it comes from, of which a hash is kept.

    Whoever applies proves nothing, so the answer must not tell what we hold. `already_registered` and `duplicate` are said only
    to who states the name and birth date of the application that stands: they are the same person, or know all that the
    answer could tell. Anybody else gets what a number unknown to us gets, a receipt; that application stands beside the other,
    touches neither registration nor code of whom the document belongs to, and staff are stopped at it. Trying numbers out is
    held to a few a day by network and by document, and leaves an application that somebody reads.

    :raises DraftRefused: with every fault of every field.
    :raises Refused: `proof_of_work_needed`, `too_many_from_here`, `too_many_for_document`, `queue_full`, `unknown_unit`,
        `ambiguous_document`, `already_registered`, `duplicate`, and for pictures those of `form_photos.pictures_of`.
    """
    applicant = read_form(form, day_of(at))
    stranger_quotas.take(address, form.document_number, form.proof, at=at)
    try:
        pictures = form_photos.pictures_of(form, at=at)
    except Refused as refused:
        if refused.code == "photo_gone":  # with the application that this very form sent, by way of another process
            with _refusals_recorded("application", at):
                refuse_held(applicant, at=at)
        raise
    held = form_photos.key_of(form.once) if form.held else None
    with _refusals_recorded("application", at):
        return take_in(Sent(applicant, form.unit, language, pictures, at, held))


def answer(receipt: str, secret: str, form: PublicForm, *, address: str, at: datetime) -> None:
    """Put right what was asked for: waiting again, and the clock goes on. Own typing errors, also in name and number, count.

    A picture that is not sent again stays.

    :raises DraftRefused: with every fault of every field.
    :raises Refused: `no_such_application`, `too_many_tries`, `already_decided` where nothing is asked for (any more), and as
        `submit`.
    """
    own = _own(receipt, secret, address, at)
    applicant, pictures = read_form(form, day_of(at)), form_photos.pictures_of(form, at=at)
    subject = f"application {own.id}"
    with _refusals_recorded(subject, at), as_applicant() as session:
        row = _row_of(session, own, key_of(applicant))
        if row is None:
            raise Refused("no_such_application")
        unit = _residence(session, form.unit)
        touched = correct(session, row, Submission(applicant, unit, Channel(row.channel), at, None), None, at)
        photo_rows.keep(session.connection(), row.id, pictures, at)
        form_photo_rows.delete(session.connection(), [form_photos.key_of(form.once)] if form.held else [])
        codes.decide_again(session, touched, at=at, cause=row.id)
        audit.record_own(session, audit.Act.ANSWERED, at=at, subject=subject, figures={"receipt": row.receipt})


def declare(receipt: str, secret: str, symptoms: str, contact: str, *, address: str, at: datetime) -> None:
    """Change the health declaration, once a Shanghai day, also after the approval.

    Approved, a yes is the fact `self_declared` at once, by the applicant's own word. A no ends none that stands: a doctor or
    the neighbourhood's office has to have seen it, and staff end it (policy row `yellow-declared`).

    :raises DraftRefused: `missing` or `unknown_word` of `symptoms` and `contact`.
    :raises Refused: `no_such_application`, `too_many_tries`, `not_in_this_state`, `declared_today`.
    """
    stated = _read_declaration(symptoms, contact)
    own = _own(receipt, secret, address, at)
    subject = f"application {own.id}"
    with _refusals_recorded(subject, at), as_applicant() as session:
        connection = session.connection()
        row = _row_of(session, own)
        state = state_at(ApplicationState(row.state), row.asked_at, at) if row is not None else None
        if row is None or state not in MAY_DECLARE:
            raise Refused("not_in_this_state")
        again_from = declares_again_from(row, state)
        if again_from is None or at < again_from:
            raise Refused("declared_today")
        applicant = replace(application_text.opened(row), symptoms=stated[0], contact=stated[1])
        application_rows.state_again(connection, row.id, applicant, at)
        if state == ApplicationState.APPROVED and applicant.declares:
            registration_rows.end_declared(connection, row.person_id, row.receipt, at)
            registration_rows.add_declared(connection, row.person_id, row.receipt, declared_at=micros(at), at=micros(at))
            codes.decide_again(session, [row.person_id], at=at, cause=row.id)
        audit.record_own(session, audit.Act.DECLARATION_CHANGED, at=at, subject=subject, figures={"receipt": row.receipt})


def withdraw(receipt: str, secret: str, *, address: str, at: datetime) -> None:
    """Take one's own application back while it waits or something is asked for.

    :raises Refused: `no_such_application`, `too_many_tries`, `not_in_this_state`, `already_decided`.
    """
    own = _own(receipt, secret, address, at)
    subject = f"application {own.id}"
    with _refusals_recorded(subject, at), as_applicant() as session:
        connection = session.connection()
        row = _row_of(session, own)
        state = state_at(ApplicationState(row.state), row.asked_at, at) if row is not None else None
        if row is None or state is None or transition(Act.WITHDRAW, state) is None:
            raise Refused("not_in_this_state")
        if not application_rows.change_state(connection, row.id, state, {"state": _WITHDRAWN, **NO_CLAIM}):
            raise Refused("already_decided")
        moved(session, row, Act.WITHDRAW, _WITHDRAWN, by=None, at=at)
        audit.record_own(session, audit.Act.WITHDRAWN, at=at, subject=subject, figures={"receipt": row.receipt})


class _Own(NamedTuple):
    """An application that somebody has shown to be theirs."""

    id: int
    document_key: bytes


def _own(receipt: str, secret: str, address: str, at: datetime) -> _Own:
    """The application of a receipt and its secret; a document's number opens nothing that can be changed."""
    with as_applicant(writes=False) as session:
        row = known(session.connection(), receipt, secret or "-", "")
    let_in(row, receipt, "", address=address, at=at, looked=False)
    if row is None:
        raise Refused("no_such_application")
    return _Own(row.id, row.document_key)


def _row_of(session: Session, own: _Own, *more: bytes) -> sa.Row[Any] | None:
    """Its row, for a transaction about whoever has its document, or one of `more`."""
    reach.to_documents(session.connection(), {own.document_key, *more})
    return application_rows.bare_row(session.connection(), own.id)


def _residence(session: Session, code: str) -> str:
    if units.unit(session, code).level not in LEVELS_OF_RESIDENCE:
        raise Refused("unknown_unit")
    return code


def _read_declaration(symptoms: str, contact: str) -> tuple[bool | None, bool | None]:
    typed = {"symptoms": symptoms, "contact": contact}
    read = {field: read_yes(text) for field, text in typed.items()}
    problems = tuple(
        FieldProblem(field, RowCode.UNKNOWN_WORD if plain(typed[field]) else RowCode.MISSING)
        for field, value in read.items()
        if value is None
    )
    if problems:
        raise DraftRefused(problems)
    return read["symptoms"], read["contact"]


@contextmanager
def _refusals_recorded(subject: str, at: datetime) -> Iterator[None]:
    try:
        yield
    except Refused as refused:
        if refused.code == "queue_full":
            stranger_quotas.note_queue_full(at)
        else:
            figures = {"why": refused.code}
            audit.record_alone(audit.Act.REFUSED, by=None, at=at, subject=subject, figures=figures, via=audit.BY_APPLICANT)
        raise
