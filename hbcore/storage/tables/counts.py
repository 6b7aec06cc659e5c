"""What counts results besides the results' own counters, and the day's figures as somebody confirmed them."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from hbcore.domain import vocabulary as v
from hbcore.storage.tables.columns import big, big_key, instant_at, key_part, one_of

DAYS_OF = ("recorded", "sampled", "reported")


def day_key() -> object:
    """A Shanghai day in the primary key."""
    return Field(primary_key=True, sa_column_kwargs={"autoincrement": False}, description="days since 1970 in Shanghai")


class TestedCount(SQLModel, table=True):
    """How many different people and tubes have a valid result of an assay on a day.

    `whole`: in `unit` and all below it, else in `unit` itself; `institution` empty: whoever tested. Each key counts on its own,
    so nothing is ever added up over people who are in two of them.
    """

    __tablename__ = "tested_count"
    __test__ = False
    __table_args__ = (one_of("day_of", DAYS_OF), one_of("assay", v.Assay), {"sqlite_with_rowid": False})
    day_of: str = key_part()
    day: int = day_key()  # type: ignore[assignment]
    unit: str = key_part()
    whole: bool = key_part()
    institution: str = key_part()
    assay: str = key_part()
    people: int
    tubes: int


class UploadCount(SQLModel, table=True):
    """Which uploads hold the results behind a figure, and how many: the way from a number to its rows."""

    __tablename__ = "upload_count"
    __table_args__ = (
        one_of("day_of", DAYS_OF),
        one_of("assay", v.Assay),
        one_of("outcome", v.Outcome),
        {"sqlite_with_rowid": False},
    )
    day_of: str = key_part()
    day: int = day_key()  # type: ignore[assignment]
    unit: str = key_part()
    assay: str = key_part()
    outcome: str = key_part()
    upload_id: int = big_key()
    n: int


class DailyReportRow(SQLModel, table=True):
    """A day's figures of a unit as somebody confirmed them by name. Never changed: a correction is the next version."""

    __tablename__ = "daily_report"
    __table_args__ = (sa.CheckConstraint("version >= 1", name="version_counts"), {"sqlite_with_rowid": False})
    unit: str = key_part(foreign_key="unit.code")
    day: int = day_key()  # type: ignore[assignment]
    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    content: str = Field(description="the figures as JSON; nothing personal")
    confirmed_by: int = big()
    confirmed_at: datetime = instant_at()
