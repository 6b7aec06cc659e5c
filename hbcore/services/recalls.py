"""An upload is taken back whole for a reason, and can be put back; where a positive goes or comes it takes two (model part 6)."""

import json
from datetime import datetime

from sqlmodel import Session

from hbcore.domain.errors import Refused
from hbcore.domain.permissions import Permission
from hbcore.services import audit, lab_finishing, preview_quota, recall_slices, second_look
from hbcore.services.acting import Staff, acting, reading
from hbcore.services.recall_record import (
    COMMITTED,
    PROPOSED,
    RECALLED,
    Recalled,
    carry_out,
    content_of,
    done_or_proposed,
    figures_of,
    in_scope,
    put_on_record,
    refuse_by_now,
    turned,
    what_of,
)
from hbcore.services.recalling import Changed
from hbcore.services.refusals import refusals_recorded
from hbcore.services.second_look import Settled, What
from hbcore.services.slicing import Said, said_to_nobody
from hbcore.storage import proposal_rows, recall_book
from hbcore.storage.recall_book import Row
from hbcore.storage.upload_rows import NUMBER


def preview(number: str, *, by: Staff, at: datetime, tried: Said = said_to_nobody) -> Changed:
    """What recalling an upload would change, or putting back one that is recalled: carried out and undone again, one event.

    Of a large upload that goes slice by slice, and `tried` hears how many people have been gone through, of how many.

    :raises Refused: `unknown_upload`, also for who may not see it; `came_again`, `uploaded_again` where it can't be put back;
        `still_applying` until its last line is recorded; `still_recalling` while a large upload of the institution is recalled or
        put back; `too_many_previews` of this account within the hour, as of files.
    """
    with refusals_recorded(by, at, _named(number)):
        with reading(by, Permission.CONFIRM_RECALLS, at) as session:
            preview_quota.refuse_too_many(session, by=by, at=at)
            to_try = _to_try(session, number, None, by)
        rehearsed = recall_slices.rehearsed(to_try, at, tried)
        with acting(by, Permission.CONFIRM_RECALLS, at) as session:
            preview_quota.refuse_too_many(session, by=by, at=at)
            upload = in_scope(session, number, by)
            dry = session.connection().begin_nested()
            _, changed = carry_out(session, upload, rehearsed, at)
            changed = turned(session, upload, changed, at)
            dry.rollback()
            figures = {"what": str(what_of(upload)), **figures_of(changed)}
            audit.record(session, audit.Act.RESULTS_PREVIEWED, by=by, at=at, subject=f"upload {upload.number}", figures=figures)
    return changed


def recall(
    number: str,
    reason: str,
    note: str | None = None,
    *,
    by: Staff,
    at: datetime,
    tried: Said = said_to_nobody,
    said: Said = said_to_nobody,
) -> Recalled:
    """Take an own upload back. Where a positive goes or comes back by that, it is proposed to a second person instead.

    A large upload is rehearsed first, which `tried` hears, then taken back in one act, with the figures of that, and carried out
    in slices, which `said` hears; after a stop the next start goes on with them.

    :raises Refused: `unknown_upload`, also of another institution; `already_recalled`, `unknown_reason`, `note_needed`,
        `note_too_long`, `already_proposed`; `still_applying`, `still_recalling`; `recall_moved` where something else of the
        institution was done while a large upload was rehearsed.
    """
    with refusals_recorded(by, at, _named(number)):
        with reading(by, Permission.RECALL_UPLOADS, at) as session:
            to_try = _to_try(session, number, What.RECALL, by)
        rehearsed = recall_slices.rehearsed(to_try, at, tried)
        with acting(by, Permission.RECALL_UPLOADS, at) as session:
            upload = in_scope(session, number, by)
            if upload.status != COMMITTED:
                raise Refused("already_recalled")
            content = content_of(upload, reason, note)
            done = done_or_proposed(session, upload, content, rehearsed, by, at)
    return _finished(done, upload.id, said)


