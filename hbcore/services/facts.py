"""Facts of one's own unit and below: those in force, whose they are, and what waits; names and numbers masked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from hbcore.domain.documents import masked_number
from hbcore.domain.errors import Refused
from hbcore.domain.fact_rules import ends_at
from hbcore.domain.known import instant
from hbcore.domain.names import masked_name
from hbcore.domain.permissions import Permission
from hbcore.domain.vocabulary import SHANGHAI, FactKind, FactSource, Purpose
from hbcore.services import audit
from hbcore.services.acting import Staff, reading
from hbcore.services.clock import day_of
from hbcore.services.fact_proposing import scope_of
from hbcore.services.fact_repeats import WaitingAct, waiting_acts
from hbcore.services.policies_published import eras_at
from hbcore.storage import fact_list_rows, fact_rows, people_rows, proposal_rows
from hbcore.storage.fact_rows import Asked

MOST = 200
"""So many facts, and lists of them, are shown; the number beside them counts all."""


@dataclass(frozen=True)
class FactLine:
    """A fact, masked. `ends_at`: its own end or the policy's; None: until another closes it. `waits`: what is proposed of it."""

    id: int
    person: int
    kind: FactKind
    name: str
    number: str
    unit: str
    from_at: datetime
    ends_at: datetime | None
    source: FactSource
    evidence: str
    case: str | None
    list_id: int | None
    ended_at: datetime | None
    waits: WaitingAct | None


@dataclass(frozen=True)
class Hand:
    """One of the two people behind a fact: name, unit, and when, where that is on record."""

    name: str
    unit: str
    at: datetime | None


@dataclass(frozen=True)
class FactCard:
    """One fact opened: how the person was exposed, why it was proposed, and both hands. `newest`: the newest act at the time."""

    line: FactLine
    exposure: str
    reason: str
    proposed: Hand | None
    confirmed: Hand | None
    newest: int


@dataclass(frozen=True)
class FactsSeen:
    """What a page was told. `counts`: in force by kind; `tonight`: how many of these end before midnight; `ahead`: how many
    begin later; `newest`: the newest act."""

    asked: tuple[object, ...]
    newest: int
    counts: Mapping[FactKind, int]
    tonight: int
    ahead: int
    lines: tuple[FactLine, ...]


def seen_now(
    kind: FactKind | None, *, tonight: bool, ahead: bool = False, by: Staff, at: datetime, before: FactsSeen | None = None
) -> FactsSeen:
    """The facts in force of one's own unit and below, those that end soonest first; `before` again while nothing was done since.

    `tonight`: only those that end before midnight. `ahead`: those instead that are confirmed and begin later. A list of people
    is handed out with one look-up event, written whenever somebody is on it who was not there `before`.

    :raises Refused: `look_up_not_recorded`, and those of `reading`.
    """
    asked = (by, kind, tonight, ahead, at.replace(second=0, microsecond=0))
    with reading(by, Permission.SEE_FACTS, at) as session:
        newest = audit.newest(session)
        if before is not None and (before.asked, before.newest) == (asked, newest):
            return before
        connection, unit = session.connection(), by.unit or ""
        rules, midnight = fact_rows.rules_of(eras_at(session, unit, at)[0].policy), _midnight(at)
        counts = fact_rows.counts(connection, Asked(unit, at), rules)
        ending = sum(fact_rows.counts(connection, Asked(unit, at, ends_before=midnight), rules).values())
        later = sum(fact_rows.counts(connection, Asked(unit, at, ahead=True), rules).values())
        wanted = Asked(unit, at, str(kind) if kind else None, midnight if tonight else None, ahead)
        rows = fact_rows.in_force(connection, wanted, rules, MOST)
        waits = waiting_acts(session, [row.id for row in rows], at)
        lines = tuple(_line(row, row.end, waits.get(row.id)) for row in rows)
    record_shown({line.person for line in lines} - {line.person for line in (before.lines if before else ())}, by, at)
    return FactsSeen(asked, newest, {FactKind(name): n for name, n in counts.items()}, ending, later, lines)


