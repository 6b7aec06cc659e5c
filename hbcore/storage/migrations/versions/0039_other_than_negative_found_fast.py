"""Results other than negative are found by an index: a policy's whole table looks for nothing else among those of all time."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"

NOT_NEGATIVE = sa.text("outcome <> 'negative' AND ended_at IS NULL")


def upgrade() -> None:
    op.create_index("result_not_negative", "result", ["person_id"], sqlite_where=NOT_NEGATIVE, postgresql_where=NOT_NEGATIVE)
