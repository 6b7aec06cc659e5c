"""Temperatures taken at gates, entries on the national code, and their counters; a notice beyond its time is an alarm."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0028"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = (
    "to_verify unclassified not_retested mismatch overdue_burst chain_broken"
    " burst_of_facts recolouring_overdue positives_waiting burst_of_pooled"
    " positivity turnaround out_of_order file_size file_missing tube_too_full notices_failed taken_over"
)
MORE_KINDS = f"{KINDS} temperature_overdue"
STATES = "normal second_due open closed proposed undone"
CLOSED = "normal_since excluded cared_for not_reached passed_on mistake"
FIGURES = "readings abnormal national_code"
UNSETTLED = "state = 'open' OR state = 'proposed'"
NOTICE = "notice_at IS NOT NULL"
SETTLED = "settled_at IS NOT NULL"
LISTED = "list_id IS NOT NULL"
PLAUSIBLE = "first >= 300 AND first <= 450 AND (second IS NULL OR second >= 300 AND second <= 450)"
TWICE = (
    "state = 'undone' OR state = 'normal' AND (first < 373 AND second IS NULL OR second IS NOT NULL AND second < 373)"
    " OR state = 'second_due' AND first >= 373 AND second IS NULL"
    f" OR ({UNSETTLED} OR state = 'closed') AND first >= 373 AND second IS NOT NULL AND second >= 373 AND {NOTICE}"
)
BY_SOMEBODY = "(settled_at IS NULL) = (settled_by IS NULL) AND (settled_by IS NULL OR settled_by <> recorded_by)"
ENDS = (
    f"(state = 'closed' OR state = 'proposed') = ({SETTLED}) AND (state = 'closed') = (closed_for IS NOT NULL)"
    f" AND (state <> 'proposed' OR {LISTED} AND proposal_id IS NOT NULL) AND (state = 'undone') = (undone_at IS NOT NULL)"
)


def one_of(column: str, words: str) -> str:
    return " OR ".join(f"{column} = '{word}'" for word in words.split())


def upgrade() -> None:
    _temperatures()
    _national_entries()
    op.create_table(
        "gate_count",
        sa.Column("unit", sa.String(), sa.ForeignKey("unit.code"), nullable=False),
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("figure", sa.String(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.CheckConstraint(one_of("figure", FIGURES), name="figure_known"),
        sa.PrimaryKeyConstraint("unit", "day", "figure"),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("alarm_seen", copy_from=_alarm_seen()) as alarms:
        alarms.drop_constraint("kind_known", type_="check")
        alarms.create_check_constraint("kind_known", one_of("kind", MORE_KINDS))


def _temperatures() -> None:
    op.create_table(
        "temperature",
        *(sa.Column(name, BIG, autoincrement=False, nullable=False) for name in ("person_id", "id")),
        sa.Column("unit", sa.String(), sa.ForeignKey("unit.code"), nullable=False),
        sa.Column("place_unit", sa.String(), sa.ForeignKey("unit.code"), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("second", sa.Integer(), nullable=True),
        sa.Column("done", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("key_version", sa.Integer(), nullable=False),
        sa.Column("recorded_by", BIG, nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("second_at", sa.BigInteger(), nullable=True),
        sa.Column("notice_at", sa.BigInteger(), nullable=True),
        sa.Column("settled_by", BIG, nullable=True),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_for", sa.String(), nullable=True),
        sa.Column("list_id", BIG, nullable=True),
        sa.Column("proposal_id", BIG, nullable=True),
        sa.Column("undone_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(one_of("state", STATES), name="state_known"),
        sa.CheckConstraint(PLAUSIBLE, name="plausible"),
        sa.CheckConstraint(TWICE, name="twice_abnormal"),
        sa.CheckConstraint("(second IS NULL) = (second_at IS NULL)", name="second_at_some_time"),
        sa.CheckConstraint(BY_SOMEBODY, name="settled_by_another"),
        sa.CheckConstraint(ENDS, name="ends_somehow"),
        sa.CheckConstraint(one_of("closed_for", CLOSED), name="closed_for_known"),
        sa.PrimaryKeyConstraint("person_id", "id"),
    )
    op.create_index("temperature_by_id", "temperature", ["id"])
    op.create_index("temperature_by_place", "temperature", ["place_unit", "recorded_at"])
    op.create_index("temperature_by_staff", "temperature", ["recorded_by", "recorded_at"])
    _index_where("temperature_unsettled", ["unit", "notice_at"], UNSETTLED)
    _index_where("temperature_noticed", ["notice_at", "unit"], NOTICE)
    _index_where("temperature_settled", ["settled_at", "unit"], SETTLED)
    _index_where("temperature_listed", ["list_id"], LISTED)


def _index_where(name: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, "temperature", columns, sqlite_where=where, postgresql_where=where)


def _national_entries() -> None:
    op.create_table(
        "national_entry",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("unit", sa.String(), sa.ForeignKey("unit.code"), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("key_version", sa.Integer(), nullable=False),
        sa.Column("recorded_by", BIG, nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("undone_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("national_entry_by_unit", "national_entry", ["unit", "recorded_at"])
    op.create_index("national_entry_by_staff", "national_entry", ["recorded_by", "recorded_at"])


def _alarm_seen() -> sa.Table:
    return sa.Table(
        "alarm_seen",
        sa.MetaData(),
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("seen_by", BIG, nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("key_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(one_of("kind", KINDS), name="kind_known"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("kind", "subject", name="seen_by_one"),
    )
