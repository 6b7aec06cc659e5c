"""Many people proposed for yellow or red at once: asked about before they are taken, an alarm either way (S15)."""

import json
from dataclasses import dataclass
from datetime import datetime, time, timedelta

import sqlalchemy as sa
from sqlmodel import Session

from hbcore.domain.fact_rules import MANY_A_DAY, MANY_A_SHIFT
from hbcore.domain.shifts import shift_start
from hbcore.domain.vocabulary import SHANGHAI
from hbcore.services import audit
from hbcore.services.acting import Staff
from hbcore.services.clock import day_of
from hbcore.storage import fact_list_rows
from hbcore.storage.proposal_rows import STAFF
from hbcore.storage.unit_rows import below

STANDS = timedelta(days=3)
"""For so long a burst is an alarm: as long as a proposal may wait."""

_e = audit.EVENTS.c
_REFUSED = (
    sa.select(_e.seq, _e.at, _e.unit, _e.figures, STAFF.c.full_name)
    .join(STAFF, STAFF.c.id == _e.by_id)
    .where(_e.act == str(audit.Act.FACT_LIST_REFUSED), _e.at > sa.bindparam("since", type_=_e.at.type))
    .order_by(_e.seq)
)
_REFUSED_IN = _REFUSED.where(_e.unit.in_(below(sa.bindparam("unit", type_=sa.String))))
_REFUSED_OF = _REFUSED.where(_e.by_id == sa.bindparam("staff"))


@dataclass(frozen=True)
class Burst:
    """A list beyond what is usual, of `n` people, proposed by `account`.

    `subject` names it: `fact_list 17`, or `event 4` of one that was refused.
    """

    subject: str
    unit: str
    since: datetime
    n: int
    account: str


def beyond_usual(session: Session, adding: int, *, by: Staff, at: datetime) -> int | None:
    """How many people it would be in the shift, or in the unit's day, with `adding` more against; None while that is usual."""
    if not adding:
        return None
    connection = session.connection()
    in_shift = adding + fact_list_rows.against_by(connection, by.id, shift_start(at))
    if in_shift > MANY_A_SHIFT:
        return in_shift
    midnight = datetime.combine(day_of(at), time(), SHANGHAI)
    in_day = adding + fact_list_rows.against_in(connection, by.unit or "", midnight)
    return in_day if in_day > MANY_A_DAY else None


def refused_already(session: Session, digest: str, *, by: Staff, at: datetime) -> bool:
    """Whether an alarm stands for this very file, refused when `by` brought it before."""
    asked = {"staff": by.id, "since": at - STANDS}
    return any(json.loads(row.figures).get("sha256") == digest for row in session.connection().execute(_REFUSED_OF, asked))


def bursts(session: Session, unit: str, at: datetime) -> list[Burst]:
    """The bursts of `unit` and below of the last three days, taken or refused, the oldest first."""
    connection, since = session.connection(), at - STANDS
    taken = [
        Burst(f"fact_list {row.id}", row.unit, row.proposed_at, row.people, row.full_name)
        for row in fact_list_rows.bursts(connection, unit, since)
    ]
    refused = [
        Burst(f"event {row.seq}", row.unit, row.at, json.loads(row.figures)["people"], row.full_name)
        for row in connection.execute(_REFUSED_IN, {"unit": unit, "since": since})
    ]
    return sorted((*taken, *refused), key=lambda one: one.since)
