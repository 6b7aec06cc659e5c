"""Drafts that outlive a reload and a sign-out."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "saved_draft",
        sa.Column("staff_id", BIG, nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("subject", BIG, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("key_version", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"]),
        sa.PrimaryKeyConstraint("staff_id", "place", "subject"),
    )
    op.create_index("saved_draft_by_age", "saved_draft", ["saved_at"])
