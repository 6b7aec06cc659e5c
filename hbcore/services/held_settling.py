"""Held rows settled by one person who did not upload them: ours kept, theirs taken; tried before, many of one kind at once."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from hbcore.domain.errors import Refused
from hbcore.domain.lab_held import REOPENS, Step, why_not_reason, why_not_settle
from hbcore.domain.permissions import Permission
from hbcore.domain.problems import RowProblem, row_ranges
from hbcore.domain.vocabulary import RowCode
from hbcore.services import audit, held_queue, held_rows
from hbcore.services.acting import Staff, acting
from hbcore.services.held_queue import HeldLine
from hbcore.services.looked_up import subject_of as subject_of_person
from hbcore.services.refusals import refusals_recorded
from hbcore.services.removals import people_of, subject_of
from hbcore.storage import held_queue_rows, look_up_rows
from hbcore.storage import held_rows as rows_held

HeldKey = tuple[int, int]
"""A held row: our id of its upload, and its number."""


@dataclass(frozen=True)
class Settlement:
    """What one does to held rows of one kind: take theirs or keep ours, and why. `person`: whose it is, of several."""

    rows: tuple[HeldKey, ...]
    take: bool
    reason: str
    person: int | None = None


@dataclass(frozen=True)
class Done:
    """What became of the rows: `left` are held still; `needs_two`: not settled, a positive would go away, ours or theirs."""

    settled: int
    left: int
    codes: Mapping[str, int]
    needs_two: tuple[HeldKey, ...] = ()


def settle(what: Settlement, *, by: Staff, at: datetime) -> Done:
    """Settle held rows alone, in one act with one event. Rows that need two are left as they are, and told.

    :raises Refused: `unknown_held_row`, `unknown_reason`, `reason_speaks_against`, `several_kinds`, `own_upload`,
        `own_document`, `already_proposed`, `nothing_to_take`, `person_not_chosen`, those of `held_rows.upload_of`, and
        `two_people_needed` where that holds for all of them.
    """
    with refusals_recorded(by, at, _about(what)), acting(by, Permission.SETTLE_HELD, at) as session:
        lines = _lines(session, what, by, at)
        done = _settled(session, what, lines, by, at)
        if len(done.needs_two) == len(lines):
            raise Refused("two_people_needed")
        figures = {**_figures(what, lines, done), "codes": done.codes, "left": done.left}
        audit.record(session, audit.Act.HELD_ROWS_SETTLED, by=by, at=at, subject=_subject(lines), figures=figures)
    return done


def tried(what: Settlement, *, by: Staff, at: datetime) -> Done:
    """What `settle` would do now: carried out by the same function and undone again, with an event.

    :raises Refused: as `settle`, but for `two_people_needed`.
    """
    with refusals_recorded(by, at, _about(what)), acting(by, Permission.SETTLE_HELD, at) as session:
        lines = _lines(session, what, by, at)
        dry = session.connection().begin_nested()
        done = _settled(session, what, lines, by, at)
        dry.rollback()
        figures = {**_figures(what, lines, done), "codes": done.codes}
        audit.record(session, audit.Act.RESULTS_PREVIEWED, by=by, at=at, subject=_subject(lines), figures=figures)
    return done


def reopen(upload_id: int, row: int, *, by: Staff, at: datetime) -> None:
    """Put a row back into the queue that one kept oneself within the last ten minutes.

    :raises Refused: `nothing_to_reopen`, those of `held_rows.upload_of`.
    """
    subject = subject_of(upload_id, row)
    with refusals_recorded(by, at, subject), acting(by, Permission.SETTLE_HELD, at) as session:
        upload, connection = held_rows.upload_of(session, upload_id, at), session.connection()
        steps = [one for one in held_queue_rows.steps(connection, [upload_id]) if one.row_number == row]
        column = held_queue_rows.turned_down(connection, upload_id, row)
        mine = steps and steps[-1].step == Step.KEPT and steps[-1].by_id == by.id and at <= steps[-1].at + REOPENS
        if not mine or column is None:
            raise Refused("nothing_to_reopen")
        held_for = RowCode(steps[-1].held_for)
        held_rows.put_back(session, upload, RowProblem(row, column, held_for))
        held_queue_rows.add_step(connection, upload_id, row, Step.REOPENED, held_for, "", "", by.id, at)
        figures = {"row": row, "held_for": held_for}
        audit.record(session, audit.Act.HELD_ROW_REOPENED, by=by, at=at, subject=f"upload {upload.number}", figures=figures)


def _lines(session: Session, what: Settlement, by: Staff, at: datetime) -> list[HeldLine]:
    found = [held_queue.line_of(session, upload, row, by, at) for upload, row in dict.fromkeys(what.rows)]
    lines = [line for _, line in found]
    if len({one.held_for for one in lines}) != 1:
        raise Refused("several_kinds" if lines else "unknown_held_row")
    if why_not := why_not_reason(lines[0].held_for, what.take, what.reason):
        raise Refused(why_not)
    for one in lines:
        why_not = why_not_settle(one.held_for, what.take, own_upload=one.own, person_chosen=what.person is not None)
        if why_not or one.proposed:
            raise Refused(why_not or "already_proposed")
    if lines[0].held_for in held_rows.OF_THE_DOCUMENT:
        _refuse_own_documents(session, [row.document_key for row, _ in found if row.document_key], by)
    return lines


def _refuse_own_documents(session: Session, keys: Sequence[bytes], by: Staff) -> None:
    """Whoever has put a document to somebody does not say alone whose the rows under it are: results would follow their word."""
    connection = session.connection()
    people = {one for row in held_queue_rows.people(connection, keys) for one in look_up_rows.all_of(connection, row.id)}
    if people and audit.has_done(session, audit.Act.DOCUMENT_ADDED, [subject_of_person(one) for one in sorted(people)], by=by):
        raise Refused("own_document")


def _settled(session: Session, what: Settlement, lines: Sequence[HeldLine], by: Staff, at: datetime) -> Done:
    """Upload by upload; in one that has rows which need two, row by row."""
    codes: Counter[str] = Counter()
    left, needs_two = 0, [(one.upload, one.row) for one in lines if one.positive and not what.take]
    by_upload: dict[int, list[int]] = {}
    for one in lines:
        if (one.upload, one.row) not in needs_two:
            by_upload.setdefault(one.upload, []).append(one.row)
    for upload, rows in by_upload.items():
        for some, done in _each(session, what, upload, rows, at):
            if done is None:
                needs_two += [(upload, row) for row in some]
                continue
            codes.update(done.codes)
            left += done.left
            _steps(session, what, upload, some, lines[0].held_for, by, at)
    return Done(len(lines) - left - len(needs_two), left, dict(codes), tuple(needs_two))


def _each(
    session: Session, what: Settlement, upload: int, rows: list[int], at: datetime
) -> Iterator[tuple[list[int], Done | None]]:
    """All rows of an upload in one go; where one of them needs two, each by itself."""
    done = _taken(session, what, upload, rows, at)
    if done or len(rows) == 1:
        yield rows, done
        return
    for row in rows:
        yield [row], _taken(session, what, upload, [row], at)


def _taken(session: Session, what: Settlement, upload_id: int, rows: Sequence[int], at: datetime) -> Done | None:
    """None where a positive would go away: nothing is done then."""
    upload = held_rows.upload_of(session, upload_id, at)
    waiting = rows_held.held(session.connection(), upload_id, rows=rows)
    if not what.take:
        return Done(held_rows.turn_down(session, upload, waiting), 0, {})
    inner = session.connection().begin_nested()
    try:
        done = held_rows.take_in(session, upload, waiting, at=at, by_two=False, people=people_of(waiting, what.person))
    except Refused:
        inner.rollback()
        return None
    inner.commit()
    return Done(len(rows) - done.left, done.left, done.codes)


def _steps(session: Session, what: Settlement, upload: int, rows: Sequence[int], held_for: str, by: Staff, at: datetime) -> None:
    step = Step.TAKEN if what.take else Step.KEPT
    for row in rows:
        held_queue_rows.add_step(session.connection(), upload, row, step, held_for, str(what.reason), "", by.id, at)


def _about(what: Settlement) -> str:
    return subject_of(*what.rows[0]) if len(what.rows) == 1 else "held rows"


def _subject(lines: Sequence[HeldLine]) -> str:
    numbers = {one.number for one in lines}
    return f"upload {numbers.pop()}" if len(numbers) == 1 else "held rows"


def _figures(what: Settlement, lines: Sequence[HeldLine], done: Done) -> dict[str, object]:
    """What was settled: the rows of each upload, without those that need two."""
    rows: dict[str, list[int]] = {}
    for one in lines:
        if (one.upload, one.row) not in done.needs_two:
            rows.setdefault(one.number, []).append(one.row)
    named = {number: row_ranges(of) for number, of in rows.items()}
    return {"held_for": lines[0].held_for, "take": what.take, "reason": str(what.reason), "rows": named}
