"""What somebody is in the middle of typing."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from hbcore.storage.tables.columns import BIG, instant_at, key_part


class SavedDraft(SQLModel, table=True):
    """The fields of one form, not yet entered: one for each account, place and subject (0: nothing that has an id yet)."""

    __tablename__ = "saved_draft"
    __table_args__ = (sa.Index("saved_draft_by_age", "saved_at"),)
    staff_id: int = Field(primary_key=True, foreign_key="staff.id", sa_type=BIG)
    place: str = key_part()
    subject: int = key_part(sa_type=BIG)
    sealed: bytes
    key_version: int
    saved_at: datetime = instant_at()