def ending_tonight(session: Session, unit: str, at: datetime) -> int:
    """How many facts in force in `unit` and below end before midnight, in the caller's transaction."""
    rules = fact_rows.rules_of(eras_at(session, unit, at)[0].policy)
    return sum(fact_rows.counts(session.connection(), Asked(unit, at, ends_before=_midnight(at)), rules).values())


def one(fact: int, *, by: Staff, at: datetime, before: FactCard | None = None) -> FactCard:
    """One fact of one's own unit and below, or that something waiting there is about; a look-up event.

    `before`: the same fact as it is open already; it is read again once something was done, and no look-up of its own.

    :raises Refused: `fact_gone` for an unknown one, `not_your_unit`, `look_up_not_recorded`, and those of `reading`.
    """
    with reading(by, Permission.SEE_FACTS, at) as session:
        newest = audit.newest(session)
        if before is not None and before.newest == newest:
            return before
        row = fact_rows.one(session.connection(), fact)
        if row is None:
            raise Refused("fact_gone")
        waits = proposal_rows.waits_about(session.connection(), f"fact {fact}", by.unit or "", at)
        if row.unit not in scope_of(session, by) and not waits:
            raise Refused("not_your_unit")
        ends = ends_at(FactKind(row.kind), row.from_at, row.until_at, eras_at(session, row.unit, at)[0].policy)
        line = _line(row, ends, waiting_acts(session, (fact,), at).get(fact))
        card = _card(session, row, line, newest)
    if before is None:
        record_shown({line.person}, by, at, f"fact {fact}", case=line.case)
    return card


def _midnight(at: datetime) -> datetime:
    """The end of the Shanghai day of `at`: what ends at midnight itself ends tonight."""
    return datetime.combine(day_of(at) + timedelta(days=1), time(), SHANGHAI) + timedelta(microseconds=1)


def _card(session: Session, row: sa.Row[Any], line: FactLine, newest: int) -> FactCard:
    connection = session.connection()
    listed = fact_list_rows.one(connection, row.list_id) if row.list_id else None
    of_person = fact_list_rows.line_of(connection, row.person_id, row.list_id) if row.list_id else None
    proposed_at = listed.proposed_at if listed else None
    return FactCard(
        line,
        fact_list_rows.exposure(of_person) if of_person else "",
        fact_list_rows.reason(listed) if listed else "",
        Hand(row.proposed_by_name, row.proposer_unit or "", proposed_at) if row.proposed_by_name else None,
        Hand(row.confirmed_by_name, row.confirmer_unit or "", row.recorded_at) if row.confirmed_by_name else None,
        newest,
    )


def _line(row: sa.Row[Any], ends: datetime | int | None, waits: WaitingAct | None) -> FactLine:
    text = people_rows.open_sealed(row.person_id, row.sealed, row.key_version)
    return FactLine(
        row.id,
        row.person_id,
        FactKind(row.kind),
        masked_name(text.name),
        masked_number(text.documents[-1]),
        row.unit,
        row.from_at,
        instant(ends) if isinstance(ends, int) else ends,
        FactSource(row.source),
        row.evidence,
        row.case_number,
        row.list_id,
        row.ended_at,
        waits,
    )


def record_shown(people: set[int], by: Staff, at: datetime, subject: str = "", case: str | None = None) -> None:
    """One look-up event for a list of people; the purpose is implied: tracing where there is a case."""
    if people:
        purpose = Purpose.OUTBREAK_TRACING if case else Purpose.COUNT_CHECK
        figures = {"purpose": purpose, "case": case, "people": len(people)}
        subject = subject or f"facts of unit {by.unit}"
        audit.record_look_up(audit.Act.LIST_LOOKED_UP, by=by, at=at, subject=subject, figures=figures)
