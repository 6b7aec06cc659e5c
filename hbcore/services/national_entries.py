"""Entries on the national code: good for that day at that gate, recorded with the link to apply; never a row of a policy."""

from datetime import datetime

from hbcore.domain.counting import GateFigure
from hbcore.domain.errors import Refused
from hbcore.domain.permissions import Permission
from hbcore.domain.vocabulary import PROVINCE
from hbcore.public_words import PUBLIC_LANGUAGES
from hbcore.services import audit
from hbcore.services.acting import Staff, acting
from hbcore.services.refusals import refusals_recorded
from hbcore.services.temperatures import place_of
from hbcore.storage import gate_count_rows, national_rows
from hbcore.storage.ids import new_id

LANGUAGES = PUBLIC_LANGUAGES
"""Those in which the form to apply is spoken, each by the name it has for itself."""

APPLY = "apply"
"""The address of that form, below the desk's own."""


def add(place: str, language: str, *, by: Staff, at: datetime) -> int:
    """Somebody came in on the national code, and was shown in `language` where to apply; our id of the entry.

    Nothing is kept of the person: whoever wants to know more looks at the national code, which is not ours.

    :raises Refused: `place_needed`, `place_too_long`, `unknown_language`, and those of `acting`.
    """
    with refusals_recorded(by, at, "national_entry"), acting(by, Permission.RECORD_TEMPERATURES, at) as session:
        if language not in LANGUAGES:
            raise Refused("unknown_language")
        kept, entry, unit = place_of(place), new_id(), by.unit or PROVINCE
        values = {"id": entry, "unit": unit, "language": language, "recorded_by": by.id, "recorded_at": at}
        national_rows.add(session.connection(), values, kept)
        gate_count_rows.count_one(session.connection(), unit, at, GateFigure.NATIONAL_CODE)
        subject = f"national_entry {entry}"
        audit.record(session, audit.Act.NATIONAL_ENTRY, by=by, at=at, subject=subject, figures={"language": language})
    return entry
