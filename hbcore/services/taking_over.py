"""The prefecture takes a county's applications over when nobody is on duty there: many at once, one act, one event, an alarm."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from hbcore.domain.applications import Act
from hbcore.domain.duty import Duty, duty, why_not_take_over
from hbcore.domain.errors import Refused
from hbcore.domain.known import micros
from hbcore.domain.permissions import Permission
from hbcore.services import audit, units
from hbcore.services.acting import IDLE, IN_ALL, Staff, acting, reading
from hbcore.services.refusals import refusals_recorded
from hbcore.services.units import UnitSeen
from hbcore.storage import application_work_rows, duty_rows
from hbcore.storage.application_work_rows import step_at

TOLD_FOR = timedelta(days=1)
"""For so long a take-over is an alarm of the unit it was taken from: by then somebody has been there."""

_e = audit.EVENTS.c
TAKEN = (
    sa.select(_e.seq, _e.at, _e.by_id, _e.by_name, _e.figures)
    .where(_e.act == str(audit.Act.TAKEN_OVER), _e.at > sa.bindparam("since", type_=_e.at.type))
    .order_by(_e.seq)
)
"""The events of take-overs after `since`."""


@dataclass(frozen=True)
class Left:
    """A unit right below one's own or further down, with all below it: what waits there, how much is overdue, who is on duty.

    `why_not`: a refusal's code; None where it may be taken over.
    """

    unit: UnitSeen
    waiting: int
    overdue: int
    there: Duty
    why_not: str | None


def left_alone(*, by: Staff, at: datetime) -> tuple[Left, ...]:
    """The units below one's own in which something waits, those that nobody minds first.

    :raises Refused: those of `reading`.
    """
    with reading(by, Permission.TAKE_OVER_APPLICATIONS, at) as session:
        known = units.all_units(session)
        waiting = {
            row.unit: (row.waiting, row.overdue) for row in duty_rows.WAITING.rows(session.connection(), {"at": micros(at)})
        }
        reviewers = _reviewers(session, at)
    own = by.unit or ""
    below = [one for one in known.values() if one.code != own and units.lies_in(known, one.code, own) and one.level == "county"]
    found = []
    for one in below:
        inside = [code for code in known if units.lies_in(known, code, one.code)]
        counts = [waiting[code] for code in inside if code in waiting]
        if counts:
            there = _duty(inside, reviewers)
            code = why_not_take_over(known[own].level, lies_below=True, is_own=False, there=there)
            found.append(Left(one, sum(n for n, _ in counts), sum(late for _, late in counts), there, code))
    return tuple(sorted(found, key=lambda one: (one.why_not is not None, -one.overdue, -one.waiting, one.unit.code)))


def take_over(unit: str, *, overdue_only: bool, by: Staff, at: datetime) -> int:
    """Give all that waits in `unit` and below, or what is overdue of it, to one's own unit; how many. The clock runs on.

    What somebody holds claimed stays theirs. The unit is told by an alarm.

    :raises Refused: `unknown_unit`, `take_over_from_above`, `not_your_unit`, `somebody_on_duty`, `nothing_waits`, and those of
        `acting`.
    """
    with refusals_recorded(by, at, f"unit {unit}"), acting(by, Permission.TAKE_OVER_APPLICATIONS, at) as session:
        known, own = units.all_units(session), by.unit or ""
        if unit not in known:
            raise Refused("unknown_unit")
        inside = [code for code in known if units.lies_in(known, code, unit)]
        lies_below, there = units.lies_in(known, unit, own), _duty(inside, _reviewers(session, at))
        if code := why_not_take_over(known[own].level, lies_below=lies_below, is_own=unit == own, there=there):
            raise Refused(code)
        late = at if overdue_only else None
        taken = duty_rows.take_over(session.connection(), inside, own, overdue_at=late, at=at)
        if not taken:
            raise Refused("nothing_waits")
        steps = [step_at(one.id, Act.TRANSFER, one.unit, own, one.unit, by.id, at) for one in taken]
        application_work_rows.add_steps(session.connection(), steps)
        figures = {"from": unit, "to": own, "applications": len(taken), "why": str(there)}
        audit.record(session, audit.Act.TAKEN_OVER, by=by, at=at, subject=f"unit {unit}", figures=figures)
    return len(taken)


def taken_from(session: Session, unit: str, at: datetime) -> list[dict[str, Any]]:
    """What was taken over from `unit` and below within a day: an alarm of theirs, so that they know and ask why."""
    scope = units.units_below(session, unit)
    rows = session.connection().execute(TAKEN, {"since": at - TOLD_FOR})
    found = ((row, json.loads(row.figures)) for row in rows)
    return [
        {"subject": f"event {row.seq}", "unit": of["from"], "since": row.at, "n": of["applications"], "account": row.by_name}
        for row, of in found
        if of["from"] in scope
    ]


def _reviewers(session: Session, at: datetime) -> Mapping[str, tuple[int, int]]:
    asked = {"seen_after": micros(at - IDLE), "began_after": micros(at - IN_ALL)}
    return {row.unit: (row.reviewers, int(row.signed_in)) for row in duty_rows.REVIEWERS.rows(session.connection(), asked)}


def _duty(inside: list[str], reviewers: Mapping[str, tuple[int, int]]) -> Duty:
    there = [reviewers[code] for code in inside if code in reviewers]
    return duty(sum(n for n, _ in there), sum(signed_in for _, signed_in in there))
