"""Who works here: accounts, sessions, sign-in."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from hbcore.domain import vocabulary as v
from hbcore.storage.tables.columns import BIG, big, big_key, instant_at, key_part, one_of


class StaffRow(SQLModel, table=True):
    """A member of staff. `name` is what is typed to sign in, case-folded; `password` an argon2id hash.

    A password made by the desk is good for one sign-in until `one_time_until`; an own one leaves both instants empty.
    """

    __tablename__ = "staff"
    __table_args__ = (one_of("role", v.Role), one_of("theme", v.Theme))
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
    theme: str = Field(default=v.Theme.SYSTEM, sa_column_kwargs={"server_default": v.Theme.SYSTEM})
    one_time_until: datetime | None = instant_at(default=None)
    one_time_used_at: datetime | None = instant_at(default=None)
    signed_in_at: datetime | None = instant_at(default=None)


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


class SignInStep(SQLModel, table=True):
    """A sign-in whose password was right and whose code is still to come; a page holds the secret, the table its hash."""

    __tablename__ = "sign_in_step"
    id_hash: bytes = key_part()
    staff_id: int = Field(foreign_key="staff.id", sa_type=BIG)
    expires_at: datetime = instant_at()
    used_at: datetime | None = instant_at(default=None)


class SecondFactor(SQLModel, table=True):
    """The secret of somebody's one-time codes, sealed; asked for once confirmed. No code of `last_step` or before is taken."""

    __tablename__ = "second_factor"
    staff_id: int = Field(primary_key=True, foreign_key="staff.id", sa_type=BIG, sa_column_kwargs={"autoincrement": False})
    sealed: bytes
    key_version: int
    last_step: int = big()
    recorded_at: datetime = instant_at()
    confirmed_at: datetime | None = instant_at(default=None)


class RecoveryCode(SQLModel, table=True):
    """A code that takes the place of a one-time code, once; kept as a keyed hash."""

    __tablename__ = "recovery_code"
    staff_id: int = Field(primary_key=True, foreign_key="staff.id", sa_type=BIG, sa_column_kwargs={"autoincrement": False})
    code_hash: bytes = key_part()
    used_at: datetime | None = instant_at(default=None)
