"""Held rows of lists of facts: kept when the list is proposed, found again by who handed it in and the supervisors above."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from hbcore.domain.documents import Document, masked_number
from hbcore.domain.errors import Refused
from hbcore.domain.names import masked_name
from hbcore.domain.permissions import Permission, may
from hbcore.domain.problems import RowProblem
from hbcore.domain.vocabulary import HOLDS, DocumentKind, FactKind, Purpose, RowCode
from hbcore.services import audit
from hbcore.services.acting import Staff, acting, reading
from hbcore.services.fact_file_rows import ReadRow
from hbcore.services.refusals import refusals_recorded
from hbcore.storage import fact_held_rows
from hbcore.storage.fact_held_rows import HeldCells


@dataclass(frozen=True)
class HeldLine:
    """A held row, masked, and what holds it. `row`: as the spreadsheet numbers it."""

    list_id: int
    row: int
    name: str
    number: str
    kind: FactKind
    held_for: RowCode
    unit: str
    case: str | None
    proposed_by: str
    proposed_at: datetime


@dataclass(frozen=True)
class HeldSeen:
    """What a page was told; `newest`: the newest act at the time."""

    newest: int
    lines: tuple[HeldLine, ...]


def keep(session: Session, list_id: int, rows: Sequence[ReadRow], problems: Sequence[RowProblem]) -> None:
    """Keep those rows of a list that are held and nothing else, in the caller's transaction."""
    codes = {row: [one.code for one in problems if one.row == row] for row in {one.row for one in problems}}
    held = [row for row in rows if row.row in codes and HOLDS.issuperset(codes[row.row])]
    kept = [
        HeldCells(row.row, str(codes[row.row][0]), row.name, str(whose.kind), whose.number, whose.country, str(row.measure.kind))
        for row in held
        if row.measure and (whose := row.document)
    ]
    fact_held_rows.keep(session.connection(), list_id, kept)


def seen_now(*, by: Staff, at: datetime, before: HeldSeen | None = None) -> HeldSeen:
    """The held rows of one's own lists, and for a supervisor of all lists of the own unit and below, the oldest first.

    `before` again while nothing was done since. A list of people is a look-up, written whenever a row is on it that was not
    there `before`.

    :raises Refused: `look_up_not_recorded`, and those of `reading`.
    """
    with reading(by, Permission.SEE_FACTS, at) as session:
        newest = audit.newest(session)
        if before is not None and before.newest == newest:
            return before
        lines = tuple(map(_line, _waiting(session, by)))
    more = set(lines) - set(before.lines if before else ())
    if more:
        figures = {"purpose": Purpose.OUTBREAK_TRACING, "people": len(more)}
        subject = f"facts of unit {by.unit}"
        audit.record_look_up(audit.Act.LIST_LOOKED_UP, by=by, at=at, subject=subject, figures=figures)
    return HeldSeen(newest, lines)


def how_many(session: Session, row: sa.Row[Any], by: Staff) -> int:
    """How many rows of a list somebody who sees the list finds held, in the caller's transaction."""
    sees = row.proposed_by == by.id or may(by.role, Permission.CONFIRM_FACTS)
    return fact_held_rows.how_many(session.connection(), row.id) if sees else 0


def settle(list_id: int, row: int, *, by: Staff, at: datetime) -> None:
    """Somebody is done with a held row: its person was proposed alone, or it is let go. Nothing is recorded of anybody by it.

    :raises Refused: `held_row_gone` for one that is done, unknown, or another's and not below.
    """
    subject = f"fact_list {list_id}"
    with refusals_recorded(by, at, subject), acting(by, Permission.PROPOSE_FACTS, at) as session:
        found = [one for one in _waiting(session, by) if (one.list_id, one.row_number) == (list_id, row)]
        if not found or not fact_held_rows.done(session.connection(), list_id, row, by.id, at):
            raise Refused("held_row_gone")
        figures = {"row": row, "held_for": found[0].held_for}
        audit.record(session, audit.Act.FACT_ROW_SETTLED, by=by, at=at, subject=subject, figures=figures)


def _waiting(session: Session, by: Staff) -> list[sa.Row[Any]]:
    supervises = may(by.role, Permission.CONFIRM_FACTS)
    return fact_held_rows.waiting(session.connection(), by.id, (by.unit or "") if supervises else None)


def _line(row: sa.Row[Any]) -> HeldLine:
    cells = fact_held_rows.cells(row)
    return HeldLine(
        row.list_id,
        row.row_number,
        masked_name(cells.name),
        masked_number(Document(DocumentKind(cells.document_kind), cells.number, cells.country)),
        FactKind(cells.kind),
        RowCode(cells.held_for),
        row.unit,
        row.case_number,
        row.full_name,
        row.proposed_at,
    )
