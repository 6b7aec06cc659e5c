"""What was recorded last at a gate, taken back within five minutes: a wrong key. Both remain on record."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from hbcore.domain.counting import GateFigure
from hbcore.domain.errors import Refused
from hbcore.domain.permissions import Permission
from hbcore.domain.temperatures import SECOND_WITHIN, UNDONE_WITHIN, ReadingState
from hbcore.services import audit
from hbcore.services.acting import Staff, acting
from hbcore.services.refusals import refusals_recorded
from hbcore.storage import gate_count_rows, national_rows, temperature_rows
from hbcore.storage.temperature_rows import Row


class TakenBack(StrEnum):
    """What is taken back: a reading, the second of two, or an entry on the national code."""

    READING = "reading"
    SECOND = "second"
    ENTRY = "entry"


def take_back(*, by: Staff, at: datetime) -> TakenBack:
    """Take back what `by` recorded last at the gate, within five minutes: a wrong key. Of two readings the second alone.

    :raises Refused: `nothing_to_take_back`; `notice_settled` where the district has settled it by now.
    """
    with refusals_recorded(by, at, "temperatures"), acting(by, Permission.RECORD_TEMPERATURES, at) as session:
        rows, entry = lately(session, by, at)
        row = newest(rows)
        what = last_of(row, entry, at)
        if what is TakenBack.ENTRY and entry is not None:
            _take_entry_back(session, entry.id, entry.unit, entry.recorded_at, by, at)
            return what
        if what is None or row is None:
            raise Refused("nothing_to_take_back")
        return _take_reading_back(session, row, by, at)


def lately(session: Session, by: Staff, at: datetime) -> tuple[list[Row], national_rows.Row | None]:
    """The readings of somebody that may wait for a second one or be taken back, and their last entry that may be."""
    rows = temperature_rows.by_staff(session.connection(), by.id, at - UNDONE_WITHIN - SECOND_WITHIN, at)
    return rows, national_rows.last_of(session.connection(), by.id, at - UNDONE_WITHIN)


def newest(rows: Sequence[Row]) -> Row | None:
    """The reading that was written to last."""
    return max(rows, key=_last_at, default=None)


def last_of(row: Row | None, entry: national_rows.Row | None, at: datetime) -> TakenBack | None:
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
