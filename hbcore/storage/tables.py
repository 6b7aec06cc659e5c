"""The tables, with the constraints that the database enforces.

Shape (performance part 3): person-scoped tables carry `person_id` first in their primary key; `document`, `look_up_number`
and `sample` are spread by their own key and answer only "which person"; units, institutions, staff and policies are copied
everywhere. No foreign key crosses that line.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from hbcore.domain import vocabulary as v
from hbcore.domain.applications import ApplicationState, FilingCheck
from hbcore.storage.instants import Instant

LEVELS = ("province", "prefecture", "group", "county", "office")


def one_of(column: str, words: type[StrEnum] | tuple[str, ...]) -> sa.CheckConstraint:
    """A CHECK that `column` holds one of the closed list's words.

    Written with OR: SQLite builds a table for every `IN (...)` it checks, which doubled the time of an insert.
    """
    listed = " OR ".join(f"{column} = '{word}'" for word in words)
    return sa.CheckConstraint(listed, name=f"{column}_known")


# On SQLite only INTEGER PRIMARY KEY is the row's own address; BIGINT would cost a second tree.
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _key(**more: Any) -> Any:
    return Field(primary_key=True, **more)


def _big_key() -> Any:
    return Field(primary_key=True, sa_type=BIG, sa_column_kwargs={"autoincrement": False})


def _big(**more: Any) -> Any:
    return Field(sa_type=BIG, **more)


def _at(**more: Any) -> Any:
    return Field(sa_type=Instant, **more)


class Unit(SQLModel, table=True):
    """A province, prefecture, county or an office below; 429000 is a group without staff."""

    __table_args__ = (one_of("level", LEVELS),)
    code: str = _key()
    name_zh: str
    name_en: str
    parent: str | None = Field(default=None, foreign_key="unit.code", index=True)
    level: str


class Institution(SQLModel, table=True):
    """A testing institution."""

    code: str = _key()
    name: str = Field(unique=True)
    unit: str = Field(foreign_key="unit.code")
    suspended_at: datetime | None = _at(default=None)
    suspended_reason: str | None = None
    recorded_at: datetime = _at()


class StaffRow(SQLModel, table=True):
    """A member of staff. `name` is what is typed to sign in, case-folded; `password` an argon2id hash."""

    __tablename__ = "staff"
    __table_args__ = (one_of("role", v.Role),)
    id: int = _big_key()
    name: str = Field(unique=True)
    full_name: str
    role: str
    unit: str | None = Field(default=None, foreign_key="unit.code")
    password: str
    language: str = "zh"
    recorded_at: datetime = _at()
    recorded_by: int | None = _big(default=None)
    disabled_at: datetime | None = _at(default=None)


class StaffInstitution(SQLModel, table=True):
    """The institutions a liaison works for."""

    __tablename__ = "staff_institution"
    staff_id: int = Field(primary_key=True, foreign_key="staff.id", sa_type=BIG)
    institution: str = Field(primary_key=True, foreign_key="institution.code")


class SetupCode(SQLModel, table=True):
    """The one-time code that makes the first administrator, kept as a hash."""

    __tablename__ = "setup_code"
    id: int = _big_key()
    code_hash: bytes
    recorded_at: datetime = _at()
    used_at: datetime | None = _at(default=None)


class StaffSession(SQLModel, table=True):
    """A signed-in session; the cookie holds the secret, the table its hash."""

    __tablename__ = "staff_session"
    id_hash: bytes = _key()
    staff_id: int = Field(foreign_key="staff.id", index=True, sa_type=BIG)
    began_at: datetime = _at()
    seen_at: datetime = _at()
    ended_at: datetime | None = _at(default=None)


class SignInTicket(SQLModel, table=True):
    """A single-use ticket of 30 seconds that a page trades for the cookie (model part 9)."""

    __tablename__ = "sign_in_ticket"
    id_hash: bytes = _key()
    staff_id: int = Field(foreign_key="staff.id", sa_type=BIG)
    expires_at: datetime = _at()
    used_at: datetime | None = _at(default=None)


class SignInAttempt(SQLModel, table=True):
    """A failed or successful sign-in, for the throttle; the name is a keyed hash."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (sa.Index("sign_in_attempt_by_name", "name_key", "place", "at"),)
    id: int = _big_key()
    name_key: bytes
    place: str
    at: datetime = _at()
    succeeded: bool


