"""Where checkpoint staff stand."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from hbcore.storage.instants import Instant
from hbcore.storage.tables.columns import BIG, big, key_part


class GateShift(SQLModel, table=True):
    """A shift at a gate: who has stood where since when. `look_ups_before`: the newest look-up event when it began."""

    __tablename__ = "gate_shift"
    __table_args__ = (
        sa.CheckConstraint("length(place) BETWEEN 1 AND 60", name="place_fits"),
        sa.Index("gate_shift_by_unit", "unit", "place", "began_at"),
    )
    staff_id: int = Field(primary_key=True, foreign_key="staff.id", sa_type=BIG, sa_column_kwargs={"autoincrement": False})
    began_at: datetime = key_part(sa_type=Instant, sa_column_kwargs={"autoincrement": False})
    unit: str = Field(foreign_key="unit.code")
    place: str
    look_ups_before: int = big()
