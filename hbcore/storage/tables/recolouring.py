"""Recolouring requests with their steps and evidence, and results that came from outside Hubei."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from hbcore.domain.recolouring import OPEN, RequestAct, RequestState
from hbcore.domain.recolouring_grounds import Ground
from hbcore.storage.tables.columns import big, big_key, instant_at, one_of

CHANNELS = ("counter", "phone")
STANDING = " OR ".join(f"state = '{state}'" for state in OPEN)
COUNTS_ONLY = "assay = 'naat' AND outcome = 'negative' OR assay = 'igg' AND outcome = 'positive'"
"""What may come from outside by hand: what travel and freshness look for, nothing that stands against a person (model part 5)."""


class RecolouringRequest(SQLModel, table=True):
    """A request of a person to have the code or what it rests on looked at again; what the person said is sealed."""

    __tablename__ = "recolouring_request"
    __table_args__ = (
        one_of("ground", Ground),
        one_of("state", RequestState),
        one_of("channel", CHANNELS),
        sa.CheckConstraint("(reviewed_at IS NULL) = (reviewed_by IS NULL)", name="reviewed_by_somebody"),
        sa.CheckConstraint("(decided_at IS NULL) = (decided_by IS NULL)", name="decided_by_somebody"),
        sa.CheckConstraint("reviewed_by IS NULL OR reviewed_by <> entered_by", name="no_self_review"),
        sa.CheckConstraint("decided_by IS NULL OR decided_by <> entered_by", name="no_self_approval"),
        sa.CheckConstraint("decided_by IS NULL OR reviewed_by IS NULL OR decided_by <> reviewed_by", name="two_people"),
        sa.CheckConstraint(
            "state <> 'confirmed' OR (reviewed_by IS NOT NULL AND decided_by IS NOT NULL)", name="confirmed_by_both"
        ),
        sa.Index(
            "recolouring_request_once",
            "person_id",
            "ground",
            unique=True,
            sqlite_where=sa.text(STANDING),
            postgresql_where=sa.text(STANDING),
        ),
        sa.Index("recolouring_request_queue", "state", "unit", "due_at"),
        sa.Index("recolouring_request_by_id", "id"),
    )
    person_id: int = big_key()
    id: int = big_key()
    unit: str = Field(foreign_key="unit.code", description="whose staff review it")
    ground: str
    state: str
    channel: str
    colour: str | None = Field(default=None, description="the code it is about, as it was found")
    row: str | None = Field(default=None, description="the row that decided it then")
    policy: str | None = None
    dated_at: datetime | None = instant_at(default=None, description="from when the paper says it holds")
    sealed: bytes = Field(description="evidence number, what the person said, how to reach them")
    key_version: int
    entered_by: int = big()
    entered_at: datetime = instant_at()
    due_at: datetime | None = instant_at(default=None, description="end of the 48 hours; null while the clock stands")
    remaining_seconds: int | None = None
    asked_at: datetime | None = instant_at(default=None)
    reasons: str = Field(description="a JSON list of codes: what was asked for, why it was refused")
    reviewed_by: int | None = big(default=None)
    reviewed_at: datetime | None = instant_at(default=None)
    proposal_id: int | None = big(default=None, description="what waits for the level above")
    decided_by: int | None = big(default=None)
    decided_at: datetime | None = instant_at(default=None)
    fact_id: int | None = big(default=None, description="what was recorded when it was confirmed")


class RecolouringStep(SQLModel, table=True):
    """A move of a request from one state to another; who and when."""

    __tablename__ = "recolouring_step"
    __table_args__ = (one_of("act", RequestAct),)
    person_id: int = big_key()
    request_id: int = big_key()
    id: int = big_key()
    act: str
    after: str
    reasons: str = Field(description="a JSON list of codes")
    by_id: int = big()
    at: datetime = instant_at()


class EvidenceImage(SQLModel, table=True):
    """A picture that was shown as evidence, drawn anew and sealed. `about`: the id of the request or outside result."""

    __tablename__ = "evidence_image"
    person_id: int = big_key()
    about: int = big_key()
    id: int = big_key()
    sealed: bytes = Field(description="a JPEG that the desk itself drew")
    key_version: int
    added_by: int = big()
    added_at: datetime = instant_at()


class OutsideResult(SQLModel, table=True):
    """A result from outside Hubei (外省结果登记), by two people; the institution as the paper names it is sealed."""

    __tablename__ = "outside_result"
    __table_args__ = (
        sa.CheckConstraint(COUNTS_ONLY, name="counts_only"),
        sa.CheckConstraint("(confirmed_at IS NULL) = (confirmed_by IS NULL)", name="confirmed_by_somebody"),
        sa.CheckConstraint("(confirmed_at IS NULL) = (result_id IS NULL)", name="counts_once_confirmed"),
        sa.CheckConstraint("confirmed_by IS NULL OR confirmed_by <> proposed_by", name="two_people"),
        sa.Index("outside_result_by_id", "id"),
    )
    person_id: int = big_key()
    id: int = big_key()
    unit: str = Field(foreign_key="unit.code")
    assay: str
    outcome: str
    sampled_at: datetime = instant_at()
    sealed: bytes
    key_version: int
    proposed_by: int = big()
    proposed_at: datetime = instant_at()
    proposal_id: int | None = big(default=None)
    confirmed_by: int | None = big(default=None)
    confirmed_at: datetime | None = instant_at(default=None)
    result_id: int | None = big(default=None)
    certificate: str | None = Field(default=None, description="`trusted` or `unverified`; null where there is a paper alone")
    signed_in: str | None = Field(default=None, description="the country whose key signed it, as the list of keys has it")
