"""Drafts that outlive a reload and a sign-out."""

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    pass
