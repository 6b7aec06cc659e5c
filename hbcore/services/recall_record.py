"""Recalls as they go on record in the act's transaction: carried out, begun or proposed to a second person; with their event."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from hbcore.domain.application_reasons import known_reasons
from hbcore.domain.errors import Refused
from hbcore.domain.vocabulary import Role
from hbcore.services import audit, held_again, recall_slices, second_look, units
from hbcore.services.acting import Staff
from hbcore.services.recall_slices import Rehearsed
from hbcore.services.recalling import Changed
from hbcore.services.second_look import What
from hbcore.storage import applying_rows, recall_book, sealing
from hbcore.storage.recall_book import Row
from hbcore.storage.upload_rows import committed

LONGEST_NOTE = 200
PROPOSED, RECALLED, COMMITTED = "proposed", "recalled", "committed"


class RecallReason(StrEnum):
    """Why an upload is taken back. `OTHER` needs a note that says it."""

    WRONG_FILE = "wrong_file"
    WRONG_PEOPLE = "wrong_people"
    WRONG_OUTCOMES = "wrong_outcomes"
    WRONG_TIMES = "wrong_times"
    NOT_VALIDATED = "not_validated"
    OTHER = "other"


@dataclass(frozen=True)
class Recalled:
    """What came of it. `status`: `proposed`, `recalled`, or `committed` where it was put back."""

    number: str
    status: str
    changed: Changed


def what_of(upload: Row) -> What:
    """What can be done with an upload as it stands."""
    return What.PUT_BACK if upload.status == RECALLED else What.RECALL


def content_of(upload: Row, reason: str | None, note: str | None) -> dict[str, object]:
    """What is proposed: our codes; a note is closed, because people write names into notes."""
    content: dict[str, object] = {"number": upload.number, "institution": upload.institution}
    if reason is None:
        return content
    note = (note or "").strip()
    if not known_reasons([reason], RecallReason):
        raise Refused("unknown_reason")
    if reason == RecallReason.OTHER and not note:
        raise Refused("note_needed")
    if len(note) > LONGEST_NOTE:
        raise Refused("note_too_long", most=LONGEST_NOTE)
    sealed = recall_book.sealed_note(upload.id, note)
    return content | {"reason": str(reason)} | ({"note": sealed.hex()} if sealed else {})


def done_or_proposed(
    session: Session, upload: Row, content: Mapping[str, object], tried: Rehearsed | None, by: Staff, at: datetime
) -> Recalled:
    """Carried out, and undone where it turns out to take two people: then it is proposed with what it would change."""
    nested = session.connection().begin_nested()
    carried_out = _, changed = carry_out(session, upload, tried, at)
    if not changed.takes_two:
        nested.commit()
        return put_on_record(session, upload, carried_out, content, (by.id, None), by, at)
    changed = turned(session, upload, changed, at)
    nested.rollback()
    what, subject = what_of(upload), f"upload {upload.id}"
    second_look.propose(session, what, subject, unit=upload.unit, content=content, by=by, at=at)
    act = audit.Act.RECALL_PROPOSED if what == What.RECALL else audit.Act.PUT_BACK_PROPOSED
    figures = figures_of(changed) | ({"reason": content["reason"]} if "reason" in content else {})
    audit.record(session, act, by=by, at=at, subject=f"upload {upload.number}", figures=figures)
    return Recalled(upload.number, PROPOSED, changed)


def put_on_record(
    session: Session,
    upload: Row,
    carried_out: tuple[int, Changed],
    content: Mapping[str, object],
    hands: tuple[int, int | None],
    by: Staff,
    at: datetime,
) -> Recalled:
    """What was carried out: the upload's status, why and by whom, with its event."""
    what, connection, (recall_id, changed) = what_of(upload), session.connection(), carried_out
    if what == What.RECALL:
        _put_down(session, upload, recall_id, content, hands, at)
        act, now = audit.Act.UPLOAD_RECALLED, RECALLED
    else:
        row = _book(session, upload)
        recall_book.put_back(connection, row.id, *hands, at)
        recall_book.let_wait_again(connection, upload.id, json.loads(row.waiting))
        act, now = audit.Act.UPLOAD_PUT_BACK, COMMITTED
    changed = turned(session, upload, changed, at)
    if hands[1] is None:
        second_look.lapse(session, what, f"upload {upload.id}", at)
    figures = figures_of(changed) | ({"reason": content["reason"]} if "reason" in content else {})
    audit.record(session, act, by=by, at=at, subject=f"upload {upload.number}", figures=figures)
    return Recalled(upload.number, now, changed)


