"""Temperatures at the gate: recorded, completed by a second reading, taken back; abnormal twice, the district hears of it.

A reading changes no code: a notice is settled by the district, and what may turn somebody yellow is a fact by two people.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from hbcore.domain.cells import clean
from hbcore.domain.counting import GateFigure
from hbcore.domain.documents import masked_number
from hbcore.domain.errors import Refused
from hbcore.domain.names import masked_name
from hbcore.domain.permissions import Permission
from hbcore.domain.temperatures import (
    LONGEST_PLACE,
    REST,
    SECOND_WITHIN,
    SETTLED_WITHIN,
    UNDONE_WITHIN,
    Done,
    Measured,
    ReadingState,
    in_order,
    judged,
)
from hbcore.domain.vocabulary import PROVINCE
from hbcore.services import audit
from hbcore.services.acting import Staff, acting, reading
from hbcore.services.looked_up import check_needed
from hbcore.services.refusals import refusals_recorded
from hbcore.services.sought import LONGEST, sought
from hbcore.storage import gate_count_rows, look_up_rows, national_rows, people_rows, temperature_rows
from hbcore.storage.ids import new_id
from hbcore.storage.temperature_rows import Row, Said


@dataclass(frozen=True)
class Whose:
    """Who was measured: a text as for `person` (document, sample, receipt, look-up number), or somebody by our id whose code
    was checked just before, or nobody that is known."""

    text: str = ""
    person: int | None = None


@dataclass(frozen=True)
class Recorded:
    """What stands now. `unit`: whose district settles it; `due_at`: by when, of a notice; `again_at`: from when a second reading
    is advised, where one is due."""

    id: int
    state: ReadingState
    found: bool
    first: int
    second: int | None
    done: tuple[Done, ...]
    unit: str
    due_at: datetime | None = None
    again_at: datetime | None = None


@dataclass(frozen=True)
class Pending:
    """Somebody who waits at the gate for a second reading; name and number masked, empty where nobody is known."""

    id: int
    name: str
    number: str
    first: int
    at: datetime
    again_at: datetime


class TakenBack(StrEnum):
    """What is taken back: a reading, the second of two, or an entry on the national code."""

    READING = "reading"
    SECOND = "second"
    ENTRY = "entry"


@dataclass(frozen=True)
class AtGate:
    """What a gate works with: who waits for a second reading, the longest first, and what can be taken back just now."""

    pending: tuple[Pending, ...]
    last: TakenBack | None


@dataclass(frozen=True)
class _Found:
    """Whose reading it is; `id` None: nobody is known, and `typed` is all there is."""

    id: int | None
    unit: str
    typed: str = ""


def add(whose: Whose, measured: Measured, place: str, *, by: Staff, at: datetime) -> Recorded:
    """Record what a thermometer showed at `place`. Abnormal alone, it waits for a second reading: the same call with a second
    within the hour completes it. Nobody found by the text: it is recorded all the same, for the district of the place.

    :raises Refused: `place_needed`, `place_too_long`, `several_people`, `check_first` for somebody by our id whose code `by`
        has not checked within the hour, those of `judged` and of `acting`.
    """
    with refusals_recorded(by, at, "temperatures"), acting(by, Permission.RECORD_TEMPERATURES, at) as session:
        if whose.person is not None:
            check_needed(whose.person, by=by, at=at)
        kept, state, found = place_of(place), judged(measured), _found(session, whose)
        before = _waiting_for(session, found, measured, by, at)
        if before is not None:
            return _completed(session, before, measured, state, by, at)
        reading_id, here = new_id(), by.unit or PROVINCE
        values = {"person_id": found.id or reading_id, "id": reading_id, "unit": found.unit or here, "place_unit": here}
        values |= {"state": state, "first": measured.first, "second": measured.second, "recorded_by": by.id, "recorded_at": at}
        values |= _instants(measured, state, at)
        temperature_rows.add(session.connection(), values, in_order(measured.done), Said(kept, found.typed))
        gate_count_rows.count_one(session.connection(), here, at, GateFigure.READINGS)
        put = Recorded(reading_id, state, found.id is not None, measured.first, None, (), found.unit or here)
        return _told(session, put, measured, state, by, at)


def complete(reading_id: int, second: int, done: tuple[Done, ...] = (), *, by: Staff, at: datetime) -> Recorded:
    """The second reading of somebody whose first was abnormal.

    :raises Refused: `no_second_due` where none is waited for any more, and those of `judged`.
    """
    subject = f"temperature {reading_id}"
    with refusals_recorded(by, at, subject), acting(by, Permission.RECORD_TEMPERATURES, at) as session:
        row = temperature_rows.one(session.connection(), reading_id, at)
        if row is None or row.recorded_by != by.id or not _is_due(row, at):
            raise Refused("no_second_due")
        measured = Measured(row.first, second, done)
        return _completed(session, row, measured, judged(measured), by, at)


def at_gate(*, by: Staff, at: datetime) -> AtGate:
    """Whom `by` has measured once, abnormal, within the hour, and what of theirs can be taken back.

    :raises Refused: those of `reading`.
    """
    with reading(by, Permission.RECORD_TEMPERATURES, at) as session:
        rows, entry = _lately(session, by, at)
        waiting = tuple(
            Pending(row.id, *whom(row), row.first, row.recorded_at, row.recorded_at + REST)
            for row in reversed(rows)
            if _is_due(row, at)
        )
        return AtGate(waiting, _last(_newest(rows), entry, at))


def take_back(*, by: Staff, at: datetime) -> TakenBack:
    """Take back what `by` recorded last at the gate, within five minutes: a wrong key. Of two readings the second alone.

    :raises Refused: `nothing_to_take_back`; `notice_settled` where the district has settled it by now.
    """
    with refusals_recorded(by, at, "temperatures"), acting(by, Permission.RECORD_TEMPERATURES, at) as session:
        rows, entry = _lately(session, by, at)
        row = _newest(rows)
        what = _last(row, entry, at)
        if what is TakenBack.ENTRY and entry is not None:
            _take_entry_back(session, entry.id, entry.unit, entry.recorded_at, by, at)
            return what
        if what is None or row is None:
            raise Refused("nothing_to_take_back")
        return _take_reading_back(session, row, by, at)


def place_of(typed: str) -> str:
    """A place as it is kept.

    :raises Refused: `place_needed`, `place_too_long`.
    """
    place = clean(typed)
    if not place:
        raise Refused("place_needed")
    if len(place) > LONGEST_PLACE:
        raise Refused("place_too_long", most=LONGEST_PLACE)
    return place


def whom(row: Row) -> tuple[str, str]:
    """Masked name and number of whom a row of readings is about; empty where nobody is known."""
    if row.sealed is None:
        return "", ""
    text = people_rows.open_sealed(row.person_id, row.sealed, row.key_version)
    return masked_name(text.name), masked_number(text.documents[-1])


def _found(session: Session, whose: Whose) -> _Found:
    connection = session.connection()
    if whose.person is not None:
        people = [whose.person]
    else:
        people = sorted(look_up_rows.people_sought(connection, sought(whose.text).rows))
    if len(people) > 1:
        raise Refused("several_people")
    pointer = look_up_rows.pointed_to(connection, people[0]) if people else None
    return _Found(pointer.id, pointer.unit) if pointer else _Found(None, "", clean(whose.text)[:LONGEST])


def _is_due(row: Row, at: datetime) -> bool:
    return bool(row.stored == ReadingState.SECOND_DUE and row.recorded_at > at - SECOND_WITHIN)


def _waiting_for(session: Session, found: _Found, measured: Measured, by: Staff, at: datetime) -> Row | None:
    """The same person's first reading that waits for this second; of nobody known, by what was typed alone."""
    for row in temperature_rows.by_staff(session.connection(), by.id, at - SECOND_WITHIN, at):
        if _is_due(row, at) and row.first == measured.first and _is_of(row, found):
            return row
    return None


