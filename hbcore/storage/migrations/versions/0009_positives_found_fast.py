"""What alarms look for, found without a scan; who looks after one."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = "to_verify unclassified not_retested mismatch overdue_burst chain_broken"
POSITIVE = "ended_at IS NULL AND assay = 'naat' AND (outcome = 'positive' OR outcome = 'pooled_positive')"


def upgrade() -> None:
    op.create_table(
        "alarm_seen",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("seen_by", BIG, nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("key_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(" OR ".join(f"kind = '{kind}'" for kind in KINDS.split()), name="kind_known"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("kind", "subject", name="seen_by_one"),
    )
    op.create_index(
        "result_positive",
        "result",
        ["outcome", "recorded_at"],
        unique=False,
        sqlite_where=sa.text(POSITIVE),
        postgresql_where=sa.text(POSITIVE),
    )
    op.create_index("event_by_unit", "event", ["unit", "seq"])


def downgrade() -> None:
    op.drop_index("event_by_unit", "event")
    op.drop_index("result_positive", "result")
    op.drop_table("alarm_seen")
