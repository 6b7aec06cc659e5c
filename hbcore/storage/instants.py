"""Instants in the database: UTC microseconds on SQLite, `timestamptz` on PostgreSQL, never naive."""

from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def micros(at: datetime) -> int:
    """UTC microseconds since 1970 of a zone-aware instant.

    :raises ValueError: when `at` is naive.
    """
    if at.tzinfo is None:
        raise ValueError("an instant needs a zone")
    return (at - EPOCH) // _MICROSECOND


def instant(of: int) -> datetime:
    """The zone-aware UTC instant of microseconds since 1970."""
    return EPOCH + timedelta(microseconds=of)


class Instant(TypeDecorator[datetime]):
    """A zone-aware instant. Refuses naive values; hands back UTC."""

    impl = sa.BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """`timestamptz` where the database has it, else a whole number of microseconds."""
        kind: TypeEngine[Any] = sa.DateTime(timezone=True) if dialect.name == "postgresql" else sa.BigInteger()
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Refuse naive instants on the way in."""
        if value is None:
            return None
        whole = micros(value)
        return value.astimezone(UTC) if dialect.name == "postgresql" else whole

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """UTC on the way out."""
        if value is None:
            return None
        return value.astimezone(UTC) if isinstance(value, datetime) else instant(value)
