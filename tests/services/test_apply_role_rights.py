"""What the role of the public form may read, write and delete: its own applicant's rows, and next to nothing else."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from hbcore.services import applications
from hbcore.storage.engine import access_engine, engine
from tests.services.applying import reviewer, rows
from tests.services.form_role import seen
from tests.services.strangers import LATER, PASSPORT_FORM, PERMIT_FORM, submit
from tests.services.test_photos import picture

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.postgresql_only]  # SQLite knows no roles

OPEN_TO_ALL = {"unit", "policy", "institution", "code_key"}
BY_ROW = {
    *("application", "person", "document", "filing", "result", "sampling", "fact", "code_segment", "code_history", "notice"),
    *("setting", "issued_code", "revoked_code", "form_photo"),
}
"""Tables of which the role sees, of all rows, those that a transaction names."""

IN_PART = {"application_photo", "event", "look_up_event"}
"""Tables of which it sees that there are rows, and what tells them apart."""

MAY_DELETE = {"code_segment", "application_photo", "form_photo"}
MAY_UPDATE = {"notice", "person", "document", "fact", "application"}


def test_it_reads_changes_and_deletes_nothing_else(as_role):
    tables = sorted({str(name) for (name,) in rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")})
    as_role(True)

    may = {act: {name for name in tables if _may(act, name)} for act in ("DELETE", "TRUNCATE")}
    may |= {act: {name for name in tables if _may_any_column(act, name)} for act in ("SELECT", "UPDATE")}

    assert {"staff", "staff_session", "sign_in_attempt", "second_factor", "upload", "proposal"} <= set(tables)
    assert may == {
        "SELECT": OPEN_TO_ALL | BY_ROW | IN_PART,
        "DELETE": MAY_DELETE,
        "TRUNCATE": set(),
        "UPDATE": MAY_UPDATE,
    }


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT password FROM staff",
        "SELECT figures FROM event",
        "SELECT subject FROM look_up_event",
        "SELECT sealed FROM application_photo",
        "SELECT * FROM application_step",
        "SELECT * FROM person_token",
        "SELECT number FROM look_up_number",
        "SELECT n FROM code_bucket",
        "UPDATE code_bucket SET n = 0",
        "INSERT INTO code_bucket (unit, colour, minute, n) VALUES ('420106', 'red', 1, 1)",
        "SELECT n FROM stranger_count",
        "SELECT 1 FROM stranger_count",
        "UPDATE stranger_count SET n = 0",
        "DELETE FROM stranger_count",
        "INSERT INTO stranger_count (use, key, since, until, n) VALUES ('plain_hour', '', 0, 1, -9)",
        "UPDATE event SET figures = ''",
        "DELETE FROM person",
        "UPDATE result SET outcome = 'negative'",
        "UPDATE fact SET kind = 'fever'",
        "UPDATE application SET decided_by = 1",
        "UPDATE policy SET content = ''",
        "SELECT proposed_by FROM policy",
        "SELECT suspended_reason FROM institution",
        "SELECT public FROM code_key",
        "SELECT source FROM document",
        "SELECT kind FROM notice",
        "UPDATE notice SET due_at = 0",
        "SELECT confirmed_by FROM fact",
        "SELECT cause FROM code_history",
        "SELECT upload_id FROM result",
        "SELECT upload_id FROM sampling",
        "SELECT reason FROM revoked_code",
        "CREATE TABLE mine (id int)",
    ],
)
def test_the_database_refuses_it_what_is_not_a_strangers(as_role, statement):
    as_role(True)

    with pytest.raises(sa.exc.ProgrammingError, match="permission denied"), engine().connect() as connection:
        connection.exec_driver_sql(statement)


COUNT = "SELECT count(*) FROM application"
ALL_COLUMNS = "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = 'application'"


def hashes_of(receipt) -> tuple[str, str]:
    """The keyed hashes of a receipt's secret and of its document, as the owner reads them."""
    ((secret, document),) = rows(f"SELECT secret_hash, document_key FROM application WHERE id = {int(receipt.id)}")  # noqa: S608
    return bytes(secret).hex(), bytes(document).hex()


