"""Normal temperatures of days gone by are found by an index, to be deleted."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"

PASSING = "first < 373"


def upgrade() -> None:
    where = sa.text(PASSING)
    op.create_index("temperature_passing", "temperature", ["recorded_at"], sqlite_where=where, postgresql_where=where)
