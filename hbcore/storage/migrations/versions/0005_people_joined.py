"""Documents over time, whose a row is that was not recorded, people joined and parted again."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("document", sa.Column("recorded_at", sa.BigInteger(), nullable=True))
    op.add_column("document", sa.Column("source", sa.String(), nullable=True))
    op.add_column("upload_row", sa.Column("document_key", sa.LargeBinary(), nullable=True))
    op.create_index("upload_row_of_document", "upload_row", ["document_key"])
    op.add_column("person", sa.Column("joined_to", BIG, nullable=True))
    op.create_index("ix_person_joined_to", "person", ["joined_to"])
    _joins()


def _joins() -> None:
    op.create_table(
        "person_join",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("survivor_id", BIG, nullable=False),
        sa.Column("joined_id", BIG, nullable=False),
        sa.Column("before", sa.String(), nullable=False),
        sa.Column("proposed_by", BIG, nullable=False),
        sa.Column("joined_by", BIG, nullable=False),
        sa.Column("joined_at", sa.BigInteger(), nullable=False),
        sa.Column("parted_by", BIG, nullable=True),
        sa.Column("parted_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("survivor_id <> joined_id", name="two_rows"),
        sa.CheckConstraint("proposed_by <> joined_by", name="two_people"),
        sa.CheckConstraint("(parted_at IS NULL) = (parted_by IS NULL)", name="parted_by_somebody"),
        sa.PrimaryKeyConstraint("id"),
    )
    standing = sa.text("parted_at IS NULL")
    op.create_index("join_once", "person_join", ["joined_id"], unique=True, sqlite_where=standing, postgresql_where=standing)
    op.create_index("join_of_survivor", "person_join", ["survivor_id"])
    op.create_table(
        "person_join_moved",
        sa.Column("join_id", BIG, autoincrement=False, nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("row_id", BIG, autoincrement=False, nullable=False),
        sa.CheckConstraint(
            "what = 'result' OR what = 'fact' OR what = 'application' OR what = 'look_up_number'", name="what_known"
        ),
        sa.PrimaryKeyConstraint("join_id", "what", "row_id"),
        sqlite_with_rowid=False,
    )
