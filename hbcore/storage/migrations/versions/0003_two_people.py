"""What takes two people: proposed by one, settled by another."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "proposal",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("proposed_by", BIG, nullable=False),
        sa.Column("proposed_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("settled_by", BIG, nullable=True),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.Column("settled_how", sa.String(), nullable=True),
        sa.CheckConstraint(
            "settled_how = 'confirmed' OR settled_how = 'declined' OR settled_how = 'withdrawn'", name="settled_how_known"
        ),
        sa.CheckConstraint("(settled_at IS NULL) = (settled_how IS NULL)", name="settled_somehow"),
        sa.CheckConstraint("(settled_at IS NULL) = (settled_by IS NULL)", name="settled_by_somebody"),
        sa.CheckConstraint("settled_how IS NULL OR settled_how = 'withdrawn' OR settled_by <> proposed_by", name="two_people"),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "proposal_once",
        "proposal",
        ["what", "subject"],
        unique=True,
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    )
