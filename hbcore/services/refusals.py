"""Refused attempts leave an event: written after the act was undone, in a transaction of its own (model part 9)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from hbcore.domain.errors import Refused
from hbcore.services import audit
from hbcore.services.acting import Staff

RECORDED_AT_THE_DOOR = frozenset({"session_ended", "authority_changed", "password_change_needed", "not_allowed"})
"""Refusals that `acting` has recorded already."""


@contextmanager
def refusals_recorded(by: Staff, at: datetime, subject: str) -> Iterator[None]:
    """Put around `acting`: a refusal from inside it is recorded with its code, then goes on to the caller."""
    try:
        yield
    except Refused as refused:
        if refused.code not in RECORDED_AT_THE_DOOR:
            audit.record_alone(audit.Act.REFUSED, by=by, at=at, subject=subject, figures={"why": refused.code})
        raise
