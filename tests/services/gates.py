"""A gate to check codes at, for tests."""

from datetime import datetime

from hbcore.domain.numbers import look_up_number
from hbcore.domain.vocabulary import Role
from hbcore.services import gate_shifts
from hbcore.services.acting import Staff
from hbcore.storage import look_up_rows
from hbcore.storage.engine import engine
from tests import standing
from tests.standing import WUCHANG

GATE = "武昌火车站东出口"


def guard(at: datetime, name: str = "he.shouzheng", place: str | None = GATE) -> Staff:
    """Checkpoint staff of Wuchang; at a place, unless told otherwise."""
    by = standing.staff(Role.CHECKPOINT_STAFF, at, name=name, unit=WUCHANG)
    if place is not None:
        gate_shifts.begin(place, by=by, at=at)
    return by


def digits(person: int, at: datetime) -> str:
    """The 12 digits under somebody's code."""
    with engine().connect() as connection:
        return look_up_number(f"{look_up_rows.read_person(connection, person, at).row.number:011}")
