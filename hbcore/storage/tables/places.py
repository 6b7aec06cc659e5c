"""Where things are: units and testing institutions."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from hbcore.domain.shifts import POSITIVES_A_SHIFT
from hbcore.storage.tables.columns import instant_at, key_part, one_of

LEVELS = ("province", "prefecture", "group", "county", "office")


class Unit(SQLModel, table=True):
    """A province, prefecture, county or an office below; 429000 is a group without staff."""

    __table_args__ = (one_of("level", LEVELS),)
    code: str = key_part()
    name_zh: str
    name_en: str
    parent: str | None = Field(default=None, foreign_key="unit.code", index=True)
    level: str


class Institution(SQLModel, table=True):
    """A testing institution."""

    __table_args__ = (sa.CheckConstraint("positives_a_shift >= 0", name="positives_not_below_none"),)
    code: str = key_part()
    name: str = Field(unique=True)
    unit: str = Field(foreign_key="unit.code")
    suspended_at: datetime | None = instant_at(default=None)
    suspended_reason: str | None = None
    recorded_at: datetime = instant_at()
    positives_a_shift: int = Field(
        default=POSITIVES_A_SHIFT,
        sa_column_kwargs={"server_default": sa.text(str(POSITIVES_A_SHIFT))},
        description="single-specimen positives of one account in one shift that stand without a second account",
    )


class Setting(SQLModel, table=True):
    """A setting of the desk that somebody has changed; without a row the value it comes with holds."""

    name: str = key_part()
    value: str
