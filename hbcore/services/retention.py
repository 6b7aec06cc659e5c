"""What gates leave behind, deleted by the clock once its days are over: normal temperatures, codes long expired."""

from datetime import datetime, timedelta

from sqlmodel import Session

from hbcore.domain.counting import day_span
from hbcore.services import audit
from hbcore.services.clock import day_of
from hbcore.services.settings import Kept, days
from hbcore.storage import issued_code_rows, temperature_rows
from hbcore.storage.engine import engine

AT_ONCE = 2_000
"""Rows in one act: the write lock is held for some milliseconds, and who checks at a gate does not notice."""


def delete_old(*, at: datetime) -> int:
    """Delete normal temperatures and expired codes whose days are over; how many. The clock does it, soon after midnight.

    Counts of past days stay as they are; what was abnormal stays too. A deleted code answers `expired` as before, and says no
    longer whose it was.
    """
    with engine().connect() as connection, Session(connection) as session:
        readings_before, codes_before = _before(session, Kept.READINGS, at), _before(session, Kept.CODES, at)
    deleted = 0
    while gone := _readings(readings_before, at) + _codes(codes_before, at):
        deleted += gone
    return deleted


def _before(session: Session, kept: Kept, at: datetime) -> datetime:
    """By whole Shanghai days, so that there is one deletion a day and not one a minute."""
    return day_span(day_of(at))[0] - timedelta(days=days(session, kept))


def _readings(before: datetime, at: datetime) -> int:
    with engine().connect() as connection:
        if not temperature_rows.any_old(connection, before):
            return 0
    with engine().connect().execution_options(writes=True) as connection, connection.begin(), Session(connection) as session:
        gone = temperature_rows.delete_old(connection, before, AT_ONCE)
        if gone:  # else another process was faster
            figures = {"deleted": gone}
            audit.record(session, audit.Act.TEMPERATURES_DELETED, by=None, at=at, subject="temperatures", figures=figures)
    return gone


def _codes(before: datetime, at: datetime) -> int:
    """The register stands beside the look-ups: so does the event."""
    with audit.look_ups_read() as access:
        if not issued_code_rows.any_old(access, before):
            return 0
    with audit.look_ups_written() as access:
        gone = issued_code_rows.delete_old(access, before, AT_ONCE)
        if gone:
            audit.look_up(access, audit.Act.CODES_DELETED, by=None, at=at, subject="codes", figures={"deleted": gone})
    return gone
