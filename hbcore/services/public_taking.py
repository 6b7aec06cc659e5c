"""Applications from the public form taken in: those that wait at the same moment together, in one transaction."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from hbcore.domain.applicants import Applicant, Channel, PhotoKind
from hbcore.domain.chains import Evidence
from hbcore.domain.errors import Refused
from hbcore.services import audit, codes, form_limits, notices, units
from hbcore.services.acting import as_applicant
from hbcore.services.application_adding import Entered, Receipt, Submission, add, add_new, held_person
from hbcore.services.application_entry import LEVELS_OF_RESIDENCE
from hbcore.services.form_limits import FormLimit
from hbcore.services.together import Together
from hbcore.storage import application_rows, form_photo_rows, people_rows, photo_rows, reach, sealing


@dataclass(frozen=True)
class Sent:
    """A form that was read: who applies, the unit they live in, what they read, their pictures, when.

    `form`: the key of its photos that were held; None where there are none.
    """

    applicant: Applicant
    unit: str
    language: str
    pictures: Mapping[PhotoKind, bytes]
    at: datetime
    form: bytes | None = None


def take_in(sent: Sent) -> Receipt:
    """The receipt of an application that is kept.

    :raises Refused: `queue_full`, `unknown_unit`, `ambiguous_document`, `already_registered`, `duplicate`, `receipts_used_up`.
    """
    return _together.do(sent)


def refuse_held(applicant: Applicant, *, at: datetime) -> None:
    """Refuse an applicant beside whose application theirs would not be taken; nothing is kept of the look.

    :raises Refused: `ambiguous_document`, `already_registered`, `duplicate`.
    """
    with as_applicant() as session:
        reach.to_documents(session.connection(), {key_of(applicant)})
        looked = session.connection().begin_nested()
        held_person(session, applicant, None, at)
        looked.rollback()
        session.info[audit.RECORDED] = True  # nothing was done


def key_of(applicant: Applicant) -> bytes:
    """The keyed hash by which an applicant's document is found."""
    return sealing.document_key(applicant.document.kind, applicant.document.number)


def _take_all(sent: Sequence[Sent]) -> Sequence[Receipt | Exception]:
    """Each taken in or refused; where they cannot be written together, each by itself, so that one meets its own error alone."""
    try:
        return _take(sent)
    except sa.exc.OperationalError:  # the database is away, or somebody else keeps the right to write
        raise
    except Exception:
        if len(sent) == 1:
            raise
        return [_alone(one) for one in sent]


_together = Together(_take_all)


def _alone(one: Sent) -> Receipt | Exception:
    try:
        return _take([one])[0]
    except Exception as error:
        return error


def _take(sent: Sequence[Sent]) -> list[Receipt | Exception]:
    at = max(one.at for one in sent)
    with as_applicant() as session:
        reach.to_documents(session.connection(), {key_of(one.applicant) for one in sent})
        refused = dict(_refusals(session, sent))
        taken = _add(session, {place: one for place, one in enumerate(sent) if place not in refused}, refused, at)
        for place, entered in taken.items():
            photo_rows.keep(session.connection(), entered.receipt.id, sent[place].pictures, sent[place].at)
        form_photo_rows.delete(session.connection(), {sent[place].form or b"" for place in taken} - {b""})
        if told := [entered.receipt.id for place, entered in taken.items() if sent[place].applicant.email]:
            notices.tell_received(session, told, at=at)
        _record(session, [(entered, sent[place].unit) for place, entered in sorted(taken.items())], at)
    return [taken[place].receipt if place in taken else refused[place] for place in range(len(sent))]


def _refusals(session: Session, sent: Sequence[Sent]) -> Iterator[tuple[int, Refused]]:
    """Those that are not even looked at, by place: no room, or no place where people live."""
    most = form_limits.in_force(session.connection())[FormLimit.WAITING]
    room = most - application_rows.open_online(session.connection())
    levels = units.levels(session, {one.unit for one in sent})
    for place, one in enumerate(sent):
        if place >= room:
            yield place, Refused("queue_full")
        elif levels.get(one.unit) not in LEVELS_OF_RESIDENCE:
            yield place, Refused("unknown_unit")


def _add(session: Session, sent: Mapping[int, Sent], refused: dict[int, Refused], at: datetime) -> dict[int, Entered]:
    """Who is new goes in together; the others one after the other, each of whom may be `refused`."""
    submissions = {
        place: Submission(one.applicant, one.unit, Channel.ONLINE, one.at, None, language=one.language)
        for place, one in sent.items()
    }
    new = _new(session, submissions)
    taken = dict(zip(new, _add_new(session, [submissions[place] for place in new], at), strict=True))
    again: dict[int, int] = {}
    for place in submissions.keys() - taken.keys():
        try:
            with session.connection().begin_nested():
                taken[place] = add(session, submissions[place], by=None, at=at)
            again[taken[place].person_id] = taken[place].receipt.id
        except Refused as error:
            refused[place] = error
    if again:
        codes.decide_again(session, sorted(again), at=at, cause=again)
    return taken


def _new(session: Session, submissions: Mapping[int, Submission]) -> list[int]:
    """The places of those whose document nobody has; of several with one document the first."""
    first: dict[bytes, int] = {}
    for place, one in submissions.items():
        first.setdefault(key_of(one.applicant), place)
    owners = people_rows.owners_of(session.connection(), list(first)) if first else {}
    return [
        place for key, place in first.items() if not people_rows.match(owners[key], submissions[place].applicant.document.country)
    ]


def _add_new(session: Session, submissions: Sequence[Submission], at: datetime) -> list[Entered]:
    """Of somebody of whom nothing else is known, nothing has to be read for the code that follows."""
    if not submissions:
        return []
    made = add_new(session, submissions, at=at)
    lives: dict[Evidence, int] = {}
    places = [
        lives.setdefault(Evidence(str(entered.registration), one.unit, ()), len(lives))
        for entered, one in zip(made, submissions, strict=True)
    ]
    cause = {entered.person_id: entered.receipt.id for entered in made}
    codes.decide_first(session, list(cause), places, list(lives), None, at=at, cause=cause)
    return made


def _record(session: Session, taken: Sequence[tuple[Entered, str]], at: datetime) -> None:
    if not taken:
        session.info[audit.RECORDED] = True  # all were refused, each of which is an event of its own: nothing was done
        return
    done = [(f"application {one.receipt.id}", {"receipt": one.receipt.number, "unit": unit}) for one, unit in taken]
    audit.record_each_own(session, audit.Act.APPLICATION_SUBMITTED, done, at=at)