def _is_of(row: Row, found: _Found) -> bool:
    if found.id is not None:
        return bool(row.person_id == found.id)
    return bool(found.typed) and row.person_id == row.id and temperature_rows.said_of(row).typed == found.typed


def _instants(measured: Measured, state: ReadingState, at: datetime) -> dict[str, object]:
    return {
        "second_at": None if measured.second is None else at,
        "notice_at": at if state is ReadingState.OPEN else None,
    }


def _completed(session: Session, row: Row, measured: Measured, state: ReadingState, by: Staff, at: datetime) -> Recorded:
    now = Recorded(row.id, state, row.sealed is not None, row.first, None, (), row.unit)
    if measured.second is None:  # the same first reading once more: it still waits
        return replace(_told(session, now, measured, state, by, at), again_at=row.recorded_at + REST)
    changed = {"state": state, "second": measured.second, "done": temperature_rows.written(in_order(measured.done))}
    if not temperature_rows.move(session.connection(), row, **changed, **_instants(measured, state, at)):
        raise Refused("no_second_due")
    return _told(session, now, measured, state, by, at)


def _told(session: Session, put: Recorded, measured: Measured, state: ReadingState, by: Staff, at: datetime) -> Recorded:
    """Count a notice, write the event, say what stands. The event names nobody's temperature: its readers see no person."""
    if state is ReadingState.OPEN:
        gate_count_rows.count_one(session.connection(), by.unit or PROVINCE, at, GateFigure.ABNORMAL)
    figures = {"state": state, "unit": put.unit, "at_gate": list(map(str, measured.done))}
    audit.record(session, audit.Act.TEMPERATURE_TAKEN, by=by, at=at, subject=f"temperature {put.id}", figures=figures)
    due = at + SETTLED_WITHIN if state is ReadingState.OPEN else None
    again = at + REST if state is ReadingState.SECOND_DUE else None
    done = in_order(measured.done)
    return replace(put, state=state, second=measured.second, done=done, due_at=due, again_at=again)


