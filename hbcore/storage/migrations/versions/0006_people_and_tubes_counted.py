"""Counters of people and tubes beside those of results; daily reports."""

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    pass
