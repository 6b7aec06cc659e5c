"""The outbox: notices to applicants that are planned, on their way, sent, or not to be sent."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from hbcore.domain.notices import MailFault, NoticeKind, NoticeState
from hbcore.storage.tables.columns import big_key, instant_at, one_of

NEXT = "next_at IS NOT NULL"
FAILED = "state = 'given_up' OR state = 'unsure'"


class Notice(SQLModel, table=True):
    """One notice of one application. To whom and in which language is read from the application when it is sent: never here."""

    __table_args__ = (
        one_of("kind", NoticeKind),
        one_of("state", NoticeState),
        one_of("fault", MailFault),
        sa.CheckConstraint("(next_at IS NULL) = (ended_at IS NOT NULL)", name="to_do_or_ended"),
        sa.Index("notice_next", "next_at", sqlite_where=sa.text(NEXT), postgresql_where=sa.text(NEXT)),
        sa.Index("notice_failed", "ended_at", sqlite_where=sa.text(FAILED), postgresql_where=sa.text(FAILED)),
        {"sqlite_with_rowid": False},
    )
    application_id: int = big_key()
    id: int = big_key()
    kind: str
    state: str
    recorded_at: datetime = instant_at(description="when the act was done that it tells of")
    due_at: datetime = instant_at(description="before this it does not leave")
    next_at: datetime | None = instant_at(
        default=None, description="the next try; while it is sent, when it counts as broken off"
    )
    attempts: int = Field(default=0)
    fault: str | None = Field(default=None, description="why the last try failed")
    ended_at: datetime | None = instant_at(default=None, description="when it was sent, given up or cancelled")