class Person(SQLModel, table=True):
    """Somebody we hold: one sealed blob (name, documents, phone), never a plain name or number."""

    __table_args__ = (
        one_of("registration", v.Registration),
        one_of("unit_source", ("residence", "institution", "unknown")),
    )
    id: int = _big_key()
    unit: str
    unit_source: str
    registration: str
    registered_at: datetime | None = _at(default=None)
    application_id: int | None = _big(default=None)
    number: int = _big(description="the 12-digit look-up number without its check digit")
    name_token: bytes
    sealed: bytes
    key_version: int
    recorded_at: datetime = _at()


class DocumentRow(SQLModel, table=True):
    """Which person a document belongs to; found by keyed hash of kind and normalised number."""

    __tablename__ = "document"
    __table_args__ = (one_of("kind", v.DocumentKind), {"sqlite_with_rowid": False})
    key: bytes = _key()
    country: str = _key()
    person_id: int = _big()
    kind: str


class LookUpNumber(SQLModel, table=True):
    """Which person a look-up number belongs to (its first 11 digits)."""

    __tablename__ = "look_up_number"
    number: int = _big_key()
    person_id: int = _big()


class Filing(SQLModel, table=True):
    """A public-security filing (备案) of a passport."""

    __table_args__ = (sa.UniqueConstraint("document_key", "country", name="filing_of_document"),)
    id: int = _big_key()
    document_key: bytes
    country: str
    sealed: bytes
    key_version: int
    upload_id: int = _big()
    recorded_at: datetime = _at()


class Application(SQLModel, table=True):
    """An application for a health code; what the person typed is sealed."""

    __table_args__ = (
        one_of("state", ApplicationState),
        one_of("document_kind", v.DocumentKind),
        one_of("filing_check", FilingCheck),
        sa.CheckConstraint("(decided_at IS NULL) = (decided_by IS NULL)", name="decided_by_somebody"),
        sa.CheckConstraint("entered_by IS NULL OR decided_by IS NULL OR entered_by <> decided_by", name="no_self_approval"),
        sa.Index("application_queue", "state", "unit", "due_at"),
        sa.Index("application_submitted", "submitted_at"),
        sa.Index("application_decided", "decided_at"),
        sa.Index("application_of_document", "document_key", "country"),
    )
    id: int = _big_key()
    receipt: str = Field(unique=True)
    secret_hash: bytes
    person_id: int = _big(index=True)
    unit: str = Field(foreign_key="unit.code")
    state: str
    channel: str
    document_kind: str
    document_key: bytes
    country: str
    sealed: bytes
    key_version: int
    filing_check: str
    filing_fields: str = Field(description="a JSON list of the fields that differ")
    submitted_at: datetime = _at()
    due_at: datetime | None = _at(default=None, description="end of the 24 hours; null while the clock stands")
    remaining_seconds: int | None = None
    entered_by: int | None = _big(default=None)
    decided_by: int | None = _big(default=None)
    decided_at: datetime | None = _at(default=None)
    asked_at: datetime | None = _at(default=None)
    reasons: str = Field(description="a JSON list of reason codes")
    previous_id: int | None = _big(default=None)
    recorded_at: datetime = _at()


class Upload(SQLModel, table=True):
    """A file taken in, whole or not at all; `digest` is its SHA-256."""

    __table_args__ = (
        one_of("kind", ("results", "filings", "applications")),
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
    )
    id: int = _big_key()
    number: str = Field(unique=True)
    kind: str
    institution: str
    file_name: str
    digest: str
    status: str
    report: str = Field(description="the report as JSON, as the shell prints it")
    recorded_by: int = _big()
    recorded_at: datetime = _at()


class UploadRow(SQLModel, table=True):
    """A refused or held row of an upload, with its cells sealed so that nothing is lost."""

    __tablename__ = "upload_row"
    __table_args__ = (one_of("status", ("refused", "held")),)
    upload_id: int = _big_key()
    row_number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    status: str
    problems: str
    sealed: bytes
    key_version: int


class Result(SQLModel, table=True):
    """One outcome of one assay for one person. Never changed: a correction ends it and adds another."""

    __table_args__ = (
        one_of("assay", v.Assay),
        one_of("outcome", v.Outcome),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_how IS NULL)", name="ended_somehow"),
        one_of("ended_how", ("corrected", "withdrawn", "recalled")),
    )
    person_id: int = _big_key()
    assay: str = _key()
    sampled_at: datetime = _at(primary_key=True)
    id: int = _big_key()
    outcome: str
    single: bool
    tested_at: datetime | None = _at(default=None)
    reported_at: datetime | None = _at(default=None)
    recorded_at: datetime = _at()
    institution: str
    sample_number: str
    sampling_site: str | None = None
    upload_id: int = _big()
    ended_at: datetime | None = _at(default=None)
    ended_how: str | None = None
    ended_by: int | None = _big(default=None, description="the upload that ended it")


