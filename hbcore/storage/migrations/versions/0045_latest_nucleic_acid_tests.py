"""Each person's row says when their latest nucleic-acid test was sampled, and the desk when the newest of all was."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"


def upgrade() -> None:
    op.add_column("person", sa.Column("naat_at", sa.BigInteger(), nullable=True))
    newest = op.create_table(
        "newest_sampling",
        sa.Column("assay", sa.String(), nullable=False),
        sa.Column("sampled_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("assay"),
    )
    person = sa.table("person", sa.column("id"), sa.column("naat_at"))
    result = sa.table("result", *map(sa.column, ("person_id", "assay", "sampled_at", "ended_at"))).c
    tests = (result.assay == "naat", result.ended_at.is_(None))
    latest = sa.select(sa.func.max(result.sampled_at)).where(*tests, result.person_id == person.c.id)
    tested = person.c.id.in_(sa.select(result.person_id).where(*tests))
    op.execute(sa.update(person).where(tested).values(naat_at=latest.scalar_subquery()))
    seen = sa.select(sa.literal("naat"), sa.func.coalesce(sa.func.max(person.c.naat_at), 0))
    op.execute(sa.insert(newest).from_select(["assay", "sampled_at"], seen))
