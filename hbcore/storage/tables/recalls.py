"""Uploads taken back whole, what that changed of samples of which several uploads spoke, and what later uploads said again."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from hbcore.storage.tables.columns import BIG, big, big_key, counted, instant_at


class Recall(SQLModel, table=True):
    """An upload taken back, and perhaps put back again. Each by one or two people; never by the same one twice."""

    __table_args__ = (
        sa.CheckConstraint("second_by IS NULL OR second_by <> recalled_by", name="two_people"),
        sa.CheckConstraint("put_back_second IS NULL OR put_back_second <> put_back_by", name="put_back_by_two"),
        sa.CheckConstraint("(put_back_at IS NULL) = (put_back_by IS NULL)", name="put_back_by_somebody"),
        sa.Index(
            "recalled_once",
            "upload_id",
            unique=True,
            sqlite_where=sa.text("put_back_at IS NULL"),
            postgresql_where=sa.text("put_back_at IS NULL"),
        ),
    )
    id: int = big_key()
    upload_id: int = big()
    reason: str
    sealed: bytes | None = Field(default=None, description="a note that somebody typed")
    key_version: int | None = None
    recalled_by: int = big()
    second_by: int | None = big(default=None)
    recalled_at: datetime = instant_at()
    waiting: str = Field(description="the rows that waited for a second account, and for what, as JSON")
    put_back_by: int | None = big(default=None)
    put_back_second: int | None = big(default=None)
    put_back_at: datetime | None = instant_at(default=None)


class Recalling(SQLModel, table=True):
    """A large upload that is being recalled or put back, person by person: how far it has come (performance part 2)."""

    __table_args__ = (sa.CheckConstraint("done <= people", name="done_no_more_than_there_are"),)
    upload_id: int = big_key()
    institution: str = Field(index=True)
    recall_id: int = big()
    people: int
    done: int = counted()
    last_person: int = counted(sa_type=BIG, description="of those who are done the one with the highest id")


class RecallSample(SQLModel, table=True):
    """A sample of which other uploads spoke, too: its results before the recall and after, as JSON of our ids and codes."""

    __tablename__ = "recall_sample"
    __table_args__ = (sa.Index("recall_sample_of_recall", "recall_id", "person_id"),)
    person_id: int = big_key()
    recall_id: int = big_key()
    n: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    content: str


class HeldAgain(SQLModel, table=True):
    """A row that another upload holds, word for word: held for its own should that one be recalled. Columns as of `UploadRow`."""

    __tablename__ = "held_again"
    upload_id: int = big_key()
    row_number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    problems: str
    sealed: bytes
    key_version: int
    document_key: bytes | None = None
    waits: str | None = None
    alone: bool | None = None
    held_for: str | None = None
    positive: bool | None = None
    held_by: int = big(index=True, description="the upload that holds it, or held it before it was recalled")
    stands: bool = Field(description="whether it is held for its own upload")


class ResultAgain(SQLModel, table=True):
    """A row of a later upload that was already held: the result it would be by itself, should the one it repeats be recalled."""

    __tablename__ = "result_again"
    __table_args__ = ({"sqlite_with_rowid": False},)
    result_id: int = big_key()
    upload_id: int = big_key()
    id: int = big()
    sampled_at: datetime = instant_at()
    single: bool
    tested_at: datetime | None = instant_at(default=None)
    reported_at: datetime | None = instant_at(default=None)
    recorded_at: datetime = instant_at()
    sampling_site: str | None = None
    unit: str
    corrects: bool = Field(description="whether the row's word was a correction")
