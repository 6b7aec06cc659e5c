"""Sampling registrations (采样登记): who was sampled into which tube, when and where."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from hbcore.storage.tables.columns import big, big_key, instant_at


class Sampling(SQLModel, table=True):
    """One person sampled into one tube (model part 6). Never changed: a newer registration of the same ends it and adds another.

    Found by its person, and by its tube for a laboratory file that names nobody.
    """

    __table_args__ = (
        sa.Index("sampling_of_tube", "sample_number", "sampled_day"),
        sa.Index("sampling_of_upload", "upload_id"),
    )
    person_id: int = big_key()
    sampled_at: datetime = instant_at(primary_key=True)
    id: int = big_key()
    sample_number: str
    sampled_day: int
    pooled: bool = Field(description="the registration's own method says that several people share the tube")
    sampling_site: str | None = None
    institution: str = Field(description="whose tube it is; empty where the registration does not say")
    upload_id: int = big()
    recorded_at: datetime = instant_at()
    ended_at: datetime | None = instant_at(default=None)
    ended_by: int | None = big(default=None, description="the upload that ended it")
