"""A policy can be withdrawn before it begins, by two people; whoever was decided by it is decided without it, in steps."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WITHDRAWN_BY_TWO = (
    "withdrawn_at IS NULL AND withdrawn_from IS NULL AND withdrawn_for IS NULL AND withdrawn_by IS NULL AND "
    "withdrawal_by IS NULL OR "
    "withdrawn_at IS NOT NULL AND valid_from IS NULL AND withdrawn_from > withdrawn_at AND withdrawn_for IS NOT NULL AND "
    "withdrawn_by IS NOT NULL AND withdrawal_by IS NOT NULL AND withdrawn_by <> withdrawal_by"
)


def policy() -> sa.Table:
    return sa.Table(
        "policy",
        sa.MetaData(),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("valid_from", sa.BigInteger(), nullable=True),
        sa.Column("published_at", sa.BigInteger(), nullable=True),
        sa.Column("proposed_by", BIG, nullable=True),
        sa.Column("published_by", BIG, nullable=True),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False, server_default=sa.text("''")),
        sa.CheckConstraint("(valid_from IS NULL) = (published_at IS NULL)", name="published_from"),
        sa.CheckConstraint("proposed_by IS NULL OR published_by IS NULL OR proposed_by <> published_by", name="two_people"),
        sa.ForeignKeyConstraint(["scope"], ["unit.code"]),
        sa.PrimaryKeyConstraint("id"),
        sa.Index("policy_of_instant", "scope", "valid_from", unique=True),
    )


def publication() -> sa.Table:
    return sa.Table(
        "publication",
        sa.MetaData(),
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("policy", sa.String(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("done_to", BIG, nullable=False),
        sa.Column("changes", sa.String(), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["policy"], ["policy.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("policy", name="publication_policy_key"),
    )


def upgrade() -> None:
    with op.batch_alter_table("policy", copy_from=policy()) as policies:
        for name in ("withdrawn_at", "withdrawn_from"):
            policies.add_column(sa.Column(name, sa.BigInteger(), nullable=True))
        policies.add_column(sa.Column("withdrawn_for", sa.String(), nullable=True))
        for name in ("withdrawal_by", "withdrawn_by"):
            policies.add_column(sa.Column(name, BIG, nullable=True))
        policies.drop_constraint("published_from", type_="check")
        policies.create_check_constraint(
            "published_from", "(valid_from IS NULL AND withdrawn_at IS NULL) = (published_at IS NULL)"
        )
        policies.create_check_constraint("withdrawn_by_two", WITHDRAWN_BY_TWO)
    with op.batch_alter_table("publication", copy_from=publication()) as publications:
        publications.add_column(sa.Column("withdrawal", sa.Boolean(), nullable=False, server_default=sa.false()))
        publications.drop_constraint("publication_policy_key", type_="unique")
        publications.create_unique_constraint("publication_policy_withdrawal_key", ["policy", "withdrawal"])
