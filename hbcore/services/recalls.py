"""An upload is taken back whole for a reason, and can be put back; where a positive goes or comes it takes two (model part 6)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from hbcore.domain.application_reasons import known_reasons
from hbcore.domain.errors import Refused
from hbcore.domain.permissions import Permission
from hbcore.domain.vocabulary import Role
from hbcore.services import audit, preview_quota, recalling, second_look, units
from hbcore.services.acting import Staff, acting, reading
from hbcore.services.recalling import Changed
from hbcore.services.refusals import refusals_recorded
from hbcore.services.second_look import Proposal, Settled, What
from hbcore.storage import applying_rows, proposal_rows, recall_book, sealing
from hbcore.storage.recall_book import Row
from hbcore.storage.upload_rows import NUMBER, committed

LONGEST_NOTE = 200
PROPOSED, RECALLED, COMMITTED, APPLYING = "proposed", "recalled", "committed", "applying"


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


@dataclass(frozen=True)
class Standing:
    """Where an upload is. `recalled_by` and what follows: of one that is recalled. `proposal`: what waits for a second person."""

    upload: int
    number: str
    status: str
    recalled_by: tuple[str, ...] = ()
    recalled_at: datetime | None = None
    reason: RecallReason | None = None
    note: str | None = None
    proposal: Proposal | None = None


def preview(number: str, *, by: Staff, at: datetime) -> Changed:
    """What recalling an upload would change, or putting back one that is recalled: carried out and undone again, one event.

    :raises Refused: `unknown_upload`, also for who may not see it; `came_again`, `uploaded_again` where it can't be put back;
        `still_applying` until its last line is recorded; `too_many_previews` of this account within the hour, as of files.
    """
    with refusals_recorded(by, at, _named(number)), acting(by, Permission.CONFIRM_RECALLS, at) as session:
        preview_quota.refuse_too_many(session, by=by, at=at)
        upload = _in_scope(session, number, by)
        dry = session.connection().begin_nested()
        _, changed = _carried_out(session, upload, at)
        dry.rollback()
        figures = {"what": str(_what(upload)), **_figures(changed)}
        audit.record(session, audit.Act.RESULTS_PREVIEWED, by=by, at=at, subject=f"upload {upload.number}", figures=figures)
    return changed


def recall(number: str, reason: str, note: str | None = None, *, by: Staff, at: datetime) -> Recalled:
    """Take an own upload back. Where a positive goes or comes back by that, it is proposed to a second person instead.

    :raises Refused: `unknown_upload`, also of another institution; `already_recalled`, `unknown_reason`, `note_needed`,
        `note_too_long`, `already_proposed`.
    """
    with refusals_recorded(by, at, _named(number)), acting(by, Permission.RECALL_UPLOADS, at) as session:
        upload = _in_scope(session, number, by)
        if upload.status != COMMITTED:
            raise Refused("already_recalled")
        content = _content(upload, reason, note)
        return _done_or_proposed(session, upload, content, by, at)


def put_back(number: str, *, by: Staff, at: datetime) -> Recalled:
    """Undo the recall of an own upload, so that it is as if it had never been recalled; as `recall` by two people.

    :raises Refused: `unknown_upload`, `not_recalled`, `already_proposed`; `uploaded_again` where the same file stands again,
        `came_again` where samples of it have come again or what it repeats was recalled, too.
    """
    with refusals_recorded(by, at, _named(number)), acting(by, Permission.RECALL_UPLOADS, at) as session:
        upload = _in_scope(session, number, by)
        if upload.status != RECALLED:
            raise Refused("not_recalled")
        return _done_or_proposed(session, upload, _content(upload, None, None), by, at)


def confirm(proposal_id: int, *, by: Staff, at: datetime) -> Recalled:
    """The second person agrees: the upload is recalled, or put back, as things are now.

    :raises Refused: as `second_look.settle`; `already_recalled`, `not_recalled` and those of `put_back`.
    """
    with refusals_recorded(by, at, f"proposal {proposal_id}"), acting(by, Permission.CONFIRM_RECALLS, at) as session:
        row = proposal_rows.one(session.connection(), proposal_id)
        what = What(row.what) if row and row.what in (What.RECALL, What.PUT_BACK) else What.RECALL
        proposal = second_look.settle(session, proposal_id, Settled.CONFIRMED, by=by, at=at, what=what)
        upload = recall_book.upload(session.connection(), proposal.about)
        if row is None or upload is None:
            raise Refused("unknown_upload")
        if _what(upload) != what:
            raise Refused("already_recalled" if what == What.RECALL else "not_recalled")
        hands = (row.proposed_by, by.id)
        return _put_on_record(session, upload, _carried_out(session, upload, at), proposal.content, hands, by, at)


def decline(proposal_id: int, reason: str | None = None, *, by: Staff, at: datetime) -> None:
    """The second person says no, for a reason of the list: nothing is done.

    :raises Refused: as `second_look.settle`.
    """
    with refusals_recorded(by, at, f"proposal {proposal_id}"), acting(by, Permission.CONFIRM_RECALLS, at) as session:
        _end(session, proposal_id, Settled.DECLINED, audit.Act.PROPOSAL_DECLINED, reason, by, at)


def withdraw(proposal_id: int, *, by: Staff, at: datetime) -> None:
    """The first person thinks again: nothing is done.

    :raises Refused: as `second_look.settle`.
    """
    with refusals_recorded(by, at, f"proposal {proposal_id}"), acting(by, Permission.RECALL_UPLOADS, at) as session:
        _end(session, proposal_id, Settled.WITHDRAWN, audit.Act.PROPOSAL_WITHDRAWN, None, by, at)


def waiting(*, by: Staff, at: datetime) -> tuple[Proposal, ...]:
    """Uploads that somebody proposed to recall or put back, of one's own institutions or unit; the oldest first."""
    with reading(by, Permission.CONFIRM_RECALLS, at) as session:
        rows = [row for what in (What.RECALL, What.PUT_BACK) for row in proposal_rows.open_of(session.connection(), what, at)]
        seen = (second_look.as_seen(row, by) for row in sorted(rows, key=lambda row: (row.proposed_at, row.id)))
        return tuple(one for one in seen if one.own or _may_see(session, one, by))


