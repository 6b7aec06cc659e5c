"""Photos wait with a form that came back for its faults."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0030"


def upgrade() -> None:
    op.create_table(
        "form_photo",
        sa.Column("form_key", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("key_version", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind = 'document' OR kind = 'entry'", name="kind_known"),
        sa.PrimaryKeyConstraint("form_key", "kind"),
    )
    op.create_index("form_photo_by_age", "form_photo", ["added_at"])
