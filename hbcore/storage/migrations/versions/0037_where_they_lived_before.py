"""An application says where its person lived before its approval, which may be taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"


def upgrade() -> None:
    op.add_column("application", sa.Column("unit_before", sa.String()))
    op.add_column("application", sa.Column("unit_source_before", sa.String()))
