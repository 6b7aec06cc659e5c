"""Who works here: accounts, sessions, sign-in."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from hbcore.domain import vocabulary as v
from hbcore.storage.tables.columns import BIG, big, big_key, instant_at, key_part, one_of


class StaffRow(SQLModel, table=True):
    """A member of staff. `name` is what is typed to sign in, case-folded; `password` an argon2id hash."""

    __tablename__ = "staff"
    __table_args__ = (one_of("role", v.Role),)
    id: int = big_key()
    name: str = Field(unique=True)
    full_name: str
    role: str
    unit: str | None = Field(default=None, foreign_key="unit.code")
    password: str
    language: str = "zh"
    recorded_at: datetime = instant_at()
    recorded_by: int | None = big(default=None)
    disabled_at: datetime | None = instant_at(default=None)


class StaffInstitution(SQLModel, table=True):
    """The institutions a liaison works for."""

    __tablename__ = "staff_institution"
    staff_id: int = Field(primary_key=True, foreign_key="staff.id", sa_type=BIG)
    institution: str = Field(primary_key=True, foreign_key="institution.code")


class SetupCode(SQLModel, table=True):
    """The one-time code that makes the first administrator, kept as a hash."""

    __tablename__ = "setup_code"
    id: int = big_key()
    code_hash: bytes
    recorded_at: datetime = instant_at()
    used_at: datetime | None = instant_at(default=None)


class StaffSession(SQLModel, table=True):
    """A signed-in session; the cookie holds the secret, the table its hash."""

    __tablename__ = "staff_session"
    id_hash: bytes = key_part()
    staff_id: int = Field(foreign_key="staff.id", index=True, sa_type=BIG)
    began_at: datetime = instant_at()
    seen_at: datetime = instant_at()
    ended_at: datetime | None = instant_at(default=None)


class SignInTicket(SQLModel, table=True):
    """A single-use ticket of 30 seconds that a page trades for the cookie (model part 9)."""

    __tablename__ = "sign_in_ticket"
    id_hash: bytes = key_part()
    staff_id: int = Field(foreign_key="staff.id", sa_type=BIG)
    expires_at: datetime = instant_at()
    used_at: datetime | None = instant_at(default=None)


class SignInAttempt(SQLModel, table=True):
    """A failed or successful sign-in, for the throttle; the name is a keyed hash."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (sa.Index("sign_in_attempt_by_name", "name_key", "place", "at"),)
    id: int = big_key()
    name_key: bytes
    place: str
    at: datetime = instant_at()
    succeeded: bool
