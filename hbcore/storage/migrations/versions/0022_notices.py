"""Notices to applicants; those that failed are an alarm."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = "approved refused asked reminder expired revoked reopened"
STATES = "planned sending sent unsure status_page_only no_address given_up cancelled"
FAULTS = "mail_unreachable mail_not_secure mail_not_let_in mail_address_refused mail_refused mail_broken_off"
NEXT = "next_at IS NOT NULL"
FAILED = "state = 'given_up' OR state = 'unsure'"
ALARMS = (
    "to_verify unclassified not_retested mismatch overdue_burst chain_broken"
    " burst_of_facts recolouring_overdue positives_waiting burst_of_pooled"
    " positivity turnaround out_of_order file_size file_missing tube_too_full"
)
MORE_ALARMS = f"{ALARMS} notices_failed"


def one_of(column: str, words: str) -> str:
    return " OR ".join(f"{column} = '{word}'" for word in words.split())


def alarm_seen() -> sa.Table:
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
        sa.CheckConstraint(one_of("kind", ALARMS), name="kind_known"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("kind", "subject", name="seen_by_one"),
    )


def upgrade() -> None:
    op.create_table(
        "notice",
        sa.Column("application_id", BIG, autoincrement=False, nullable=False),
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("fault", sa.String(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(one_of("kind", KINDS), name="kind_known"),
        sa.CheckConstraint(one_of("state", STATES), name="state_known"),
        sa.CheckConstraint(one_of("fault", FAULTS), name="fault_known"),
        sa.CheckConstraint("(next_at IS NULL) = (ended_at IS NOT NULL)", name="to_do_or_ended"),
        sa.PrimaryKeyConstraint("application_id", "id"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "notice_next", "notice", ["next_at"], unique=False, sqlite_where=sa.text(NEXT), postgresql_where=sa.text(NEXT)
    )
    op.create_index(
        "notice_failed", "notice", ["ended_at"], unique=False, sqlite_where=sa.text(FAILED), postgresql_where=sa.text(FAILED)
    )
    with op.batch_alter_table("alarm_seen", copy_from=alarm_seen()) as alarms:
        alarms.drop_constraint("kind_known", type_="check")
        alarms.create_check_constraint("kind_known", one_of("kind", MORE_ALARMS))
