"""Codes that expired long ago are found by an index, to be deleted."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_index("issued_code_by_age", "issued_code", ["expires_at"])
