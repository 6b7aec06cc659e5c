"""An applicant said to be somebody held is joined to them in the approval's transaction, and parted when that is taken back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from hbcore.domain.errors import Refused
from hbcore.services import joining
from hbcore.services.acting import Staff
from hbcore.storage import application_rows


def join_said_same(session: Session, row: sa.Row[Any], *, by: Staff, at: datetime) -> Mapping[str, object]:
    """Join an applicant to whom they were said to be, in the transaction of the approval; what its event says of it.

    :raises Refused: `already_joined` where that person has been joined to another since.
    """
    if row.same_as is None:
        return {}
    done, _changes = joining.carry_out(session, row.same_as, row.person_id, row.same_said_by, by=by, at=at)
    application_rows.set_join(session.connection(), row.id, done.id)
    return {"join": done.id}


def part_undone(session: Session, row: sa.Row[Any], *, by: Staff, at: datetime) -> sa.Row[Any]:
    """Part again whom the approval joined that is taken back, in its transaction; the application's row as it is then.

    :raises Refused: `not_joined`, `part_later_first`.
    """
    if row.join_id is None:
        return row
    connection = session.connection()
    joining.undo(session, row.join_id, by=by, at=at)
    application_rows.set_join(connection, row.id, None)
    again = application_rows.application_row(connection, row.id)
    if again is None:
        raise Refused("unknown_application")
    return again
