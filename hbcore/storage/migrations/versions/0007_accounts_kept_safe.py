"""One-time passwords, second factor, the account's own settings, events found by act, staff and subject."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    # With its CHECK, which SQLite takes with a new column only; the same text serves PostgreSQL.
    op.execute(
        "ALTER TABLE staff ADD COLUMN theme VARCHAR DEFAULT 'system' NOT NULL"
        " CONSTRAINT theme_known CHECK (theme = 'system' OR theme = 'light' OR theme = 'dark')"
    )
    for name in ("one_time_until", "one_time_used_at", "signed_in_at"):
        op.add_column("staff", sa.Column(name, sa.BigInteger(), nullable=True))
    op.create_table(
        "sign_in_step",
        sa.Column("id_hash", sa.LargeBinary(), nullable=False),
        sa.Column("staff_id", BIG, nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"]),
        sa.PrimaryKeyConstraint("id_hash"),
    )
    op.create_table(
        "second_factor",
        sa.Column("staff_id", BIG, autoincrement=False, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("key_version", sa.Integer(), nullable=False),
        sa.Column("last_step", BIG, nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("confirmed_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"]),
        sa.PrimaryKeyConstraint("staff_id"),
    )
    op.create_table(
        "recovery_code",
        sa.Column("staff_id", BIG, autoincrement=False, nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"]),
        sa.PrimaryKeyConstraint("staff_id", "code_hash"),
    )
    op.create_index("event_by_act", "event", ["act", "seq"])
    op.create_index("event_by_staff", "event", ["by_id", "seq"])
    op.create_index("event_by_subject", "event", ["subject", "seq"])
