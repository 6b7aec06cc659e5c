"""Internal notes on applications: what colleagues tell each other; sealed, and never in an event."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hbcore.domain.errors import Refused
from hbcore.domain.permissions import Permission
from hbcore.services import audit, units
from hbcore.services.acting import Staff, acting
from hbcore.services.application_entry import in_scope
from hbcore.services.refusals import refusals_recorded
from hbcore.storage import application_work_rows
from hbcore.storage.application_work_rows import Row

LONGEST_NOTE = 500


@dataclass(frozen=True)
class Note:
    """What somebody wrote, who and when."""

    text: str
    by: str
    at: datetime
    own: bool


def add_note(application_id: int, text: str, *, by: Staff, at: datetime) -> None:
    """Leave a note for colleagues; the applicant never sees it.

    :raises Refused: `unknown_application`, `not_your_unit`, `empty_note`, `text_too_long`.
    """
    subject, written = f"application {application_id}", text.strip()
    with refusals_recorded(by, at, subject), acting(by, Permission.SEE_APPLICATIONS, at) as session:
        row = in_scope(session.connection(), application_id, units.units_below(session, by.unit or ""))
        if not written:
            raise Refused("empty_note")
        if len(written) > LONGEST_NOTE:
            raise Refused("text_too_long", most=LONGEST_NOTE)
        application_work_rows.add_note(session.connection(), application_id, written, by.id, at)
        audit.record(session, audit.Act.NOTED, by=by, at=at, subject=subject, figures={"receipt": row.receipt})


def notes_from(rows: Sequence[Row], reader: Staff) -> tuple[Note, ...]:
    """Rows of notes, opened."""
    return tuple(Note(application_work_rows.note_text(row), row.full_name, row.at, row.by_id == reader.id) for row in rows)
