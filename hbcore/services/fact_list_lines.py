"""The lines of a list of facts as they stand now: whom each is about, and which no longer fit since they were proposed."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from hbcore.domain.fact_rules import Measure
from hbcore.domain.known import micros
from hbcore.domain.vocabulary import FactKind, RowCode
from hbcore.services import fact_repeats
from hbcore.services.fact_put_down import Line
from hbcore.services.fact_repeats import Held, Key, key_of
from hbcore.services.second_look import What
from hbcore.storage import fact_list_rows, fact_rows, look_up_rows

ON_RECORD, OVER = "fact_on_record", str(RowCode.OVER_ALREADY)
"""Why a line is left out: another confirmation has recorded the same of that case meanwhile, or its end has come."""


@dataclass(frozen=True)
class Lines:
    """What confirming a list would carry out, and of whom on it nothing, and why (`ON_RECORD`, `OVER`)."""

    fitting: Sequence[Line]
    left_out: Mapping[int, str]


def lines_of(session: Session, row: sa.Row[Any], at: datetime) -> Lines:
    """The lines of a list, in the caller's transaction; of somebody joined to another meanwhile, that other's: of the same twice
    what ends last."""
    found: dict[Key, Line] = {}
    listed: dict[Key, list[int]] = defaultdict(list)
    for one in fact_list_rows.lines(session.connection(), row.id):
        person = _now(session, one)
        measure = Measure(FactKind(one.kind), one.from_at, one.until_at, one.evidence, fact_list_rows.exposure(one))
        same = key_of(person, measure.kind, micros(measure.from_at))
        listed[same].append(one.person_id)
        if same not in found or _ends_later(measure, found[same].measure):
            found[same] = Line(person, measure, one.about)
    if row.what != What.FACTS:
        return Lines(list(found.values()), {})
    held = fact_repeats.held_of(session, [line.person for line in found.values()], row.case_number, unit=row.unit, at=at)
    left = {same: why for same, line in found.items() if (why := _why_left(line, held, at))}
    return Lines(
        [line for same, line in found.items() if same not in left],
        {person: why for same, why in left.items() for person in listed[same]},
    )


def without_a_fact(session: Session, row: sa.Row[Any]) -> set[int]:
    """Of whom on a confirmed list nothing was recorded by it: they were left out."""
    if row.what != What.FACTS or row.confirmed_at is None:
        return set()
    people = {one.person_id: _now(session, one) for one in fact_list_rows.lines(session.connection(), row.id)}
    recorded = fact_rows.people_of_list(session.connection(), row.id, set(people.values()))
    return {listed for listed, person in people.items() if person not in recorded}


def _now(session: Session, line: sa.Row[Any]) -> int:
    """Whom a line is about: who the person on it was joined to, if anybody."""
    person: int = line.person_id
    pointer = look_up_rows.pointed_to(session.connection(), person) if line.joined_to is not None else None
    return pointer.id if pointer else person


def _why_left(line: Line, held: Held, at: datetime) -> str | None:
    if held.why_not(line.person, line.measure) == ON_RECORD:
        return ON_RECORD
    return OVER if line.measure.until_at is not None and line.measure.until_at <= at else None


def _ends_later(one: Measure, other: Measure) -> bool:
    if one.until_at is None or other.until_at is None:
        return other.until_at is not None
    return one.until_at > other.until_at
