"""Policies, codes and what counts them."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from hbcore.domain import vocabulary as v
from hbcore.storage.tables.columns import big, big_key, instant_at, key_part, one_of

WITHDRAWN_BY_TWO = (
    "withdrawn_at IS NULL AND withdrawn_from IS NULL AND withdrawn_for IS NULL AND withdrawn_by IS NULL AND "
    "withdrawal_by IS NULL OR "
    "withdrawn_at IS NOT NULL AND valid_from IS NULL AND withdrawn_from > withdrawn_at AND withdrawn_for IS NOT NULL AND "
    "withdrawn_by IS NOT NULL AND withdrawal_by IS NOT NULL AND withdrawn_by <> withdrawal_by"
)
"""Only before its instant, for a reason, by two people (S14)."""


class PolicyRow(SQLModel, table=True):
    """A dated decision table; superseded, never edited. In force in `scope` from `valid_from` once published.

    Before that instant two people can withdraw it: it begins at no time, and `withdrawn_from` is when it would have begun.
    """

    __tablename__ = "policy"
    __table_args__ = (
        sa.CheckConstraint("(valid_from IS NULL AND withdrawn_at IS NULL) = (published_at IS NULL)", name="published_from"),
        sa.CheckConstraint("proposed_by IS NULL OR published_by IS NULL OR proposed_by <> published_by", name="two_people"),
        sa.CheckConstraint(WITHDRAWN_BY_TWO, name="withdrawn_by_two"),
        sa.Index("policy_of_instant", "scope", "valid_from", unique=True),
    )
    id: str = key_part()
    scope: str = Field(foreign_key="unit.code")
    content: str = Field(description="the table as JSON")
    valid_from: datetime | None = instant_at(default=None)
    published_at: datetime | None = instant_at(default=None)
    proposed_by: int | None = big(default=None)
    published_by: int | None = big(default=None)
    recorded_at: datetime = instant_at()
    digest: str = Field(
        default="", sa_column_kwargs={"server_default": sa.text("''")}, description="SHA-256 of the content, by which it is known"
    )
    withdrawn_at: datetime | None = instant_at(default=None)
    withdrawn_from: datetime | None = instant_at(default=None)
    withdrawn_for: str | None = None
    withdrawal_by: int | None = big(default=None, description="who proposed to withdraw it")
    withdrawn_by: int | None = big(default=None)


class Publication(SQLModel, table=True):
    """How far a published policy has been applied: everybody up to `done_to` is decided by it, from its instant on.

    Or, of a `withdrawal`, how far those who were decided by it are decided without it.
    """

    __table_args__ = (sa.UniqueConstraint("policy", "withdrawal"),)
    id: int = big_key()
    policy: str = Field(foreign_key="policy.id")
    people: int = Field(description="how many live where it holds")
    done: int = 0
    done_to: int = big(default=0)
    changes: str = Field(default="{}", description="how many codes went from one colour to another, as JSON")
    began_at: datetime = instant_at()
    finished_at: datetime | None = instant_at(default=None)
    withdrawal: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})


class CodeSegment(SQLModel, table=True):
    """One stretch of a person's coming colours; together the chain, a cache of what `decide` says (model part 8)."""

    __tablename__ = "code_segment"
    __table_args__ = (
        one_of("colour", v.Colour),
        sa.CheckConstraint("until_at IS NULL OR until_at > from_at", name="not_empty"),
        # Most are green: those alone who are not are found by their unit, and an import of the healthy pays nothing for it.
        sa.Index(
            "segment_not_green",
            "unit",
            "colour",
            sqlite_where=sa.text("colour <> 'green'"),
            postgresql_where=sa.text("colour <> 'green'"),
        ),
        {"sqlite_with_rowid": False},
    )
    person_id: int = big_key()
    from_at: datetime = instant_at(primary_key=True)
    until_at: datetime | None = instant_at(default=None)
    colour: str
    row: str
    policy: str
    unit: str = Field(description="where it is counted")
    cause: int = big(description="the upload, application or publication that made it so")


class CodeHistory(SQLModel, table=True):
    """What a person's code was: the part of a segment that was lived before another chain took its place."""

    __tablename__ = "code_history"
    __table_args__ = (one_of("colour", v.Colour),)
    person_id: int = big_key()
    from_at: datetime = instant_at(primary_key=True)
    until_at: datetime = instant_at(primary_key=True)
    colour: str
    row: str
    policy: str
    unit: str = Field(description="where it was counted")
    cause: int = big()
    replaced_by: int = big()


class CodeBucket(SQLModel, table=True):
    """How many codes begin (or, taken away, end) a colour in a unit at a minute: a difference array.

    The sum of `n` up to a minute is the number of people of that colour then, with no sweep and no write as time goes by.
    """

    __tablename__ = "code_bucket"
    __table_args__ = (one_of("colour", v.Colour), {"sqlite_with_rowid": False})
    unit: str = key_part()
    colour: str = key_part()
    minute: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False}, description="minutes since 1970, UTC")
    n: int


class TestCount(SQLModel, table=True):
    """Results now valid, and how many were corrected or withdrawn, by day, unit, institution, assay and outcome."""

    __tablename__ = "test_count"
    __test__ = False
    __table_args__ = (
        one_of("day_of", ("recorded", "sampled", "reported")),
        one_of("assay", v.Assay),
        one_of("outcome", v.Outcome),
        {"sqlite_with_rowid": False},
    )
    day_of: str = key_part()
    day: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False}, description="days since 1970 in Shanghai")
    unit: str = key_part()
    institution: str = key_part()
    assay: str = key_part()
    outcome: str = key_part()
    n: int
    corrected: int
    withdrawn: int
