"""Facts, their end and their extension as the second person sees, confirms and so carries them out (`fact_put_down`).

Nothing is in force and no code is touched before the second person confirms; what it will do is worked out by the very
function that will do it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from hbcore.domain.errors import Refused
from hbcore.domain.fact_rules import Measure
from hbcore.domain.known import micros
from hbcore.domain.permissions import Permission
from hbcore.domain.vocabulary import FactKind, FactSource
from hbcore.services import audit, codes, fact_records, fact_repeats, second_look, units
from hbcore.services.acting import Staff, acting, reading
from hbcore.services.fact_put_down import Ahead, Line, effect
from hbcore.services.fact_records import Hands, NewFact
from hbcore.services.fact_repeats import Key, key_of
from hbcore.services.refusals import refusals_recorded
from hbcore.services.second_look import Settled, What
from hbcore.storage import fact_list_rows, look_up_rows


@dataclass(frozen=True)
class Confirmed:
    """What was done, and which codes changed."""

    list_id: int
    people: int
    changes: Mapping[str, int]


@dataclass(frozen=True)
class EffectSeen:
    """What a page was told of a waiting list: which, in which minute, the newest act at the time, and whose codes change."""

    asked: tuple[object, ...]
    newest: int
    changes: Mapping[str, int]
    ahead: Ahead | None = None


def effect_of(list_id: int, *, by: Staff, at: datetime, before: EffectSeen | None = None) -> EffectSeen:
    """Which codes would change if a waiting list were confirmed now: for who proposed it and who may confirm it.

    `before` again in the same minute while nothing was done since.

    :raises Refused: `unknown_list`, `not_your_unit`, and those of `reading`.
    """
    asked = (list_id, at.replace(second=0, microsecond=0))
    with reading(by, Permission.SEE_FACTS, at) as session:
        newest = audit.newest(session)
        if before is not None and (before.asked, before.newest) == (asked, newest):
            return before
        row = row_in_scope(session, list_id, by)
        return EffectSeen(asked, newest, *effect(session, What(row.what), _lines_of(session, list_id), at))


def confirm(proposal_id: int, *, by: Staff, at: datetime) -> Confirmed:
    """The second person agrees: facts arise, end or go on, and everybody concerned is decided again. One act, one event.

    :raises Refused: as `second_look.settle`; `fact_gone` where the fact ended meanwhile, `facts_recorded_meanwhile` where
        another confirmation has recorded the same.
    """
    subject = f"proposal {proposal_id}"
    with refusals_recorded(by, at, subject), acting(by, Permission.CONFIRM_FACTS, at) as session:
        proposal = second_look.settle(session, proposal_id, Settled.CONFIRMED, by=by, at=at)
        if proposal.what not in _ACTS:
            raise Refused("proposal_gone")
        list_id = int(str(proposal.content["list"]))
        row = fact_list_rows.one(session.connection(), list_id)
        if row is None:
            raise Refused("proposal_gone")
        lines = _lines_of(session, list_id)
        _carry_out(session, row, lines, by, at)
        fact_list_rows.confirmed(session.connection(), list_id, by.id, at)
        changes = codes.decide_again(session, [line.person for line in lines], at=at, cause=list_id)
        figures = {**proposal.content, "people": len(lines), "codes": dict(changes)}
        audit.record(session, _ACTS[proposal.what], by=by, at=at, subject=proposal.subject, figures=figures)
    return Confirmed(list_id, len(lines), dict(changes))


def confirm_list(list_id: int, *, by: Staff, at: datetime) -> Confirmed:
    """`confirm` by the number of the list.

    :raises Refused: `unknown_list`, and those of `confirm`.
    """
    with reading(by, Permission.CONFIRM_FACTS, at) as session:
        row = fact_list_rows.one(session.connection(), list_id)
        if row is None:
            raise Refused("unknown_list")
    return confirm(row.proposal_id, by=by, at=at)


def row_in_scope(session: Session, list_id: int, by: Staff) -> sa.Row[Any]:
    """A list that was proposed in one's own unit or below, or by oneself.

    :raises Refused: `unknown_list`, `not_your_unit`.
    """
    row = fact_list_rows.one(session.connection(), list_id)
    if row is None:
        raise Refused("unknown_list")
    if row.proposed_by != by.id and row.unit not in units.units_below(session, by.unit or ""):
        raise Refused("not_your_unit")
    return row


def _carry_out(session: Session, row: sa.Row[Any], lines: Sequence[Line], by: Staff, at: datetime) -> None:
    if row.what == What.FACTS:
        _refuse_recorded(session, row, lines, at)
    for line in lines:
        if line.about is not None:
            ended = {"evidence": line.measure.evidence, "proposed_by": row.proposed_by, "confirmed_by": by.id}
            fact_records.end_fact(session, line.person, line.about, **ended, at=at)
    if row.what == What.END_FACT:
        return
    hands = Hands(FactSource(row.source), row.proposed_by, by.id, row.case_number, row.id)
    facts = [
        NewFact(line.person, line.measure.kind, line.measure.from_at, line.measure.until_at, line.measure.evidence, line.about)
        for line in lines
    ]
    fact_records.add_facts(session, facts, hands, at=at)


def _refuse_recorded(session: Session, row: sa.Row[Any], lines: Sequence[Line], at: datetime) -> None:
    people = [line.person for line in lines]
    held = fact_repeats.held_of(session, people, row.case_number, unit=row.unit, at=at)
    recorded = sum(held.why_not(line.person, line.measure) == "fact_on_record" for line in lines)
    if recorded:
        raise Refused("facts_recorded_meanwhile", people=recorded)


def _lines_of(session: Session, list_id: int) -> list[Line]:
    """The lines of a list; of somebody joined to another meanwhile, that other's: of the same twice what ends last."""
    found: dict[Key, Line] = {}
    for row in fact_list_rows.lines(session.connection(), list_id):
        person = row.person_id if row.joined_to is None else _survivor(session, row.person_id)
        measure = Measure(FactKind(row.kind), row.from_at, row.until_at, row.evidence, fact_list_rows.exposure(row))
        same = key_of(person, measure.kind, micros(measure.from_at))
        other = found.get(same)
        if other is None or _ends_later(measure, other.measure):
            found[same] = Line(person, measure, row.about)
    return list(found.values())


def _ends_later(one: Measure, other: Measure) -> bool:
    if one.until_at is None or other.until_at is None:
        return other.until_at is not None
    return one.until_at > other.until_at


def _survivor(session: Session, person: int) -> int:
    pointer = look_up_rows.pointed_to(session.connection(), person)
    return pointer.id if pointer else person


_ACTS = {
    What.FACTS: audit.Act.FACTS_CONFIRMED,
    What.END_FACT: audit.Act.FACT_ENDED,
    What.EXTEND_FACT: audit.Act.FACT_EXTENDED,
}
