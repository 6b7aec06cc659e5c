"""People, what finds them, and what is recorded about them."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from hbcore.domain import vocabulary as v
from hbcore.storage.tables.columns import big, big_key, instant_at, key_part, one_of

JOINED = "joined_to IS NOT NULL"


class Person(SQLModel, table=True):
    """Somebody we hold: one sealed blob (name, documents, phone), never a plain name or number."""

    __table_args__ = (
        one_of("registration", v.Registration),
        one_of("unit_source", ("residence", "institution", "unknown")),
        sa.Index("ix_person_joined_to", "joined_to", sqlite_where=sa.text(JOINED), postgresql_where=sa.text(JOINED)),
    )
    id: int = big_key()
    unit: str
    unit_source: str
    registration: str
    registered_at: datetime | None = instant_at(default=None)
    application_id: int | None = big(default=None)
    number: int = big(description="the 12-digit look-up number without its check digit")
    name_token: bytes
    sealed: bytes
    key_version: int
    recorded_at: datetime = instant_at()
    joined_to: int | None = big(default=None, description="the person this row turned out to be: only a pointer")
    naat_at: datetime | None = instant_at(
        default=None, description="when the latest of their nucleic-acid tests that stand was sampled"
    )


class DocumentRow(SQLModel, table=True):
    """Which person a document belongs to; found by keyed hash of kind and normalised number."""

    __tablename__ = "document"
    __table_args__ = (one_of("kind", v.DocumentKind), {"sqlite_with_rowid": False})
    key: bytes = key_part()
    country: str = key_part()
    person_id: int = big()
    kind: str
    recorded_at: datetime | None = instant_at(default=None, description="null where it was not kept yet")
    source: str | None = Field(default=None, description="`application`, `upload` or `staff`: what it became known from")


class PersonToken(SQLModel, table=True):
    """Which people a name, or a birth date with a nationality, may belong to: a keyed hash of either, of whom no card is a
    resident's."""

    __tablename__ = "person_token"
    __table_args__ = ({"sqlite_with_rowid": False},)
    token: bytes = key_part()
    person_id: int = big_key()


class ToldApart(SQLModel, table=True):
    """Two people of whom somebody said that they are not one; kept with each of them."""

    __tablename__ = "person_told_apart"
    __table_args__ = ({"sqlite_with_rowid": False},)
    person_id: int = big_key()
    other_id: int = big_key()
    by_id: int = big()
    at: datetime = instant_at()


class LookUpNumber(SQLModel, table=True):
    """Which person a look-up number belongs to (its first 11 digits)."""

    __tablename__ = "look_up_number"
    number: int = big_key()
    person_id: int = big()
