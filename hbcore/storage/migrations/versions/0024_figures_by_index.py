"""The figures of applications are read from indexes alone: what was decided in a span, and what was asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"

ASKED, IS_DECIDED = "act = 'ask'", "decided_at IS NOT NULL"
COUNTED = ["decided_at", "state", "unit", "document_kind", "country", "decided_by", "due_at"]


def upgrade() -> None:
    op.create_index(
        "application_step_asked",
        "application_step",
        ["at"],
        unique=False,
        sqlite_where=sa.text(ASKED),
        postgresql_where=sa.text(ASKED),
    )
    op.drop_index("application_decided", table_name="application")
    op.create_index(
        "application_decided",
        "application",
        COUNTED,
        unique=False,
        sqlite_where=sa.text(IS_DECIDED),
        postgresql_where=sa.text(IS_DECIDED),
    )
