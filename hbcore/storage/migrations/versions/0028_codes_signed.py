"""Keys that sign codes, each for one use and for its time, and the codes that were taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "code_key",
        sa.Column("kid", sa.LargeBinary(), nullable=False),
        sa.Column("use", sa.String(), nullable=False),
        sa.Column("public", sa.LargeBinary(), nullable=False),
        sa.Column("from_at", sa.BigInteger(), nullable=False),
        sa.Column("signs_until", sa.BigInteger(), nullable=True),
        sa.Column("until_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("use = 'status' OR use = 'certificate'", name="use_known"),
        sa.CheckConstraint("(signs_until IS NULL) = (until_at IS NULL)", name="ends_wholly"),
        sa.CheckConstraint("signs_until IS NULL OR signs_until >= from_at", name="not_ended_before"),
        sa.CheckConstraint("until_at IS NULL OR until_at >= signs_until", name="believed_to_the_last"),
        sa.PrimaryKeyConstraint("kid"),
    )
    now = sa.text("signs_until IS NULL")
    op.create_index("code_key_now", "code_key", ["use"], unique=True, sqlite_where=now, postgresql_where=now)
    op.create_table(
        "revoked_code",
        sa.Column("person_id", BIG, autoincrement=False, nullable=False),
        sa.Column("cti", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("proposed_by", BIG, nullable=False),
        sa.Column("confirmed_by", BIG, nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("proposed_by <> confirmed_by", name="two_people"),
        sa.PrimaryKeyConstraint("person_id", "cti"),
        sqlite_with_rowid=False,
    )
