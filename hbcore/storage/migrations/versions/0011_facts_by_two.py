"""Facts by two hands: lists that wait for a second person, what a fact came from and how it ended, no fact by one alone."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = (
    "confirmed suspected asymptomatic close_contact contact_of_contact central_quarantine home_observation arrival "
    "high_risk_area medium_risk_area fever self_declared recovered released case_excluded positive_excluded test_exempt"
)
DECLARED = "'declared on the application'"
SOURCES = f"source = {DECLARED} OR source = 'desk' OR source = 'case_list' OR source = 'recolouring'"
TWO_PEOPLE = (
    f"(source = {DECLARED} AND kind = 'self_declared' AND proposed_by IS NULL AND confirmed_by IS NULL) OR "
    "(proposed_by IS NOT NULL AND confirmed_by IS NOT NULL AND proposed_by <> confirmed_by)"
)
ENDED_BY_TWO = (
    f"ended_at IS NULL OR (source = {DECLARED} AND end_proposed_by IS NULL AND end_confirmed_by IS NULL) OR "
    "(end_proposed_by IS NOT NULL AND end_confirmed_by IS NOT NULL AND end_proposed_by <> end_confirmed_by)"
)
KEPT = "person_id, id, kind, from_at, until_at, source, evidence, proposed_by, confirmed_by, recorded_at, ended_at"  # as 0001 has them


def one_of(column: str, words: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(" OR ".join(f"{column} = '{word}'" for word in words.split()), name=f"{column}_known")


def upgrade() -> None:
    # Anew rather than altered: SQLite cannot change a CHECK, and both databases end up with the same table.
    op.rename_table("fact", "fact_before")
    if op.get_context().dialect.name == "postgresql":
        op.execute("ALTER INDEX fact_pkey RENAME TO fact_before_pkey")
    _facts()
    op.execute("INSERT INTO fact (" + KEPT + ") SELECT " + KEPT + " FROM fact_before")  # noqa: S608 - our own words
    op.drop_table("fact_before")
    standing = sa.text("ended_at IS NULL")
    op.create_index("fact_standing", "fact", ["until_at"], sqlite_where=standing, postgresql_where=standing)
    op.create_index("fact_by_id", "fact", ["id"])
    _lists()


def _facts() -> None:
    op.create_table(
        "fact",
        sa.Column("person_id", BIG, autoincrement=False, nullable=False),
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("from_at", sa.BigInteger(), nullable=False),
        sa.Column("until_at", sa.BigInteger(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("proposed_by", BIG, nullable=True),
        sa.Column("confirmed_by", BIG, nullable=True),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("list_id", BIG, nullable=True),
        sa.Column("case_number", sa.String(), nullable=True),
        sa.Column("follows", BIG, nullable=True),
        sa.Column("end_evidence", sa.String(), nullable=True),
        sa.Column("end_proposed_by", BIG, nullable=True),
        sa.Column("end_confirmed_by", BIG, nullable=True),
        one_of("kind", KINDS),
        sa.CheckConstraint(SOURCES, name="source_known"),
        sa.CheckConstraint(TWO_PEOPLE, name="two_people"),
        sa.CheckConstraint(ENDED_BY_TWO, name="ended_by_two"),
        sa.PrimaryKeyConstraint("person_id", "id"),
    )


def _lists() -> None:
    op.create_table(
        "fact_list",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("case_number", sa.String(), nullable=True),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("kinds", sa.String(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("against", sa.Integer(), nullable=False),
        sa.Column("burst", sa.Boolean(), nullable=False),
        sa.Column("digest", sa.String(), nullable=True),
        sa.Column("proposal_id", BIG, nullable=False),
        sa.Column("proposed_by", BIG, nullable=False),
        sa.Column("proposed_at", sa.BigInteger(), nullable=False),
        sa.Column("confirmed_by", BIG, nullable=True),
        sa.Column("confirmed_at", sa.BigInteger(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("key_version", sa.Integer(), nullable=False),
        one_of("what", "facts end_fact extend_fact"),
        sa.CheckConstraint("source = 'desk' OR source = 'case_list'", name="source_known"),
        sa.CheckConstraint("people >= 1 AND people <= 200", name="not_too_many"),
        sa.CheckConstraint("people = 1 OR case_number IS NOT NULL", name="many_need_a_case"),
        sa.CheckConstraint("(confirmed_at IS NULL) = (confirmed_by IS NULL)", name="confirmed_by_somebody"),
        sa.CheckConstraint("confirmed_by IS NULL OR confirmed_by <> proposed_by", name="two_people"),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("fact_list_by_time", "fact_list", ["proposed_at"])
    op.create_index("fact_list_of_file", "fact_list", ["digest"])
    op.create_table(
        "fact_list_line",
        sa.Column("person_id", BIG, autoincrement=False, nullable=False),
        sa.Column("list_id", BIG, autoincrement=False, nullable=False),
        sa.Column("id", BIG, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("from_at", sa.BigInteger(), nullable=False),
        sa.Column("until_at", sa.BigInteger(), nullable=True),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("about", BIG, nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("key_version", sa.Integer(), nullable=False),
        one_of("kind", KINDS),
        sa.PrimaryKeyConstraint("person_id", "list_id"),
    )
    op.create_index("line_of_fact_list", "fact_list_line", ["list_id"])
