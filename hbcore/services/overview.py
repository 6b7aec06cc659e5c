"""What waits for somebody when they open the desk, by what their role may do: counters, read in one transaction."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Session

from hbcore.domain.alarms import AlarmKind
from hbcore.domain.counting import day_span
from hbcore.domain.permissions import Permission, may, pages_of
from hbcore.domain.recolouring import RequestState
from hbcore.domain.vocabulary import Role
from hbcore.services import (
    alarms,
    application_figures,
    applications,
    audit,
    code_keys_revoking,
    daily_counts,
    desk_state,
    facts,
    held_queue,
    large_exports,
    own_uploads,
    recolouring_seen,
    second_look,
    temperature_notices,
)
from hbcore.services.acting import Staff, reading
from hbcore.services.application_figures import DecidedToday
from hbcore.services.clock import day_of
from hbcore.services.daily_counts import DayCounts
from hbcore.services.desk_state import ChainsSeen
from hbcore.services.own_uploads import UploadCounts


class Waits(StrEnum):
    """What is counted for somebody, in the order of what presses most."""

    OVERDUE = "overdue"
    DUE_SOON = "due_soon"
    RECOLOURING_OVER = "recolouring_over"
    ALARMS = "alarms"
    TO_VERIFY = "to_verify"
    TEMPERATURES = "temperatures"
    WAITING = "waiting"
    ANSWERED = "answered"
    SECOND_REVIEW = "second_review"
    RECOLOURING = "recolouring"
    PROPOSALS = "proposals"
    TO_SETTLE = "to_settle"
    EXPORTS = "exports"
    KEYS = "keys"
    ASKED = "asked"
    ENDING_TONIGHT = "ending_tonight"
    ROWS_HELD = "rows_held"
    ROWS_REFUSED = "rows_refused"
    UPLOADS_SHIFT = "uploads_shift"
    ONE_TIME = "one_time"
    WITHOUT_LIAISON = "without_liaison"
    WITHOUT_STAFF = "without_staff"
    SUSPENDED = "suspended"
    ACCOUNTS = "accounts"
    DISABLED = "disabled"
    LISTS = "lists"
    REFUSALS = "refusals"
    FAILED_SIGN_INS = "failed_sign_ins"


Numbers = Mapping[Waits, int]


@dataclass(frozen=True)
class Overview:
    """What one role is told. Parts that it does not see are None.

    `asked`, `newest`: the question, and the newest act at the time. `first_due_at`: when the first of the waiting runs out.
    `yesterday`: the day before `today`. `tonight`: the codes of each colour at the midnight to come, if nothing else is recorded.
    `decided`: how many applications were decided today, and how many of them within 24 hours.
    """

    asked: tuple[object, ...]
    newest: int
    numbers: Numbers
    pages: tuple[str, ...]
    first_due_at: datetime | None = None
    today: DayCounts | None = None
    yesterday: DayCounts | None = None
    tonight: Mapping[str, int] | None = None
    uploads: UploadCounts | None = None
    chains: ChainsSeen | None = None
    decided: DecidedToday | None = None


def overview(*, by: Staff, at: datetime, before: Overview | None = None) -> Overview:
    """What waits for `by` at `at`; `before` again while the minute is the same and nothing has been done since."""
    asked = (by, at.replace(second=0, microsecond=0))
    with reading(by, Permission.SEE_OVERVIEW, at) as session:
        newest = audit.newest(session)
        if before is not None and (before.asked, before.newest) == (asked, newest):
            return before
        told = _Told(by, at)
        for permission, read in _READ.items():
            if may(by.role, permission):
                read(session, told)
    if may(by.role, Permission.SEE_APPLICATIONS):
        told.first_due_at = _queue(told)
    pages = tuple(page for page in pages_of(by.role) if page != "Overview")
    numbers = {what: told.numbers[what] for what in Waits if what in told.numbers}
    days = (told.today, told.yesterday, told.tonight)
    return Overview(asked, newest, numbers, pages, told.first_due_at, *days, told.uploads, told.chains, told.decided)


@dataclass
class _Told:
    """What has been read so far, for whom."""

    by: Staff
    at: datetime
    numbers: dict[Waits, int] = field(default_factory=dict)
    first_due_at: datetime | None = None
    today: DayCounts | None = None
    yesterday: DayCounts | None = None
    tonight: Mapping[str, int] | None = None
    uploads: UploadCounts | None = None
    chains: ChainsSeen | None = None
    decided: DecidedToday | None = None


def _queue(told: _Told) -> datetime | None:
    """The queue has a door of its own: what has run out of time is written down there. When its first is due."""
    queue = applications.counts(by=told.by, at=told.at)
    told.numbers |= {Waits.WAITING: queue.waiting, Waits.SECOND_REVIEW: queue.second_review, Waits.OVERDUE: queue.overdue}
    if may(told.by.role, Permission.DECIDE_APPLICATIONS):
        told.numbers |= {Waits.DUE_SOON: queue.soon, Waits.ANSWERED: queue.answered, Waits.ASKED: queue.asked}
    return queue.first_due_at


def _proposals(session: Session, told: _Told) -> None:
    told.numbers[Waits.PROPOSALS] = second_look.count_in(session, told.by, told.at)


def _requests(session: Session, told: _Told) -> None:
    counts, overdue = recolouring_seen.counts_in(session, told.by, told.at)
    told.numbers |= {Waits.RECOLOURING: counts[RequestState.ENTERED], Waits.RECOLOURING_OVER: overdue}


def _alarms(session: Session, told: _Told) -> None:
    counts = alarms.counts_in(session, told.by, told.at)
    if AlarmKind.TO_VERIFY in counts:
        told.numbers[Waits.TO_VERIFY] = counts.pop(AlarmKind.TO_VERIFY)
    told.numbers[Waits.ALARMS] = sum(counts.values())


def _facts(session: Session, told: _Told) -> None:
    told.numbers[Waits.ENDING_TONIGHT] = facts.ending_tonight(session, told.by.unit or "", told.at)


def _days(session: Session, told: _Told) -> None:
    """Today; for a supervisor yesterday, too, to set it against."""
    today = day_of(told.at)
    scope = daily_counts.scope_of(session, None, told.by)
    told.today = daily_counts.count_day_of(session, today, scope, at=told.at)
    told.tonight = daily_counts.codes_at(session, scope, day_span(today)[1])
    if told.by.role == Role.SUPERVISOR:
        told.yesterday = daily_counts.count_day_of(session, today - timedelta(days=1), scope, at=told.at)


def _decided(session: Session, told: _Told) -> None:
    scope = daily_counts.scope_of(session, None, told.by)
    told.decided = application_figures.decided_today(session, scope, told.at)


def _temperatures(session: Session, told: _Told) -> None:
    waiting, _overdue = temperature_notices.counts_in(session, told.by, told.at)  # what is overdue is an alarm
    told.numbers[Waits.TEMPERATURES] = waiting


def _held(session: Session, told: _Told) -> None:
    told.numbers[Waits.TO_SETTLE] = held_queue.count_in(session, told.by)


def _uploads(session: Session, told: _Told) -> None:
    told.uploads = counted = own_uploads.counts_in(session, told.by, told.at)
    told.numbers |= {Waits.UPLOADS_SHIFT: counted.shift, Waits.ROWS_HELD: counted.held, Waits.ROWS_REFUSED: counted.refused}


def _kept(session: Session, told: _Told) -> None:
    counted, without_staff = desk_state.kept_in(session)
    told.numbers |= {
        Waits.ACCOUNTS: counted.accounts,
        Waits.ONE_TIME: counted.one_time,
        Waits.DISABLED: counted.disabled,
        Waits.WITHOUT_LIAISON: counted.without_liaison,
        Waits.SUSPENDED: counted.suspended,
        Waits.WITHOUT_STAFF: without_staff,
    }


def _audited(session: Session, told: _Told) -> None:
    told.chains = desk_state.chains_in(session)
    refused = desk_state.refused_in(session, told.at)
    told.numbers[Waits.LISTS] = desk_state.lists_in(session, told.at)
    told.numbers |= {Waits.REFUSALS: refused[audit.Act.REFUSED], Waits.FAILED_SIGN_INS: refused[audit.Act.SIGN_IN_FAILED]}


def _exports(session: Session, told: _Told) -> None:
    told.numbers[Waits.EXPORTS] = large_exports.count_in(session, told.by, told.at)


def _keys(session: Session, told: _Told) -> None:
    told.numbers[Waits.KEYS] = code_keys_revoking.count_in(session, told.by, told.at)


_READ: Mapping[Permission, Callable[[Session, _Told], None]] = {
    Permission.SECOND_REVIEW: _proposals,
    Permission.RECOLOUR: _requests,
    Permission.SETTLE_TEMPERATURES: _temperatures,
    Permission.SEE_ALARMS: _alarms,
    Permission.SEE_FACTS: _facts,
    Permission.SETTLE_HELD: _held,
    Permission.SEE_COUNTS: _days,
    Permission.SEE_APPLICATION_FIGURES: _decided,
    Permission.IMPORT_RESULTS: _uploads,
    Permission.KEEP_STAFF: _kept,
    Permission.VERIFY_EVENTS: _audited,
    Permission.EXPORT_EVENTS: _exports,
    Permission.KEEP_CODE_KEYS: _keys,
}
"""What each permission lets somebody be told."""
