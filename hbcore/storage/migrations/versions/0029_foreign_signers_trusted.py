"""Foreign signers' keys that are trusted, as imported; an outside result says whether a certificate stands behind it."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0031"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "trusted_key",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("kid", sa.LargeBinary(), nullable=False),
        sa.Column("public", sa.LargeBinary(), nullable=False),
        sa.Column("states", sa.String(), nullable=True),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("from_at", sa.BigInteger(), nullable=True),
        sa.Column("until_at", sa.BigInteger(), nullable=True),
        sa.Column("imported_by", BIG, nullable=False),
        sa.Column("imported_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_by", BIG, nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_by_somebody"),
        sa.CheckConstraint("until_at IS NULL OR from_at IS NULL OR until_at >= from_at", name="not_ended_before"),
        sa.PrimaryKeyConstraint("id"),
    )
    stands = sa.text("ended_at IS NULL")
    op.create_index(
        "trusted_key_standing",
        "trusted_key",
        ["kid", "source", "public"],
        unique=True,
        sqlite_where=stands,
        postgresql_where=stands,
    )
    op.add_column("outside_result", sa.Column("certificate", sa.String(), nullable=True))
    op.add_column("outside_result", sa.Column("signed_in", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("outside_result", "signed_in")
    op.drop_column("outside_result", "certificate")
    op.drop_index("trusted_key_standing", "trusted_key")
    op.drop_table("trusted_key")
