"""Uploads as they are recalled and put back: their state, their rows that wait, and the line in the book of recalls."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hbcore.storage import sealing
from hbcore.storage.ids import new_id
from hbcore.storage.look_up_rows import INSTITUTIONS
from hbcore.storage.tables import Recall, StaffRow
from hbcore.storage.upload_rows import ROWS, UPLOADS

RECALLS: sa.Table = Recall.__table__  # type: ignore[attr-defined]
STAFF: sa.Table = StaffRow.__table__  # type: ignore[attr-defined]

_c, _u, _i = RECALLS.c, UPLOADS.c, INSTITUTIONS.c
_UPLOAD = sa.select(UPLOADS, _i.unit, _i.suspended_at, _i.name.label("institution_name")).join(
    INSTITUTIONS, _i.code == _u.institution
)

Row = sa.Row[Any]


def upload(connection: sa.Connection, which: int | str) -> Row | None:
    """A laboratory's upload by our id or its number, with the unit of its institution."""
    column = _u.id if isinstance(which, int) else _u.number
    return connection.execute(_UPLOAD.where(column == which, _u.kind == "results")).first()


def set_status(connection: sa.Connection, upload_id: int, was: str, now: str) -> bool:
    """Change an upload's status; False when somebody was faster."""
    same = sa.and_(_u.id == upload_id, _u.status == was)
    return connection.execute(sa.update(UPLOADS).where(same).values(status=now)).rowcount == 1


def let_wait_no_more(connection: sa.Connection, upload_id: int) -> dict[int, str]:
    """Rows of an upload that waited for a second account do so no more; which, and for what."""
    waits = sa.and_(ROWS.c.upload_id == upload_id, ROWS.c.waits.is_not(None))
    found = {row: waited for row, waited in connection.execute(sa.select(ROWS.c.row_number, ROWS.c.waits).where(waits))}
    connection.execute(sa.update(ROWS).where(waits).values(waits=None))
    return found


def let_wait_again(connection: sa.Connection, upload_id: int, waiting: Mapping[str, str]) -> None:
    """Give back what `let_wait_no_more` took, as JSON kept it."""
    for row, waited in waiting.items():
        of = (ROWS.c.upload_id == upload_id, ROWS.c.row_number == int(row), ROWS.c.status == "held")
        connection.execute(sa.update(ROWS).where(*of).values(waits=waited))


def sealed_note(upload_id: int, note: str | None) -> bytes | None:
    """A note of a recall, closed."""
    return sealing.seal("recall", "sealed", upload_id, note.encode()) if note else None


def opened_note(upload_id: int, sealed: bytes | None, key_version: int | None) -> str | None:
    """What `sealed_note` closed."""
    return sealing.unseal("recall", "sealed", upload_id, sealed, key_version or 0).decode() if sealed else None


def add(connection: sa.Connection, recall_id: int, values: Mapping[str, object], waiting: Mapping[int, str]) -> None:
    """Put a recall down."""
    connection.execute(RECALLS.insert().values(id=recall_id, waiting=json.dumps(waiting), **values))


def next_id() -> int:
    """An id for a recall."""
    return new_id()


def standing(connection: sa.Connection, upload_id: int) -> Row | None:
    """The recall of an upload that is recalled, with the names of who did it."""
    second = STAFF.alias("second")
    asked = (
        sa.select(RECALLS, STAFF.c.full_name, second.c.full_name.label("second_name"))
        .join(STAFF, STAFF.c.id == _c.recalled_by)
        .outerjoin(second, second.c.id == _c.second_by)
        .where(_c.upload_id == upload_id, _c.put_back_at.is_(None))
    )
    return connection.execute(asked).first()


def put_back(connection: sa.Connection, recall_id: int, by: int, second: int | None, at: datetime) -> None:
    """A recall is undone."""
    values = {"put_back_by": by, "put_back_second": second, "put_back_at": at}
    connection.execute(sa.update(RECALLS).where(_c.id == recall_id).values(**values))