def turned(session: Session, upload: Row, changed: Changed, at: datetime) -> Changed:
    """The upload stands no more, or again; rows that it and others hold are held by those that stand.

    :raises Refused: `already_recalled`, `not_recalled`; those of `held_again.follow`.
    """
    recalled = upload.status == RECALLED
    if not recall_book.set_status(session.connection(), upload.id, upload.status, COMMITTED if recalled else RECALLED):
        raise Refused("not_recalled" if recalled else "already_recalled")
    return replace(changed, held=held_again.follow(session, upload.id, at))


def _put_down(
    session: Session, upload: Row, recall_id: int, content: Mapping[str, object], hands: tuple[int, int | None], at: datetime
) -> None:
    connection = session.connection()
    waiting = recall_book.let_wait_no_more(connection, upload.id)
    second_look.lapse(session, What.RELEASE_POSITIVES, f"upload {upload.id}", at)
    for row in waiting:
        second_look.lapse(session, What.REMOVE_POSITIVE, f"row {row} of upload {upload.id}", at)
    note = content.get("note")
    values = {
        "upload_id": upload.id,
        "reason": content["reason"],
        "recalled_by": hands[0],
        "second_by": hands[1],
        "recalled_at": at,
        "sealed": bytes.fromhex(str(note)) if note else None,
        "key_version": sealing.KEY_VERSION if note else None,
    }
    recall_book.add(connection, recall_id, values, waiting)


def carry_out(session: Session, upload: Row, tried: Rehearsed | None, at: datetime) -> tuple[int, Changed]:
    """Recall an upload or put it back, or begin to, where that was rehearsed in slices; under which id of a recall, what changes.

    :raises Refused: those of `refuse_by_now`; `came_again`, `recall_moved` as `recall_slices.begin`.
    """
    refuse_by_now(session, upload)
    back = upload.status == RECALLED
    recall_id = _book(session, upload).id if back else recall_book.next_id()
    if tried is not None:
        recall_slices.begin(session, upload, recall_id, tried)
        return recall_id, tried.changed
    return recall_id, recall_slices.at_once(session, upload.id, recall_id, at, back=back)


def refuse_by_now(session: Session, upload: Row) -> None:
    """Nothing where an upload can be recalled, or put back, as things are now.

    :raises Refused: `still_applying`, `still_recalling`; of what would be put back `uploaded_again`, and
        `institution_suspended`: its results are not taken, nor taken again.
    """
    connection = session.connection()
    if applying_rows.one(connection, upload.id):
        raise Refused("still_applying")
    recall_slices.refuse_beside(connection, upload.institution)
    if upload.status == RECALLED and upload.suspended_at is not None:
        raise Refused("institution_suspended")
    if upload.status == RECALLED and committed(connection, upload.kind, upload.institution, upload.digest):
        raise Refused("uploaded_again")


def _book(session: Session, upload: Row) -> Row:
    row = recall_book.standing(session.connection(), upload.id)
    if row is None:
        raise Refused("not_recalled")
    return row


def figures_of(changed: Changed) -> dict[str, object]:
    """What changes, as an event says it."""
    return {
        "recorded": changed.results,
        "back": changed.back,
        "others": changed.others,
        "positives": changed.positives_gone + changed.positives_back,
        "codes": dict(changed.codes),
    } | ({"held": changed.held} if changed.held else {})


def in_scope(session: Session, number: str, by: Staff) -> Row:
    """The upload, if it is of the liaison's institutions or the supervisor's unit and below.

    :raises Refused: `unknown_upload`.
    """
    upload = recall_book.upload(session.connection(), number)
    if upload is None or not within(session, upload.institution, upload.unit, by):
        raise Refused("unknown_upload")
    return upload


def within(session: Session, institution: str, unit: str, by: Staff) -> bool:
    """Whether an institution is of the liaison's own, or its unit the supervisor's or below."""
    if by.role == Role.LAB_LIAISON:
        return institution in by.institutions
    return unit in units.units_below(session, by.unit or "")
