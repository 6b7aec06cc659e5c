"""Saved views as rows."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hbcore.storage import sealing
from hbcore.storage.ids import new_id
from hbcore.storage.tables import SavedView

VIEWS: sa.Table = SavedView.__table__  # type: ignore[attr-defined]
_c = VIEWS.c


def views_of(connection: sa.Connection, staff_id: int) -> list[tuple[int, str, str]]:
    """Id, name and address of each view somebody keeps, the oldest first."""
    found = connection.execute(sa.select(VIEWS).where(_c.staff_id == staff_id).order_by(_c.id))
    return [(row.id, _name(row), row.address) for row in found]


def add_view(connection: sa.Connection, staff_id: int, name: str, address: str, at: datetime) -> int:
    """Keep a view; its id."""
    id_ = new_id()
    blob = sealing.seal("saved_view", "sealed", id_, name.encode())
    values = {"staff_id": staff_id, "id": id_, "sealed": blob, "key_version": sealing.KEY_VERSION}
    connection.execute(VIEWS.insert().values(**values, address=address, recorded_at=at))
    return id_


def drop_view(connection: sa.Connection, staff_id: int, view_id: int) -> bool:
    """Forget one of somebody's own views."""
    return connection.execute(sa.delete(VIEWS).where(_c.staff_id == staff_id, _c.id == view_id)).rowcount == 1


def _name(row: sa.Row[Any]) -> str:
    return sealing.unseal("saved_view", "sealed", row.id, row.sealed, row.key_version).decode()
