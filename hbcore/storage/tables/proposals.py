"""What one person has proposed and another must confirm."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from hbcore.storage.tables.columns import big, big_key, instant_at, one_of

SETTLED = ("confirmed", "declined", "withdrawn")


class ProposalRow(SQLModel, table=True):
    """An act that takes two people, between the first and the second. `content` holds our ids and codes, nothing personal."""

    __tablename__ = "proposal"
    __table_args__ = (
        one_of("settled_how", SETTLED),
        sa.CheckConstraint("(settled_at IS NULL) = (settled_how IS NULL)", name="settled_somehow"),
        sa.CheckConstraint("(settled_at IS NULL) = (settled_by IS NULL)", name="settled_by_somebody"),
        sa.CheckConstraint("settled_how IS NULL OR settled_how = 'withdrawn' OR settled_by <> proposed_by", name="two_people"),
        sa.Index(
            "proposal_once",
            "what",
            "subject",
            unique=True,
            sqlite_where=sa.text("settled_at IS NULL"),
            postgresql_where=sa.text("settled_at IS NULL"),
        ),
    )
    id: int = big_key()
    what: str
    subject: str = Field(description="`application 17…`, `person 17…`: what it is about")
    unit: str = Field(foreign_key="unit.code", description="whose staff may confirm it, and that of the units above")
    content: str = Field(description="what will be done, as JSON")
    proposed_by: int = big()
    proposed_at: datetime = instant_at()
    expires_at: datetime = instant_at()
    settled_by: int | None = big(default=None)
    settled_at: datetime | None = instant_at(default=None)
    settled_how: str | None = None
