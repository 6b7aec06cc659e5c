"""The prefecture gives back what it took over from a unit, once somebody is there: all of it at once, one act, one event."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from hbcore.domain.applications import Act
from hbcore.domain.errors import Refused
from hbcore.domain.permissions import Permission
from hbcore.services import audit, units
from hbcore.services.acting import Staff, acting, reading
from hbcore.services.refusals import refusals_recorded
from hbcore.services.taking_over import TAKEN
from hbcore.services.units import UnitSeen
from hbcore.storage import application_work_rows, duty_rows
from hbcore.storage.application_work_rows import step_at
from hbcore.storage.duty_rows import TakenOver

WITHIN = timedelta(days=7)
"""What was taken over longer ago has been worked on, or is handed on one by one."""


@dataclass(frozen=True)
class Kept:
    """How many applications of a unit, with all below it, still wait where they were taken to, held by nobody."""

    unit: UnitSeen
    n: int


def kept(*, by: Staff, at: datetime) -> tuple[Kept, ...]:
    """What one's own unit took over within seven days and could give back now, by the unit it was taken from.

    :raises Refused: those of `reading`.
    """
    with reading(by, Permission.TAKE_OVER_APPLICATIONS, at) as session:
        known = units.all_units(session)
        counts: dict[str, int] = {}
        for unit, of_unit in _kept(session, by.unit or "", at):
            counts[unit] = counts.get(unit, 0) + len(of_unit)
    return tuple(Kept(known[unit], n) for unit, n in sorted(counts.items()) if n)


def give_back(unit: str, *, by: Staff, at: datetime) -> int:
    """Give all that was taken over from `unit` within seven days back to where each was; how many. The clock runs on.

    What was decided, asked about or handed on since stays where it is, and so does what somebody holds claimed.

    :raises Refused: `nothing_to_give_back`, and those of `acting`.
    """
    with refusals_recorded(by, at, f"unit {unit}"), acting(by, Permission.TAKE_OVER_APPLICATIONS, at) as session:
        own = by.unit or ""
        back = [one for taken, of_unit in _kept(session, own, at) if taken == unit for one in of_unit]
        if not back:
            raise Refused("nothing_to_give_back")
        duty_rows.give_back(session.connection(), back)
        steps = [step_at(one.id, Act.TRANSFER, own, one.unit, own, by.id, at) for one in back]
        application_work_rows.add_steps(session.connection(), steps)
        figures = {"from": own, "to": unit, "applications": len(back)}
        audit.record(session, audit.Act.GIVEN_BACK, by=by, at=at, subject=f"unit {unit}", figures=figures)
    return len(back)


def _kept(session: Session, own: str, at: datetime) -> Iterator[tuple[str, Sequence[TakenOver]]]:
    """Each take-over by `own`: from where, and what of it still waits there with nobody's hand on it."""
    connection = session.connection()
    for event in connection.execute(TAKEN, {"since": at - WITHIN}).all():
        figures = json.loads(event.figures)
        if figures["to"] == own:
            yield figures["from"], duty_rows.still_here(connection, own, taken_at=event.at, taken_by=event.by_id, at=at)
