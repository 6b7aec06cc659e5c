"""Applications come from people themselves, with pictures."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN_ONLINE = "channel = 'online' AND (state = 'waiting' OR state = 'asked' OR state = 'second_review')"


def upgrade() -> None:
    op.add_column("application", sa.Column("language", sa.String(), nullable=True))
    op.add_column("application", sa.Column("declared_at", sa.BigInteger(), nullable=True))
    op.create_index(
        "application_open_online",
        "application",
        ["id"],
        sqlite_where=sa.text(OPEN_ONLINE),
        postgresql_where=sa.text(OPEN_ONLINE),
    )
    op.create_table(
        "application_photo",
        sa.Column("application_id", BIG, autoincrement=False, nullable=False),
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("key_version", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind = 'document' OR kind = 'entry'", name="kind_known"),
        sa.PrimaryKeyConstraint("application_id", "id"),
        sa.UniqueConstraint("application_id", "kind", name="photo_of_kind"),
    )
