"""Asking the laboratory about a held row, and its answer: both stay with the row, their notes sealed."""

from datetime import datetime

from hbcore.domain.application_reasons import known_reasons
from hbcore.domain.errors import Refused
from hbcore.domain.lab_held import Answer, Step
from hbcore.domain.permissions import Permission
from hbcore.services import audit, held_queue
from hbcore.services.acting import Staff, acting
from hbcore.services.refusals import refusals_recorded
from hbcore.services.removals import subject_of
from hbcore.storage import held_queue_rows

LONGEST_NOTE = 500


def ask(upload_id: int, row: int, note: str, *, by: Staff, at: datetime) -> None:
    """Ask the laboratory what is right; the row stays held, and in the queue.

    :raises Refused: `unknown_held_row`, `already_asked` while the last question stands, `text_too_long`.
    """
    with refusals_recorded(by, at, subject_of(upload_id, row)), acting(by, Permission.SETTLE_HELD, at) as session:
        found, line = held_queue.line_of(session, upload_id, row, by, at)
        if line.asked:
            raise Refused("already_asked")
        written = _note(note)
        held_queue_rows.add_step(session.connection(), upload_id, row, Step.ASKED, line.held_for, "", written, by.id, at)
        figures = {"row": row, "held_for": line.held_for}
        audit.record(session, audit.Act.LABORATORY_ASKED, by=by, at=at, subject=f"upload {found.number}", figures=figures)


def answer(upload_id: int, row: int, said: str, note: str, *, by: Staff, at: datetime) -> None:
    """The liaison answers for the laboratory; whoever asked sees it in the queue.

    :raises Refused: `unknown_held_row`, `not_asked`, `unknown_answer`, `text_too_long`.
    """
    with refusals_recorded(by, at, subject_of(upload_id, row)), acting(by, Permission.IMPORT_RESULTS, at) as session:
        found, line = held_queue.line_of(session, upload_id, row, by, at)
        if not line.asked:
            raise Refused("not_asked")
        if not known_reasons([said], Answer):
            raise Refused("unknown_answer")
        held_for, written = line.held_for, _note(note)
        held_queue_rows.add_step(session.connection(), upload_id, row, Step.ANSWERED, held_for, str(said), written, by.id, at)
        figures = {"row": row, "held_for": held_for, "answer": str(said)}
        audit.record(session, audit.Act.LABORATORY_ANSWERED, by=by, at=at, subject=f"upload {found.number}", figures=figures)


def _note(note: str) -> str:
    written = note.strip()
    if len(written) > LONGEST_NOTE:
        raise Refused("text_too_long", most=LONGEST_NOTE)
    return written
