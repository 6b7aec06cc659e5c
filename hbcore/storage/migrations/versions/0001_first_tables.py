"""The first tables of the desk."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def instant() -> sa.types.TypeEngine:
    """UTC microseconds on SQLite, `timestamptz` on PostgreSQL."""
    return sa.BigInteger().with_variant(sa.DateTime(timezone=True), "postgresql")


def one_of(column: str, words: str) -> sa.CheckConstraint:
    """A CHECK that `column` holds one of `words`, with OR: SQLite builds a table for every IN it checks."""
    return sa.CheckConstraint(" OR ".join(f"{column} = '{word}'" for word in words.split()), name=f"{column}_known")


def upgrade() -> None:
    op.create_table(
        "code_bucket",
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("colour", sa.String(), nullable=False),
        sa.Column("minute", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        one_of("colour", "green yellow red grey"),
        sa.PrimaryKeyConstraint("unit", "colour", "minute"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "code_history",
        sa.Column("person_id", BIG, autoincrement=False, nullable=False),
        sa.Column("from_at", instant(), nullable=False),
        sa.Column("until_at", instant(), nullable=False),
        sa.Column("colour", sa.String(), nullable=False),
        sa.Column("row", sa.String(), nullable=False),
        sa.Column("policy", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("cause", BIG, nullable=False),
        sa.Column("replaced_by", BIG, nullable=False),
        one_of("colour", "green yellow red grey"),
        sa.PrimaryKeyConstraint("person_id", "from_at", "until_at"),
    )
    op.create_table(
        "code_segment",
        sa.Column("person_id", BIG, autoincrement=False, nullable=False),
        sa.Column("from_at", instant(), nullable=False),
        sa.Column("until_at", instant(), nullable=True),
        sa.Column("colour", sa.String(), nullable=False),
        sa.Column("row", sa.String(), nullable=False),
        sa.Column("policy", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("cause", BIG, nullable=False),
        one_of("colour", "green yellow red grey"),
        sa.CheckConstraint("until_at IS NULL OR until_at > from_at", name="not_empty"),
        sa.PrimaryKeyConstraint("person_id", "from_at"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "document",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        one_of(
            "kind", "resident_id hk_macau_permit taiwan_permit taiwan_single_permit passport foreign_pr_card hmt_residence_permit"
        ),
        sa.PrimaryKeyConstraint("key", "country"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "event",
        sa.Column("seq", BIG, autoincrement=False, nullable=False),
        sa.Column("at", instant(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("by_id", BIG, nullable=True),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("via", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("figures", sa.String(), nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_table(
        "fact",
        sa.Column("person_id", BIG, autoincrement=False, nullable=False),
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("from_at", instant(), nullable=False),
        sa.Column("until_at", instant(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("proposed_by", BIG, nullable=True),
        sa.Column("confirmed_by", BIG, nullable=True),
        sa.Column("recorded_at", instant(), nullable=False),
        sa.Column("ended_at", instant(), nullable=True),
        one_of(
            "kind",
            "confirmed suspected asymptomatic close_contact contact_of_contact central_quarantine home_observation arrival high_risk_area medium_risk_area fever self_declared recovered released case_excluded positive_excluded test_exempt",
        ),
        sa.CheckConstraint("proposed_by IS NULL OR confirmed_by IS NULL OR proposed_by <> confirmed_by", name="two_people"),
        sa.PrimaryKeyConstraint("person_id", "id"),
    )
    op.create_table(
        "filing",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("document_key", sa.LargeBinary(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("key_version", sa.Integer(), nullable=False),
        sa.Column("upload_id", BIG, nullable=False),
        sa.Column("recorded_at", instant(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("document_key", "country", name="filing_of_document"),
    )
    op.create_table(
        "look_up_number",
        sa.Column("number", BIG, autoincrement=False, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_table(
        "person",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("unit_source", sa.String(), nullable=False),
        sa.Column("registration", sa.String(), nullable=False),
        sa.Column("registered_at", instant(), nullable=True),
        sa.Column("application_id", BIG, nullable=True),
        sa.Column("number", BIG, nullable=False),
        sa.Column("name_token", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("key_version", sa.Integer(), nullable=False),
        sa.Column("recorded_at", instant(), nullable=False),
        one_of("registration", "none waiting asked mismatch second_review approved refused expired withdrawn revoked"),
        one_of("unit_source", "residence institution unknown"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "result",
        sa.Column("person_id", BIG, autoincrement=False, nullable=False),
        sa.Column("assay", sa.String(), nullable=False),
        sa.Column("sampled_at", instant(), nullable=False),
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("single", sa.Boolean(), nullable=False),
        sa.Column("tested_at", instant(), nullable=True),
        sa.Column("reported_at", instant(), nullable=True),
        sa.Column("recorded_at", instant(), nullable=False),
        sa.Column("institution", sa.String(), nullable=False),
        sa.Column("sample_number", sa.String(), nullable=False),
        sa.Column("sampling_site", sa.String(), nullable=True),
        sa.Column("upload_id", BIG, nullable=False),
        sa.Column("ended_at", instant(), nullable=True),
        sa.Column("ended_how", sa.String(), nullable=True),
        sa.Column("ended_by", BIG, nullable=True),
        one_of("assay", "naat antigen igg igm"),
        one_of("ended_how", "corrected withdrawn recalled"),
        one_of("outcome", "negative positive pooled_positive inconclusive invalid"),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_how IS NULL)", name="ended_somehow"),
        sa.PrimaryKeyConstraint("person_id", "assay", "sampled_at", "id"),
    )
    op.create_table(
        "sample",
        sa.Column("sample_number", sa.String(), nullable=False),
        sa.Column("sampled_day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("institution", sa.String(), nullable=False),
        sa.Column("assay", sa.String(), nullable=False),
        sa.Column("person_id", BIG, autoincrement=False, nullable=False),
        sa.Column("result_id", BIG, nullable=False),
        sa.Column("sampled_at", instant(), nullable=False),
        sa.PrimaryKeyConstraint("sample_number", "sampled_day", "institution", "assay", "person_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "setup_code",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_at", instant(), nullable=False),
        sa.Column("used_at", instant(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("name_key", sa.LargeBinary(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("at", instant(), nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("sign_in_attempt_by_name", "sign_in_attempt", ["name_key", "place", "at"], unique=False)
    op.create_table(
        "test_count",
        sa.Column("day_of", sa.String(), nullable=False),
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("institution", sa.String(), nullable=False),
        sa.Column("assay", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("corrected", sa.Integer(), nullable=False),
        sa.Column("withdrawn", sa.Integer(), nullable=False),
        one_of("assay", "naat antigen igg igm"),
        one_of("day_of", "recorded sampled reported"),
        one_of("outcome", "negative positive pooled_positive inconclusive invalid"),
        sa.PrimaryKeyConstraint("day_of", "day", "unit", "institution", "assay", "outcome"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "unit",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name_zh", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("parent", sa.String(), nullable=True),
        sa.Column("level", sa.String(), nullable=False),
        one_of("level", "province prefecture group county office"),
        sa.ForeignKeyConstraint(
            ["parent"],
            ["unit.code"],
        ),
        sa.PrimaryKeyConstraint("code"),
    )
    op.create_index(op.f("ix_unit_parent"), "unit", ["parent"], unique=False)
    op.create_table(
        "upload",
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
        sa.Column("recorded_at", instant(), nullable=False),
        one_of("kind", "results filings applications"),
        one_of("status", "committed recalled"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("number"),
    )
    op.create_index("upload_by_time", "upload", ["institution", "recorded_at"], unique=False)
    op.create_index(
        "upload_once",
        "upload",
        ["kind", "institution", "digest"],
        unique=True,
        sqlite_where=sa.text("status = 'committed'"),
        postgresql_where=sa.text("status = 'committed'"),
    )
    op.create_table(
        "upload_row",
        sa.Column("upload_id", BIG, autoincrement=False, nullable=False),
        sa.Column("row_number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("problems", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("key_version", sa.Integer(), nullable=False),
        one_of("status", "refused held"),
        sa.PrimaryKeyConstraint("upload_id", "row_number"),
    )
    op.create_table(
        "application",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("receipt", sa.String(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("document_kind", sa.String(), nullable=False),
        sa.Column("document_key", sa.LargeBinary(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("key_version", sa.Integer(), nullable=False),
        sa.Column("filing_check", sa.String(), nullable=False),
        sa.Column("filing_fields", sa.String(), nullable=False),
        sa.Column("submitted_at", instant(), nullable=False),
        sa.Column("due_at", instant(), nullable=True),
        sa.Column("remaining_seconds", sa.Integer(), nullable=True),
        sa.Column("entered_by", BIG, nullable=True),
        sa.Column("decided_by", BIG, nullable=True),
        sa.Column("decided_at", instant(), nullable=True),
        sa.Column("asked_at", instant(), nullable=True),
        sa.Column("reasons", sa.String(), nullable=False),
        sa.Column("previous_id", BIG, nullable=True),
        sa.Column("recorded_at", instant(), nullable=False),
        one_of(
            "document_kind",
            "resident_id hk_macau_permit taiwan_permit taiwan_single_permit passport foreign_pr_card hmt_residence_permit",
        ),
        one_of("filing_check", "agrees differs not_received not_required"),
        one_of("state", "waiting asked second_review approved refused withdrawn expired revoked"),
        sa.CheckConstraint("(decided_at IS NULL) = (decided_by IS NULL)", name="decided_by_somebody"),
        sa.CheckConstraint("entered_by IS NULL OR decided_by IS NULL OR entered_by <> decided_by", name="no_self_approval"),
        sa.ForeignKeyConstraint(
            ["unit"],
            ["unit.code"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("receipt"),
    )
    op.create_index("application_decided", "application", ["decided_at"], unique=False)
    op.create_index("application_of_document", "application", ["document_key", "country"], unique=False)
    op.create_index("application_queue", "application", ["state", "unit", "due_at"], unique=False)
    op.create_index("application_submitted", "application", ["submitted_at"], unique=False)
    op.create_index(op.f("ix_application_person_id"), "application", ["person_id"], unique=False)
    op.create_table(
        "institution",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("suspended_at", instant(), nullable=True),
        sa.Column("suspended_reason", sa.String(), nullable=True),
        sa.Column("recorded_at", instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit"],
            ["unit.code"],
        ),
        sa.PrimaryKeyConstraint("code"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "policy",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("valid_from", instant(), nullable=True),
        sa.Column("published_at", instant(), nullable=True),
        sa.Column("proposed_by", BIG, nullable=True),
        sa.Column("published_by", BIG, nullable=True),
        sa.Column("recorded_at", instant(), nullable=False),
        sa.CheckConstraint("(valid_from IS NULL) = (published_at IS NULL)", name="published_from"),
        sa.CheckConstraint("proposed_by IS NULL OR published_by IS NULL OR proposed_by <> published_by", name="two_people"),
        sa.ForeignKeyConstraint(
            ["scope"],
            ["unit.code"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "staff",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("full_name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("password", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("recorded_at", instant(), nullable=False),
        sa.Column("recorded_by", BIG, nullable=True),
        sa.Column("disabled_at", instant(), nullable=True),
        one_of("role", "district_staff lab_liaison supervisor checkpoint_staff administrator security_officer auditor"),
        sa.ForeignKeyConstraint(
            ["unit"],
            ["unit.code"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "sign_in_ticket",
        sa.Column("id_hash", sa.LargeBinary(), nullable=False),
        sa.Column("staff_id", BIG, nullable=False),
        sa.Column("expires_at", instant(), nullable=False),
        sa.Column("used_at", instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff.id"],
        ),
        sa.PrimaryKeyConstraint("id_hash"),
    )
    op.create_table(
        "staff_institution",
        sa.Column("staff_id", BIG, nullable=False),
        sa.Column("institution", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution"],
            ["institution.code"],
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff.id"],
        ),
        sa.PrimaryKeyConstraint("staff_id", "institution"),
    )
    op.create_table(
        "staff_session",
        sa.Column("id_hash", sa.LargeBinary(), nullable=False),
        sa.Column("staff_id", BIG, nullable=False),
        sa.Column("began_at", instant(), nullable=False),
        sa.Column("seen_at", instant(), nullable=False),
        sa.Column("ended_at", instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff.id"],
        ),
        sa.PrimaryKeyConstraint("id_hash"),
    )
    op.create_index(op.f("ix_staff_session_staff_id"), "staff_session", ["staff_id"], unique=False)


def downgrade() -> None:
    for name in (
        "staff_session",
        "staff_institution",
        "sign_in_ticket",
        "staff",
        "policy",
        "institution",
        "application",
        "upload_row",
        "upload",
        "unit",
        "test_count",
        "sign_in_attempt",
        "setup_code",
        "sample",
        "result",
        "person",
        "look_up_number",
        "filing",
        "fact",
        "event",
        "document",
        "code_segment",
        "code_history",
        "code_bucket",
    ):
        op.drop_table(name)
