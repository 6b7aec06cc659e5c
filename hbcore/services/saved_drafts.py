"""What somebody was typing outlives a reload, a lost connection and a sign-out, for seven days and for nobody else."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from hbcore.domain.errors import Refused
from hbcore.domain.permissions import Permission
from hbcore.services.acting import Staff, reading, saving_own
from hbcore.storage import draft_rows
from hbcore.storage.draft_rows import Key

LIVES = timedelta(days=7)
LONGEST = 20_000
"""Characters of all fields together."""


class Place(StrEnum):
    """Where something is typed that takes a while. A look-up is no such place: what is sought is never kept."""

    APPLICATION = "application"
    NOTE = "note"
    REASON = "reason"
    REQUEST = "request"
    FACT = "fact"
    FACT_LIST = "fact_list"
    FACT_END = "fact_end"
    FACT_EXTENSION = "fact_extension"
    OUTSIDE = "outside"

    @property
    def permission(self) -> Permission:
        """What one must be allowed to do to type there, and to see what one typed."""
        return _PERMISSIONS[self]


_PERMISSIONS = {
    Place.APPLICATION: Permission.ENTER_APPLICATIONS,
    Place.NOTE: Permission.SEE_APPLICATIONS,
    Place.REASON: Permission.DECIDE_APPLICATIONS,
    Place.REQUEST: Permission.RECOLOUR,
    Place.FACT: Permission.PROPOSE_FACTS,
    Place.FACT_LIST: Permission.PROPOSE_FACTS,
    Place.FACT_END: Permission.PROPOSE_FACTS,
    Place.FACT_EXTENSION: Permission.PROPOSE_FACTS,
    Place.OUTSIDE: Permission.RECOLOUR,
}


@dataclass(frozen=True)
class Kept:
    """A draft: the fields that were not empty, by name, and when it was saved."""

    fields: Mapping[str, str]
    saved_at: datetime


def keep(place: Place, fields: Mapping[str, str], *, by: Staff, at: datetime, subject: int = 0) -> None:
    """Save what is typed so far in place of what was saved before; nothing typed takes the draft away.

    `subject`: our id of what it is about, 0 for something new. No event: an unfinished sentence is no act.

    :raises Refused: `draft_too_long`.
    """
    typed = {name: text for name, text in fields.items() if text}
    if sum(map(len, typed.values())) > LONGEST:
        raise Refused("draft_too_long")
    with saving_own(by, place.permission, at) as session:
        connection, key = session.connection(), Key(by.id, place, subject)
        draft_rows.drop_older(connection, at - LIVES)
        if typed:
            draft_rows.keep(connection, key, typed, at)
        else:
            draft_rows.drop(connection, key)


def take_up(place: Place, *, by: Staff, at: datetime, subject: int = 0) -> Kept | None:
    """One's own draft, as it was saved last; None where there is none or it is older than seven days."""
    with reading(by, place.permission, at) as session:
        found = draft_rows.one(session.connection(), Key(by.id, place, subject))
    if found is None or found[1] < at - LIVES:
        return None
    return Kept(*found)


def drop(place: Place, *, by: Staff, at: datetime, subject: int = 0) -> None:
    """The draft has become an act, or is to start afresh."""
    with saving_own(by, place.permission, at) as session:
        draft_rows.drop(session.connection(), Key(by.id, place, subject))
