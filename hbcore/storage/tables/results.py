"""Uploads, their rows that were not recorded, results and samples."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from hbcore.domain import vocabulary as v
from hbcore.domain.lab_keeping import WaitsFor
from hbcore.storage.tables.columns import big, big_key, counted, instant_at, key_part, one_of

POSITIVE = "ended_at IS NULL AND assay = 'naat' AND (outcome = 'positive' OR outcome = 'pooled_positive')"
"""The few results that alarms and lists of new positives look for (model part 6)."""

NOT_NEGATIVE = "outcome <> 'negative' AND ended_at IS NULL"
"""What a policy's whole table looks for among all results."""

SHARED = "shared IS NOT NULL"
ENDED = "ended_by IS NOT NULL"
WAITS = "waits IS NOT NULL"
HELD = "held_for IS NOT NULL"
HELD_POSITIVE: dict[str, Any] = {
    "sqlite_where": sa.text("positive = 1 AND held_for IS NOT NULL"),
    "postgresql_where": sa.text("positive AND held_for IS NOT NULL"),
}


class Upload(SQLModel, table=True):
    """A file taken in, whole or not at all; `digest` is its SHA-256."""

    __table_args__ = (
        one_of("kind", ("results", "filings", "applications", "samples")),
        one_of("status", ("committed", "recalled")),
        sa.Index(
            "upload_once",
            "kind",
            "institution",
            "digest",
            unique=True,
            sqlite_where=sa.text("status = 'committed'"),
            postgresql_where=sa.text("status = 'committed'"),
        ),
        sa.Index("upload_by_time", "institution", "recorded_at"),
        sa.Index("upload_by_account", "recorded_by", "recorded_at"),
    )
    id: int = big_key()
    number: str = Field(unique=True)
    kind: str
    institution: str
    sealed: bytes = Field(description="the file's name: some are named after people")
    key_version: int
    digest: str
    status: str
    report: str = Field(description="the report as JSON, as the shell prints it")
    recorded_by: int = big()
    recorded_at: datetime = instant_at()
    positives: int = counted(description="single-specimen positives that stood at once: what the limit of a shift counts")
    pooled: int = counted(description="people of pooled positives that stood at once")


class UploadRow(SQLModel, table=True):
    """A refused or held row of an upload, with its cells sealed so that nothing is lost. Taken in after all, it is none."""

    __tablename__ = "upload_row"
    __table_args__ = (
        one_of("status", ("refused", "held")),
        one_of("waits", WaitsFor),
        sa.Index("upload_row_of_document", "document_key"),
        sa.Index("upload_row_waiting", "waits", "upload_id", sqlite_where=sa.text(WAITS), postgresql_where=sa.text(WAITS)),
        sa.Index("upload_row_positive", "upload_id", **HELD_POSITIVE),
        sa.Index("upload_row_held", "held_for", "upload_id", sqlite_where=sa.text(HELD), postgresql_where=sa.text(HELD)),
    )
    upload_id: int = big_key()
    row_number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    status: str
    problems: str
    sealed: bytes
    key_version: int
    document_key: bytes | None = Field(default=None, description="whose row it is, where its number can be read")
    waits: str | None = Field(default=None, description="for a second account: to release a positive, or to remove one")
    alone: bool | None = Field(default=None, description="of a held row: whether nobody else was in its tube in that file")
    held_for: str | None = Field(default=None, description="the code that holds it; none of a refused row")
    positive: bool | None = Field(default=None, description="of a held row: whether it says that somebody may be infectious")


class Result(SQLModel, table=True):
    """One outcome of one assay for one person. Never changed: a correction ends it and adds another."""

    __table_args__ = (
        one_of("assay", v.Assay),
        one_of("outcome", v.Outcome),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_how IS NULL)", name="ended_somehow"),
        one_of("ended_how", ("corrected", "withdrawn", "recalled")),
        sa.Index("result_of_upload", "upload_id", "id"),
        sa.Index("result_ended_by", "ended_by", sqlite_where=sa.text(ENDED), postgresql_where=sa.text(ENDED)),
        sa.Index("result_not_negative", "person_id", sqlite_where=sa.text(NOT_NEGATIVE), postgresql_where=sa.text(NOT_NEGATIVE)),
        sa.Index("result_shared", "institution", "sample_number", sqlite_where=sa.text(SHARED), postgresql_where=sa.text(SHARED)),
        sa.Index("result_positive", "outcome", "recorded_at", sqlite_where=sa.text(POSITIVE), postgresql_where=sa.text(POSITIVE)),
    )
    person_id: int = big_key()
    assay: str = key_part()
    sampled_at: datetime = instant_at(primary_key=True)
    id: int = big_key()
    outcome: str
    single: bool
    tested_at: datetime | None = instant_at(default=None)
    reported_at: datetime | None = instant_at(default=None)
    recorded_at: datetime = instant_at()
    institution: str
    sample_number: str
    sampling_site: str | None = None
    upload_id: int = big()
    ended_at: datetime | None = instant_at(default=None)
    ended_how: str | None = None
    ended_by: int | None = big(default=None, description="the upload that ended it")
    unit: str = Field(
        default="",
        sa_column_kwargs={"server_default": sa.text("''")},
        description="the unit it is counted under for good: its person's when it was recorded",
    )
    shared: int | None = big(
        default=None, description="of a tube of several for other files alone: 0 at once, else since it took this result's place"
    )


class NewestSampling(SQLModel, table=True):
    """The newest instant that a test of an assay was ever said to be sampled at: nobody has a later one."""

    __tablename__ = "newest_sampling"
    assay: str = key_part()
    sampled_at: datetime = instant_at()


class Sample(SQLModel, table=True):
    """Identity of a sample (model part 4): tube numbers restart daily and several people share a tube."""

    __table_args__: Any = ({"sqlite_with_rowid": False},)
    sample_number: str = key_part()
    sampled_day: int = Field(
        primary_key=True, sa_column_kwargs={"autoincrement": False}, description="days since 1970 in Shanghai"
    )
    institution: str = key_part()
    assay: str = key_part()
    person_id: int = big_key()
    result_id: int = big()
    sampled_at: datetime = instant_at()


class Applying(SQLModel, table=True):
    """A large upload that is accepted and not yet recorded to its last line: how far it has come (performance part 2)."""

    __table_args__ = (sa.CheckConstraint("done <= lines", name="done_no_more_than_there_are"),)
    upload_id: int = big_key()
    institution: str = Field(index=True)
    lines: int
    done: int = counted()
    room: int = Field(description="single-specimen positives that still stand at once")
    own_tubes: bool = Field(description="no tube is held already, and each line has its own: nobody needs to be asked for")
    figures: str = Field(default="{}", description="what has been recorded so far, as JSON")


class StagedPart(SQLModel, table=True):
    """A part of a large upload until it is recorded: its judged lines, or its cells as they came, sealed."""

    __tablename__ = "staged_part"
    __table_args__ = (one_of("kind", ("lines", "cells")),)
    upload_id: int = big_key()
    kind: str = key_part()
    part: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    sealed: bytes
    key_version: int
