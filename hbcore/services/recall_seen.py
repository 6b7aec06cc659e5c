"""Where uploads stand that somebody recalled, puts back or proposed to: for the pages and the shell."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from hbcore.domain.permissions import Permission
from hbcore.services import second_look
from hbcore.services.acting import Staff, reading
from hbcore.services.held_rows import recall_waits
from hbcore.services.recall_record import RecallReason, in_scope, what_of, within
from hbcore.services.second_look import Proposal, What
from hbcore.storage import applying_rows, proposal_rows, recall_book, recalling_rows
from hbcore.storage.recalling_rows import SoFar

APPLYING, RECALLING = "applying", "recalling"


@dataclass(frozen=True)
class Standing:
    """Where an upload is. `recalled_by` and what follows: of one that is recalled. `proposal`: what waits for a second person.

    `so_far`: of one that is being recalled or put back.
    """

    upload: int
    number: str
    status: str
    recalled_by: tuple[str, ...] = ()
    recalled_at: datetime | None = None
    reason: RecallReason | None = None
    note: str | None = None
    proposal: Proposal | None = None
    so_far: SoFar | None = None


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
        connection, upload = session.connection(), in_scope(session, number, by)
        open_ = proposal_rows.open_by_subject(connection, what_of(upload), [f"upload {upload.id}"], at)
        proposal = next((second_look.as_seen(row, by) for row in open_.values()), None)
        row, moving = recall_book.standing(connection, upload.id), recalling_rows.one(connection, upload.id)
        status = APPLYING if applying_rows.one(connection, upload.id) else RECALLING if moving else upload.status
    so_far = recalling_rows.of_row(moving) if moving else None
    if row is None:
        return Standing(upload.id, upload.number, status, proposal=proposal, so_far=so_far)
    names = tuple(name for name in (row.full_name, row.second_name) if name)
    note = recall_book.opened_note(upload.id, row.sealed, row.key_version)
    reason = RecallReason(row.reason)
    return Standing(upload.id, upload.number, status, names, row.recalled_at, reason, note, proposal, so_far)


def waits_beside(proposals: Sequence[Proposal], *, by: Staff, at: datetime) -> frozenset[int]:
    """Of these proposals those that would settle held rows of an upload whose recall waits for a second person; their ids."""
    of_held = [one for one in proposals if one.what in (What.RELEASE_POSITIVES, What.REMOVE_POSITIVE)]
    with reading(by, Permission.SECOND_REVIEW, at) as session:
        uploads = recall_waits(session, {one.about for one in of_held}, at)
    return frozenset(one.id for one in of_held if one.about in uploads)


def proposed_by_another(number: str, *, by: Staff, at: datetime) -> int | None:
    """The proposal about an upload of which `by` is the second person, if there is one: for who has nothing but its number."""
    with reading(by, Permission.CONFIRM_RECALLS, at) as session:
        upload = in_scope(session, number, by)
        open_ = proposal_rows.open_by_subject(session.connection(), what_of(upload), [f"upload {upload.id}"], at)
    return next((int(row.id) for row in open_.values() if row.proposed_by != by.id), None)


def _may_see(session: Session, proposal: Proposal, by: Staff) -> bool:
    return within(session, str(proposal.content.get("institution")), proposal.unit, by)
