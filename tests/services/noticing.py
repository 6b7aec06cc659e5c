"""Applicants who are written to, and what became of each notice."""

from dataclasses import replace
from datetime import datetime, timedelta

from hbcore.services import applications
from hbcore.services.acting import Staff
from tests.services.applying import AT, PERMIT, rows

TEN, DAY = timedelta(minutes=10), timedelta(days=1)
THEIRS = "chan.tai.man@example.com"


def enter(by: Staff, place: int = 0, at: datetime = AT, **more: str) -> int:
    """An application of somebody with an address, each place another person."""
    draft = replace(PERMIT, document_number=f"H{94684388 + place}", **{"email": THEIRS, **more})
    return applications.enter(draft, by=by, at=at).id


def stand() -> list[tuple[object, ...]]:
    """Each notice with its state, in order."""
    return rows("SELECT kind, state FROM notice ORDER BY recorded_at, due_at, id")
