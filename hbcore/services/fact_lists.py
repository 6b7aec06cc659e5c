"""Facts, their end and their extension between two people: put down by the first, carried out by the second.

Nothing is in force and no code is touched before the second person confirms; what it will do is worked out by the very
function that will do it.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from hbcore.domain.applicants import plain
from hbcore.domain.errors import Refused
from hbcore.domain.fact_rules import BY_HAND, LONGEST_TEXT, MOST_PEOPLE, Measure, is_reference, needs_case
from hbcore.domain.known import micros
from hbcore.domain.permissions import Permission
from hbcore.domain.vocabulary import FactKind, FactSource
from hbcore.services import audit, codes, fact_bursts, fact_records, fact_repeats, second_look, units
from hbcore.services.acting import Staff, acting, reading
from hbcore.services.fact_records import Hands, NewFact
from hbcore.services.fact_repeats import Key, key_of
from hbcore.services.refusals import refusals_recorded
from hbcore.services.second_look import Settled, What
from hbcore.storage import fact_list_rows, fact_rows, look_up_rows
from hbcore.storage.fact_list_rows import LineRow
from hbcore.storage.ids import new_id


@dataclass(frozen=True)
class Line:
    """One person of what is proposed. `about`: the fact that is ended (its own kind and times) or extended."""

    person: int
    measure: Measure
    about: int | None = None


@dataclass(frozen=True)
class Wanted:
    """What one person proposes. `sure`: asked about a burst, they said yes. `digest`: of the file it came in. `notice`: of an
    abnormal temperature, where it was proposed on one.
    """

    what: What
    lines: Sequence[Line]
    reason: str
    case: str | None = None
    sure: bool = False
    source: FactSource = FactSource.DESK
    digest: str | None = None
    notice: int | None = None


@dataclass(frozen=True)
class Ahead:
    """Whose codes will be others at `at`, when all that begins later has begun."""

    at: datetime
    changes: Mapping[str, int]


@dataclass(frozen=True)
class PutDown:
    """What waits for a second person, and what confirming it would do (`green>red`: how many): at once, and later."""

    list_id: int
    proposal_id: int
    people: int
    changes: Mapping[str, int]
    ahead: Ahead | None = None


@dataclass(frozen=True)
class Confirmed:
    """What was done, and which codes changed."""

    list_id: int
    people: int
    changes: Mapping[str, int]


def check_case(case: str | None, kinds: Sequence[FactKind], people: int) -> str | None:
    """The case number as it is kept: the same by full-width digits is the same case.

    :raises Refused: `facts_need_a_case` for cases, contacts and more than one person; `not_a_reference`.
    """
    stated = plain(case or "") or None
    if stated is None and any(needs_case(kind, many=people > 1) for kind in kinds):
        raise Refused("facts_need_a_case")
    if stated is not None and not is_reference(stated):
        raise Refused("not_a_reference")
    return stated


def check_reason(reason: str) -> None:
    """Why it is proposed, in a few words.

    :raises Refused: `reason_needed`, `reason_too_long`.
    """
    if not reason.strip():
        raise Refused("reason_needed")
    if len(reason.strip()) > LONGEST_TEXT:
        raise Refused("reason_too_long", most=LONGEST_TEXT)


def put_down(session: Session, wanted: Wanted, *, by: Staff, at: datetime) -> PutDown:
    """Put it down for a second person of the level above, in the caller's transaction; one event with its figures.

    :raises Refused: `too_many_people`, `facts_need_a_case`, `not_a_reference`, `reason_needed`, `reason_too_long`,
        `burst_needs_a_case`, `burst_to_confirm`, `already_proposed`.
    """
    people, kinds = len(wanted.lines), Counter(str(line.measure.kind) for line in wanted.lines)
    if people > MOST_PEOPLE:
        raise Refused("too_many_people", most=MOST_PEOPLE)
    case = check_case(wanted.case, [line.measure.kind for line in wanted.lines], people)
    check_reason(wanted.reason)
    changes, ahead = effect(session, wanted.what, wanted.lines, at)
    against = _against(wanted, ahead.changes if ahead else changes)
    burst = fact_bursts.beyond_usual(session, against, by=by, at=at)
    # One by one they are no less a list (S15).
    if burst is not None and case is None and wanted.what is What.FACTS and wanted.notice is None:
        raise Refused("burst_needs_a_case", people=burst)
    if burst is not None and not wanted.sure:
        raise Refused("burst_to_confirm", people=burst)
    list_id = new_id()
    subject = f"fact_list {list_id}" if wanted.what is What.FACTS else f"fact {wanted.lines[0].about}"
    content: dict[str, object] = {"list": list_id, "people": people, "kinds": dict(kinds), "case": case}
    above = units.level_above(session, by.unit or "")
    proposal = second_look.propose(session, wanted.what, subject, unit=above, content=content, by=by, at=at)
    values = {"id": list_id, "what": str(wanted.what), "source": str(wanted.source), "case_number": case, "unit": by.unit}
    counts = {"people": people, "against": against, "burst": burst is not None, "digest": wanted.digest}
    hand = {"proposal_id": proposal, "proposed_by": by.id, "proposed_at": at}
    fact_list_rows.add(session.connection(), {**values, **counts, **hand}, kinds, wanted.reason.strip(), _rows(wanted.lines))
    figures = {**content, "burst": burst, "codes": changes} | ({"notice": wanted.notice} if wanted.notice else {})
    audit.record(session, _proposed_act(wanted.what, people, burst), by=by, at=at, subject=subject, figures=figures)
    return PutDown(list_id, proposal, people, changes, ahead)


def _against(wanted: Wanted, changes: Mapping[str, int]) -> int:
    """How many it may make yellow or red: by their kind those of whom it is new; of a fact that ends or goes on, by the codes."""
    if wanted.what is What.FACTS:
        return sum(BY_HAND[line.measure.kind].against for line in wanted.lines)
    return sum(n for change, n in changes.items() if change.endswith((">yellow", ">red")) and not change.startswith("red>"))


def effect(session: Session, what: What, lines: Sequence[Line], at: datetime) -> tuple[dict[str, int], Ahead | None]:
    """Which codes would change if it were confirmed at `at`: at once, and once all of it has begun; nothing is written."""
    more: dict[int, list[codes.FactTuple]] = defaultdict(list)
    less: dict[int, list[codes.FactTuple]] = defaultdict(list)
    for line in lines:
        if what is not What.END_FACT:
            more[line.person].append(_seen(line.measure.kind, line.measure.from_at, line.measure.until_at))
        if line.about is not None:
            row = fact_rows.one(session.connection(), line.about)
            if row is not None and row.ended_at is None:
                less[line.person].append(_seen(FactKind(row.kind), row.from_at, row.until_at))
    people = [line.person for line in lines]
    at_once = dict(codes.would_change(session, people, at=at, more=more, less=less))
    begun = max(line.measure.from_at for line in lines)
    if begun <= at:
        return at_once, None
    return at_once, Ahead(begun, dict(codes.would_change(session, people, at=at, more=more, less=less, counted_at=begun)))


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


def _rows(lines: Sequence[Line]) -> list[LineRow]:
    return [
        LineRow(
            line.person,
            str(line.measure.kind),
            line.measure.from_at,
            line.measure.until_at,
            line.measure.evidence,
            line.measure.exposure,
            line.about,
        )
        for line in lines
    ]


def _seen(kind: FactKind, from_at: datetime, until_at: datetime | None) -> codes.FactTuple:
    return str(kind), micros(from_at), None if until_at is None else micros(until_at)


_ACTS = {
    What.FACTS: audit.Act.FACTS_CONFIRMED,
    What.END_FACT: audit.Act.FACT_ENDED,
    What.EXTEND_FACT: audit.Act.FACT_EXTENDED,
}


def _proposed_act(what: What, people: int, burst: int | None) -> audit.Act:
    """A list of several people, and one person more than usual, are acts of their own: the auditor is told (model part 5)."""
    if what is What.FACTS and people > 1:
        return audit.Act.FACT_LIST_PROPOSED
    if what is What.FACTS:
        return audit.Act.FACT_PROPOSED if burst is None else audit.Act.FACT_BURST_PROPOSED
    return audit.Act.FACT_END_PROPOSED if what is What.END_FACT else audit.Act.FACT_EXTENSION_PROPOSED
