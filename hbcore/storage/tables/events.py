"""Events of acts and of look-ups."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import SQLModel

from hbcore.storage.instants import Instant
from hbcore.storage.tables.columns import BIG, big, big_key, instant_at


class Event(SQLModel, table=True):
    """An act, chained by hash to the one before; written in the act's transaction."""

    __table_args__ = (
        sa.Index("event_by_act", "act", "seq"),
        sa.Index("event_by_staff", "by_id", "seq"),
        sa.Index("event_by_subject", "subject", "seq"),
        sa.Index("event_by_unit", "unit", "seq"),
    )
    seq: int = big_key()
    at: datetime = instant_at()
    act: str
    by_id: int | None = big(default=None)
    by_name: str
    role: str
    unit: str
    via: str
    subject: str
    figures: str
    previous: bytes
    hash: bytes


access = sa.MetaData()
"""Look-up events have a store and a chain of their own (model part 9)."""

look_up_event = sa.Table(
    "look_up_event",
    access,
    sa.Column("seq", BIG, primary_key=True, autoincrement=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("act", sa.String, nullable=False),
    sa.Column("by_id", BIG),
    sa.Column("by_name", sa.String, nullable=False),
    sa.Column("role", sa.String, nullable=False),
    sa.Column("unit", sa.String, nullable=False),
    sa.Column("via", sa.String, nullable=False),
    sa.Column("subject", sa.String, nullable=False),
    sa.Column("figures", sa.String, nullable=False),
    sa.Column("previous", sa.LargeBinary, nullable=False),
    sa.Column("hash", sa.LargeBinary, nullable=False),
    sa.Index("look_up_of_subject", "subject", "at"),
    sa.Index("look_up_by_staff", "by_id", "seq"),
)

stranger_count = sa.Table(
    "stranger_count",
    access,
    sa.Column("use", sa.String, primary_key=True),
    sa.Column("key", sa.LargeBinary, primary_key=True),
    sa.Column("since", BIG, primary_key=True, autoincrement=False),
    sa.Column("until", BIG, nullable=False),
    sa.Column("n", sa.Integer, nullable=False),
    sa.Index("stranger_count_over", "until"),
    sqlite_with_rowid=False,
)
"""How often somebody of whom only a keyed hash is kept did something within a window of time; instants in microseconds."""
