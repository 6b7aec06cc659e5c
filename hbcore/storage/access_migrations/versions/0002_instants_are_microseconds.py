"""Instants are whole microseconds on both databases: on PostgreSQL the column that was `timestamptz` is turned over."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        using = '(extract(epoch from "at") * 1000000)::bigint'
        op.alter_column("look_up_event", "at", type_=sa.BigInteger(), postgresql_using=using)
