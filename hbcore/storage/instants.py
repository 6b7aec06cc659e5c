"""Instants in the database: UTC microseconds on SQLite, `timestamptz` on PostgreSQL, never naive."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from hbcore.domain.known import instant, micros


def raw(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    """`column` as the database holds it: an `Instant` as microseconds, for whole columns that need no datetime a row."""
    return sa.type_coerce(column, sa.BigInteger) if isinstance(column.type, Instant) else column


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
        if value.tzinfo is None:
            raise ValueError("an instant needs a zone")
        return value.astimezone(UTC) if dialect.name == "postgresql" else micros(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """UTC on the way out."""
        if value is None:
            return None
        return value.astimezone(UTC) if isinstance(value, datetime) else instant(value)