def test_whoever_names_nobody_sees_nobody(as_role):
    submit(replace(PERMIT_FORM, photo=picture()))
    counts = {name: f"SELECT count(*) FROM {name}" for name in sorted(BY_ROW - {"setting"})}  # noqa: S608
    held = {name for name, count in counts.items() if rows(count) != [(0,)]}
    as_role(True)

    assert held >= {"application", "person", "document", "code_segment"}
    assert {name: seen(count) for name, count in counts.items()} == {name: [(0,)] for name in counts}
    assert seen("SELECT name FROM setting WHERE name <> 'hotline'") == []


def test_receipt_and_secret_show_one_application_alone(as_role):
    one, other = submit(PERMIT_FORM), submit(PASSPORT_FORM)
    (secret, document), (others, _) = hashes_of(one), hashes_of(other)
    as_role(True)

    assert seen("SELECT id FROM application", receipt=one.number, proofs=secret) == [(one.id,)]
    assert seen("SELECT id FROM application", receipt=one.number, proofs=document) == [(one.id,)]
    assert seen("SELECT id FROM application", receipt=one.number, proofs=others) == []
    assert seen("SELECT id FROM application", proofs=f"{secret},{others}") == []
    assert seen("SELECT count(*) FROM person", receipt=one.number, proofs=secret) == [(0,)]


def test_a_document_shows_its_holder_alone_and_only_within_the_transaction(as_role):
    one, _other = submit(PERMIT_FORM), submit(PASSPORT_FORM)
    _, document = hashes_of(one)
    as_role(True)

    assert seen("SELECT application_id FROM person", documents=document) == [(one.id,)]
    assert seen("SELECT cause FROM code_segment", documents=document) == [(one.id,)]
    assert seen("SELECT count(*) FROM person") == seen(COUNT) == [(0,)], "of a connection that was used before"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE application SET state = 'approved'",
        "UPDATE person SET registration = 'approved'",
        "INSERT INTO person (id, unit, unit_source, registration, number, name_token, sealed, key_version, recorded_at, naat_at)"
        " SELECT 7, unit, unit_source, registration, 7, name_token, sealed, key_version, recorded_at, 1 FROM person",
        "INSERT INTO fact (person_id, id, kind, from_at, source, evidence, recorded_at)"
        " SELECT id, 1, 'fever', 1, 'declared on the application', '', 1 FROM person",
        "INSERT INTO fact (person_id, id, kind, from_at, source, evidence, recorded_at)"
        " SELECT id, 1, 'self_declared', 1, 'desk', '', 1 FROM person",
        "INSERT INTO code_segment (person_id, from_at, colour, row, policy, unit, cause)"
        " SELECT 1, 1, colour, row, policy, unit, 1 FROM code_segment",
        "INSERT INTO event (seq, at, act, by_id, by_name, role, unit, via, subject, figures, previous, hash)"
        " VALUES (99, 1, 'approved', 1, 'somebody', 'supervisor', '', 'desk', '', '', '', '')",
    ],
)
def test_the_database_refuses_a_row_that_is_not_a_strangers_to_write(as_role, statement):
    _, document = hashes_of(submit(PERMIT_FORM))
    as_role(True)

    with pytest.raises(sa.exc.ProgrammingError, match="row-level security"):
        seen(statement, documents=document)


@pytest.mark.parametrize("to", ["approved", "waiting", "withdrawn"])
def test_what_waits_for_a_second_person_is_not_decided_by_the_form(as_role, to):
    one = submit(PERMIT_FORM)
    _, document = hashes_of(one)
    applications.send_on(one.id, by=reviewer("reviewer"), at=LATER)
    as_role(True)

    with pytest.raises(sa.exc.ProgrammingError, match="row-level security"):
        seen(f"UPDATE application SET state = '{to}'", documents=document)  # noqa: S608


