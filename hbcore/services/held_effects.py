"""What settling held rows would do to codes: carried out by the very function that will do it, and undone again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from hbcore.domain.lab_keeping import WaitsFor
from hbcore.domain.permissions import Permission
from hbcore.domain.vocabulary import Purpose
from hbcore.services import audit, held_rows, releases, removals
from hbcore.services.acting import Staff, acting
from hbcore.services.looked_up import LookUp, record
from hbcore.services.second_look import What
from hbcore.storage import held_rows as rows_held
from hbcore.storage.held_rows import NOBODY


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
        upload = releases.in_scope(session, upload_id, by, at)
        waiting = rows_held.held(session.connection(), upload.id, WaitsFor.RELEASE)
        changes = tried(session, lambda: held_rows.take_in(session, upload, waiting, at=at, frees=False).codes)
        _record(session, What.RELEASE_POSITIVES, upload.number, changes, by, at)
    return changes


def of_removal(upload_id: int, row: int, take: bool, *, person: int | None = None, by: Staff, at: datetime) -> WouldRemove:
    """Whose held row it is, of one's own unit and below, and what would change if two people took it in now.

    `take`: as proposed; where the row is turned down nothing changes. `person`: whose it is, of several. A look-up of the person.

    :raises Refused: `unknown_held_row`, also for one of another unit; `look_up_not_recorded`.
    """
    with acting(by, Permission.SETTLE_HELD, at) as session:
        found = removals.in_scope(session, upload_id, row, person, by, take=take)
        upload = held_rows.upload_of(session, upload_id, at)
        waiting = rows_held.held(session.connection(), upload.id, rows=[row]) if take else []
        whose = removals.people_of(waiting, person)
        changes = tried(session, lambda: held_rows.take_in(session, upload, waiting, at=at, people=whose).codes if take else {})
        _record(session, What.REMOVE_POSITIVE, upload.number, changes, by, at)
    if found.person != NOBODY:
        record(audit.Act.PERSON_LOOKED_UP, found.person, LookUp(Purpose.CORRECT_RESULT, None), by=by, at=at)
    else:
        figures = {"purpose": Purpose.CORRECT_RESULT, "row": row}
        audit.record_look_up(audit.Act.UPLOAD_LOOKED_UP, by=by, at=at, subject=f"upload {found.number}", figures=figures)
    return WouldRemove(found.person, *removals.masked(found), changes)


def tried(session: Session, settle: Callable[[], Mapping[str, int]]) -> dict[str, int]:
    """The codes that settling would change; nothing of it stays."""
    dry = session.connection().begin_nested()
    try:
        return dict(settle())
    finally:
        dry.rollback()


def _record(session: Session, what: What, number: str, changes: Mapping[str, int], by: Staff, at: datetime) -> None:
    figures = {"what": str(what), "codes": changes}
    audit.record(session, audit.Act.RESULTS_PREVIEWED, by=by, at=at, subject=f"upload {number}", figures=figures)
