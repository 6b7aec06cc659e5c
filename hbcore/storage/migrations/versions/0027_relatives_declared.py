"""Who is related to an applicant, and said so, is kept with the application: they do not decide on it."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    op.add_column("application", sa.Column("relatives", sa.String(), nullable=True))
