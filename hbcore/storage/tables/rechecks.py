"""Results that are to be looked at again: marked by institution and days of sampling, never one by one."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from hbcore.storage.tables.columns import big, big_key, instant_at

OPEN = "lifted_at IS NULL"


class Recheck(SQLModel, table=True):
    """A mark on all that a suspended institution sampled from one day through another. It changes no colour by itself."""

    __table_args__ = (
        sa.CheckConstraint("from_day <= until_day", name="span"),
        sa.CheckConstraint("(lifted_at IS NULL) = (lifted_by IS NULL)", name="lifted_by_somebody"),
        sa.Index("recheck_open", "institution", sqlite_where=sa.text(OPEN), postgresql_where=sa.text(OPEN)),
    )
    id: int = big_key()
    institution: str
    from_day: int = Field(description="days since 1970 in Shanghai")
    until_day: int
    results: int = Field(description="how many results it marked then")
    suspended_at: datetime = instant_at()
    marked_by: int = big()
    marked_at: datetime = instant_at()
    lifted_by: int | None = big(default=None)
    lifted_at: datetime | None = instant_at(default=None)
