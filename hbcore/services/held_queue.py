"""The queue of held rows: a liaison's own institutions', a supervisor's unit's and below; masked, with what was asked."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from hbcore.domain.errors import Refused
from hbcore.domain.lab_held import HELD_FOR, Step
from hbcore.domain.permissions import Permission
from hbcore.domain.vocabulary import Purpose, Role, RowCode
from hbcore.services import audit
from hbcore.services.acting import Staff, reading
from hbcore.services.held_rows import masked, recall_waits
from hbcore.services.removals import subject_of
from hbcore.services.second_look import What
from hbcore.storage import held_queue_rows, held_rows, proposal_rows
from hbcore.storage.held_queue_rows import Row

MOST = 200
"""So many are listed; the oldest first."""


@dataclass(frozen=True)
class StepSeen:
    """What was done about a row, by whom and when. `said`: a reason or an answer of a closed list."""

    step: Step
    held_for: RowCode
    said: str
    note: str
    by: str
    at: datetime
    own: bool


@dataclass(frozen=True)
class HeldLine:
    """A held row in the queue, whose it is masked. `says`: the laboratory's words for outcome and status.

    `steps`: what was done about it, in order. `proposed`: it waits for a second person. `own`: uploaded by who asks.
    `recall_waits`: the recall of its upload is proposed, and nothing of it is settled until that is decided.
    `positive`: it says that somebody may be infectious, and one person alone does not put it aside (model part 6).
    """

    upload: int
    row: int
    number: str
    institution: str
    at: datetime
    uploaded_by: str
    held_for: RowCode
    waits: str | None
    name: str
    document: str
    sample: str
    says: str
    proposed: bool
    recall_waits: bool
    own: bool
    positive: bool
    steps: tuple[StepSeen, ...] = field(default=())

    @property
    def asked(self) -> bool:
        """Whether the laboratory was asked and has not answered."""
        return bool(self.steps) and self.steps[-1].step is Step.ASKED

    @property
    def answered(self) -> bool:
        """Whether the laboratory has answered since it was asked."""
        return bool(self.steps) and self.steps[-1].step is Step.ANSWERED


@dataclass(frozen=True)
class HeldQueue:
    """The oldest held rows, and how many there are of each kind in all; the question, and the newest act at the time."""

    lines: tuple[HeldLine, ...]
    counts: Mapping[RowCode, int]
    asked: tuple[object, ...]
    newest: int

    @property
    def all(self) -> int:
        """How many of any kind."""
        return sum(self.counts.values())


def listed(
    kind: RowCode | None = None,
    number: str | None = None,
    *,
    by: Staff,
    at: datetime,
    limit: int = MOST,
    before: HeldQueue | None = None,
) -> HeldQueue:
    """The held rows `by` may see, of one kind and of the upload of that `number`, or of all.

    For a supervisor a list of people is one look-up event, whenever a row was not there `before`.

    `before` again while the question and the minute are the same and no act has been recorded since; what a file that is being
    recorded holds meanwhile is told with the next minute.

    :raises Refused: `look_up_not_recorded`.
    """
    asked = (by, kind, number, limit, at.replace(second=0, microsecond=0))
    with reading(by, Permission.SEE_UPLOADS, at) as session:
        connection, newest = session.connection(), audit.newest(session)
        if before is not None and (before.asked, before.newest) == (asked, newest):
            return before
        found = held_queue_rows.listed(connection, *_scope(by), str(kind) if kind else None, number, limit)
        counts = held_queue_rows.counted(connection, *_scope(by))
        lines = _lines(session, found, by, at)
    seen = {(one.upload, one.row) for one in before.lines} if before else set()
    new = [one for one in lines if (one.upload, one.row) not in seen]
    if new and by.role != Role.LAB_LIAISON:
        figures = {"purpose": Purpose.CORRECT_RESULT, "rows": len(new)}
        audit.record_look_up(audit.Act.LIST_LOOKED_UP, by=by, at=at, subject=f"held rows of unit {by.unit}", figures=figures)
    return HeldQueue(lines, {one: counts[one] for one in HELD_FOR if counts.get(one)}, asked, newest)


def count_in(session: Session, by: Staff) -> int:
    """How many rows wait to be settled, in the caller's transaction."""
    return sum(held_queue_rows.counted(session.connection(), *_scope(by)).values())


def _scope(by: Staff) -> tuple[str | None, Collection[str]]:
    """Whose rows: of a liaison's institutions, or of a unit and below."""
    return (None, by.institutions) if by.role == Role.LAB_LIAISON else (by.unit or "", ())


def line_of(session: Session, upload_id: int, row: int, by: Staff, at: datetime) -> tuple[Row, HeldLine]:
    """One held row, in the caller's transaction.

    :raises Refused: `unknown_held_row`, also for one of another unit or institution.
    """
    found = held_queue_rows.one(session.connection(), *_scope(by), upload_id, row)
    if found is None:
        raise Refused("unknown_held_row")
    return found, _lines(session, [found], by, at)[0]


def _lines(session: Session, found: Collection[Row], by: Staff, at: datetime) -> tuple[HeldLine, ...]:
    connection = session.connection()
    if not found:
        return ()
    subjects = [subject_of(one.id, one.row_number) for one in found]
    proposed = proposal_rows.open_by_subject(connection, What.REMOVE_POSITIVE, subjects, at)
    recalls = recall_waits(session, {one.id for one in found}, at)
    steps: dict[tuple[int, int], list[StepSeen]] = {}
    for step in held_queue_rows.steps(connection, {one.id for one in found}):
        steps.setdefault((step.upload_id, step.row_number), []).append(_step(step, by))
    return tuple(
        _line(one, subject in proposed, one.id in recalls, steps.get((one.id, one.row_number), ()), by)
        for one, subject in zip(found, subjects, strict=True)
    )


def _step(row: Row, by: Staff) -> StepSeen:
    note = held_queue_rows.note_of(row)
    return StepSeen(Step(row.step), RowCode(row.held_for), row.said, note, row.full_name, row.at, row.by_id == by.id)


def _line(one: Row, proposed: bool, recalled: bool, steps: Iterable[StepSeen], by: Staff) -> HeldLine:
    cells = held_rows.cells_of(one.id, one.row_number, one.sealed, one.key_version)
    name, document = masked(cells)
    return HeldLine(
        upload=one.id,
        row=one.row_number,
        number=one.number,
        institution=one.name,
        at=one.recorded_at,
        uploaded_by=one.full_name,
        held_for=RowCode(one.held_for),
        waits=one.waits,
        name=name,
        document=document,
        sample=cells.get("sample_number", ""),
        says=" ".join(filter(None, (cells.get("outcome"), cells.get("igg"), cells.get("igm"), cells.get("result_status")))),
        proposed=proposed,
        recall_waits=recalled,
        own=one.recorded_by == by.id,
        positive=bool(one.positive),
        steps=tuple(steps),
    )
