"""Foreign signers' keys that the desk trusts, as they were imported."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from hbcore.storage.tables.columns import big, big_key, instant_at

STANDS = "ended_at IS NULL"


class TrustedKey(SQLModel, table=True):
    """A key of a list, under one id that codes name it by; one that a later list no longer has ends, and stays on record."""

    __tablename__ = "trusted_key"
    __table_args__ = (
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_by_somebody"),
        sa.CheckConstraint("until_at IS NULL OR from_at IS NULL OR until_at >= from_at", name="not_ended_before"),
        sa.Index(
            "trusted_key_standing",
            "kid",
            "source",
            "public",
            unique=True,
            sqlite_where=sa.text(STANDS),
            postgresql_where=sa.text(STANDS),
        ),
    )
    id: int = big_key()
    source: str = Field(description="whose list, as who imported it calls it")
    kid: bytes = Field(description="empty where the key came without one")
    public: bytes = Field(description="SubjectPublicKeyInfo, DER")
    states: str | None = Field(default=None, description="what it may sign, of t, v and r; null for all")
    country: str | None = None
    from_at: datetime | None = instant_at(default=None)
    until_at: datetime | None = instant_at(default=None)
    imported_by: int = big()
    imported_at: datetime = instant_at()
    ended_by: int | None = big(default=None)
    ended_at: datetime | None = instant_at(default=None)
