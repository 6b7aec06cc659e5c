"""Instants are whole microseconds on both databases."""

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    pass
