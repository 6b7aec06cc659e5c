"""A policy is published for all people it applies to, in steps that can be gone on with; it is known by its digest."""

from hashlib import sha256

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("policy", sa.Column("digest", sa.String(), nullable=False, server_default=sa.text("''")))
    connection = op.get_bind()
    for id_, content in connection.execute(sa.text("SELECT id, content FROM policy")).all():
        digest = sha256(content.encode()).hexdigest()
        connection.execute(sa.text("UPDATE policy SET digest = :digest WHERE id = :id"), {"digest": digest, "id": id_})
    op.create_index("policy_of_instant", "policy", ["scope", "valid_from"], unique=True)
    op.create_table(
        "publication",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("policy", sa.String(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("done_to", BIG, nullable=False),
        sa.Column("changes", sa.String(), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["policy"], ["policy.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("policy"),
    )


def downgrade() -> None:
    op.drop_table("publication")
    op.drop_index("policy_of_instant", "policy")
    op.drop_column("policy", "digest")
