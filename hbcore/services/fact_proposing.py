"""Proposing something about one person who was looked up: a new fact, the early end of one, or its extension on new evidence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from hbcore.domain.applicants import plain
from hbcore.domain.errors import Refused, refuse_all
from hbcore.domain.fact_rules import BY_HAND, NO_EXPOSURE, Measure, ends_at, faults, is_reference, with_end
from hbcore.domain.permissions import Permission
from hbcore.domain.staying import Stays
from hbcore.domain.vocabulary import PROVINCE, FactKind, RowCode
from hbcore.services import fact_repeats, units
from hbcore.services.acting import Staff, acting, reading
from hbcore.services.fact_put_down import (
    Ahead,
    Line,
    PutDown,
    Wanted,
    effect,
    put_down,
    stated_case,
    why_not_case,
    why_not_reason,
)
from hbcore.services.looked_up import look_up_of, subject_of
from hbcore.services.policies_published import eras_at
from hbcore.services.refusals import refusals_recorded
from hbcore.services.second_look import What
from hbcore.storage import fact_rows, look_up_rows
from hbcore.storage.people_rows import UNKNOWN_UNIT


class MeasureRefused(Refused):
    """A measure with faults: which part of it is wrong and how. The codes are `RowCode`s, each with its sentence."""

    def __init__(self, found: Mapping[str, RowCode]) -> None:
        super().__init__("fact_has_problems", count=len(found))
        self.found = found


@dataclass(frozen=True)
class Effect:
    """What confirming would do: when it would end (None: without an end of its own), and whose codes change from what to what.

    `stays`: as `PutDown`'s.
    """

    until_at: datetime | None
    changes: Mapping[str, int]
    ahead: Ahead | None = None
    stays: Sequence[Sequence[Stays]] = ()


def preview(person: int, measure: Measure, reason: str, *, case: str | None = None, by: Staff, at: datetime) -> Effect:
    """What a fact would do to the code of somebody looked up within the hour; nothing is written.

    :raises MeasureRefused: with every fault of the measure.
    :raises Refused: `look_up_first`, `not_your_unit`, `facts_need_a_case`, `not_a_reference`, `reason_needed`,
        `reason_too_long`, and `fact_on_record` or `fact_proposed_already` for the same of the same case.
    """
    with reading(by, Permission.PROPOSE_FACTS, at) as session:
        line = _line(session, person, measure, case, reason, by, at)
        return Effect(line.measure.until_at, *effect(session, What.FACTS, (line,), at))


def propose(
    person: int, measure: Measure, reason: str, *, case: str | None = None, sure: bool = False, by: Staff, at: datetime
) -> PutDown:
    """Propose a fact about somebody looked up within the hour; another person of the level above confirms it.

    `sure`: asked whether so many at once are meant (`burst_to_confirm`), they said yes: it is recorded.

    :raises MeasureRefused: with every fault of the measure.
    :raises Refused: as `preview`, and those of `fact_put_down.put_down`.
    """
    with refusals_recorded(by, at, subject_of(person)), acting(by, Permission.PROPOSE_FACTS, at) as session:
        return propose_in(session, person, measure, reason, case=case, sure=sure, by=by, at=at)


def propose_in(
    session: Session,
    person: int,
    measure: Measure,
    reason: str,
    *,
    case: str | None = None,
    sure: bool = False,
    notice: int | None = None,
    by: Staff,
    at: datetime,
) -> PutDown:
    """`propose` inside a transaction that somebody opened at a door: with the `notice` that it is proposed on."""
    line = _line(session, person, measure, case, reason, by, at)
    return put_down(session, Wanted(What.FACTS, (line,), reason, case, sure, notice=notice), by=by, at=at)


def preview_end(fact: int, *, by: Staff, at: datetime) -> Effect:
    """What the early end of a fact would do to the code of its person.

    :raises Refused: `fact_gone`, `not_your_unit`, `end_waits`, `extension_waits`, and those of `reading`.
    """
    with reading(by, Permission.PROPOSE_FACTS, at) as session:
        line = _standing(session, fact, by, at).line
        return Effect(at, *effect(session, What.END_FACT, (line,), at))


def propose_end(fact: int, evidence: str, reason: str, *, sure: bool = False, by: Staff, at: datetime) -> PutDown:
    """Propose to end a fact early, on a paper; another person of the level above confirms it. `sure`: as for `propose`, where
    what ends had lifted a measure.

    :raises Refused: `evidence_number_needed`, and those of `preview_end` and `fact_put_down.put_down`.
    """
    with refusals_recorded(by, at, f"fact {fact}"), acting(by, Permission.PROPOSE_FACTS, at) as session:
        about = _standing(session, fact, by, at)
        line = replace(about.line, measure=replace(about.line.measure, evidence=_evidence(evidence)))
        return put_down(session, Wanted(What.END_FACT, (line,), reason, about.case, sure), by=by, at=at)


def preview_extension(fact: int, measure: Measure, *, by: Staff, at: datetime) -> Effect:
    """What the extension of a fact would do; `measure` as for `propose_extension`.

    :raises MeasureRefused: with every fault of the new measure.
    :raises Refused: `extends_nothing`, and those of `preview_end`.
    """
    with reading(by, Permission.PROPOSE_FACTS, at) as session:
        line = _extension(session, fact, measure, by, at).line
        return Effect(line.measure.until_at, *effect(session, What.EXTEND_FACT, (line,), at))


def propose_extension(fact: int, measure: Measure, reason: str, *, sure: bool = False, by: Staff, at: datetime) -> PutDown:
    """Propose that a fact goes on, on new evidence: from its date, no longer than the kind allows from there.

    The old fact ends when the new one is confirmed; both stay on record. `sure`: as for `propose`.

    :raises MeasureRefused: with every fault of the new measure.
    :raises Refused: those of `preview_extension` and `fact_put_down.put_down`.
    """
    with refusals_recorded(by, at, f"fact {fact}"), acting(by, Permission.PROPOSE_FACTS, at) as session:
        about = _extension(session, fact, measure, by, at)
        return put_down(session, Wanted(What.EXTEND_FACT, (about.line,), reason, about.case, sure), by=by, at=at)


def scope_of(session: Session, by: Staff) -> frozenset[str]:
    """The units whose people `by` may propose for: one's own and below; whose unit nobody knows is the province's."""
    own = units.units_below(session, by.unit or "")
    return own | {UNKNOWN_UNIT} if by.unit == PROVINCE else own


def _line(session: Session, person: int, measure: Measure, case: str | None, reason: str, by: Staff, at: datetime) -> Line:
    look_up_of(person, by=by, at=at)
    found = look_up_rows.pointed_to(session.connection(), person)
    if found is None:
        raise Refused("unknown_person")
    if found.unit not in scope_of(session, by):
        raise Refused("not_your_unit")
    ending = _ending(session, measure, found.unit, at)
    refuse_all((_why_not(ending, at), why_not_case(case, [measure.kind], 1), why_not_reason(reason)))
    line = Line(found.id, ending)
    held = fact_repeats.held_of(session, (line.person,), stated_case(case), unit=found.unit, at=at)
    if why_not := held.why_not(line.person, line.measure):
        raise Refused(why_not)
    return line


def _ending(session: Session, measure: Measure, unit: str, at: datetime) -> Measure:
    policy = eras_at(session, unit, at)[0].policy
    return replace(measure, until_at=with_end(measure, policy), evidence=plain(measure.evidence))


def _why_not(measure: Measure, at: datetime) -> MeasureRefused | None:
    found = faults(measure, at, many=False)
    return MeasureRefused(found) if found else None


@dataclass(frozen=True)
class _About:
    """A fact that stands, as a line that is about it; its case, and its person's unit."""

    line: Line
    case: str | None
    unit: str


