"""Whoever checks codes says once a shift where they stand."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "gate_shift",
        sa.Column("staff_id", BIG, autoincrement=False, nullable=False),
        sa.Column("began_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("look_ups_before", BIG, nullable=False),
        sa.CheckConstraint("length(place) BETWEEN 1 AND 60", name="place_fits"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"]),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"]),
        sa.PrimaryKeyConstraint("staff_id", "began_at"),
    )
    op.create_index("gate_shift_by_unit", "gate_shift", ["unit", "place", "began_at"], unique=False)
