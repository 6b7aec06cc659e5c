"""What laboratories' own headings and words mean is remembered, with the layouts of their files."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "column_mapping",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("institution", sa.String(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("recorded_by", BIG, nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["institution"], ["institution.code"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_column_mapping_institution", "column_mapping", ["institution", "id"])
    op.create_table(
        "file_layout",
        sa.Column("institution", sa.String(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("headings", sa.String(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["institution"], ["institution.code"]),
        sa.PrimaryKeyConstraint("institution", "digest"),
    )


def downgrade() -> None:
    op.drop_table("file_layout")
    op.drop_table("column_mapping")
