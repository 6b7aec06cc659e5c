"""Positives beyond the limit of a shift: proposed by their upload, released or declined by another account (model part 6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from hbcore.domain.errors import Refused
from hbcore.domain.lab_keeping import WaitsFor
from hbcore.domain.permissions import Permission, may
from hbcore.domain.vocabulary import Purpose, Role
from hbcore.services import audit, held_rows, second_look, units
from hbcore.services.acting import Staff, acting, reading
from hbcore.services.held_rows import TakenIn
from hbcore.services.refusals import refusals_recorded
from hbcore.services.second_look import Settled, What
from hbcore.storage import held_rows as rows_held
from hbcore.storage import proposal_rows
from hbcore.storage.held_rows import Row

SHOWN = (
    "document_kind",
    "assay",
    "outcome",
    "result_status",
    "sample_number",
    "sampled_at",
    "tested_at",
    "reported_at",
    "pooling",
)
"""What is shown of a waiting row as the laboratory sent it."""


@dataclass(frozen=True)
class ForRelease:
    """What waits: the upload's number, its institution's code, how many rows."""

    number: str
    institution: str
    rows: int


@dataclass(frozen=True)
class Waiting:
    """An upload with positives that wait. `proposal` is None once it has expired; `own`: proposed by who asks.

    `recall_waits`: its recall is proposed, and nothing of it is settled until that is decided.
    """

    upload: int
    number: str
    institution: str
    at: datetime
    by: str
    rows: int
    proposal: int | None
    own: bool
    recall_waits: bool


@dataclass(frozen=True)
class RowSeen:
    """A waiting row, masked: `cells` by our word for the column. `person`: who is on record under its number, for who may look
    people up; None for others."""

    row: int
    cells: Mapping[str, str]
    person: int | None


def put_down(session: Session, upload: int, what: ForRelease, unit: str, *, by: Staff, at: datetime) -> int:
    """Propose the release of an upload's waiting positives, in the transaction and with the event that made them wait.

    `unit`: the institution's. A liaison of the institution or the unit's supervisor is the second person.
    """
    content = {"number": what.number, "institution": what.institution, "rows": what.rows}
    return second_look.propose(session, What.RELEASE_POSITIVES, f"upload {upload}", unit=unit, content=content, by=by, at=at)


def waiting(*, by: Staff, at: datetime) -> tuple[Waiting, ...]:
    """The uploads with waiting positives: of a liaison's institutions, or of a supervisor's unit and below; the oldest first."""
    with reading(by, Permission.RELEASE_POSITIVES, at) as session:
        connection = session.connection()
        if by.role == Role.LAB_LIAISON:
            found = rows_held.waiting_of_institutions(connection, by.institutions)
        else:
            found = rows_held.waiting_of_unit(connection, by.unit or "")
        subjects = [f"upload {row.id}" for row in found]
        proposed = proposal_rows.open_by_subject(connection, What.RELEASE_POSITIVES, subjects, at) if found else {}
        recalls = held_rows.recall_waits(session, [row.id for row in found], at)
        return tuple(_seen(row, proposed.get(f"upload {row.id}"), row.id in recalls, by) for row in found)


def rows_of(upload_id: int, *, by: Staff, at: datetime) -> tuple[RowSeen, ...]:
    """The waiting rows, name and number masked: one look-up event. Whoever must know more opens the person, with a purpose.

    :raises Refused: as `in_scope`; `look_up_not_recorded`.
    """
    with reading(by, Permission.RELEASE_POSITIVES, at) as session:
        upload, connection = in_scope(session, upload_id, by, at), session.connection()
        known = rows_held.people(connection, upload_id, WaitsFor.RELEASE) if may(by.role, Permission.LOOK_UP_PEOPLE) else {}
        held = rows_held.held(connection, upload_id, WaitsFor.RELEASE)
    rows = tuple(RowSeen(one.row, _masked(one.cells), known.get(one.row)) for one in held)
    figures = {"purpose": Purpose.CORRECT_RESULT, "rows": len(rows)}
    audit.record_look_up(audit.Act.UPLOAD_LOOKED_UP, by=by, at=at, subject=f"upload {upload.number}", figures=figures)
    return rows


def propose_again(upload_id: int, *, by: Staff, at: datetime) -> int:
    """Propose once more what nobody settled in time; whoever does so is the first of the two. The proposal's id.

    :raises Refused: as `in_scope`; `proposal_gone` where nothing waits, `already_proposed`.
    """
    about = f"upload {upload_id}"
    with refusals_recorded(by, at, about), acting(by, Permission.RELEASE_POSITIVES, at) as session:
        upload = in_scope(session, upload_id, by, at)
        rows = len(rows_held.held(session.connection(), upload_id, WaitsFor.RELEASE))
        if not rows:
            raise Refused("proposal_gone")
        what = ForRelease(upload.number, upload.institution, rows)
        made = put_down(session, upload_id, what, upload.unit, by=by, at=at)
        subject = f"upload {upload.number}"
        audit.record(session, audit.Act.RELEASE_PROPOSED, by=by, at=at, subject=subject, figures={"rows": rows})
    return made


def release(proposal_id: int, *, by: Staff, at: datetime) -> TakenIn:
    """The second account agrees: the rows are judged again as of now and recorded with their upload. One act, one event.

    :raises Refused: as `second_look.settle` and `held_rows.upload_of`.
    """
    with refusals_recorded(by, at, f"proposal {proposal_id}"), acting(by, Permission.RELEASE_POSITIVES, at) as session:
        upload = _settled(session, proposal_id, Settled.CONFIRMED, None, by, at)
        waiting = rows_held.held(session.connection(), upload.id, WaitsFor.RELEASE)
        done = held_rows.take_in(session, upload, waiting, at=at, frees=False)
        figures = {"recorded": done.recorded, "already_held": done.already_held, "left": done.left, "codes": done.codes}
        subject = f"upload {upload.number}"
        audit.record(session, audit.Act.POSITIVES_RELEASED, by=by, at=at, subject=subject, figures=figures)
    return done


def decline(proposal_id: int, reason: str | None = None, *, by: Staff, at: datetime) -> int:
    """The second account says no, for a reason of the list: the rows count as not recorded, their cells stay with the upload;
    how many.

    :raises Refused: as `second_look.settle` and `held_rows.upload_of`.
    """
    with refusals_recorded(by, at, f"proposal {proposal_id}"), acting(by, Permission.RELEASE_POSITIVES, at) as session:
        upload = _settled(session, proposal_id, Settled.DECLINED, reason, by, at)
        declined = held_rows.turn_down(session, upload, rows_held.held(session.connection(), upload.id, WaitsFor.RELEASE))
        subject = f"upload {upload.number}"
        figures = {"rows": declined} | second_look.declined_for(reason)
        audit.record(session, audit.Act.POSITIVES_DECLINED, by=by, at=at, subject=subject, figures=figures)
    return declined


def _settled(session: Session, proposal_id: int, how: Settled, reason: str | None, by: Staff, at: datetime) -> Row:
    proposal = second_look.settle(session, proposal_id, how, by=by, at=at, what=What.RELEASE_POSITIVES, reason=reason)
    return held_rows.upload_of(session, proposal.about, at)


def in_scope(session: Session, upload_id: int, by: Staff, at: datetime) -> Row:
    """The upload, if it is of the liaison's institutions or the supervisor's unit and below.

    :raises Refused: `not_your_unit`, those of `held_rows.upload_of`.
    """
    upload = held_rows.upload_of(session, upload_id, at)
    if by.role == Role.LAB_LIAISON:
        if upload.institution not in by.institutions:
            raise Refused("unknown_upload")
    elif upload.unit not in units.units_below(session, by.unit or ""):
        raise Refused("not_your_unit")
    return upload


def _masked(cells: Mapping[str, str]) -> dict[str, str]:
    whose = dict(zip(("name", "document_number"), held_rows.masked(cells), strict=True))
    return whose | {word: cells[word] for word in SHOWN if word in cells}


def _seen(row: Row, proposed: Row | None, recall_waits: bool, by: Staff) -> Waiting:
    proposal = proposed.id if proposed else None
    own = proposed is not None and proposed.proposed_by == by.id
    return Waiting(row.id, row.number, row.name, row.recorded_at, row.full_name, row.n, proposal, own, recall_waits)
