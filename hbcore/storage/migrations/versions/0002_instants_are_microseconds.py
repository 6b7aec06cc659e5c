"""Instants are whole microseconds on both databases: on PostgreSQL the columns that were `timestamptz` are turned over."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

TABLES = (
    "code_bucket",
    "code_history",
    "code_segment",
    "document",
    "event",
    "fact",
    "filing",
    "look_up_number",
    "person",
    "result",
    "sample",
    "setup_code",
    "sign_in_attempt",
    "test_count",
    "unit",
    "upload",
    "upload_row",
    "application",
    "institution",
    "policy",
    "staff",
    "sign_in_ticket",
    "staff_institution",
    "staff_session",
)


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    op.drop_constraint("not_empty", "code_segment", type_="check")  # it compares two instants, which are turned one by one
    seen = sa.inspect(connection)
    for table in TABLES:
        for column in seen.get_columns(table):
            if isinstance(column["type"], sa.DateTime):
                using = f'(extract(epoch from "{column["name"]}") * 1000000)::bigint'
                op.alter_column(table, column["name"], type_=sa.BigInteger(), postgresql_using=using)
    op.create_check_constraint("not_empty", "code_segment", "until_at IS NULL OR until_at > from_at")
