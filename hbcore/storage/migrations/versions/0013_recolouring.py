"""Recolouring requests with their steps and evidence, and results from outside Hubei."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STANDING = sa.text("state = 'entered' OR state = 'asked' OR state = 'reviewed'")
GROUNDS = (
    "released",
    "recovered",
    "case_excluded",
    "positive_excluded",
    "negative_test",
    "wrong_details",
    "wrong_result",
)
STATES = ("entered", "asked", "reviewed", "confirmed", "refused", "withdrawn")
ACTS = ("enter", "ask", "answer", "review", "confirm", "send_back", "refuse", "withdraw")


def upgrade() -> None:
    _requests()
    op.create_index("recolouring_request_queue", "recolouring_request", ["state", "unit", "due_at"])
    op.create_index("recolouring_request_by_id", "recolouring_request", ["id"])
    op.create_index(
        "recolouring_request_once",
        "recolouring_request",
        ["person_id", "ground"],
        unique=True,
        sqlite_where=STANDING,
        postgresql_where=STANDING,
    )
    op.create_table(
        "recolouring_step",
        *_key("person_id", "request_id", "id"),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("after", sa.String(), nullable=False),
        sa.Column("reasons", sa.String(), nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        _one_of("act", ACTS),
        sa.PrimaryKeyConstraint("person_id", "request_id", "id"),
    )
    op.create_table(
        "evidence_image",
        *_key("person_id", "about", "id"),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("key_version", sa.Integer(), nullable=False),
        sa.Column("added_by", BIG, nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "about", "id"),
    )
    _outside_results()
    op.create_index("outside_result_by_id", "outside_result", ["id"])


def _key(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, BIG, autoincrement=False, nullable=False) for name in names]


def _one_of(column: str, words: tuple[str, ...]) -> sa.CheckConstraint:
    return sa.CheckConstraint(" OR ".join(f"{column} = '{word}'" for word in words), name=f"{column}_known")


def _requests() -> None:
    op.create_table(
        "recolouring_request",
        *_key("person_id", "id"),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("ground", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("colour", sa.String(), nullable=True),
        sa.Column("row", sa.String(), nullable=True),
        sa.Column("policy", sa.String(), nullable=True),
        sa.Column("dated_at", sa.BigInteger(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("key_version", sa.Integer(), nullable=False),
        sa.Column("entered_by", BIG, nullable=False),
        sa.Column("entered_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("remaining_seconds", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.BigInteger(), nullable=True),
        sa.Column("reasons", sa.String(), nullable=False),
        sa.Column("reviewed_by", BIG, nullable=True),
        sa.Column("reviewed_at", sa.BigInteger(), nullable=True),
        sa.Column("proposal_id", BIG, nullable=True),
        sa.Column("decided_by", BIG, nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("fact_id", BIG, nullable=True),
        _one_of("ground", GROUNDS),
        _one_of("state", STATES),
        _one_of("channel", ("counter", "phone")),
        sa.CheckConstraint("(reviewed_at IS NULL) = (reviewed_by IS NULL)", name="reviewed_by_somebody"),
        sa.CheckConstraint("(decided_at IS NULL) = (decided_by IS NULL)", name="decided_by_somebody"),
        sa.CheckConstraint("reviewed_by IS NULL OR reviewed_by <> entered_by", name="no_self_review"),
        sa.CheckConstraint("decided_by IS NULL OR decided_by <> entered_by", name="no_self_approval"),
        sa.CheckConstraint("decided_by IS NULL OR reviewed_by IS NULL OR decided_by <> reviewed_by", name="two_people"),
        sa.CheckConstraint(
            "state <> 'confirmed' OR (reviewed_by IS NOT NULL AND decided_by IS NOT NULL)", name="confirmed_by_both"
        ),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"]),
        sa.PrimaryKeyConstraint("person_id", "id"),
    )


def _outside_results() -> None:
    op.create_table(
        "outside_result",
        *_key("person_id", "id"),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("assay", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("sampled_at", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("key_version", sa.Integer(), nullable=False),
        sa.Column("proposed_by", BIG, nullable=False),
        sa.Column("proposed_at", sa.BigInteger(), nullable=False),
        sa.Column("proposal_id", BIG, nullable=True),
        sa.Column("confirmed_by", BIG, nullable=True),
        sa.Column("confirmed_at", sa.BigInteger(), nullable=True),
        sa.Column("result_id", BIG, nullable=True),
        sa.CheckConstraint(
            "assay = 'naat' AND outcome = 'negative' OR assay = 'igg' AND outcome = 'positive'", name="counts_only"
        ),
        sa.CheckConstraint("(confirmed_at IS NULL) = (confirmed_by IS NULL)", name="confirmed_by_somebody"),
        sa.CheckConstraint("(confirmed_at IS NULL) = (result_id IS NULL)", name="counts_once_confirmed"),
        sa.CheckConstraint("confirmed_by IS NULL OR confirmed_by <> proposed_by", name="two_people"),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"]),
        sa.PrimaryKeyConstraint("person_id", "id"),
    )
