"""What applicants are told: planned in the transaction of the act it tells of, cancelled in that of the next one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from hbcore.domain.applications import Act
from hbcore.domain.known import instant, micros
from hbcore.domain.notices import LEFT, PLANNED_BY, TOLD_FOR, MailFault, NoticeKind, NoticeState
from hbcore.services.clock import day_of
from hbcore.storage import notice_rows
from hbcore.storage.notice_rows import Planned


@dataclass(frozen=True)
class NoticeSeen:
    """A notice as staff see it. `ended_at`: when it was sent, given up or cancelled; until then `next_at` is its next try."""

    kind: NoticeKind
    state: NoticeState
    due_at: datetime
    next_at: datetime | None
    ended_at: datetime | None
    attempts: int
    fault: MailFault | None


def follow(session: Session, applications: Sequence[int], act: Act, *, at: datetime) -> None:
    """After an act that moved these applications: what it tells is planned, what was planned before and has not left is not sent.

    Who was told of a decision is told, too, that it was taken back.
    """
    connection = session.connection()
    told = [id_ for id_ in applications if has_left(notice_rows.notices_of(connection, id_))] if act is Act.UNDO else []
    notice_rows.cancel(connection, applications, at)
    notices = [Planned(id_, kind, at, at + after) for kind, after in PLANNED_BY.get(act, {}).items() for id_ in applications]
    notice_rows.plan(connection, notices + [Planned(id_, NoticeKind.REOPENED, at, at) for id_ in told])


def tell_received(session: Session, applications: Sequence[int], *, at: datetime) -> None:
    """Those who applied and gave an e-mail address get the receipt's number by letter; never the secret."""
    notice_rows.plan(session.connection(), [Planned(id_, NoticeKind.RECEIVED, at, at) for id_ in applications])


def has_left(notices: Sequence[sa.Row[Any]]) -> bool:
    """Whether anything has left of the newest act that is told of, or may have."""
    newest = max((one.recorded_at for one in notices), default=None)
    return any(one.state in LEFT for one in notices if one.recorded_at == newest)


def seen(notices: Iterable[sa.Row[Any]]) -> tuple[NoticeSeen, ...]:
    """Rows as staff see them."""
    return tuple(
        NoticeSeen(
            NoticeKind(one.kind),
            NoticeState(one.state),
            one.due_at,
            one.next_at,
            one.ended_at,
            one.attempts,
            MailFault(one.fault) if one.fault else None,
        )
        for one in notices
    )


def failed(session: Session, unit: str, at: datetime) -> list[dict[str, Any]]:
    """Notices of `unit` and below that were given up, or that may not have arrived: an alarm for each unit."""
    asked = {"unit": unit, "since": micros(at - TOLD_FOR)}
    return [
        {"subject": f"unit {row.unit} {day_of(at)}", "unit": row.unit, "since": instant(row.first), "n": row.n}
        for row in notice_rows.FAILED.rows(session.connection(), asked)
    ]
