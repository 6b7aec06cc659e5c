"""What was done about rows that are held."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from hbcore.domain.lab_held import HELD_FOR, Step
from hbcore.storage.tables.columns import big, big_key, instant_at, one_of


class HeldStep(SQLModel, table=True):
    """One step about a held row. `said`: a reason or an answer of a closed list; a note is sealed."""

    __tablename__ = "held_step"
    __table_args__ = (one_of("step", Step), one_of("held_for", tuple(map(str, HELD_FOR))))
    upload_id: int = big_key()
    row_number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    id: int = big_key()
    step: str
    held_for: str
    said: str
    by_id: int = big()
    at: datetime = instant_at()
    sealed: bytes | None = None
    key_version: int | None = None
