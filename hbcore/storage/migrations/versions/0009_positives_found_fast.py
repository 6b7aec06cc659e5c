"""What alarms look for, found without a scan."""

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    pass