def standing(number: str, *, by: Staff, at: datetime) -> Standing:
    """Where an own upload is: not recorded to its last line, committed, recalled by whom and why, or proposed for either.

    :raises Refused: `unknown_upload`.
    """
    with reading(by, Permission.CONFIRM_RECALLS, at) as session:
        connection, upload = session.connection(), _in_scope(session, number, by)
        open_ = proposal_rows.open_by_subject(connection, _what(upload), [f"upload {upload.id}"], at)
        proposal = next((second_look.as_seen(row, by) for row in open_.values()), None)
        row = recall_book.standing(connection, upload.id)
        status = APPLYING if applying_rows.one(connection, upload.id) else upload.status
    if row is None:
        return Standing(upload.id, upload.number, status, proposal=proposal)
    names = tuple(name for name in (row.full_name, row.second_name) if name)
    note = recall_book.opened_note(upload.id, row.sealed, row.key_version)
    return Standing(upload.id, upload.number, upload.status, names, row.recalled_at, RecallReason(row.reason), note, proposal)


def proposed_by_another(number: str, *, by: Staff, at: datetime) -> int | None:
    """The proposal about an upload of which `by` is the second person, if there is one: for who has nothing but its number."""
    with reading(by, Permission.CONFIRM_RECALLS, at) as session:
        upload = _in_scope(session, number, by)
        open_ = proposal_rows.open_by_subject(session.connection(), _what(upload), [f"upload {upload.id}"], at)
    return next((int(row.id) for row in open_.values() if row.proposed_by != by.id), None)


def _named(number: str) -> str:
    """How a refusal names the upload; what can be no number of one is not written down."""
    return f"upload {number}" if NUMBER.fullmatch(number) else "upload"


def _what(upload: Row) -> What:
    return What.PUT_BACK if upload.status == RECALLED else What.RECALL


def _content(upload: Row, reason: str | None, note: str | None) -> dict[str, object]:
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


