"""What somebody is told about their own application, and who they must show themselves to be."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from hbcore.domain.applicants import Applicant
from hbcore.domain.applications import ASKED_EXPIRES_AFTER, MAY_APPLY_AGAIN, OPEN, ApplicationState, FilingCheck, state_at
from hbcore.domain.cells import clean
from hbcore.domain.documents import LIFELONG, normal_number
from hbcore.domain.errors import Refused
from hbcore.domain.numbers import as_receipt
from hbcore.domain.public_form import PublicForm
from hbcore.domain.sentence import Sentence
from hbcore.domain.vocabulary import SHANGHAI, Assay, Colour, DocumentKind
from hbcore.services import audit, issued_codes, stranger_quotas
from hbcore.services.acting import as_applicant
from hbcore.services.clock import day_of
from hbcore.services.issued_codes import LiveCode, Means
from hbcore.services.person_cards import CodeShown, PersonCard, ResultShown, card_of
from hbcore.services.settings import hotline
from hbcore.storage import application_rows, application_text, look_up_rows, reach, sealing
from hbcore.storage.issued_code_rows import IssuedRow

_S = ApplicationState
MAY_DECLARE = (*OPEN, _S.APPROVED)
SHOWN_AS = {_S.SECOND_REVIEW: _S.WAITING}
"""To the applicant it is under review, whoever reviews it."""


@dataclass(frozen=True)
class PublicCode:
    """The live code (亮码): colour, row and reason, since when and until when, the look-up number, what its QR code says.

    `qr`: the signed text, which lives no longer than `expires_at`; from `drawn_anew_at` on a look shows another one. The look-up
    number stands in for it where no key signs.
    """

    colour: Colour
    row: str
    reason: Sentence
    since: datetime | None
    until: datetime | None
    look_up: str
    qr: str
    expires_at: datetime | None = None
    drawn_anew_at: datetime | None = None


@dataclass(frozen=True)
class ApplicationStatus:
    """An application as its applicant sees it.

    `ask`: what is asked for, `differing`: names of the fields in which the police's filing differs, never what it says.
    `answer_by`: until when an answer is taken. `draft`: what was stated, for the form to be filled; only for who has the
    secret. `may_edit_declaration_from`: from then on, once a Shanghai day; None: not any more. `code` and `latest`: once
    approved; `code_reason` where there is no code then.
    """

    receipt: str
    state: ApplicationState
    submitted_at: datetime
    due_at: datetime | None
    hotline: str
    ask: tuple[str, ...] = ()
    differing: tuple[str, ...] = ()
    refuse_reason: str | None = None
    answer_by: datetime | None = None
    draft: PublicForm | None = None
    may_edit_declaration_from: datetime | None = None
    may_withdraw: bool = False
    may_apply_again: bool = False
    code: PublicCode | None = None
    code_reason: Sentence | None = None
    latest: Mapping[Assay, ResultShown] | None = None


def status(
    receipt: str, *, secret: str = "", document_number: str = "", language: str = "", address: str, at: datetime
) -> ApplicationStatus:
    """What an application has come to, for who has its receipt and either its secret or the number of its document.

    The second pair is on papers that others see, so it shows less: nothing that was stated. A wrong pair has one answer, after
    the same work, whichever part is wrong or missing. The code is shown once staff have approved, and of the application that
    the registration rests on alone: until then nobody has seen that the document is the applicant's, whose results these are.

    :raises Refused: `no_such_application`, `too_many_tries`, `look_up_not_recorded`.
    """
    with as_applicant(writes=False) as session:
        row = known(session.connection(), receipt, secret, document_number)
        seen, holder = _status(session, row, bool(secret), at) if row is not None else (None, None)
    entry = let_in(row, receipt, document_number, address=address, at=at, looked=True, holder=holder)
    if seen is None:
        raise Refused("no_such_application")
    return _with_live(seen, issued_codes.signed(entry))


def known(connection: sa.Connection, receipt: str, secret: str, document_number: str) -> sa.Row[Any] | None:
    """The application of a receipt with its secret, or else with its document's number; None for every wrong pair."""
    number = as_receipt(receipt)
    typed = application_rows.secret_hash(number or "", clean(secret).upper())
    numbers = {kind: normal_number(document_number)[: LIFELONG.get(kind)] for kind in DocumentKind}
    keys = {kind: sealing.document_key(kind, each) for kind, each in numbers.items()}
    reach.to_receipt(connection, number or "", [typed] if secret else keys.values())
    row = application_rows.row_of_receipt(connection, number or "")
    by_secret = compare_digest(typed, row.secret_hash if row is not None else bytes(sealing.TOKEN))
    kind = DocumentKind(row.document_kind) if row is not None else DocumentKind.PASSPORT
    by_document = compare_digest(keys[kind], row.document_key if row is not None else bytes(sealing.TOKEN))
    if row is None or not (by_secret if secret else by_document):
        return None
    reach.to_documents(connection, [row.document_key])
    return row


def _with_live(seen: ApplicationStatus, live: LiveCode | None) -> ApplicationStatus:
    if seen.code is None or live is None:
        return seen
    code = replace(seen.code, qr=live.text, expires_at=live.expires_at, drawn_anew_at=live.drawn_anew_at)
    return replace(seen, code=code)


@dataclass(frozen=True)
class _Holder:
    """Who is shown their live code: our id, what it says, and what it is signed by."""

    person: int
    code: CodeShown
    means: Means


