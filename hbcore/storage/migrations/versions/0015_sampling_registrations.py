"""Sampling registrations: who was sampled into which tube; uploads of them; they move with people who are joined."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = "results filings applications"
MOVED = "result fact application look_up_number"
STANDS = sa.text("status = 'committed'")


def one_of(column: str, words: str) -> str:
    return " OR ".join(f"{column} = '{word}'" for word in words.split())


def upload() -> sa.Table:
    return sa.Table(
        "upload",
        sa.MetaData(),
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("institution", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("key_version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("report", sa.String(), nullable=False),
        sa.Column("recorded_by", BIG, nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("positives", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("pooled", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.CheckConstraint(one_of("kind", KINDS), name="kind_known"),
        sa.CheckConstraint(one_of("status", "committed recalled"), name="status_known"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("number"),
        sa.Index("upload_by_time", "institution", "recorded_at"),
        sa.Index("upload_by_account", "recorded_by", "recorded_at"),
        sa.Index("upload_once", "kind", "institution", "digest", unique=True, sqlite_where=STANDS, postgresql_where=STANDS),
    )


def person_join_moved() -> sa.Table:
    return sa.Table(
        "person_join_moved",
        sa.MetaData(),
        sa.Column("join_id", BIG, autoincrement=False, nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("row_id", BIG, autoincrement=False, nullable=False),
        sa.CheckConstraint(one_of("what", MOVED), name="what_known"),
        sa.PrimaryKeyConstraint("join_id", "what", "row_id"),
        sqlite_with_rowid=False,
    )


def upgrade() -> None:
    with op.batch_alter_table("upload", copy_from=upload()) as uploads:
        uploads.drop_constraint("kind_known", type_="check")
        uploads.create_check_constraint("kind_known", one_of("kind", f"{KINDS} samples"))
    without_rowid = {"sqlite_with_rowid": False}
    with op.batch_alter_table("person_join_moved", copy_from=person_join_moved(), table_kwargs=without_rowid) as moved:
        moved.drop_constraint("what_known", type_="check")
        moved.create_check_constraint("what_known", one_of("what", f"{MOVED} sampling"))
    op.create_table(
        "sampling",
        sa.Column("person_id", BIG, autoincrement=False, nullable=False),
        sa.Column("sampled_at", sa.BigInteger(), nullable=False),
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("sample_number", sa.String(), nullable=False),
        sa.Column("sampled_day", sa.Integer(), nullable=False),
        sa.Column("pooled", sa.Boolean(), nullable=False),
        sa.Column("sampling_site", sa.String(), nullable=True),
        sa.Column("institution", sa.String(), nullable=False),
        sa.Column("upload_id", BIG, nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_by", BIG, nullable=True),
        sa.PrimaryKeyConstraint("person_id", "sampled_at", "id"),
    )
    op.create_index("sampling_of_tube", "sampling", ["sample_number", "sampled_day"])
    op.create_index("sampling_of_upload", "sampling", ["upload_id"])