def put_back(number: str, *, by: Staff, at: datetime, tried: Said = said_to_nobody, said: Said = said_to_nobody) -> Recalled:
    """Undo the recall of an own upload, so that it is as if it had never been recalled; as `recall` by two people and in slices.

    :raises Refused: `unknown_upload`, `not_recalled`, `already_proposed`; `uploaded_again` where the same file stands again,
        `institution_suspended` as long as it is,
        `came_again` where samples of it have come again or what it repeats was recalled, too; `still_applying`,
        `still_recalling`, `recall_moved` as `recall`.
    """
    with refusals_recorded(by, at, _named(number)):
        with reading(by, Permission.RECALL_UPLOADS, at) as session:
            to_try = _to_try(session, number, What.PUT_BACK, by)
        rehearsed = recall_slices.rehearsed(to_try, at, tried)
        with acting(by, Permission.RECALL_UPLOADS, at) as session:
            upload = in_scope(session, number, by)
            if upload.status != RECALLED:
                raise Refused("not_recalled")
            done = done_or_proposed(session, upload, content_of(upload, None, None), rehearsed, by, at)
    return _finished(done, upload.id, said)


def confirm(proposal_id: int, *, by: Staff, at: datetime, tried: Said = said_to_nobody, said: Said = said_to_nobody) -> Recalled:
    """The second person agrees: the upload is recalled, or put back, as things are now; a large one in slices as by `recall`.

    :raises Refused: as `second_look.settle`; `already_recalled`, `not_recalled`, `recall_moved` and those of `put_back`.
    """
    with refusals_recorded(by, at, f"proposal {proposal_id}"):
        with reading(by, Permission.CONFIRM_RECALLS, at) as session:
            to_try = _proposed_to_try(session, proposal_id, by)
        rehearsed = recall_slices.rehearsed(to_try, at, tried)
        with acting(by, Permission.CONFIRM_RECALLS, at) as session:
            row = proposal_rows.one(session.connection(), proposal_id)
            what = What(row.what) if row and row.what in (What.RECALL, What.PUT_BACK) else What.RECALL
            proposal = second_look.settle(session, proposal_id, Settled.CONFIRMED, by=by, at=at, what=what)
            upload = recall_book.upload(session.connection(), proposal.about)
            if row is None or upload is None:
                raise Refused("unknown_upload")
            if what_of(upload) != what:
                raise Refused("already_recalled" if what == What.RECALL else "not_recalled")
            carried_out = carry_out(session, upload, rehearsed, at)
            done = put_on_record(session, upload, carried_out, proposal.content, (row.proposed_by, by.id), by, at)
    return _finished(done, upload.id, said)


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


def _named(number: str) -> str:
    """How a refusal names the upload; what can be no number of one is not written down."""
    return f"upload {number}" if NUMBER.fullmatch(number) else "upload"


def _end(session: Session, proposal_id: int, how: Settled, act: audit.Act, reason: str | None, by: Staff, at: datetime) -> None:
    row = proposal_rows.one(session.connection(), proposal_id)
    if row is None or row.what not in (What.RECALL, What.PUT_BACK):
        raise Refused("proposal_gone")
    ended = second_look.settle(session, proposal_id, how, by=by, at=at, reason=reason)
    figures = {"what": ended.what} | second_look.declined_for(reason)
    audit.record(session, act, by=by, at=at, subject=ended.subject, figures=figures)


def _to_try(session: Session, number: str, what: What | None, by: Staff) -> Row | None:
    """The upload that may have to be rehearsed; None where the act will refuse."""
    upload = in_scope(session, number, by)
    if what not in (None, what_of(upload)):
        return None
    refuse_by_now(session, upload)
    return upload


def _proposed_to_try(session: Session, proposal_id: int, by: Staff) -> Row | None:
    row = proposal_rows.one(session.connection(), proposal_id)
    if row is None or row.what not in (What.RECALL, What.PUT_BACK) or row.settled_at or row.proposed_by == by.id:
        return None
    number = str(json.loads(row.content)["number"])
    return _to_try(session, number, What(row.what), by)


def _finished(done: Recalled, upload: int, said: Said) -> Recalled:
    """What is only begun is carried out to its end."""
    if done.status != PROPOSED:
        lab_finishing.finish(upload, said)
    return done
