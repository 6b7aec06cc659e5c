"""Applications and the filings they are compared with."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from hbcore.domain import vocabulary as v
from hbcore.domain.applicants import PhotoKind
from hbcore.domain.applications import ApplicationState, FilingCheck
from hbcore.storage.tables.columns import big, big_key, instant_at, one_of

OPEN_ONLINE = "channel = 'online' AND (state = 'waiting' OR state = 'asked' OR state = 'second_review')"
IS_DECIDED = "decided_at IS NOT NULL"
COUNTED = ("decided_at", "state", "unit", "document_kind", "country", "decided_by", "due_at")
"""All that figures of decided applications need: they are counted without a look at the sealed rows."""


class Filing(SQLModel, table=True):
    """A public-security filing (备案) of a passport."""

    __table_args__ = (sa.UniqueConstraint("document_key", "country", name="filing_of_document"),)
    id: int = big_key()
    document_key: bytes
    country: str
    sealed: bytes
    key_version: int
    upload_id: int = big()
    recorded_at: datetime = instant_at()


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
        sa.Index("application_decided", *COUNTED, sqlite_where=sa.text(IS_DECIDED), postgresql_where=sa.text(IS_DECIDED)),
        sa.Index("application_of_document", "document_key", "country"),
        sa.Index("application_claimed", "claimed_by"),
        sa.Index("application_open_online", "id", sqlite_where=sa.text(OPEN_ONLINE), postgresql_where=sa.text(OPEN_ONLINE)),
    )
    id: int = big_key()
    receipt: str = Field(unique=True)
    secret_hash: bytes
    person_id: int = big(index=True)
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
    submitted_at: datetime = instant_at()
    due_at: datetime | None = instant_at(default=None, description="end of the 24 hours; null while the clock stands")
    remaining_seconds: int | None = None
    entered_by: int | None = big(default=None)
    decided_by: int | None = big(default=None)
    decided_at: datetime | None = instant_at(default=None)
    asked_at: datetime | None = instant_at(default=None)
    reasons: str = Field(description="a JSON list of reason codes")
    previous_id: int | None = big(default=None)
    recorded_at: datetime = instant_at()
    claimed_by: int | None = big(default=None)
    claimed_until: datetime | None = instant_at(default=None, description="when the claim ends by itself")
    answered_at: datetime | None = instant_at(default=None, description="when the applicant last answered")
    changed_by_staff: bool | None = Field(default=None, description="name or number changed beyond what was asked for")
    brought_by: int | None = big(default=None, description="who imported it, or typed its last answer beside who entered it")
    residence: str | None = Field(default=None, description="the unit they live in as it says; whose work it is may be passed on")
    language: str | None = Field(default=None, description="what the applicant reads, where they applied themselves")
    declared_at: datetime | None = instant_at(default=None, description="when the applicant last changed the declaration")
    same_as: int | None = big(default=None, description="the person held already that this is said to be; joined on approval")
    same_said_by: int | None = big(default=None, description="who said so; another approves")
    join_id: int | None = big(default=None, description="the joining that its approval did")
    relatives: str | None = Field(default=None, description="a JSON list of the staff who said that they are related")
    typed_by: int | None = big(default=None, description="who on staff changed name or number last; another approves")
    unit_before: str | None = Field(default=None, description="where its person lived as far as known until its approval")
    unit_source_before: str | None = Field(default=None, description="by what that was known")


class ApplicationPhoto(SQLModel, table=True):
    """A picture that an applicant sent, drawn anew and sealed; deleted some days after the decision."""

    __tablename__ = "application_photo"
    __table_args__ = (one_of("kind", PhotoKind), sa.UniqueConstraint("application_id", "kind", name="photo_of_kind"))
    application_id: int = big_key()
    id: int = big_key()
    kind: str
    sealed: bytes = Field(description="a JPEG that the desk itself drew")
    key_version: int
    added_at: datetime = instant_at()


class FormPhoto(SQLModel, table=True):
    """A picture that came with a form which is not sent yet, as faults brought it back: sealed, and deleted within the hour."""

    __tablename__ = "form_photo"
    __table_args__ = (one_of("kind", PhotoKind), sa.Index("form_photo_by_age", "added_at"))
    form_key: bytes = Field(primary_key=True, description="keyed hash of what tells the form from all others")
    kind: str = Field(primary_key=True)
    id: int = big()
    sealed: bytes = Field(description="a JPEG that the desk itself drew")
    key_version: int
    added_at: datetime = instant_at()
