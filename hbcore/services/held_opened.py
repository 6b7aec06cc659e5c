"""A held row opened: what the file says beside what we hold and from which upload; one look-up event before it is shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from hbcore.domain.documents import UNKNOWN_COUNTRY, masked_number
from hbcore.domain.known import instant
from hbcore.domain.names import masked_name
from hbcore.domain.permissions import Permission, may
from hbcore.domain.vocabulary import Assay, Outcome, Purpose, RowCode
from hbcore.services import audit, held_queue, held_rows, lab_waiting
from hbcore.services.acting import Staff, reading
from hbcore.services.held_judged import judged_again
from hbcore.services.held_queue import HeldLine
from hbcore.services.looked_up import LookUp, record
from hbcore.storage import held_queue_rows, people_rows, result_rows, sealing, waiting_rows
from hbcore.storage import held_rows as rows_held
from hbcore.storage.held_queue_rows import Row


@dataclass(frozen=True)
class Answered:
    """One answer, theirs or ours. `upload`: the one it came with, when, by whom; `status`: the file's word, or how it ended."""

    assay: Assay
    outcome: Outcome
    single: bool
    sampled_at: datetime
    tested_at: datetime | None
    reported_at: datetime | None
    status: str
    upload: str
    uploaded_at: datetime
    uploaded_by: str


@dataclass(frozen=True)
class Holder:
    """Somebody with the row's document. `name`: in full where the names are what has to be compared, else masked."""

    person: int
    name: str
    document: str


@dataclass(frozen=True)
class Other:
    """What another row says that waits as well. `here`: whether it is of the same file."""

    row: int
    here: bool
    answer: Answered


@dataclass(frozen=True)
class HeldOpened:
    """`cells`: the row as it came, by our words; `theirs` and `ours`: the answers of the same sample, side by side.

    `others`: what other rows say of it that wait as well, as a conflict or for a second account.
    `holders`: who is on record under its document; none for a liaison, who sees no name we hold.
    """

    line: HeldLine
    cells: Mapping[str, str]
    theirs: tuple[Answered, ...]
    ours: tuple[Answered, ...]
    holders: tuple[Holder, ...]
    others: tuple[Other, ...] = ()


def opened(upload_id: int, row: int, *, by: Staff, at: datetime) -> HeldOpened:
    """A held row side by side with what we hold: for who may look people up a look-up of each person it may be about.

    :raises Refused: `unknown_held_row`, also for one of another unit or institution; `look_up_not_recorded`.
    """
    with reading(by, Permission.SEE_UPLOADS, at) as session:
        found, line = held_queue.line_of(session, upload_id, row, by, at)
        held = rows_held.held(session.connection(), upload_id, rows=[row])
        _, lines = judged_again(session, found.institution, held, at=at, came_at=found.recorded_at)
        owners = _owners(session, found)
        theirs = tuple(_theirs(lines, place, *_of(found)) for place in range(len(lines["row"])))
        ours = _ours(session, found.institution, lines, {one.id for one in owners})
        others = _others(session, found, lines, {one.id for one in owners}, at) if line.held_for in lab_waiting.CONFLICTS else ()
    people = owners if may(by.role, Permission.LOOK_UP_PEOPLE) else []
    _record(line, people, by, at)
    return HeldOpened(line, held[0].cells, theirs, ours, tuple(_holder(one, line.held_for) for one in people), others)


def _record(line: HeldLine, people: Sequence[Row], by: Staff, at: datetime) -> None:
    act = audit.Act.PERSON_REVEALED if line.held_for in held_rows.OF_THE_DOCUMENT else audit.Act.PERSON_LOOKED_UP
    for one in people:
        record(act, one.id, LookUp(Purpose.CORRECT_RESULT, None), by=by, at=at)
    if not people:
        figures = {"purpose": Purpose.CORRECT_RESULT, "row": line.row}
        audit.record_look_up(audit.Act.UPLOAD_LOOKED_UP, by=by, at=at, subject=f"upload {line.number}", figures=figures)