class Sample(SQLModel, table=True):
    """Identity of a sample (model part 4): tube numbers restart daily and several people share a tube."""

    __table_args__: Any = ({"sqlite_with_rowid": False},)
    sample_number: str = _key()
    sampled_day: int = Field(
        primary_key=True, sa_column_kwargs={"autoincrement": False}, description="days since 1970 in Shanghai"
    )
    institution: str = _key()
    assay: str = _key()
    person_id: int = _big_key()
    result_id: int = _big()
    sampled_at: datetime = _at()


class Fact(SQLModel, table=True):
    """A dated statement about a person that a policy looks at (管控记录)."""

    __table_args__ = (one_of("kind", v.FactKind),)
    person_id: int = _big_key()
    id: int = _big_key()
    kind: str
    from_at: datetime = _at()
    until_at: datetime | None = _at(default=None)
    source: str
    evidence: str
    proposed_by: int | None = _big(default=None)
    confirmed_by: int | None = _big(default=None)
    recorded_at: datetime = _at()
    ended_at: datetime | None = _at(default=None)


class PolicyRow(SQLModel, table=True):
    """A dated decision table; superseded, never edited. In force in `scope` from `valid_from` once published."""

    __tablename__ = "policy"
    __table_args__ = (sa.CheckConstraint("(valid_from IS NULL) = (published_at IS NULL)", name="published_from"),)
    id: str = _key()
    scope: str = Field(foreign_key="unit.code")
    content: str = Field(description="the table as JSON")
    valid_from: datetime | None = _at(default=None)
    published_at: datetime | None = _at(default=None)
    proposed_by: int | None = _big(default=None)
    published_by: int | None = _big(default=None)
    recorded_at: datetime = _at()


class CodeSegment(SQLModel, table=True):
    """One stretch of a person's coming colours; together the chain, a cache of what `decide` says (model part 8)."""

    __tablename__ = "code_segment"
    __table_args__ = (
        one_of("colour", v.Colour),
        sa.CheckConstraint("until_at IS NULL OR until_at > from_at", name="not_empty"),
        {"sqlite_with_rowid": False},
    )
    person_id: int = _big_key()
    from_at: datetime = _at(primary_key=True)
    until_at: datetime | None = _at(default=None)
    colour: str
    row: str
    policy: str
    unit: str = Field(description="where it is counted")
    cause: int = _big(description="the upload or application that made it so")


class CodeHistory(SQLModel, table=True):
    """What a person's code was: the part of a segment that was lived before another chain took its place."""

    __tablename__ = "code_history"
    __table_args__ = (one_of("colour", v.Colour),)
    person_id: int = _big_key()
    from_at: datetime = _at(primary_key=True)
    until_at: datetime = _at(primary_key=True)
    colour: str
    row: str
    policy: str
    cause: int = _big()
    replaced_by: int = _big()


class CodeBucket(SQLModel, table=True):
    """How many codes begin (or, taken away, end) a colour in a unit at a minute: a difference array.

    The sum of `n` up to a minute is the number of people of that colour then, with no sweep and no write as time goes by.
    """

    __tablename__ = "code_bucket"
    __table_args__ = (one_of("colour", v.Colour), {"sqlite_with_rowid": False})
    unit: str = _key()
    colour: str = _key()
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
    day_of: str = _key()
    day: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False}, description="days since 1970 in Shanghai")
    unit: str = _key()
    institution: str = _key()
    assay: str = _key()
    outcome: str = _key()
    n: int
    corrected: int
    withdrawn: int


class Event(SQLModel, table=True):
    """An act, chained by hash to the one before; written in the act's transaction."""

    seq: int = _big_key()
    at: datetime = _at()
    act: str
    by_id: int | None = _big(default=None)
    by_name: str
    role: str
    unit: str
    via: str
    subject: str
    figures: str
    previous: bytes
    hash: bytes


access = sa.MetaData()
"""Look-up events have a store and a chain of their own (model part 9)."""

look_up_event = sa.Table(
    "look_up_event",
    access,
    sa.Column("seq", BIG, primary_key=True, autoincrement=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("act", sa.String, nullable=False),
    sa.Column("by_id", BIG),
    sa.Column("by_name", sa.String, nullable=False),
    sa.Column("role", sa.String, nullable=False),
    sa.Column("unit", sa.String, nullable=False),
    sa.Column("via", sa.String, nullable=False),
    sa.Column("subject", sa.String, nullable=False),
    sa.Column("figures", sa.String, nullable=False),
    sa.Column("previous", sa.LargeBinary, nullable=False),
    sa.Column("hash", sa.LargeBinary, nullable=False),
)
