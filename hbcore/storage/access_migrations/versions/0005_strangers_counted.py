"""What strangers do is counted."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "stranger_count",
        sa.Column("use", sa.String(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("since", BIG, autoincrement=False, nullable=False),
        sa.Column("until", BIG, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("use", "key", "since"),
        sqlite_with_rowid=False,
    )
    op.create_index("stranger_count_over", "stranger_count", ["until"])
