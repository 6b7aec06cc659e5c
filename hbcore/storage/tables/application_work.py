"""What staff leave on applications while they work: steps, notes, and the views of the queue they keep."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from hbcore.domain.applications import Act
from hbcore.storage.tables.columns import BIG, big, big_key, instant_at, one_of

ASKED = "act = 'ask'"
"""Requests of applicants, counted over days."""


class ApplicationStep(SQLModel, table=True):
    """A move of an application from one state to another, or (`transfer`) from one unit to another; who and when."""

    __tablename__ = "application_step"
    __table_args__ = (
        one_of("act", Act),
        sa.Index("application_step_by", "by_id", "at"),
        sa.Index("application_step_asked", "at", sqlite_where=sa.text(ASKED), postgresql_where=sa.text(ASKED)),
        {"sqlite_with_rowid": False},
    )
    application_id: int = big_key()
    id: int = big_key()
    act: str
    before: str = Field(description="the state before; of a transfer the unit before")
    after: str = Field(description="the state after; of a transfer the unit after")
    unit: str = Field(description="the unit it was in")
    reasons: str = Field(description="a JSON list of reason codes")
    by_id: int | None = big(default=None)
    at: datetime = instant_at()


class ApplicationNote(SQLModel, table=True):
    """An internal note on an application; what it says is sealed."""

    __tablename__ = "application_note"
    __table_args__ = (sa.Index("application_note_by", "by_id", "at"),)
    application_id: int = big_key()
    id: int = big_key()
    by_id: int = big()
    at: datetime = instant_at()
    sealed: bytes
    key_version: int


class SavedView(SQLModel, table=True):
    """A view of the queue that somebody keeps: an address without personal data, under a sealed name of their own."""

    __tablename__ = "saved_view"
    staff_id: int = Field(primary_key=True, foreign_key="staff.id", sa_type=BIG, sa_column_kwargs={"autoincrement": False})
    id: int = big_key()
    sealed: bytes
    key_version: int
    address: str
    recorded_at: datetime = instant_at()
