"""Rows that are held for days are an alarm that somebody looks after."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = (
    "to_verify unclassified not_retested mismatch overdue_burst chain_broken"
    " burst_of_facts recolouring_overdue positives_waiting burst_of_pooled"
    " positivity turnaround out_of_order file_size file_missing tube_too_full notices_failed taken_over temperature_overdue"
)
MORE_KINDS = f"{KINDS} rows_held"


def one_of(column: str, words: str) -> str:
    return " OR ".join(f"{column} = '{word}'" for word in words.split())


def upgrade() -> None:
    with op.batch_alter_table("alarm_seen", copy_from=_alarm_seen()) as alarms:
        alarms.drop_constraint("kind_known", type_="check")
        alarms.create_check_constraint("kind_known", one_of("kind", MORE_KINDS))


def _alarm_seen() -> sa.Table:
    return sa.Table(
        "alarm_seen",
        sa.MetaData(),
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("seen_by", BIG, nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("key_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(one_of("kind", KINDS), name="kind_known"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("kind", "subject", name="seen_by_one"),
    )