def _owners(session: Session, found: Row) -> list[Row]:
    """Who holds the row's document, each once."""
    if found.document_key is None:
        return []
    people = held_queue_rows.people(session.connection(), [found.document_key])
    matched = people_rows.match([(one.country, one.id) for one in people], UNKNOWN_COUNTRY)
    return list({one.id: one for one in people if one.id in matched}.values())


def _holder(row: Row, held_for: RowCode) -> Holder:
    text = people_rows.open_sealed(row.id, row.sealed, row.key_version)
    name = text.name if held_for in held_rows.OF_THE_DOCUMENT else masked_name(text.name)
    return Holder(row.id, name, masked_number(text.documents[-1]))


def _theirs(lines: Mapping[str, Sequence[Any]], place: int, number: str, at: datetime, by: str) -> Answered:
    of = {name: lines[name][place] for name in ("assay", "outcome", "single", "sampled_at", "tested_at", "reported_at", "status")}
    return _answered(of, str(of["status"]), number, at, by)


def _ours(session: Session, institution: str, lines: Mapping[str, Sequence[Any]], people: set[int]) -> tuple[Answered, ...]:
    """What we hold of the same samples of these people."""
    connection = session.connection()
    held = result_rows.held_results(connection, institution, sorted(set(lines["sample_number"])), set(lines["sampled_day"]))
    wanted = set(zip(lines["sample_number"], lines["sampled_day"], lines["assay"], strict=True))
    found = [one for key, one in held.items() if key[:3] in wanted and key.person_id in people]
    uploads = held_queue_rows.uploads_named(connection, {one.upload_id for one in found})
    return tuple(
        _answered(one._asdict(), one.ended_how or "final", upload.number, upload.recorded_at, upload.full_name)
        for one in sorted(found)
        if (upload := uploads.get(one.upload_id))
    )


def _others(
    session: Session, found: Row, lines: Mapping[str, Sequence[Any]], owners: set[int], at: datetime
) -> tuple[Other, ...]:
    """What other rows that wait say of the same samples, of whichever upload of the institution."""
    connection = session.connection()
    waiting = waiting_rows.waiting(connection, found.institution, lab_waiting.CONFLICTS)
    tubes, keys = lab_waiting.tubes_of(session, waiting), set(sealing.document_keys(lines["kind"], lines["number"]))
    mates = {person for number in lines["sample_number"] for person in tubes.get(number, ())}
    own = {(one.upload, one.row) for one in waiting if one.key == found.document_key or one.person in owners}
    near = own | {(one.upload, one.row) for one in waiting if one.person in mates}
    near.discard((found.id, found.row_number))
    uploads = held_queue_rows.uploads_named(connection, {upload for upload, _ in near})
    of_samples = ("sample_number", "sampled_day", "assay")
    wanted, others = set(zip(*(lines[name] for name in of_samples), strict=True)), list[Other]()
    for id_, upload in sorted(uploads.items()):
        rows = rows_held.held(connection, id_, rows={row for of, row in near if of == id_})
        _, said = judged_again(session, found.institution, rows, at=at, came_at=upload.recorded_at)
        samples = zip(*(said[name] for name in of_samples), strict=True)
        named = sealing.document_keys(said["kind"], said["number"])
        held = people_rows.owners_of(connection, named)
        theirs = {key for key in named if key in keys or not owners.isdisjoint(person for _, person in held.get(key, ()))}
        # Of the tube of somebody else in it only who it is about counts, and their own rows do not.
        about = [key in theirs or (id_, row) in own for key, row in zip(named, said["row"], strict=True)]
        same = [place for place, of in enumerate(samples) if of in wanted and about[place]]
        others += [Other(int(said["row"][place]), id_ == found.id, _theirs(said, place, *_of(upload))) for place in same]
    return tuple(others)


def _of(upload: Row) -> tuple[str, datetime, str]:
    return upload.number, upload.recorded_at, upload.full_name


def _answered(of: Mapping[str, Any], status: str, number: str, at: datetime, by: str) -> Answered:
    def when(name: str) -> datetime | None:
        return None if of[name] is None else instant(of[name])

    what = Assay(of["assay"]), Outcome(of["outcome"]), bool(of["single"])
    times = instant(of["sampled_at"]), when("tested_at"), when("reported_at")
    return Answered(*what, *times, status, number, at, by)
