"""Uploads are taken back whole, and what several uploads said of one sample is kept for it."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN = sa.text("put_back_at IS NULL")
ENDED = sa.text("ended_by IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "recall",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("upload_id", BIG, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("key_version", sa.Integer(), nullable=True),
        sa.Column("recalled_by", BIG, nullable=False),
        sa.Column("second_by", BIG, nullable=True),
        sa.Column("recalled_at", sa.BigInteger(), nullable=False),
        sa.Column("waiting", sa.String(), nullable=False),
        sa.Column("put_back_by", BIG, nullable=True),
        sa.Column("put_back_second", BIG, nullable=True),
        sa.Column("put_back_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("second_by IS NULL OR second_by <> recalled_by", name="two_people"),
        sa.CheckConstraint("put_back_second IS NULL OR put_back_second <> put_back_by", name="put_back_by_two"),
        sa.CheckConstraint("(put_back_at IS NULL) = (put_back_by IS NULL)", name="put_back_by_somebody"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("recalled_once", "recall", ["upload_id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_table(
        "recall_sample",
        sa.Column("recall_id", BIG, autoincrement=False, nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("recall_id", "n"),
    )
    op.create_table(
        "result_again",
        sa.Column("result_id", BIG, autoincrement=False, nullable=False),
        sa.Column("upload_id", BIG, autoincrement=False, nullable=False),
        sa.Column("id", BIG, nullable=False),
        sa.Column("sampled_at", sa.BigInteger(), nullable=False),
        sa.Column("single", sa.Boolean(), nullable=False),
        sa.Column("tested_at", sa.BigInteger(), nullable=True),
        sa.Column("reported_at", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("sampling_site", sa.String(), nullable=True),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("corrects", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("result_id", "upload_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("result_ended_by", "result", ["ended_by"], sqlite_where=ENDED, postgresql_where=ENDED)
