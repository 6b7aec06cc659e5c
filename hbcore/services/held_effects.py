"""What settling held rows would do to codes: carried out by the very function that will do it, and undone again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from hbcore.domain.documents import masked_number
from hbcore.domain.errors import Refused
from hbcore.domain.lab_keeping import WaitsFor
from hbcore.domain.names import masked_name
from hbcore.domain.permissions import Permission
from hbcore.domain.vocabulary import Purpose
from hbcore.services import audit, held_rows, releases
from hbcore.services.acting import Staff, acting
from hbcore.services.looked_up import LookUp, record
from hbcore.services.second_look import What
from hbcore.storage import held_rows as rows_held
from hbcore.storage import people_rows
from hbcore.storage.held_rows import Row


@dataclass(frozen=True)
class WouldRemove:
    """Whose positive a held row would take away, masked, and which codes would change (`red>green`: how many)."""

    person: int
    name: str
    document: str
    changes: Mapping[str, int]


def of_release(upload_id: int, *, by: Staff, at: datetime) -> dict[str, int]:
    """Which codes would change if the waiting positives of an upload were released now; nobody is named.

    :raises Refused: `unknown_upload`, `not_your_unit`.
    """
    with acting(by, Permission.RELEASE_POSITIVES, at) as session:
        upload = releases.in_scope(session, upload_id, by)
        return _tried(session, upload, WaitsFor.RELEASE, None, by, at)


def of_removal(upload_id: int, row: int, take: bool, *, by: Staff, at: datetime) -> WouldRemove:
    """Whose positive a row of one's own unit and below would take away, and what would change if it were taken in now.

    `take`: as proposed; where the row is turned down nothing changes. A look-up of the person.

    :raises Refused: `unknown_held_row`, also for one of another unit; `look_up_not_recorded`.
    """
    with acting(by, Permission.SETTLE_HELD, at) as session:
        found = rows_held.removal(session.connection(), by.unit or "", upload_id, row)
        if found is None:
            raise Refused("unknown_held_row")
        upload = held_rows.upload_of(session, upload_id)
        changes = _tried(session, upload, WaitsFor.REMOVAL, [row] if take else [], by, at)
    record(audit.Act.PERSON_LOOKED_UP, found.person, LookUp(Purpose.CORRECT_RESULT, None), by=by, at=at)
    text = people_rows.open_sealed(found.person, found.sealed, found.key_version)
    return WouldRemove(found.person, masked_name(text.name), masked_number(text.documents[-1]), changes)


def _tried(session: Session, upload: Row, waits: WaitsFor, rows: Sequence[int] | None, by: Staff, at: datetime) -> dict[str, int]:
    """The codes that taking these rows in would change; nothing of it stays but an event."""
    dry = session.connection().begin_nested()
    changes = dict(held_rows.take_in(session, upload, waits, rows, at=at).codes) if rows != [] else {}
    dry.rollback()
    what = What.RELEASE_POSITIVES if waits == WaitsFor.RELEASE else What.REMOVE_POSITIVE
    figures = {"what": str(what), "codes": changes}
    audit.record(session, audit.Act.RESULTS_PREVIEWED, by=by, at=at, subject=f"upload {upload.number}", figures=figures)
    return changes
