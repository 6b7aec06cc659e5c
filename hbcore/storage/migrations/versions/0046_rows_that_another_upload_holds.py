"""Rows of an upload that another one holds are kept, so that recalling that one loses nothing."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "held_again",
        sa.Column("upload_id", BIG, autoincrement=False, nullable=False),
        sa.Column("row_number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("problems", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("key_version", sa.Integer(), nullable=False),
        sa.Column("document_key", sa.LargeBinary(), nullable=True),
        sa.Column("waits", sa.String(), nullable=True),
        sa.Column("alone", sa.Boolean(), nullable=True),
        sa.Column("held_for", sa.String(), nullable=True),
        sa.Column("positive", sa.Boolean(), nullable=True),
        sa.Column("held_by", BIG, nullable=False),
        sa.Column("stands", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("upload_id", "row_number"),
    )
    op.create_index("ix_held_again_held_by", "held_again", ["held_by"])
