"""Positives that wait for a second account or would be taken away; who brought an application; more sorts of alarms."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = "to_verify unclassified not_retested mismatch overdue_burst chain_broken"
MORE_KINDS = f"{KINDS} burst_of_facts recolouring_overdue positives_waiting burst_of_pooled"
STATUSES = "refused held"


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
        sa.CheckConstraint(one_of("kind", KINDS), name="kind_known"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("kind", "subject", name="seen_by_one"),
    )


def upload_row() -> sa.Table:
    return sa.Table(
        "upload_row",
        sa.MetaData(),
        sa.Column("upload_id", BIG, autoincrement=False, nullable=False),
        sa.Column("row_number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("problems", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("key_version", sa.Integer(), nullable=False),
        sa.Column("document_key", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(one_of("status", STATUSES), name="status_known"),
        sa.PrimaryKeyConstraint("upload_id", "row_number"),
        sa.Index("upload_row_of_document", "document_key"),
    )


def upgrade() -> None:
    with op.batch_alter_table("alarm_seen", copy_from=alarm_seen()) as alarms:
        alarms.drop_constraint("kind_known", type_="check")
        alarms.create_check_constraint("kind_known", one_of("kind", MORE_KINDS))
    with op.batch_alter_table("upload_row", copy_from=upload_row()) as rows:
        rows.add_column(sa.Column("waits", sa.String(), nullable=True))
        rows.add_column(sa.Column("alone", sa.Boolean(), nullable=True))
        rows.create_check_constraint("waits_known", one_of("waits", "release removal"))
    # Whatever takes a positive away was held before, too; nobody could settle it.
    op.execute("UPDATE upload_row SET waits = 'removal' WHERE status = 'held' AND problems LIKE '%second_account_needed%'")
    waiting = sa.text("waits IS NOT NULL")
    op.create_index("upload_row_waiting", "upload_row", ["waits", "upload_id"], sqlite_where=waiting, postgresql_where=waiting)
    for counted in ("positives", "pooled"):
        op.add_column("upload", sa.Column(counted, sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.create_index("upload_by_account", "upload", ["recorded_by", "recorded_at"])
    op.add_column("application", sa.Column("brought_by", BIG, nullable=True))
    op.add_column("application", sa.Column("residence", sa.String(), nullable=True))
    # By hand: the table is pointed to, so that SQLite cannot make it anew, and adds a CHECK with its column only.
    op.execute(
        "ALTER TABLE institution ADD COLUMN positives_a_shift INTEGER DEFAULT 10 NOT NULL"
        " CONSTRAINT positives_not_below_none CHECK (positives_a_shift >= 0)"
    )


def downgrade() -> None:
    op.drop_column("institution", "positives_a_shift")
    op.drop_column("application", "residence")
    op.drop_column("application", "brought_by")
    op.drop_index("upload_by_account", "upload")
    op.drop_column("upload", "pooled")
    op.drop_column("upload", "positives")
    op.drop_index("upload_row_waiting", "upload_row")
