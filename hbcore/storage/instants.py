"""Instants in the database: UTC microseconds as whole numbers, on both databases; never naive."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from hbcore.domain.known import instant, micros

DAY = 86_400_000_000
SHANGHAI = 8 * 3_600_000_000
"""Shanghai has kept UTC+8 all year since 1991: days before are no days of ours."""


def shanghai_day(at: int) -> int:
    """The Shanghai day of an instant in microseconds, as days since 1970."""
    return (at + SHANGHAI) // DAY


def raw(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    """`column` as the database holds it: an `Instant` as microseconds, for whole columns that need no datetime a row."""
    return sa.type_coerce(column, sa.BigInteger) if isinstance(column.type, Instant) else column


def raw_day(column: sa.Column[Any]) -> sa.ColumnElement[int]:
    """The Shanghai day of a column of instants, as `shanghai_day`, in SQL."""
    return (raw(column) + SHANGHAI) // DAY


def raw_type(column: sa.Column[Any]) -> sa.types.TypeEngine[Any]:
    """The type of a column for values that are the database's own already."""
    return sa.BigInteger() if isinstance(column.type, Instant) else column.type


class Instant(TypeDecorator[datetime]):
    """A zone-aware instant. Refuses naive values; hands back UTC."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Refuse naive instants on the way in."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a zone")
        return micros(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """UTC on the way out."""
        return None if value is None else instant(value)
