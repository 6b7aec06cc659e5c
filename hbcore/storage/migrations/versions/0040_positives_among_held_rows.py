"""A held row that says that somebody may be infectious is known as such, and is an alarm that somebody looks after."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ON_SQLITE = sa.text("positive = 1 AND held_for IS NOT NULL")
ON_POSTGRESQL = sa.text("positive AND held_for IS NOT NULL")
KINDS = (
    "to_verify unclassified not_retested mismatch overdue_burst chain_broken"
    " burst_of_facts recolouring_overdue positives_waiting burst_of_pooled"
    " positivity turnaround out_of_order file_size file_missing tube_too_full notices_failed taken_over temperature_overdue"
    " rows_held"
)
MORE_KINDS = KINDS.replace("not_retested", "not_retested positive_held")


def one_of(column: str, words: str) -> str:
    return " OR ".join(f"{column} = '{word}'" for word in words.split())


def upgrade() -> None:
    op.add_column("upload_row", sa.Column("positive", sa.Boolean(), nullable=True))
    rows = sa.table("upload_row", sa.column("waits", sa.String()), sa.column("positive", sa.Boolean()))
    # Of rows that were held before only those beyond the limit of a shift say so unsealed.
    op.execute(sa.update(rows).where(rows.c.waits == "release").values(positive=True))
    op.create_index("upload_row_positive", "upload_row", ["upload_id"], sqlite_where=ON_SQLITE, postgresql_where=ON_POSTGRESQL)
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
