"""A result says where only other files have put somebody else into its tube."""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SHARED = sa.text("shared IS NOT NULL")


def upgrade() -> None:
    op.add_column("result", sa.Column("shared", BIG, nullable=True))
    names = ["institution", "sample_number"]
    op.create_index("result_shared", "result", names, sqlite_where=SHARED, postgresql_where=SHARED)
