"""People who may be one are found by tokens, told apart for good, or joined when the application is approved."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "person_token",
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", BIG, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("token", "person_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "person_told_apart",
        sa.Column("person_id", BIG, autoincrement=False, nullable=False),
        sa.Column("other_id", BIG, autoincrement=False, nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "other_id"),
        sqlite_with_rowid=False,
    )
    for column in ("same_as", "same_said_by", "join_id"):
        op.add_column("application", sa.Column(column, BIG, nullable=True))
