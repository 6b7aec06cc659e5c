"""A policy is published for all people it applies to, in steps that can be gone on with."""

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
