"""Recolouring requests entered for the person, at the counter or by phone, and what they bring when asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session

from hbcore.domain.applicants import plain
from hbcore.domain.applications import due_after_answer
from hbcore.domain.errors import Refused
from hbcore.domain.fact_rules import LONGEST_REFERENCE, is_reference
from hbcore.domain.permissions import Permission
from hbcore.domain.recolouring import RequestAct, RequestState, due_at
from hbcore.domain.recolouring_grounds import AskFor, Ground, missing
from hbcore.services import audit
from hbcore.services.acting import Staff, acting
from hbcore.services.looked_up import look_up_of, subject_of
from hbcore.services.recolouring import Moved, moved, row_for, subject_of_request
from hbcore.services.recolouring_seen import code_of
from hbcore.services.refusals import refusals_recorded
from hbcore.storage import look_up_rows, recolouring_rows
from hbcore.storage.ids import new_id
from hbcore.storage.people_rows import UNKNOWN_UNIT
from hbcore.storage.readers.pictures import drawn_anew
from hbcore.storage.recolouring_rows import Said

MOST_PICTURES = 5
LONGEST_EVIDENCE, LONGEST_SAID, LONGEST_CONTACT = LONGEST_REFERENCE, 500, 60


@dataclass(frozen=True)
class Stated:
    """What the person states: the paper's number, from when it holds, what is wrong in their words, how to reach them.

    `pictures`: name and content of each file that shows it.
    """

    evidence: str = ""
    dated_at: datetime | None = None
    said: str = ""
    contact: str = ""
    pictures: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True)
class Entered:
    """A request that was entered, and what it still lacks: the person at the counter hears it at once."""

    id: int
    missing: tuple[AskFor, ...]


def enter(person: int, ground: Ground, stated: Stated, *, channel: str = "counter", by: Staff, at: datetime) -> Entered:
    """Enter a request for somebody looked up within the hour; the code and its row are kept as found.

    It waits in the person's unit, or in one's own where that is not known.

    :raises Refused: `look_up_first`, `request_open` while the same is asked for already, `request_date_future`,
        `not_a_reference`, those of `drawn_anew`, `too_many_pictures`.
    """
    request, drawn = new_id(), _drawn(stated)
    with refusals_recorded(by, at, subject_of(person)), acting(by, Permission.RECOLOUR, at) as session:
        look_up_of(person, by=by, at=at)
        found = look_up_rows.pointed_to(session.connection(), person)
        if found is None:
            raise Refused("unknown_person")
        unit = (by.unit or "") if found.unit == UNKNOWN_UNIT else found.unit
        now, known = code_of(session, found.id, at)
        values = {"person_id": found.id, "id": request, "unit": unit, "ground": ground, "state": RequestState.ENTERED}
        values |= {"channel": channel, "colour": now.colour, "row": now.row, "policy": now.policy}
        values |= {"entered_by": by.id, "entered_at": at, "due_at": due_at(at), "reasons": "[]"}
        _add(session, values, stated, at)
        lacking = missing(
            ground, images=len(drawn), evidence=stated.evidence, dated_at=stated.dated_at, results=known.results, at=at
        )
        _attach(session, found.id, request, drawn, by, at)
        recolouring_rows.add_step(session.connection(), found.id, request, RequestAct.ENTER, RequestState.ENTERED, (), by.id, at)
        figures = {"ground": ground, "unit": unit, "person": found.id}
        audit.record(session, audit.Act.RECOLOURING_ENTERED, by=by, at=at, subject=subject_of_request(request), figures=figures)
    return Entered(request, lacking)


def answer(request: int, stated: Stated, *, by: Staff, at: datetime) -> Moved:
    """The person has brought or said what was missing; the clock goes on. What is left empty stays as it was.

    :raises Refused: as `ask`, and `request_date_future`, `not_a_reference`.
    """
    drawn = _drawn(stated)
    with refusals_recorded(by, at, subject_of_request(request)), acting(by, Permission.RECOLOUR, at) as session:
        row = row_for(session, request, RequestAct.ANSWER, by, at)
        before = recolouring_rows.said_in(row)
        now = _said(stated)
        after = Said(now.evidence or before.evidence, now.said or before.said, now.contact or before.contact)
        due = due_after_answer(timedelta(seconds=row.remaining_seconds or 0), at)
        values: dict[str, object] = {
            "due_at": due,
            "asked_at": None,
            "remaining_seconds": None,
            **recolouring_rows.seal(row.id, after),
        }
        values["dated_at"] = _dated(stated, at) or row.dated_at
        _attach(session, row.person_id, row.id, drawn, by, at)
        return moved(session, row, RequestAct.ANSWER, by, at, values=values)


def _add(session: Session, values: dict[str, object], stated: Stated, at: datetime) -> None:
    try:
        recolouring_rows.add(session.connection(), {**values, "dated_at": _dated(stated, at)}, _said(stated))
    except sa.exc.IntegrityError as error:
        raise Refused("request_open") from error


def _drawn(stated: Stated) -> list[bytes]:
    """The pictures as the desk keeps them; drawn before a transaction is opened, for it takes a while."""
    return [drawn_anew(name, content) for name, content in stated.pictures]


def _attach(session: Session, person: int, request: int, pictures: Sequence[bytes], by: Staff, at: datetime) -> None:
    connection = session.connection()
    if len(recolouring_rows.image_ids(connection, person, request)) + len(pictures) > MOST_PICTURES:
        raise Refused("too_many_pictures", most=MOST_PICTURES)
    for picture in pictures:
        recolouring_rows.add_image(connection, person, request, picture, by=by.id, at=at)


def _said(stated: Stated) -> Said:
    evidence = plain(stated.evidence)
    if evidence and not is_reference(evidence):  # it becomes a fact's, which is read without a look-up
        raise Refused("not_a_reference")
    return Said(evidence, stated.said.strip()[:LONGEST_SAID], stated.contact.strip()[:LONGEST_CONTACT])


def _dated(stated: Stated, at: datetime) -> datetime | None:
    if stated.dated_at is not None and stated.dated_at > at:
        raise Refused("request_date_future")
    return stated.dated_at
