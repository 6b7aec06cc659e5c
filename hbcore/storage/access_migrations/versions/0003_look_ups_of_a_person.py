"""The look-ups of one person are found by an index."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_index("look_up_of_subject", "look_up_event", ["subject", "at"])
