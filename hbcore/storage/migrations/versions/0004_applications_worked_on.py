"""Claims, steps and notes of applications; saved views of the queue."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ACTS = (
    "submit",
    "approve",
    "refuse",
    "ask",
    "send_on",
    "send_back",
    "answer",
    "expire",
    "withdraw",
    "undo",
    "revoke",
    "transfer",
)


def upgrade() -> None:
    for column in (
        sa.Column("claimed_by", BIG, nullable=True),
        sa.Column("claimed_until", sa.BigInteger(), nullable=True),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("changed_by_staff", sa.Boolean(), nullable=True),
    ):
        op.add_column("application", column)
    op.create_table(
        "application_step",
        sa.Column("application_id", BIG, autoincrement=False, nullable=False),
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("before", sa.String(), nullable=False),
        sa.Column("after", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("reasons", sa.String(), nullable=False),
        sa.Column("by_id", BIG, nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(" OR ".join(f"act = '{act}'" for act in ACTS), name="act_known"),
        sa.PrimaryKeyConstraint("application_id", "id"),
        sqlite_with_rowid=False,
    )
    op.create_index("application_step_by", "application_step", ["by_id", "at"], unique=False)
    op.create_table(
        "application_note",
        sa.Column("application_id", BIG, autoincrement=False, nullable=False),
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("key_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("application_id", "id"),
    )
    op.create_index("application_note_by", "application_note", ["by_id", "at"], unique=False)
    op.create_index("application_claimed", "application", ["claimed_by"], unique=False)
    op.create_table(
        "saved_view",
        sa.Column("staff_id", BIG, autoincrement=False, nullable=False),
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("key_version", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"]),
        sa.PrimaryKeyConstraint("staff_id", "id"),
    )
