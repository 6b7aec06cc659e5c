"""Results of a suspended institution are marked for a second look, by days."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN = sa.text("lifted_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "recheck",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("institution", sa.String(), nullable=False),
        sa.Column("from_day", sa.Integer(), nullable=False),
        sa.Column("until_day", sa.Integer(), nullable=False),
        sa.Column("results", sa.Integer(), nullable=False),
        sa.Column("suspended_at", sa.BigInteger(), nullable=False),
        sa.Column("marked_by", BIG, nullable=False),
        sa.Column("marked_at", sa.BigInteger(), nullable=False),
        sa.Column("lifted_by", BIG, nullable=True),
        sa.Column("lifted_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("from_day <= until_day", name="span"),
        sa.CheckConstraint("(lifted_at IS NULL) = (lifted_by IS NULL)", name="lifted_by_somebody"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("recheck_open", "recheck", ["institution"], sqlite_where=OPEN, postgresql_where=OPEN)
