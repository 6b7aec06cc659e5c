"""What waits for somebody when they open the desk, by what their role may do; each number with the page it leads to."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from hbcore.domain.counting import day_span
from hbcore.domain.permissions import PAGES, Permission, may
from hbcore.services import applications, daily_counts
from hbcore.services.acting import Staff, reading
from hbcore.services.clock import day_of
from hbcore.services.daily_counts import DayCounts
from hbcore.storage.upload_rows import UPLOADS


class Waits(StrEnum):
    """What is counted for somebody."""

    WAITING = "waiting"
    SECOND_REVIEW = "second_review"
    OVERDUE = "overdue"
    DUE_SOON = "due_soon"
    ASKED = "asked"
    UPLOADS_TODAY = "uploads_today"


@dataclass(frozen=True)
class Wait:
    """One number and the page (a name of `PAGES`) that shows what is behind it."""

    what: Waits
    n: int
    page: str


@dataclass(frozen=True)
class Overview:
    """`first_due_at`: when the first of the waiting runs out. `today`: None where the role sees no counts."""

    waits: tuple[Wait, ...]
    first_due_at: datetime | None
    today: DayCounts | None
    pages: tuple[str, ...]


def overview(*, by: Staff, at: datetime) -> Overview:
    """What waits for `by` at `at`: applications, own uploads, today's counts, and the pages they may open."""
    with reading(by, Permission.SEE_OVERVIEW, at):
        pages = tuple(page for page, permission in PAGES.items() if may(by.role, permission) and page != "Overview")
    waits: list[Wait] = []
    first_due_at = None
    if may(by.role, Permission.SEE_APPLICATIONS):
        queue = applications.counts(by=by, at=at)
        first_due_at = queue.first_due_at
        numbers = {
            Waits.WAITING: queue.waiting,
            Waits.SECOND_REVIEW: queue.second_review,
            Waits.OVERDUE: queue.overdue,
            Waits.DUE_SOON: queue.soon,
            Waits.ASKED: queue.asked,
        }
        waits += [Wait(what, n, "Applications") for what, n in numbers.items()]
    if may(by.role, Permission.IMPORT_RESULTS):
        waits.append(Wait(Waits.UPLOADS_TODAY, _uploads_today(by, at), "Lab_results"))
    today = daily_counts.count_day(day_of(at), by=by, at=at) if may(by.role, Permission.SEE_COUNTS) else None
    return Overview(tuple(waits), first_due_at, today, pages)


def _uploads_today(by: Staff, at: datetime) -> int:
    c, (start, end) = UPLOADS.c, day_span(day_of(at))
    today = sa.and_(c.institution.in_(by.institutions), c.recorded_at >= start, c.recorded_at < end)
    with reading(by, Permission.IMPORT_RESULTS, at) as session:
        return int(session.execute(sa.select(sa.func.count()).select_from(UPLOADS).where(today)).scalar_one())
