"""Large uploads are accepted whole and recorded slice by slice; nobody's row is found by a person it never was joined to."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JOINED = sa.text("joined_to IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "applying",
        sa.Column("upload_id", BIG, autoincrement=False, nullable=False),
        sa.Column("institution", sa.String(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("room", sa.Integer(), nullable=False),
        sa.Column("own_tubes", sa.Boolean(), nullable=False),
        sa.Column("figures", sa.String(), nullable=False),
        sa.CheckConstraint("done <= lines", name="done_no_more_than_there_are"),
        sa.PrimaryKeyConstraint("upload_id"),
    )
    op.create_index("ix_applying_institution", "applying", ["institution"])
    op.create_table(
        "staged_part",
        sa.Column("upload_id", BIG, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("part", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("key_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind = 'lines' OR kind = 'cells'", name="kind_known"),
        sa.PrimaryKeyConstraint("upload_id", "kind", "part"),
    )
    op.drop_index("ix_person_joined_to", "person")
    op.create_index("ix_person_joined_to", "person", ["joined_to"], sqlite_where=JOINED, postgresql_where=JOINED)


def downgrade() -> None:
    op.drop_index("ix_person_joined_to", "person")
    op.create_index("ix_person_joined_to", "person", ["joined_to"])
    op.drop_table("staged_part")
    op.drop_table("applying")
