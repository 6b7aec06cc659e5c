"""A result keeps the unit it is counted under; counters of people and tubes, the way from a figure to its rows; daily reports."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DAY_OF = "day_of = 'recorded' OR day_of = 'sampled' OR day_of = 'reported'"
ASSAY = "assay = 'naat' OR assay = 'antigen' OR assay = 'igg' OR assay = 'igm'"
OUTCOME = "outcome = 'negative' OR outcome = 'positive' OR outcome = 'pooled_positive' OR outcome = 'inconclusive' OR outcome = 'invalid'"

# Days are Shanghai's: UTC+8 all year. The whole of a unit is itself and all below; nobody's unit lies in the province alone.
DAYS = """
WITH RECURSIVE reach (inner_unit, unit) AS (
    SELECT code, code FROM unit
    UNION ALL SELECT reach.inner_unit, unit.parent FROM reach JOIN unit ON unit.code = reach.unit WHERE unit.parent IS NOT NULL
), counted AS (
    SELECT 'recorded' AS day_of, (recorded_at + 28800000000) / 86400000000 AS day, result.* FROM result
    UNION ALL SELECT 'sampled', (sampled_at + 28800000000) / 86400000000, result.* FROM result
    UNION ALL SELECT 'reported', (reported_at + 28800000000) / 86400000000, result.* FROM result WHERE reported_at IS NOT NULL
)
"""
RESULTS = """
INSERT INTO test_count (day_of, day, unit, institution, assay, outcome, n, corrected, withdrawn)
SELECT day_of, day, unit, institution, assay, outcome, sum(CASE WHEN ended_at IS NULL THEN 1 ELSE 0 END),
    sum(CASE WHEN ended_how = 'corrected' THEN 1 ELSE 0 END), sum(CASE WHEN ended_how = 'withdrawn' THEN 1 ELSE 0 END)
FROM counted GROUP BY day_of, day, unit, institution, assay, outcome
"""
UPLOADS = """
INSERT INTO upload_count (day_of, day, unit, assay, outcome, upload_id, n)
SELECT day_of, day, unit, assay, outcome, upload_id, count(*) FROM counted
GROUP BY day_of, day, unit, assay, outcome, upload_id
"""
TESTED = """
INSERT INTO tested_count (day_of, day, unit, whole, institution, assay, people, tubes)
SELECT day_of, day, scope.unit, scope.whole, tester.code, counted.assay, count(DISTINCT person_id),
    count(DISTINCT counted.institution || ' ' || sample_number || ' ' || ((sampled_at + 28800000000) / 86400000000))
FROM counted
JOIN (
    SELECT inner_unit, unit, true AS whole FROM reach
    UNION ALL SELECT '', '420000', true
    UNION ALL SELECT code, code, false FROM unit
    UNION ALL SELECT '', '', false
) AS scope ON scope.inner_unit = counted.unit
JOIN (SELECT DISTINCT institution AS code FROM result UNION SELECT '') AS tester
    ON tester.code = '' OR tester.code = counted.institution
WHERE ended_at IS NULL GROUP BY day_of, day, scope.unit, scope.whole, tester.code, counted.assay
"""


def upgrade() -> None:
    op.add_column("result", sa.Column("unit", sa.String(), nullable=False, server_default=sa.text("''")))
    op.execute("UPDATE result SET unit = coalesce((SELECT person.unit FROM person WHERE person.id = result.person_id), '')")
    op.create_index("result_of_upload", "result", ["upload_id", "id"])
    op.create_index(
        "segment_not_green",
        "code_segment",
        ["unit", "colour"],
        sqlite_where=sa.text("colour <> 'green'"),
        postgresql_where=sa.text("colour <> 'green'"),
    )
    _tables()
    # Anew from the rows: what was counted under another unit than the row now says goes with it.
    op.execute("DELETE FROM test_count")
    for counters in (RESULTS, UPLOADS, TESTED):
        op.execute(DAYS + counters)


def _tables() -> None:
    op.create_table(
        "tested_count",
        sa.Column("day_of", sa.String(), nullable=False),
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("institution", sa.String(), nullable=False),
        sa.Column("assay", sa.String(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("tubes", sa.Integer(), nullable=False),
        sa.CheckConstraint(DAY_OF, name="day_of_known"),
        sa.CheckConstraint(ASSAY, name="assay_known"),
        sa.PrimaryKeyConstraint("day_of", "day", "unit", "whole", "institution", "assay"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "upload_count",
        sa.Column("day_of", sa.String(), nullable=False),
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("assay", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("upload_id", BIG, autoincrement=False, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.CheckConstraint(DAY_OF, name="day_of_known"),
        sa.CheckConstraint(ASSAY, name="assay_known"),
        sa.CheckConstraint(OUTCOME, name="outcome_known"),
        sa.PrimaryKeyConstraint("day_of", "day", "unit", "assay", "outcome", "upload_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "daily_report",
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("confirmed_by", BIG, nullable=False),
        sa.Column("confirmed_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("version >= 1", name="version_counts"),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"]),
        sa.PrimaryKeyConstraint("unit", "day", "version"),
        sqlite_with_rowid=False,
    )
