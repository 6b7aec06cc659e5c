"""Temperatures at the gate: recorded, completed by a second reading, taken back; abnormal twice, the district hears of it.

A reading changes no code: a notice is settled by the district, and what may turn somebody yellow is a fact by two people.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from hbcore.domain.cells import clean
from hbcore.domain.counting import GateFigure
from hbcore.domain.documents import masked_number
from hbcore.domain.errors import Refused
from hbcore.domain.names import masked_name
from hbcore.domain.permissions import Permission
from hbcore.domain.presented import signed_text
from hbcore.domain.temperatures import (
    LONGEST_PLACE,
    REST,
    SECOND_WITHIN,
    SETTLED_WITHIN,
    Done,
    Measured,
    ReadingState,
    in_order,
    judged,
)
from hbcore.domain.vocabulary import PROVINCE
from hbcore.services import audit, codes_presented
from hbcore.services.acting import Staff, acting, reading
from hbcore.services.gate_undoing import TakenBack, last_of, lately, newest
from hbcore.services.looked_up import check_needed
from hbcore.services.refusals import refusals_recorded
from hbcore.services.sought import LONGEST, sought
from hbcore.storage import gate_count_rows, look_up_rows, people_rows, temperature_rows
from hbcore.storage.ids import new_id
from hbcore.storage.temperature_rows import Row, Said


@dataclass(frozen=True)
class Whose:
    """Who was measured: a text as for `person` (document, sample, receipt, look-up number) or of a signed code, or somebody by
    our id whose code was checked just before, or nobody that is known."""

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
    within the hour completes it. Nobody found by the text, or by a code that nobody is shown for at gates: it is recorded all the
    same, for the district of the place.

    :raises Refused: `place_needed`, `place_too_long`, `several_people`, `check_first` for somebody by our id whose code `by`
        has not checked within the hour, those of `judged` and of `acting`.
    """
    with refusals_recorded(by, at, "temperatures"), acting(by, Permission.RECORD_TEMPERATURES, at) as session:
        if whose.person is not None:
            check_needed(whose.person, by=by, at=at)
        kept, state, found = place_of(place), judged(measured), _found(session, whose, at)
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
        rows, entry = lately(session, by, at)
        waiting = tuple(
            Pending(row.id, *whom(row), row.first, row.recorded_at, row.recorded_at + REST)
            for row in reversed(rows)
            if _is_due(row, at)
        )
        return AtGate(waiting, last_of(newest(rows), entry, at))


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


def _found(session: Session, whose: Whose, at: datetime) -> _Found:
    people = [whose.person] if whose.person is not None else _people(session, whose.text, at)
    if len(people) > 1:
        raise Refused("several_people")
    pointer = look_up_rows.pointed_to(session.connection(), people[0]) if people else None
    return _Found(pointer.id, pointer.unit) if pointer else _Found(None, "", clean(whose.text)[:LONGEST])


def _people(session: Session, text: str, at: datetime) -> list[int]:
    """Whom a text names; a signed code as at a gate, where nobody is shown for one that was taken back or never issued."""
    signed = signed_text(text)
    if signed is None:
        return sorted(look_up_rows.people_sought(session.connection(), sought(text).rows))
    holder = codes_presented.presented(session, signed, at=at).holder
    return [] if holder is None else [holder]


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