def _lately(session: Session, by: Staff, at: datetime) -> tuple[list[Row], national_rows.Row | None]:
    """The readings of somebody that may wait for a second one or be taken back, and their last entry that may be."""
    rows = temperature_rows.by_staff(session.connection(), by.id, at - UNDONE_WITHIN - SECOND_WITHIN, at)
    return rows, national_rows.last_of(session.connection(), by.id, at - UNDONE_WITHIN)


def _newest(rows: Sequence[Row]) -> Row | None:
    return max(rows, key=_last_at, default=None)


def _last(row: Row | None, entry: national_rows.Row | None, at: datetime) -> TakenBack | None:
    """What was recorded last, where that was within five minutes."""
    if entry is not None and (row is None or entry.recorded_at >= _last_at(row)):
        return TakenBack.ENTRY
    if row is None or _last_at(row) <= at - UNDONE_WITHIN:
        return None
    return TakenBack.READING if row.second is None else TakenBack.SECOND


def _last_at(row: Row) -> datetime:
    last: datetime = row.second_at or row.recorded_at
    return last


def _take_reading_back(session: Session, row: Row, by: Staff, at: datetime) -> TakenBack:
    if row.settled_at is not None:
        raise Refused("notice_settled")
    connection, is_second = session.connection(), row.second is not None
    values: dict[str, object]
    if is_second:
        values = {"state": ReadingState.SECOND_DUE, "second": None, "second_at": None, "notice_at": None, "done": "[]"}
    else:
        values = {"state": ReadingState.UNDONE, "undone_at": at}
    if not temperature_rows.move(connection, row, **values):
        raise Refused("notice_settled")
    if row.notice_at is not None:
        gate_count_rows.count_one(connection, row.place_unit, row.notice_at, GateFigure.ABNORMAL, -1)
    if not is_second:
        gate_count_rows.count_one(connection, row.place_unit, row.recorded_at, GateFigure.READINGS, -1)
    what = TakenBack.SECOND if is_second else TakenBack.READING
    _taken_back(session, f"temperature {row.id}", what, by, at)
    return what


def _take_entry_back(session: Session, entry: int, unit: str, of: datetime, by: Staff, at: datetime) -> None:
    if not national_rows.undo(session.connection(), entry, at):
        raise Refused("nothing_to_take_back")
    gate_count_rows.count_one(session.connection(), unit, of, GateFigure.NATIONAL_CODE, -1)
    _taken_back(session, f"national_entry {entry}", TakenBack.ENTRY, by, at)


def _taken_back(session: Session, subject: str, what: TakenBack, by: Staff, at: datetime) -> None:
    audit.record(session, audit.Act.GATE_TAKEN_BACK, by=by, at=at, subject=subject, figures={"taken_back": what})