def let_in(
    row: sa.Row[Any] | None,
    receipt: str,
    number: str,
    *,
    address: str,
    at: datetime,
    looked: bool,
    holder: _Holder | None = None,
) -> IssuedRow | None:
    """Count a wrong pair, write down the look at a right one; too many wrong ones shut out the right one as well.

    With the look goes the register's row of the live code that `holder` is shown.

    :raises Refused: `too_many_tries`, `no_such_application`, `look_up_not_recorded`.
    """
    wrong = stranger_quotas.wrong_keys(address, as_receipt(receipt), number)
    looks = [(stranger_quotas.LOOKS, sealing.keyed_hash("stranger receipt", as_receipt(receipt) or ""))]
    entry = None
    with audit.look_ups_written() as connection:
        too_many = stranger_quotas.throttled(connection, [*wrong, *looks], at)
        if not too_many and row is None:
            stranger_quotas.note(connection, wrong, at)
            audit.record_own_look_up(connection, audit.Act.NOBODY_FOUND, at=at)
        elif not too_many and row is not None and looked:
            stranger_quotas.note(connection, looks, at)
            event = audit.record_own_look_up(connection, audit.Act.STATUS_LOOKED_UP, at=at, subject=f"application {row.id}")
            if holder is not None:
                reach.to_documents(connection, [row.document_key])
                entry = issued_codes.enter(connection, holder.person, holder.code, holder.means, look_up=event, by=None, at=at)
    if too_many:
        raise Refused("too_many_tries")
    if row is None:
        raise Refused("no_such_application")
    return entry


def _status(session: Session, row: sa.Row[Any], with_secret: bool, at: datetime) -> tuple[ApplicationStatus, _Holder | None]:
    state = state_at(_S(row.state), row.asked_at, at)
    reasons = tuple(json.loads(row.reasons))
    card = _live(session, row, at) if state == _S.APPROVED else None
    code = card and card.code
    holder = _Holder(card.id, code, issued_codes.means(session, card.id, at=at)) if card and code else None
    status = ApplicationStatus(
        receipt=row.receipt,
        state=SHOWN_AS.get(state, state),
        submitted_at=row.submitted_at,
        due_at=row.due_at if state in OPEN else None,
        hotline=hotline(session),
        ask=reasons if state in (_S.ASKED, _S.EXPIRED) else (),
        differing=tuple(json.loads(row.filing_fields)) if differs(row, state) else (),
        refuse_reason=reasons[0] if reasons and state in (_S.REFUSED, _S.REVOKED) else None,
        answer_by=row.asked_at + ASKED_EXPIRES_AFTER if state == _S.ASKED else None,
        draft=draft_of(application_text.opened(row), row.residence or row.unit) if with_secret else None,
        may_edit_declaration_from=declares_again_from(row, state),
        may_withdraw=state in (_S.WAITING, _S.ASKED),
        may_apply_again=state in (*MAY_APPLY_AGAIN, _S.WITHDRAWN),
        **(_shown_of(card) if card else {}),
    )
    return status, holder


def differs(row: sa.Row[Any], state: ApplicationState) -> bool:
    """Whether the applicant is to be told that the filing of their passport says something else."""
    return row.filing_check == FilingCheck.DIFFERS and state in OPEN


def declares_again_from(row: sa.Row[Any], state: ApplicationState) -> datetime | None:
    """From when on the declaration may be changed: once a Shanghai day; None: not any more."""
    if state not in MAY_DECLARE:
        return None
    if row.declared_at is None:
        return row.submitted_at  # type: ignore[no-any-return]
    next_day = day_of(row.declared_at) + timedelta(days=1)
    return datetime(next_day.year, next_day.month, next_day.day, tzinfo=SHANGHAI)


def draft_of(applicant: Applicant, unit: str) -> PublicForm:
    """What was stated, as the form takes it; neither pictures nor consent."""

    def yes(value: bool | None) -> str:
        return "" if value is None else "yes" if value else "no"

    one, document = applicant, applicant.document
    return PublicForm(
        document_kind=str(document.kind),
        document_number=document.number,
        country=document.country if document.kind is DocumentKind.PASSPORT else "",
        name=one.name,
        birth_date=str(one.birth_on or ""),
        sex=str(one.sex or ""),
        nationality=one.nationality or "",
        phone=one.phone or "",
        email=one.email or "",
        unit=unit,
        address=one.address or "",
        entry_date=str(one.entry_on or ""),
        symptoms=yes(one.symptoms),
        contact=yes(one.contact),
        document_expires_on=str(one.document_expires_on or ""),
        guardian_name=one.guardian_name or "",
        guardian_phone=one.guardian_phone or "",
        guardian_relation=one.guardian_relation or "",
    )


def _live(session: Session, row: sa.Row[Any], at: datetime) -> PersonCard | None:
    found = look_up_rows.pointed_to(session.connection(), row.person_id)
    if found is None or found.application_id != row.id:
        return None
    return card_of(session, found.id, at=at, for_staff=False)


def _shown_of(card: PersonCard) -> dict[str, Any]:
    code = card.code and PublicCode(
        card.code.colour, card.code.row, card.code.reason, card.code.since, card.code.until, card.look_up, card.look_up
    )
    return {"code": code, "code_reason": card.code_reason, "latest": card.latest}