def _done_or_proposed(session: Session, upload: Row, content: Mapping[str, object], by: Staff, at: datetime) -> Recalled:
    """Carried out, and undone where it turns out to take two people: then it is proposed with what it would change."""
    tried = session.connection().begin_nested()
    carried_out = _, changed = _carried_out(session, upload, at)
    if not changed.takes_two:
        tried.commit()
        return _put_on_record(session, upload, carried_out, content, (by.id, None), by, at)
    tried.rollback()
    what, subject = _what(upload), f"upload {upload.id}"
    second_look.propose(session, what, subject, unit=upload.unit, content=content, by=by, at=at)
    act = audit.Act.RECALL_PROPOSED if what == What.RECALL else audit.Act.PUT_BACK_PROPOSED
    figures = _figures(changed) | ({"reason": content["reason"]} if "reason" in content else {})
    audit.record(session, act, by=by, at=at, subject=f"upload {upload.number}", figures=figures)
    return Recalled(upload.number, PROPOSED, changed)


def _put_on_record(
    session: Session,
    upload: Row,
    carried_out: tuple[int, Changed],
    content: Mapping[str, object],
    hands: tuple[int, int | None],
    by: Staff,
    at: datetime,
) -> Recalled:
    """What was carried out: the upload's status, why and by whom, with its event."""
    what, connection, (recall_id, changed) = _what(upload), session.connection(), carried_out
    if what == What.RECALL:
        _put_down(session, upload, recall_id, content, hands, at)
        act, now = audit.Act.UPLOAD_RECALLED, RECALLED
    else:
        row = _book(session, upload)
        recall_book.put_back(connection, row.id, *hands, at)
        recall_book.let_wait_again(connection, upload.id, json.loads(row.waiting))
        act, now = audit.Act.UPLOAD_PUT_BACK, COMMITTED
    if not recall_book.set_status(connection, upload.id, upload.status, now):
        raise Refused("already_recalled" if what == What.RECALL else "not_recalled")
    if hands[1] is None:
        second_look.lapse(session, what, f"upload {upload.id}", at)
    figures = _figures(changed) | ({"reason": content["reason"]} if "reason" in content else {})
    audit.record(session, act, by=by, at=at, subject=f"upload {upload.number}", figures=figures)
    return Recalled(upload.number, now, changed)


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


def _carried_out(session: Session, upload: Row, at: datetime) -> tuple[int, Changed]:
    """The id under which a recall goes on record, or under which it did, and what has changed."""
    if applying_rows.one(session.connection(), upload.id):
        raise Refused("still_applying")
    if upload.status != RECALLED:
        recall_id = recall_book.next_id()
        return recall_id, recalling.take_back(session, upload.id, recall_id, at)
    if committed(session.connection(), upload.kind, upload.institution, upload.digest):
        raise Refused("uploaded_again")
    row = _book(session, upload)
    return row.id, recalling.put_back(session, upload.id, row.id, at)


def _book(session: Session, upload: Row) -> Row:
    row = recall_book.standing(session.connection(), upload.id)
    if row is None:
        raise Refused("not_recalled")
    return row


def _figures(changed: Changed) -> dict[str, object]:
    return {
        "recorded": changed.results,
        "back": changed.back,
        "others": changed.others,
        "positives": changed.positives_gone + changed.positives_back,
        "codes": dict(changed.codes),
    }


def _end(session: Session, proposal_id: int, how: Settled, act: audit.Act, reason: str | None, by: Staff, at: datetime) -> None:
    row = proposal_rows.one(session.connection(), proposal_id)
    if row is None or row.what not in (What.RECALL, What.PUT_BACK):
        raise Refused("proposal_gone")
    ended = second_look.settle(session, proposal_id, how, by=by, at=at, reason=reason)
    figures = {"what": ended.what} | ({"reason": reason} if reason else {})
    audit.record(session, act, by=by, at=at, subject=ended.subject, figures=figures)


def _in_scope(session: Session, number: str, by: Staff) -> Row:
    """The upload, if it is of the liaison's institutions or the supervisor's unit and below."""
    upload = recall_book.upload(session.connection(), number)
    if upload is None or not _within(session, upload.institution, upload.unit, by):
        raise Refused("unknown_upload")
    return upload


def _may_see(session: Session, proposal: Proposal, by: Staff) -> bool:
    return _within(session, str(proposal.content.get("institution")), proposal.unit, by)


def _within(session: Session, institution: str, unit: str, by: Staff) -> bool:
    if by.role == Role.LAB_LIAISON:
        return institution in by.institutions
    return unit in units.units_below(session, by.unit or "")
