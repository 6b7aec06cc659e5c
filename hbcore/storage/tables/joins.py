"""Two rows that turned out to be one person: what was put together, so that it can be taken apart again."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import SQLModel

from hbcore.storage.tables.columns import big, big_key, instant_at, key_part, one_of


class PersonJoin(SQLModel, table=True):
    """One joining. `before`: registration and unit of both rows as they were, as JSON; our ids and codes, nothing personal."""

    __tablename__ = "person_join"
    __table_args__ = (
        sa.CheckConstraint("survivor_id <> joined_id", name="two_rows"),
        sa.CheckConstraint("proposed_by <> joined_by", name="two_people"),
        sa.CheckConstraint("(parted_at IS NULL) = (parted_by IS NULL)", name="parted_by_somebody"),
        sa.Index(
            "join_once",
            "joined_id",
            unique=True,
            sqlite_where=sa.text("parted_at IS NULL"),
            postgresql_where=sa.text("parted_at IS NULL"),
        ),
        sa.Index("join_of_survivor", "survivor_id"),
    )
    id: int = big_key()
    survivor_id: int = big()
    joined_id: int = big()
    before: str
    proposed_by: int = big()
    joined_by: int = big()
    joined_at: datetime = instant_at()
    parted_by: int | None = big(default=None)
    parted_at: datetime | None = instant_at(default=None)


class PersonJoinMoved(SQLModel, table=True):
    """A row that a joining moved, by its id: result, fact, application, sampling, or a look-up number's first 11 digits."""

    __tablename__ = "person_join_moved"
    __table_args__ = (
        one_of("what", ("result", "fact", "application", "look_up_number", "sampling")),
        {"sqlite_with_rowid": False},
    )
    join_id: int = big_key()
    what: str = key_part()
    row_id: int = big_key()
