"""What somebody looked up is found by an index."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_index("look_up_by_staff", "look_up_event", ["by_id", "seq"])
