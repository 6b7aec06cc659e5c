"""One-time passwords, second factor, the account's own settings."""

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    pass
