"""Is it one person? The second searched by number, both masked side by side, what speaks for it and what would change."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from hbcore.domain.documents import EIGHTEEN, UNKNOWN_COUNTRY, Document, masked_number
from hbcore.domain.errors import Refused
from hbcore.domain.names import masked_name, same_name
from hbcore.domain.permissions import Permission
from hbcore.domain.vocabulary import Colour, DocumentKind, Registration
from hbcore.services import audit, joining, people, second_look, units
from hbcore.services.acting import Staff, acting, reading
from hbcore.services.looked_up import look_up_of, record, subject_of
from hbcore.services.refusals import refusals_recorded
from hbcore.services.second_look import What
from hbcore.storage import application_text, join_rows, people_rows
from hbcore.storage.people_rows import PersonText
from hbcore.storage.sealing import unseal


class Sign(StrEnum):
    """What speaks for two rows being one person, or against it."""

    SAME_NAME = "same_name"
    SAME_BIRTH = "same_birth"
    SAME_COUNTRY = "same_country"
    OTHER_NAME = "other_name"
    OTHER_BIRTH = "other_birth"
    TWO_IDENTITY_CARDS = "two_identity_cards"


FOR = (Sign.SAME_NAME, Sign.SAME_BIRTH, Sign.SAME_COUNTRY)


@dataclass(frozen=True)
class Side:
    """One of the two, masked, with the colour now (None: no code)."""

    id: int
    name: str
    documents: tuple[tuple[DocumentKind, str], ...]
    registration: Registration
    colour: Colour | None


@dataclass(frozen=True)
class Comparison:
    """Both, the signs, and what joining would do: rows moved by sort, and the colour of the one person after it."""

    survivor: Side
    second: Side
    signs: tuple[Sign, ...]
    moved: dict[str, int]
    after: Colour | None


@dataclass(frozen=True)
class JoinSeen:
    """A joining that stands: when, and the documents that came with it, masked."""

    id: int
    at: datetime
    documents: tuple[tuple[DocumentKind, str], ...]


def compare(survivor: int, text: str, *, by: Staff, at: datetime) -> Comparison:
    """Search the second by number, for the purpose of the look-up of the first, and try the joining out: nothing is changed.

    A look-up event for the second (of whom something is shown), and one event of the trial.

    :raises Refused: `look_up_first`, `nobody_to_join`, `same_row`, `already_joined`, `not_your_unit`, and those of `people.find`.
    """
    with reading(by, Permission.KEEP_PEOPLE, at):
        look_up = look_up_of(survivor, by=by, at=at)
    card = people.find(text, purpose=look_up.purpose, case=look_up.case, by=by, at=at)
    if card is None:
        raise Refused("nobody_to_join")
    return _tried(survivor, card.id, by=by, at=at)


def compare_proposed(proposal_id: int, *, by: Staff, at: datetime) -> Comparison:
    """What `compare` shows, of the two that a proposal names: for whoever is to confirm it and looked the first one up.

    :raises Refused: `proposal_gone`, `look_up_first`, `look_up_not_recorded`, and those of `compare`.
    """
    proposal = next((one for one in second_look.waiting(by=by, at=at) if (one.id, one.what) == (proposal_id, What.JOIN)), None)
    if proposal is None:
        raise Refused("proposal_gone")
    second = int(str(proposal.content["joined"]))
    record(audit.Act.PERSON_LOOKED_UP, second, look_up_of(proposal.about, by=by, at=at), by=by, at=at)
    return _tried(proposal.about, second, by=by, at=at)


def _tried(survivor: int, second: int, *, by: Staff, at: datetime) -> Comparison:
    """Both side by side, the joining done and rolled back."""
    subject = subject_of(survivor)
    with refusals_recorded(by, at, subject), acting(by, Permission.KEEP_PEOPLE, at) as session:
        connection = session.connection()
        rows = _fit(session, survivor, second, by)
        now = max(at, audit.last_act_at(session) or at)
        sides = (_side(connection, rows[0], now), _side(connection, rows[1], now))
        dry = connection.begin_nested()
        done, _changes = joining.carry_out(session, survivor, second, 0, by=by, at=at)
        after = _colour(connection, survivor, now)
        dry.rollback()
        audit.record(session, audit.Act.JOIN_COMPARED, by=by, at=at, subject=subject, figures={"second": second})
        return Comparison(*sides, _signs(connection, *rows), dict(done.moved), after)


def propose(survivor: int, second: int, *, by: Staff, at: datetime) -> int:
    """Propose that the second row is the first person, too; somebody else confirms it. The proposal's id.

    :raises Refused: `look_up_first` for either, `same_row`, `already_joined`, `not_your_unit`, `already_proposed`.
    """
    subject = subject_of(survivor)
    with refusals_recorded(by, at, subject), acting(by, Permission.KEEP_PEOPLE, at) as session:
        for person in (survivor, second):
            look_up_of(person, by=by, at=at)
        _fit(session, survivor, second, by)
        content = {"joined": second}
        made = second_look.propose(session, What.JOIN, subject, unit=by.unit or "", content=content, by=by, at=at)
        audit.record(session, audit.Act.JOIN_PROPOSED, by=by, at=at, subject=subject, figures=content)
    return made


def joins(survivor: int, *, by: Staff, at: datetime) -> tuple[JoinSeen, ...]:
    """The joinings of somebody looked up within the hour that can be parted, the newest first.

    :raises Refused: `look_up_first`, and those of `reading`.
    """
    with reading(by, Permission.KEEP_PEOPLE, at) as session:
        look_up_of(survivor, by=by, at=at)
        found = join_rows.of_survivor(session.connection(), survivor)
        return tuple(JoinSeen(row.id, row.joined_at, _masked(_opened(row).documents)) for row in found)


def propose_parting(survivor: int, join: int, *, by: Staff, at: datetime) -> int:
    """Propose to take a joining back; somebody else confirms it. The proposal's id.

    :raises Refused: `look_up_first`, `not_joined`, `part_later_first`, `already_proposed`.
    """
    subject = subject_of(survivor)
    with refusals_recorded(by, at, subject), acting(by, Permission.KEEP_PEOPLE, at) as session:
        look_up_of(survivor, by=by, at=at)
        if joining.standing_join(session.connection(), join).survivor_id != survivor:
            raise Refused("not_joined")
        joining.own_row(session.connection(), survivor, "part_later_first")
        content = {"join": join}
        made = second_look.propose(session, What.PART, subject, unit=by.unit or "", content=content, by=by, at=at)
        audit.record(session, audit.Act.PARTING_PROPOSED, by=by, at=at, subject=subject, figures=content)
    return made


def _fit(session: Session, survivor: int, second: int, by: Staff) -> tuple[sa.Row[Any], sa.Row[Any]]:
    if survivor == second:
        raise Refused("same_row")
    connection = session.connection()
    rows = joining.own_row(connection, survivor), joining.own_row(connection, second)
    scope = units.units_below(session, by.unit or "")
    if not any(row.unit in scope for row in rows):
        raise Refused("not_your_unit")
    return rows


def _opened(row: sa.Row[Any]) -> PersonText:
    return people_rows.unpack(unseal("person", "sealed", row.joined_id, row.sealed, row.key_version))


def _masked(documents: tuple[Document, ...]) -> tuple[tuple[DocumentKind, str], ...]:
    return tuple((one.kind, masked_number(one)) for one in documents)


def _side(connection: sa.Connection, row: sa.Row[Any], at: datetime) -> Side:
    text = people_rows.open_person(row)
    colour = _colour(connection, row.id, at)
    return Side(row.id, masked_name(text.name), _masked(text.documents), Registration(row.registration), colour)


def _colour(connection: sa.Connection, person: int, at: datetime) -> Colour | None:
    found = join_rows.colour_at(connection, person, at)
    return Colour(found) if found else None


def _signs(connection: sa.Connection, first: sa.Row[Any], second: sa.Row[Any]) -> tuple[Sign, ...]:
    texts = people_rows.open_person(first), people_rows.open_person(second)
    named = same_name(texts[0].name, texts[1].name)
    births = [set(_births(connection, row.id, text)) for row, text in zip((first, second), texts, strict=True)]
    cards = [{one.number for one in text.documents if one.kind is DocumentKind.RESIDENT_ID} for text in texts]
    issuers = [{one.country for one in text.documents if one.kind is DocumentKind.PASSPORT} - {UNKNOWN_COUNTRY} for text in texts]
    holds = {
        Sign.SAME_NAME: named,
        Sign.OTHER_NAME: not named,
        Sign.SAME_BIRTH: bool(births[0] & births[1]),
        Sign.OTHER_BIRTH: bool(births[0] and births[1] and not births[0] & births[1]),
        Sign.SAME_COUNTRY: bool(issuers[0] & issuers[1]),
        Sign.TWO_IDENTITY_CARDS: bool(cards[0] and cards[1] and cards[0] != cards[1]),
    }
    return tuple(sign for sign in Sign if holds[sign])


def _births(connection: sa.Connection, person: int, text: PersonText) -> Iterator[date]:
    for one in text.documents:
        if one.kind in EIGHTEEN and len(one.number) == 18:
            yield datetime.strptime(one.number[6:14], "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone
    for row in join_rows.applications_of(connection, person):
        if born := application_text.opened(row).birth_on:
            yield born
