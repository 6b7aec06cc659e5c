"""Held rows by which a positive would go away, ours or theirs: proposed by one, confirmed by another (model part 6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from hbcore.domain.documents import masked_number
from hbcore.domain.errors import Refused
from hbcore.domain.lab_held import why_not_reason
from hbcore.domain.lab_keeping import WaitsFor
from hbcore.domain.names import masked_name
from hbcore.domain.permissions import Permission
from hbcore.domain.vocabulary import PROVINCE, Purpose, RowCode
from hbcore.services import audit, held_rows, second_look
from hbcore.services.acting import Staff, acting, reading
from hbcore.services.held_owners import Whose
from hbcore.services.held_rows import TakenIn
from hbcore.services.refusals import refusals_recorded
from hbcore.services.second_look import Proposal, Settled, What
from hbcore.storage import held_rows as rows_held
from hbcore.storage import people_rows, proposal_rows
from hbcore.storage.held_rows import HeldRow, Row

MOST = 50
"""So many are listed; the oldest first."""


@dataclass(frozen=True)
class Removal:
    """A held row that would take a positive away, and whose: masked. `says`: the laboratory's words for outcome and status.
    `person`: 0 of somebody whom we do not hold, who comes into the tube of a positive.

    `recall_waits`: the recall of its upload is proposed, and nothing of it is settled until that is decided.
    """

    upload: int
    row: int
    number: str
    institution: str
    at: datetime
    person: int
    name: str
    document: str
    sample: str
    says: str
    proposed: bool
    recall_waits: bool


def waiting(*, by: Staff, at: datetime, before: Sequence[Removal] = ()) -> tuple[Removal, ...]:
    """Those of one's own unit and below, the oldest first.

    A list of people is one look-up event, written whenever somebody is on it who was not there `before`.

    :raises Refused: `look_up_not_recorded`.
    """
    with reading(by, Permission.SECOND_REVIEW, at) as session:
        connection = session.connection()
        found = rows_held.removals(connection, by.unit or "", MOST)
        subjects = [subject_of(row.id, row.row_number) for row in found]
        proposed = proposal_rows.open_by_subject(connection, What.REMOVE_POSITIVE, subjects, at) if found else {}
        recalls = held_rows.recall_waits(session, {row.id for row in found}, at)
    new = {row.person for row in found} - {one.person for one in before}
    if new:
        figures = {"purpose": Purpose.CORRECT_RESULT, "people": len(new)}
        audit.record_look_up(audit.Act.LIST_LOOKED_UP, by=by, at=at, subject=f"held rows of unit {by.unit}", figures=figures)
    return tuple(_seen(row, subject_of(row.id, row.row_number) in proposed, row.id in recalls) for row in found)


def propose(upload_id: int, row: int, take: bool, reason: str, *, person: int | None = None, by: Staff, at: datetime) -> int:
    """Propose to take a held row in (`take`), also where a positive ends by it, or to keep what we hold; the proposal's id.

    `person`: whose it is, of several with its document.

    :raises Refused: `unknown_held_row`, also for one of another unit; `unknown_reason`, `reason_speaks_against`,
        `already_proposed`, `nothing_to_take`, `person_not_chosen`; those of `held_rows.upload_of`.
    """
    with refusals_recorded(by, at, subject_of(upload_id, row)), acting(by, Permission.SECOND_REVIEW, at) as session:
        found = in_scope(session, upload_id, row, person, by, take=take)
        held_rows.upload_of(session, upload_id, at)
        if take and found.held_for == RowCode.WITHDRAWS_UNKNOWN:
            raise Refused("nothing_to_take")
        if why_not := why_not_reason(RowCode(found.held_for), take, reason):
            raise Refused(why_not)
        content = {"number": found.number, "row": row, "person": found.person, "take": take, "reason": str(reason)}
        content |= {"held_for": found.held_for}
        subject, unit = subject_of(upload_id, row), found.unit or PROVINCE
        made = second_look.propose(session, What.REMOVE_POSITIVE, subject, unit=unit, content=content, by=by, at=at)
        figures = {"row": row, "held_for": found.held_for, "take": take, "reason": str(reason)}
        audit.record(session, audit.Act.SETTLING_PROPOSED, by=by, at=at, subject=f"upload {found.number}", figures=figures)
    return made


def in_scope(session: Session, upload_id: int, row: int, person: int | None, by: Staff, *, take: bool = True) -> Row:
    """A held row and whose it is, if the institution or the person is of one's own unit or below.

    :raises Refused: `unknown_held_row`, `person_not_chosen` where it is to be taken in (`take`), several have its document and
        `person` is none of them.
    """
    rows = rows_held.of_people(session.connection(), by.unit or "", upload_id, row)
    if not rows or rows[0].waits == WaitsFor.RELEASE:
        raise Refused("unknown_held_row")
    of_person = {one.person: one for one in rows}
    if rows[0].held_for != RowCode.AMBIGUOUS_DOCUMENT or not take:
        return rows[-1]
    if person not in of_person:
        raise Refused("person_not_chosen")
    return of_person[person]


def settle(proposal_id: int, *, by: Staff, at: datetime) -> TakenIn | None:
    """The second person agrees: the row is taken in and what it ends keeps its history, or it is turned down (None).

    :raises Refused: as `second_look.settle` and `held_rows.upload_of`; `unknown_held_row` where it was settled otherwise,
        `held_row_changed` where by now it can't be taken in any more.
    """
    with refusals_recorded(by, at, f"proposal {proposal_id}"), acting(by, Permission.SETTLE_HELD, at) as session:
        proposal = second_look.settle(session, proposal_id, Settled.CONFIRMED, by=by, at=at, what=What.REMOVE_POSITIVE)
        upload = held_rows.upload_of(session, proposal.about, at)
        waiting = rows_held.held(session.connection(), upload.id, rows=[int(str(proposal.content["row"]))])
        if [one.held_for for one in waiting] != [proposal.content.get("held_for", RowCode.SECOND_ACCOUNT_NEEDED)]:
            raise Refused("unknown_held_row")
        done = _carry_out(session, upload, waiting, proposal, at)
        figures = {key: proposal.content[key] for key in ("row", "take", "reason")}
        figures |= {"held_for": str(waiting[0].held_for)} | ({"codes": done.codes} if done else {})
        audit.record(session, audit.Act.HELD_ROW_SETTLED, by=by, at=at, subject=f"upload {upload.number}", figures=figures)
    return done


def _carry_out(session: Session, upload: Row, waiting: Sequence[HeldRow], proposal: Proposal, at: datetime) -> TakenIn | None:
    if not proposal.content["take"]:
        held_rows.turn_down(session, upload, waiting)
        return None
    done = held_rows.take_in(session, upload, waiting, at=at, people=people_of(waiting, int(str(proposal.content["person"]))))
    if done.left:
        raise Refused("held_row_changed")
    return done


def people_of(waiting: Sequence[HeldRow], person: int | None) -> Whose:
    """Whose rows are that could be several people's."""
    return {one.row: person for one in waiting if one.held_for == RowCode.AMBIGUOUS_DOCUMENT}


def subject_of(upload_id: int, row: int) -> str:
    """How proposals and events name a row. The upload comes last: that is what the proposal is about."""
    return f"row {row} of upload {upload_id}"


def masked(row: Row) -> tuple[str, str]:
    """Name and number of whose a held row is: as we hold them, or as the file says of somebody whom we do not."""
    if row.person != rows_held.NOBODY:
        text = people_rows.open_sealed(row.person, row.sealed, row.key_version)
        return masked_name(text.name), masked_number(text.documents[-1])
    cells = rows_held.cells_of(row.id, row.row_number, row.row_sealed, row.row_key_version)
    return held_rows.masked(cells)


def _seen(row: Row, proposed: bool, recall_waits: bool) -> Removal:
    cells = rows_held.cells_of(row.id, row.row_number, row.row_sealed, row.row_key_version)
    says = " ".join(filter(None, (cells.get("outcome"), cells.get("result_status"))))
    return Removal(
        row.id,
        row.row_number,
        row.number,
        row.name,
        row.recorded_at,
        row.person,
        *masked(row),
        cells.get("sample_number", ""),
        says,
        proposed,
        recall_waits,
    )
