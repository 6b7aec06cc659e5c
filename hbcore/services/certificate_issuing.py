"""Issuing a test certificate, step by step: what it may state, its event and its row in the register, then its signed page."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from hbcore.domain.errors import Refused
from hbcore.domain.issued_codes import CTI_BYTES, OF_OWN_TEST, OF_TEST, CodeKind, Life, certificate_claims, life
from hbcore.domain.known import instant, micros
from hbcore.domain.sentence import Sentence
from hbcore.domain.test_certificates import Certified, is_plain, statement, why_no_certificate
from hbcore.domain.vocabulary import Assay, Outcome
from hbcore.services import audit, certificates_more, issued_codes, units
from hbcore.services.acting import Staff
from hbcore.services.certificate_words import DESK, TITLES, Stated, paper
from hbcore.services.looked_up import LookUp, subject_of
from hbcore.services.person_cards import PersonCard, ResultShown, card_of
from hbcore.services.settings import hotline
from hbcore.services.sought import NOTHING
from hbcore.storage import code_keys, issued_code_rows, look_up_rows
from hbcore.storage.issued_code_rows import IssuedRow
from hbcore.storage.look_up_event_rows import so_many_since
from hbcore.storage.writers.certificate import Paper, certificates_pdf, refuse_missing


@dataclass(frozen=True)
class Wanted:
    """Which result of a person, as the card shows it."""

    assay: Assay
    outcome: Outcome
    sampled_at: datetime


@dataclass(frozen=True)
class Ready:
    """Somebody's certificate before it is issued: what it states, of which result, signed by which key, for what look-up."""

    person: int
    result_id: int
    stated: Stated
    key: bytes
    look_up: LookUp


@dataclass(frozen=True)
class Printed:
    """A PDF to hand over, by a name that says nothing of anybody."""

    name: str
    content: bytes


def wanted_of(shown: ResultShown) -> Wanted:
    """The same result, to be asked for."""
    return Wanted(shown.assay, shown.outcome, shown.sampled_at)


def choices(card: PersonCard) -> tuple[tuple[ResultShown, str | None], ...]:
    """The results on a card that a certificate may be asked of, each with why there is none."""
    shown = dict.fromkeys([*card.latest.values(), *card.open_positives])
    return tuple((one, _why_not(card, one)) for one in shown)


def refuse_too_many(session: Session, count: int, *, by: Staff, at: datetime) -> int:
    """Whether `by` prints so many more today, in the caller's transaction; how many it may be in all.

    :raises Refused: `certificates_enough`: beyond what one account prints alone it takes a second person.
    """
    most = certificates_more.allowed(session, by, at)
    with audit.look_ups_read() as look_ups:
        keep_within(look_ups, count, most, by=by, at=at)
    return most


def keep_within(connection: sa.Connection, count: int, most: int, *, by: Staff, at: datetime) -> None:
    """The same, asked again in the transaction that writes them: of two lists at once not both may pass.

    :raises Refused: `certificates_enough`.
    """
    done = so_many_since(connection, audit.Act.CERTIFICATE_PRINTED, by.id, at - certificates_more.A_DAY)
    if done + count > most:
        raise Refused("certificates_enough", most=most)


def ready_of(
    session: Session, person: int, wanted: Wanted | Assay, place: int | None, look_up: LookUp, *, by: Staff, at: datetime
) -> Ready:
    """A certificate that may be issued, in the caller's transaction; of an assay alone the latest result.

    :raises Refused: `certificate_no_result`, a code of `why_no_certificate`, `glyph_missing`, `no_signing_key`.
    """
    card = card_of(session, person, NOTHING if place is None else place, at=at)
    shown = _chosen(card, wanted)
    if why := _why_not(card, shown):
        raise Refused(why)
    key = issued_codes.means(session, person, CodeKind.CERTIFICATE, at=at).key
    if key is None:
        raise Refused("no_signing_key")
    read = look_up_rows.read_person(session.connection(), person, at)
    text = look_up_rows.opened(read.row)
    unit = units.unit(session, by.unit or "")
    found = Certified(
        text.name, text.documents[card.place], shown.assay, shown.outcome, shown.sampled_at, shown.institution, unit.name_zh
    )
    refuse_missing([text.name, shown.institution, unit.name_zh, unit.name_en])
    stated = Stated(
        found, shown.tested_at, shown.reported_at, Sentence(unit.name_zh, unit.name_en), card.look_up, hotline(session)
    )
    return Ready(person, _result_id(read, shown), stated, key, look_up)


def enter(connection: sa.Connection, ready: Ready, *, by: Staff, at: datetime) -> IssuedRow:
    """The event and the register's row of a certificate, in the caller's transaction in the store of look-ups."""
    look_up = ready.look_up
    figures = {**look_up.figures, "assay": str(ready.stated.result.assay)}
    subject = subject_of(ready.person)
    event = audit.look_up(connection, audit.Act.CERTIFICATE_PRINTED, by=by, at=at, subject=subject, figures=figures)
    lasts = life(CodeKind.CERTIFICATE, at)
    if lasts is None:
        raise AssertionError("a certificate lives for days")
    row = IssuedRow(
        cti=secrets.token_bytes(CTI_BYTES[CodeKind.CERTIFICATE]),
        kind=str(CodeKind.CERTIFICATE),
        person_id=ready.person,
        colour=None,
        policy=None,
        row=None,
        result_id=ready.result_id,
        issued_at=micros(lasts.issued_at),
        expires_at=micros(lasts.expires_at),
        key_id=ready.key,
        issued_by=by.id,
        look_up=event,
    )
    issued_code_rows.add(connection, row)
    return row


def signed(ready: Ready, row: IssuedRow) -> Paper:
    """The page of a certificate that stands in the register: call it once that is committed."""
    lasts, one = Life(instant(row.issued_at), instant(row.expires_at)), ready.stated.result
    below = OF_TEST if is_plain(one.assay, one.outcome) else OF_OWN_TEST
    code = code_keys.signed(row.key_id, certificate_claims(statement(one, row.cti), lasts, row.cti, below))
    return paper(ready.stated, code, row.cti, *lasts)


def printed(papers: Sequence[Paper], first: str, at: datetime) -> Printed:
    """The papers as one PDF."""
    titles = {one.title for one in papers}
    title = titles.pop() if len(titles) == 1 else TITLES[Assay.NAAT]
    author = DESK.zh if first == "zh" else DESK.en
    content = certificates_pdf(papers, first, f"{title.zh} {title.en}", author, at)
    return Printed(f"certificate-{papers[0].number[:8]}.pdf", content)


def _why_not(card: PersonCard, shown: ResultShown) -> str | None:
    marked = shown.recheck_since is not None
    return why_no_certificate(shown.assay, shown.outcome, marked=marked, positive_open=bool(card.open_positives))


def _chosen(card: PersonCard, wanted: Wanted | Assay) -> ResultShown:
    if isinstance(wanted, Assay):
        found = card.latest.get(wanted)
    else:
        found = next((one for one, _why in choices(card) if wanted_of(one) == wanted), None)
    if found is None:
        raise Refused("certificate_no_result")
    return found


def _result_id(read: look_up_rows.PersonRead, shown: ResultShown) -> int:
    asked = (shown.assay, shown.outcome, micros(shown.sampled_at))
    return max(one.id for one in read.results if (one.assay, one.outcome, one.sampled_at) == asked)
