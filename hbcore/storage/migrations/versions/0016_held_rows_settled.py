"""Held rows are found by what holds them, and what was done about each is kept: asked, answered, kept, taken in, reopened."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
HOLDS = ("name_differs", "contradicts", "withdraws_unknown", "ambiguous_document", "second_account_needed")
HELD = "held_for IS NOT NULL"


def upgrade() -> None:
    listed = " OR ".join(f"held_for = '{word}'" for word in HOLDS)
    op.add_column("upload_row", sa.Column("held_for", sa.String(), nullable=True))
    row = sa.table("upload_row", sa.column("status"), sa.column("problems"), sa.column("held_for"))
    for word in HOLDS:
        named = sa.and_(row.c.status == "held", row.c.problems.like(f'%"{word}"%'))
        op.execute(sa.update(row).where(named).values(held_for=word))
    op.create_index(
        "upload_row_held",
        "upload_row",
        ["held_for", "upload_id"],
        sqlite_where=sa.text(HELD),
        postgresql_where=sa.text(HELD),
    )
    op.create_table(
        "held_step",
        sa.Column("upload_id", BIG, nullable=False, autoincrement=False),
        sa.Column("row_number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("id", BIG, nullable=False, autoincrement=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("held_for", sa.String(), nullable=False),
        sa.Column("said", sa.String(), nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("key_version", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "step = 'asked' OR step = 'answered' OR step = 'kept' OR step = 'taken' OR step = 'reopened'", name="step_known"
        ),
        sa.CheckConstraint(listed, name="held_for_known"),
        sa.PrimaryKeyConstraint("upload_id", "row_number", "id"),
    )


def downgrade() -> None:
    op.drop_table("held_step")
    op.drop_index("upload_row_held", "upload_row")
    op.drop_column("upload_row", "held_for")
