"""Held rows of lists of facts: kept with the list, opened for who handed it in and above, done by somebody."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from hbcore.storage import sealing
from hbcore.storage.fact_list_rows import LISTS
from hbcore.storage.proposal_rows import STAFF
from hbcore.storage.tables import FactListRow
from hbcore.storage.unit_rows import below

Row = sa.Row[Any]
ROWS: sa.Table = FactListRow.__table__  # type: ignore[attr-defined]

_r, _l = ROWS.c, LISTS.c
_SHOWN = (
    sa.select(ROWS, _l.unit, _l.case_number, _l.proposed_at, _l.proposed_by, STAFF.c.full_name)
    .join(LISTS, _l.id == _r.list_id)
    .join(STAFF, STAFF.c.id == _l.proposed_by)
    .where(_r.done_at.is_(None))
    .order_by(_l.proposed_at, _r.list_id, _r.row_number)
)
_OWN = _l.proposed_by == sa.bindparam("staff")
_OWN_ROWS = _SHOWN.where(_OWN)
_OF_UNIT = _SHOWN.where(sa.or_(_OWN, _l.unit.in_(below(sa.bindparam("unit", type_=sa.String)))))


class HeldCells(NamedTuple):
    """What a held row says, and the code that holds it. `row`: as the spreadsheet numbers it."""

    row: int
    held_for: str
    name: str
    document_kind: str
    number: str
    country: str
    kind: str


def keep(connection: sa.Connection, list_id: int, rows: Sequence[HeldCells]) -> None:
    """Keep the held rows of a list."""
    if rows:
        connection.execute(ROWS.insert(), [_sealed(list_id, one) for one in rows])


def waiting(connection: sa.Connection, staff: int, unit: str | None) -> list[Row]:
    """Those that nobody is done with, of the lists of `staff` and, where it is given, of `unit` and below; the oldest first."""
    if unit is None:
        return list(connection.execute(_OWN_ROWS, {"staff": staff}))
    return list(connection.execute(_OF_UNIT, {"staff": staff, "unit": unit}))


def how_many(connection: sa.Connection, list_id: int) -> int:
    """How many of a list nobody is done with."""
    asked = sa.select(sa.func.count()).select_from(ROWS).where(_r.list_id == list_id, _r.done_at.is_(None))
    return int(connection.execute(asked).scalar_one())


def done(connection: sa.Connection, list_id: int, row: int, by: int, at: datetime) -> bool:
    """Somebody is done with it; False where it is done already or there is none."""
    still = sa.and_(_r.list_id == list_id, _r.row_number == row, _r.done_at.is_(None))
    return connection.execute(sa.update(ROWS).where(still).values(done_at=at, done_by=by)).rowcount == 1


def cells(row: Row) -> HeldCells:
    """A held row opened."""
    text = sealing.unseal(f"fact_list_row {row.row_number}", "sealed", row.list_id, row.sealed, row.key_version)
    return HeldCells(row.row_number, row.held_for, *json.loads(text))


def _sealed(list_id: int, one: HeldCells) -> dict[str, object]:
    text = json.dumps(one[2:], ensure_ascii=False).encode()
    sealed = sealing.seal(f"fact_list_row {one.row}", "sealed", list_id, text)
    values = {"list_id": list_id, "row_number": one.row, "held_for": one.held_for}
    return {**values, "sealed": sealed, "key_version": sealing.KEY_VERSION}
