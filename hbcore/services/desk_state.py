"""How the desk itself stands: accounts and institutions for who keeps them, chains and refusals for who audits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from hbcore.domain.counting import day_span
from hbcore.domain.permissions import Permission
from hbcore.services import audit
from hbcore.services.acting import Staff, reading
from hbcore.services.clock import day_of
from hbcore.services.event_chains import Verified, last_verified
from hbcore.storage import desk_rows
from hbcore.storage.desk_rows import DeskCount


@dataclass(frozen=True)
class ChainsSeen:
    """How many events and look-ups are on record now, and the newest verification (None: never verified)."""

    events: int
    look_ups: int
    last: Verified | None


def since_yesterday(at: datetime) -> datetime:
    """The beginning of yesterday, Shanghai's clock."""
    return day_span(day_of(at) - timedelta(days=1))[0]


def this_week(at: datetime) -> datetime:
    """The beginning of the seven days of which today is the last, Shanghai's clock."""
    return day_span(day_of(at) - timedelta(days=6))[0]


def kept_in(session: Session) -> tuple[DeskCount, int]:
    """Accounts and institutions, and how many units are without a reviewer, in the caller's transaction."""
    connection = session.connection()
    return desk_rows.count_desk(connection), len(desk_rows.unstaffed(connection))


def chains_in(session: Session) -> ChainsSeen:
    """The chains as they stand, nothing verified, in the caller's transaction."""
    return ChainsSeen(audit.newest(session), audit.newest_look_up(), last_verified(session))


def refused_in(session: Session, at: datetime) -> Mapping[audit.Act, int]:
    """How many acts were refused and sign-ins failed since yesterday, in the caller's transaction."""
    connection, since = session.connection(), since_yesterday(at)
    return {act: desk_rows.count_events(connection, act, since) for act in REFUSALS}


def lists_in(session: Session, at: datetime) -> int:
    """How many lists of people and bursts of facts there were this week, refused ones too, in the caller's transaction."""
    connection, since = session.connection(), this_week(at)
    return sum(desk_rows.count_events(connection, act, since) for act in LISTS)


LISTS = (audit.Act.FACT_LIST_PROPOSED, audit.Act.FACT_LIST_REFUSED, audit.Act.FACT_BURST_PROPOSED)
"""Of many people at once: what the auditor is told of (model part 5)."""
REFUSALS = (audit.Act.REFUSED, audit.Act.SIGN_IN_FAILED)


def units_without_staff(*, by: Staff, at: datetime) -> tuple[str, ...]:
    """Codes of prefectures, and of what else lies right under the province, where no reviewer works."""
    with reading(by, Permission.KEEP_STAFF, at) as session:
        return tuple(desk_rows.unstaffed(session.connection()))


def institutions_without_liaison(*, by: Staff, at: datetime) -> tuple[str, ...]:
    """Codes of institutions that send results, but for whom nobody can upload."""
    with reading(by, Permission.KEEP_INSTITUTIONS, at) as session:
        return tuple(desk_rows.without_liaison(session.connection()))
