"""A key is revoked with all that it signed, by two people."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "revoked_key",
        sa.Column("kid", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("proposed_by", BIG, nullable=False),
        sa.Column("confirmed_by", BIG, nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("proposed_by <> confirmed_by", name="two_people"),
        sa.ForeignKeyConstraint(["kid"], ["code_key.kid"]),
        sa.PrimaryKeyConstraint("kid"),
    )
