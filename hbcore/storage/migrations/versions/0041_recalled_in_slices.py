"""Large uploads are recalled and put back person by person; what a recall remembers of samples is found by whose they are."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PERSON = {"sqlite": "json_extract(content, '$[0][4]')", "postgresql": "CAST(CAST(content AS json) #>> '{0,4}' AS bigint)"}


def sample() -> list[sa.Column[object]]:
    return [
        sa.Column("recall_id", BIG, autoincrement=False, nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.String(), nullable=False),
    ]


def upgrade() -> None:
    op.create_table(
        "recalling",
        sa.Column("upload_id", BIG, autoincrement=False, nullable=False),
        sa.Column("institution", sa.String(), nullable=False),
        sa.Column("recall_id", BIG, nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("last_person", BIG, server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint("done <= people", name="done_no_more_than_there_are"),
        sa.PrimaryKeyConstraint("upload_id"),
    )
    op.create_index("ix_recalling_institution", "recalling", ["institution"])
    _find_samples_by_person(op.get_bind().dialect.name)


def _find_samples_by_person(dialect: str) -> None:
    before, kept = (sa.table(name, *map(sa.column, ("recall_id", "n", "content"))) for name in ("recall_sample", "recall_kept"))
    op.create_table("recall_kept", *sample())
    op.execute(kept.insert().from_select(["recall_id", "n", "content"], sa.select(before)))
    op.drop_table("recall_sample")
    op.create_table(
        "recall_sample",
        sa.Column("person_id", BIG, autoincrement=False, nullable=False),
        *sample(),
        sa.PrimaryKeyConstraint("person_id", "recall_id", "n"),
    )
    after = sa.table("recall_sample", *map(sa.column, ("person_id", "recall_id", "n", "content")))
    of_person = sa.select(sa.literal_column(PERSON[dialect]), kept)
    op.execute(after.insert().from_select(["person_id", "recall_id", "n", "content"], of_person))
    op.drop_table("recall_kept")
    op.create_index("recall_sample_of_recall", "recall_sample", ["recall_id", "person_id"])