def _standing(session: Session, fact: int, by: Staff, at: datetime) -> _About:
    row = fact_rows.one(session.connection(), fact)
    if row is None or row.ended_at is not None:
        raise Refused("fact_gone")
    if row.unit not in scope_of(session, by):
        raise Refused("not_your_unit")
    if waits := fact_repeats.waiting_acts(session, (fact,), at).get(fact):
        raise Refused(_WAITS[waits.what], name=waits.by)
    measure = Measure(FactKind(row.kind), row.from_at, row.until_at, row.evidence)
    return _About(Line(row.person_id, measure, row.id), row.case_number, row.unit)


_WAITS = {What.END_FACT: "end_waits", What.EXTEND_FACT: "extension_waits"}


def _extension(session: Session, fact: int, measure: Measure, by: Staff, at: datetime) -> _About:
    about = _standing(session, fact, by, at)
    kind = about.line.measure.kind
    if measure.from_at > at:
        raise MeasureRefused({"from": RowCode.BEGINS_TOO_LATE})
    rule = BY_HAND.get(kind)
    if rule is not None and rule.longest is None:
        raise MeasureRefused({"until": RowCode.HAS_NO_END})
    new = _ending(session, replace(measure, kind=kind, exposure=measure.exposure or NO_EXPOSURE), about.unit, at)
    refuse_all((_why_not(new, at),))
    old = about.line.measure
    ends = ends_at(kind, old.from_at, old.until_at, eras_at(session, about.unit, at)[0].policy)
    if ends is not None and new.until_at is not None and new.until_at <= ends:
        raise Refused("extends_nothing")
    return replace(about, line=replace(about.line, measure=new))


def _evidence(text: str) -> str:
    stated = plain(text)
    if not stated:
        raise Refused("evidence_number_needed")
    if not is_reference(stated):
        raise Refused("not_a_reference")
    return stated
