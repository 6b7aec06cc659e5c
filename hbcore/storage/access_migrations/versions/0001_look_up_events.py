"""The store of look-up events."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def instant() -> sa.types.TypeEngine:
    """UTC microseconds on SQLite, `timestamptz` on PostgreSQL."""
    return sa.BigInteger().with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "look_up_event",
        sa.Column("seq", BIG, autoincrement=False, nullable=False),
        sa.Column("at", instant(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("by_id", BIG, nullable=True),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("via", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("figures", sa.String(), nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )


def downgrade() -> None:
    for name in ("look_up_event",):
        op.drop_table(name)