def test_who_is_approved_stays_so(as_role):
    one = submit(PERMIT_FORM)
    _, document = hashes_of(one)
    applications.approve(one.id, by=reviewer("reviewer"), at=LATER)
    as_role(True)

    assert seen("UPDATE person SET registration = 'none' RETURNING id", documents=document) == []


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO look_up_number (number, person_id) VALUES (7, {person})",
        "INSERT INTO person_token (token, person_id) VALUES ('', {person})",
        "INSERT INTO application_step (application_id, id, act, before, after, unit, reasons, by_id, at)"
        " VALUES ({own}, 1, 'approve', 'waiting', 'approved', '', '[]', 1, 1)",
        "UPDATE application SET person_id = {person}",
        "UPDATE application SET same_as = {person}, same_said_by = 1",
        "UPDATE application SET entered_by = 1",
        "UPDATE application SET changed_by_staff = true",
        "UPDATE application SET claimed_by = 1, claimed_until = 1",
        "INSERT INTO document (key, country, person_id, kind, recorded_at, source)"
        " VALUES (decode('{key}', 'hex'), 'FRA', {person}, 'passport', 1, 'application')",
    ],
)
def test_nothing_is_written_of_anybody_else_nor_as_staff_and_nobody_comes_within_reach_by_it(as_role, statement):
    one, other = submit(PERMIT_FORM), submit(PASSPORT_FORM)
    _, document = hashes_of(one)
    ((person,),) = rows(f"SELECT person_id FROM application WHERE id = {int(other.id)}")  # noqa: S608
    key = "00" * (len(document) // 2)
    as_role(True)

    with pytest.raises(sa.exc.ProgrammingError, match="row-level security"):
        seen(statement.format(person=person, own=one.id, key=key), documents=f"{document},{key}")


def test_what_an_application_may_become_is_not_told_of_others(as_role):
    one = submit(PERMIT_FORM)
    _, document = hashes_of(one)
    of_it = {"id": str(one.id), "state": "'waiting'"}
    made = ", ".join(of_it.get(str(name), "NULL") for (name,) in rows(f"{ALL_COLUMNS} ORDER BY ordinal_position"))
    asked = f"SELECT hbcore_apply.may_become(ROW({made})::application)"
    as_role(True)

    assert seen(asked, documents=document) == [(True,)]
    assert seen(asked) == [(None,)]


def test_no_application_is_added_to_a_person_who_is_not_named(as_role):
    one, other = submit(PERMIT_FORM), submit(PASSPORT_FORM)
    _, document = hashes_of(one)
    ((person,),) = rows(f"SELECT person_id FROM application WHERE id = {int(other.id)}")  # noqa: S608
    columns = [name for (name,) in rows(ALL_COLUMNS) if name not in ("id", "receipt", "person_id")]
    another = (
        f"INSERT INTO application (id, receipt, person_id, {', '.join(columns)})"  # noqa: S608
        f" SELECT 7, 'beside', {person}, {', '.join(columns)} FROM application"
    )
    as_role(True)

    with pytest.raises(sa.exc.ProgrammingError, match="row-level security"):
        seen(another, documents=document)


def test_nothing_of_anybody_else_is_changed_or_deleted(as_role):
    one, other = submit(PERMIT_FORM), submit(PASSPORT_FORM)
    _, document = hashes_of(one)
    as_role(True)

    assert seen("UPDATE application SET state = 'withdrawn' RETURNING id", documents=document) == [(one.id,)]
    assert len(seen("DELETE FROM code_segment RETURNING person_id", documents=document)) == 1
    as_role(False)
    assert rows("SELECT id FROM application WHERE state = 'waiting'") == [(other.id,)]
    assert len(rows("SELECT person_id FROM code_segment")) == 1


def _may(act: str, table: str) -> bool:
    return _asked(sa.func.has_table_privilege(table, act))


def _may_any_column(act: str, table: str) -> bool:
    return _asked(sa.func.has_any_column_privilege(table, act))


def _asked(question: sa.ColumnElement[bool]) -> bool:
    with access_engine().connect() as connection:
        return bool(connection.execute(sa.select(question)).scalar_one())
