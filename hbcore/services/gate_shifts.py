"""The shift of whoever checks codes: where they stand is said once and stays, whatever becomes of the page."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from hbcore.domain.cells import CONTROL, clean
from hbcore.domain.errors import Refused
from hbcore.domain.known import instant
from hbcore.domain.permissions import Permission
from hbcore.services import audit
from hbcore.services.acting import Staff, acting, reading
from hbcore.services.refusals import refusals_recorded
from hbcore.storage import gate_shift_rows

LASTS = timedelta(hours=12)
"""As long as a session: whoever comes the next day says anew where they stand."""

LONGEST_PLACE = 60
MOST_PLACES = 30


@dataclass(frozen=True)
class GateShift:
    """Where somebody stands since when; `look_ups_before` is the number of the newest look-up when the shift began."""

    place: str
    began_at: datetime
    look_ups_before: int


@dataclass(frozen=True)
class Places:
    """The shift that goes on, if there is one; one's own place before it, and where others of the unit have stood."""

    now: GateShift | None
    before: str | None
    used: tuple[str, ...]


def shift_of(connection: sa.Connection, staff_id: int, at: datetime) -> GateShift | None:
    """The shift of somebody that goes on at `at`, in the caller's transaction."""
    row = gate_shift_rows.newest(connection, staff_id)
    if row is None or not instant(row.began_at) <= at < instant(row.began_at) + LASTS:
        return None
    return GateShift(row.place, instant(row.began_at), row.look_ups_before)


def shift_needed(connection: sa.Connection, staff_id: int, at: datetime) -> GateShift:
    """`shift_of`, for what is done at a place: the scope of checkpoint staff is their own (model part 3).

    :raises Refused: `no_place_chosen`.
    """
    found = shift_of(connection, staff_id, at)
    if found is None:
        raise Refused("no_place_chosen")
    return found


def places(*, by: Staff, at: datetime) -> Places:
    """Where `by` stands, and the places there are to choose from: those used before within their unit.

    :raises Refused: those of `reading`.
    """
    with reading(by, Permission.CHECK_CODES, at) as session:
        connection = session.connection()
        row = gate_shift_rows.newest(connection, by.id)
        used = gate_shift_rows.places(connection, by.unit or "", MOST_PLACES)
        return Places(shift_of(connection, by.id, at), row.place if row else None, tuple(used))


def begin(place: str, *, by: Staff, at: datetime) -> GateShift:
    """Stand at a place from now on; a new count of checks begins.

    :raises Refused: `bad_place` unless it is 1 to 60 characters that can be printed; those of `acting`.
    """
    named = clean(place)
    before = audit.newest_look_up()
    with refusals_recorded(by, at, "gate"), acting(by, Permission.CHECK_CODES, at) as session:
        if not 0 < len(named) <= LONGEST_PLACE or CONTROL.search(named):
            raise Refused("bad_place", most=LONGEST_PLACE)
        gate_shift_rows.begin(session.connection(), by.id, by.unit or "", named, before, at)
        audit.record(session, audit.Act.PLACE_CHOSEN, by=by, at=at, subject="gate", figures={"place": named})
    return GateShift(named, at, before)
