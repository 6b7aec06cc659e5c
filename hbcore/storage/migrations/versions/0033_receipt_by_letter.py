"""Notices tell, too, that an application was received."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = "approved refused asked reminder expired revoked reopened"
STATES = "planned sending sent unsure status_page_only no_address given_up cancelled"
FAULTS = "mail_unreachable mail_not_secure mail_not_let_in mail_address_refused mail_refused mail_broken_off"
NEXT = sa.text("next_at IS NOT NULL")
FAILED = sa.text("state = 'given_up' OR state = 'unsure'")


def one_of(column: str, words: str) -> str:
    return " OR ".join(f"{column} = '{word}'" for word in words.split())


def notice() -> sa.Table:
    return sa.Table(
        "notice",
        sa.MetaData(),
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
        sa.Index("notice_next", "next_at", sqlite_where=NEXT, postgresql_where=NEXT),
        sa.Index("notice_failed", "ended_at", sqlite_where=FAILED, postgresql_where=FAILED),
    )


def upgrade() -> None:
    with op.batch_alter_table("notice", copy_from=notice(), table_kwargs={"sqlite_with_rowid": False}) as notices:
        notices.drop_constraint("kind_known", type_="check")
        notices.create_check_constraint("kind_known", one_of("kind", f"received {KINDS}"))
