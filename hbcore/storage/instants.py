"""Instants in the database: UTC microseconds as whole numbers, on both databases; never naive."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from hbcore.domain.known import instant, micros


def raw(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    """`column` as the database holds it: an `Instant` as microseconds, for whole columns that need no datetime a row."""
    return sa.type_coerce(column, sa.BigInteger) if isinstance(column.type, Instant) else column


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
