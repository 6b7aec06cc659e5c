"""Notices of abnormal temperatures: what waits for the district, opened, closed with a reason, or turned into a proposed fact."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlmodel import Session

from hbcore.domain.documents import masked_text
from hbcore.domain.errors import Refused
from hbcore.domain.fact_rules import Measure
from hbcore.domain.permissions import Permission, may
from hbcore.domain.temperatures import SETTLED_WITHIN, Closed, Done, ReadingState
from hbcore.domain.vocabulary import FactKind, Purpose
from hbcore.services import audit, fact_proposing, units
from hbcore.services.acting import Staff, acting, reading
from hbcore.services.fact_proposing import Effect
from hbcore.services.fact_put_down import PutDown
from hbcore.services.looked_up import LookUp, subject_of
from hbcore.services.refusals import refusals_recorded
from hbcore.services.temperatures import whom
from hbcore.storage import temperature_rows
from hbcore.storage.temperature_rows import Row

MOST = 200
SETTLED_SHOWN = timedelta(days=7)
FOR = LookUp(Purpose.CHECKPOINT, None)
"""Inside this task the purpose is implied (model part 3)."""


class View(StrEnum):
    """Which notices are listed: those open, or those settled within seven days."""

    OPEN = "open"
    SETTLED = "settled"


@dataclass(frozen=True)
class NoticeLine:
    """A notice, masked. `person` None: nobody is known, and `number` is what was typed. `unit` settles it, `place_unit` sent it.

    Temperatures in tenths of a degree Celsius; `list_id`: the list of facts that was proposed on it.
    """

    id: int
    person: int | None
    name: str
    number: str
    unit: str
    place_unit: str
    place: str
    first: int
    second: int
    done: tuple[Done, ...]
    state: ReadingState
    first_at: datetime
    notice_at: datetime
    due_at: datetime
    recorder: str
    own: bool
    settler: str | None
    settled_at: datetime | None
    closed_for: Closed | None
    list_id: int | None


@dataclass(frozen=True)
class NoticesSeen:
    """What a page was told: the question, the newest act at the time, how many are open and overdue, and the lines."""

    asked: tuple[object, ...]
    newest: int
    open: int
    overdue: int
    lines: tuple[NoticeLine, ...]


@dataclass(frozen=True)
class NoticeCard:
    """A notice opened. `typed`: in full, where nobody was found by it. `newest`: the newest act at the time."""

    line: NoticeLine
    typed: str
    newest: int


def seen_now(view: View, *, by: Staff, at: datetime, before: NoticesSeen | None = None) -> NoticesSeen:
    """The notices of one's own unit and below; `before` again in the same minute while nothing was done since.

    A list of people is handed out with one look-up event, written whenever somebody is on it who was not there `before`.

    :raises Refused: `look_up_not_recorded`, and those of `reading`.
    """
    asked = (by, view, at.replace(second=0, microsecond=0))
    with reading(by, Permission.SETTLE_TEMPERATURES, at) as session:
        newest = audit.newest(session)
        if before is not None and (before.asked, before.newest) == (asked, newest):
            return before
        connection, unit = session.connection(), by.unit or ""
        if view is View.OPEN:
            rows = temperature_rows.open_notices(connection, unit, at, MOST)
        else:
            rows = temperature_rows.settled_lately(connection, unit, at - SETTLED_SHOWN, at, MOST)
        lines = tuple(_line(row, by) for row in rows)
        seen = NoticesSeen(asked, newest, *temperature_rows.counts(connection, unit, at), lines)
    new = {line.id for line in lines} - {line.id for line in (before.lines if before else ())}
    if new:
        figures = {"purpose": FOR.purpose, "people": len(new)}
        audit.record_look_up(audit.Act.LIST_LOOKED_UP, by=by, at=at, subject=f"temperatures of unit {unit}", figures=figures)
    return seen


def counts_in(session: Session, by: Staff, at: datetime) -> tuple[int, int]:
    """How many are open in one's own unit and below, and how many of these are overdue, in the caller's transaction."""
    return temperature_rows.counts(session.connection(), by.unit or "", at)


def one(notice: int, *, by: Staff, at: datetime, before: NoticeCard | None = None) -> NoticeCard:
    """A notice of one's own unit and below. Opening it looks the person up, with one event; `before`: it is open already.

    :raises Refused: `unknown_notice`, `not_your_unit`, `look_up_not_recorded`, and those of `reading`.
    """
    with reading(by, Permission.SETTLE_TEMPERATURES, at) as session:
        newest = audit.newest(session)
        if before is not None and (before.line.id, before.newest) == (notice, newest):
            return before
        row = _in_scope(session, notice, by, at)
        card = NoticeCard(_line(row, by), temperature_rows.said_of(row).typed, newest)
    if before is None or before.line.id != notice:
        act, subject = audit.Act.TEMPERATURE_OPENED, f"temperature {notice}"
        if card.line.person is not None:
            act, subject = audit.Act.PERSON_LOOKED_UP, subject_of(card.line.person)
        audit.record_look_up(act, by=by, at=at, subject=subject, figures=FOR.figures)
    return card


def close(notice: int, reason: Closed, *, by: Staff, at: datetime) -> None:
    """Close an open notice: nothing but the record remains, no code was or is touched.

    :raises Refused: `unknown_notice`, `not_your_unit`, `own_reading`, `notice_settled`.
    """
    subject = f"temperature {notice}"
    with refusals_recorded(by, at, subject), acting(by, Permission.SETTLE_TEMPERATURES, at) as session:
        row = _to_settle(session, notice, by, at)
        _settle(session, row, ReadingState.CLOSED, by, at, closed_for=reason)
        audit.record(session, audit.Act.TEMPERATURE_CLOSED, by=by, at=at, subject=subject, figures={"reason": reason})


def preview_fever(notice: int, evidence: str, reason: str, *, by: Staff, at: datetime) -> Effect:
    """What a proposed fever would do once confirmed; nothing is written.

    :raises Refused: `nobody_for_a_fact`, and those of `propose_fever`.
    """
    with reading(by, Permission.SETTLE_TEMPERATURES, at) as session:
        row = _to_settle(session, notice, by, at)
    return fact_proposing.preview(_person(row), _fever(row, evidence), reason, by=by, at=at)


def propose_fever(notice: int, evidence: str, reason: str, *, sure: bool = False, by: Staff, at: datetime) -> PutDown:
    """Propose the fact `fever` on a notice, with the number of a clinic's paper; another person of the level above confirms it.

    One act: its event names the notice, the notice names the list. Declined, withdrawn or left lying, it is open again.

    :raises Refused: `unknown_notice`, `not_your_unit`, `own_reading`, `notice_settled`, `nobody_for_a_fact`, and those of
        `fact_proposing.propose`.
    """
    subject = f"temperature {notice}"
    with refusals_recorded(by, at, subject), acting(by, Permission.SETTLE_TEMPERATURES, at) as session:
        if not may(by.role, Permission.PROPOSE_FACTS):
            raise Refused("not_allowed")
        row = _to_settle(session, notice, by, at)
        fever = _fever(row, evidence)
        put = fact_proposing.propose_in(session, _person(row), fever, reason, notice=notice, sure=sure, by=by, at=at)
        _settle(session, row, ReadingState.PROPOSED, by, at, list_id=put.list_id, proposal_id=put.proposal_id)
    return put


def notice_of(session: Session, list_id: int) -> tuple[int, datetime] | None:
    """The notice on which a list of facts was proposed and since when it is one, in the caller's transaction; None: on none."""
    row = temperature_rows.of_list(session.connection(), list_id)
    return None if row is None else (row.id, row.notice_at)


