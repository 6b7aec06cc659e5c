"""What the tables' columns have in common."""

from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from hbcore.storage.instants import Instant


def one_of(column: str, words: type[StrEnum] | tuple[str, ...]) -> sa.CheckConstraint:
    """A CHECK that `column` holds one of the closed list's words.

    Written with OR: SQLite builds a table for every `IN (...)` it checks, which doubled the time of an insert.
    """
    listed = " OR ".join(f"{column} = '{word}'" for word in words)
    return sa.CheckConstraint(listed, name=f"{column}_known")


# On SQLite only INTEGER PRIMARY KEY is the row's own address; BIGINT would cost a second tree.
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def key_part(**more: Any) -> Any:
    """A column of the primary key."""
    return Field(primary_key=True, **more)


def big_key() -> Any:
    """A whole number made by us, in the primary key."""
    return Field(primary_key=True, sa_type=BIG, sa_column_kwargs={"autoincrement": False})


def big(**more: Any) -> Any:
    """A whole number of 64 bits."""
    return Field(sa_type=BIG, **more)


def instant_at(**more: Any) -> Any:
    """A zone-aware instant."""
    return Field(sa_type=Instant, **more)


def counted(**more: Any) -> Any:
    """A number that began at 0 when its column was added."""
    return Field(default=0, sa_column_kwargs={"server_default": sa.text("0")}, **more)
