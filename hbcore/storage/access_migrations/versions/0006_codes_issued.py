"""The register of the codes that were signed stands beside the look-ups that showed them."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "issued_code",
        sa.Column("cti", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("colour", sa.String(), nullable=True),
        sa.Column("policy", sa.String(), nullable=True),
        sa.Column("row", sa.String(), nullable=True),
        sa.Column("result_id", BIG, nullable=True),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("key_id", sa.LargeBinary(), nullable=False),
        sa.Column("issued_by", BIG, nullable=True),
        sa.Column("look_up", BIG, nullable=False),
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("kind = 'status' OR kind = 'certificate'", name="kind_known"),
        sa.CheckConstraint("expires_at > issued_at", name="lives"),
        sa.CheckConstraint("(kind = 'status') = (colour IS NOT NULL)", name="status_has_colour"),
        sa.CheckConstraint("(kind = 'status') = (policy IS NOT NULL)", name="status_has_policy"),
        sa.CheckConstraint("(kind = 'certificate') = (result_id IS NOT NULL)", name="certificate_has_result"),
        sa.PrimaryKeyConstraint("cti"),
        sqlite_with_rowid=False,
    )
    op.create_index("issued_code_of_person", "issued_code", ["person_id", "expires_at"])
