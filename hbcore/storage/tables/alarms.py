"""Who looks after an alarm. Alarms themselves are no rows: they are read from results, facts and applications."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import SQLModel

from hbcore.domain.alarms import AlarmKind
from hbcore.storage.tables.columns import big, big_key, instant_at, one_of


class AlarmSeen(SQLModel, table=True):
    """Somebody has taken an alarm on, with a note (sealed: people write names); one at a time for each alarm."""

    __tablename__ = "alarm_seen"
    __table_args__ = (one_of("kind", AlarmKind), sa.UniqueConstraint("kind", "subject", name="seen_by_one"))
    id: int = big_key()
    kind: str
    subject: str
    seen_by: int = big()
    seen_at: datetime = instant_at()
    sealed: bytes
    key_version: int