def overdue_in(session: Session, unit: str, at: datetime, most: int | None) -> list[dict[str, Any]]:
    """Notices of a unit and below beyond their 24 hours, as alarms are told of them, in the caller's transaction."""
    rows = temperature_rows.overdue(session.connection(), unit, at, most or 2**31 - 1)
    return [_as_alarm(row) for row in rows]


def _as_alarm(row: Row) -> dict[str, Any]:
    name, number = whom(row)
    found = {"subject": f"temperature {row.id}", "unit": row.unit, "since": row.notice_at, "name": name, "number": number}
    return {**found, "person": row.person_id if name else None, "notice": row.id}


def _in_scope(session: Session, notice: int, by: Staff, at: datetime) -> Row:
    row = temperature_rows.one(session.connection(), notice, at)
    if row is None or row.notice_at is None:
        raise Refused("unknown_notice")
    if row.unit not in units.units_below(session, by.unit or ""):
        raise Refused("not_your_unit")
    return row


def _to_settle(session: Session, notice: int, by: Staff, at: datetime) -> Row:
    row = _in_scope(session, notice, by, at)
    if row.recorded_by == by.id:
        raise Refused("own_reading")
    if row.state != ReadingState.OPEN:
        raise Refused("notice_settled")
    return row


def _settle(session: Session, row: Row, state: ReadingState, by: Staff, at: datetime, **more: object) -> None:
    if not temperature_rows.move(session.connection(), row, state=state, settled_by=by.id, settled_at=at, **more):
        raise Refused("notice_settled")


def _person(row: Row) -> int:
    if row.sealed is None:
        raise Refused("nobody_for_a_fact")
    return int(row.person_id)


def _fever(row: Row, evidence: str) -> Measure:
    return Measure(FactKind.FEVER, row.notice_at, None, evidence.strip())


def _line(row: Row, by: Staff) -> NoticeLine:
    said, (name, number) = temperature_rows.said_of(row), whom(row)
    known = row.sealed is not None
    return NoticeLine(
        row.id,
        row.person_id if known else None,
        name,
        number if known else masked_text(said.typed),
        row.unit,
        row.place_unit,
        said.place,
        row.first,
        row.second,
        temperature_rows.done_of(row),
        ReadingState(row.state),
        row.recorded_at,
        row.notice_at,
        row.notice_at + SETTLED_WITHIN,
        row.recorder,
        row.recorded_by == by.id,
        row.settler,
        row.settled_at,
        Closed(row.closed_for) if row.closed_for else None,
        row.list_id,
    )
