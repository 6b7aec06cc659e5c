"""The public form as a PostgreSQL role of its own: all that strangers do works, and next to nothing else."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from hbcore.domain.errors import Refused
from hbcore.services import applications, public_applications
from hbcore.storage.engine import access_engine, engine
from tests.conftest import close
from tests.services.applying import AT, reviewer, rows
from tests.services.strangers import HERE, PASSPORT_FORM, PERMIT_FORM, THERE, submit
from tests.services.test_photos import picture

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.postgresql_only]  # SQLite knows no roles

GRANTS = Path(__file__).parents[2] / "docs" / "apply_role.sql"
ROLE = "form_of_strangers"
LATER = AT + timedelta(minutes=5)
MAY_READ = {
    *(
        "unit",
        "setting",
        "policy",
        "institution",
        "filing",
        "result",
        "sampling",
        "code_history",
        "person",
        "document",
    ),
    *("look_up_number", "application", "application_photo", "application_step", "notice", "fact", "code_segment", "code_bucket"),
    *("stranger_count", "code_key", "revoked_code", "issued_code"),
}
MAY_DELETE = {"code_segment", "stranger_count", "application_photo"}
MAY_UPDATE = {"code_segment", "code_bucket", "stranger_count", "notice", "person", "document", "fact", "application"}


def granted() -> None:
    """The role made, with what the shipped file grants."""
    statements = "\n".join(line for line in GRANTS.read_text().splitlines() if not line.startswith("--"))
    with engine().connect() as connection, connection.begin():
        if connection.execute(sa.text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": ROLE}).first() is None:
            connection.exec_driver_sql(f"CREATE ROLE {ROLE} LOGIN")
        connection.exec_driver_sql(statements.replace(':"role"', ROLE))


@pytest.fixture
def as_role(monkeypatch):
    """Switches to the role and back."""
    granted()
    owner = engine().url.render_as_string(hide_password=False)

    def switch(to_role: bool) -> None:
        close()
        monkeypatch.setenv("HBCORE_DATABASE_URL", owner.replace("postgres@", f"{ROLE}@", 1) if to_role else owner)

    yield switch
    switch(False)


def test_all_that_strangers_do_works_as_that_role(as_role):
    by = reviewer("reviewer")
    as_role(True)
    one, two, three = (
        submit(replace(PERMIT_FORM, photo=picture())),
        submit(PASSPORT_FORM),
        submit(replace(PASSPORT_FORM, document_number="C50078299", name="DURAND EVE")),
    )
    with pytest.raises(Refused, match="duplicate"):
        submit(address=THERE)
    as_role(False)
    applications.approve(one.id, by=by, at=LATER)
    applications.ask(two.id, ["address", "number_check"], by=by, at=LATER)
    as_role(True)
    submit(replace(PERMIT_FORM, name="SOMEBODY ELSE"), address=THERE)
    corrected = replace(PASSPORT_FORM, document_number="C50078213", photo=picture(), consent=True)
    public_applications.answer(two.number, two.secret, corrected, address=HERE, at=LATER)
    public_applications.declare(one.number, one.secret, "yes", "no", address=HERE, at=LATER)
    public_applications.withdraw(three.number, three.secret, address=HERE, at=LATER)
    with pytest.raises(Refused, match="no_such_application"):
        public_applications.status(one.number, secret="AAAAAAAA", address=HERE, at=LATER)

    seen = [public_applications.status(each.number, secret=each.secret, address=HERE, at=LATER) for each in (one, two, three)]

    assert [str(status.state) for status in seen] == ["approved", "waiting", "withdrawn"]
    assert str(seen[0].code.colour) == "yellow"
    assert seen[0].code.qr.startswith("HC1:")


def test_it_reads_changes_and_deletes_nothing_else(as_role):
    tables = sorted({str(name) for (name,) in rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")})
    as_role(True)

    may = {act: {name for name in tables if _may(f"{act}", name)} for act in ("SELECT", "DELETE", "TRUNCATE")}
    changed = {name for name in tables if _may_any_column("UPDATE", name)}

    assert {"staff", "staff_session", "sign_in_attempt", "second_factor", "upload", "proposal"} <= set(tables)
    assert may == {"SELECT": MAY_READ, "DELETE": MAY_DELETE, "TRUNCATE": set()}
    assert changed == MAY_UPDATE


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT password FROM staff",
        "SELECT figures FROM event",
        "SELECT subject FROM look_up_event",
        "UPDATE event SET figures = ''",
        "DELETE FROM person",
        "UPDATE result SET outcome = 'negative'",
        "UPDATE fact SET kind = 'fever'",
        "UPDATE application SET decided_by = 1",
        "UPDATE policy SET content = ''",
        "CREATE TABLE mine (id int)",
    ],
)
def test_the_database_refuses_it_what_is_not_a_strangers(as_role, statement):
    as_role(True)

    with pytest.raises(sa.exc.ProgrammingError, match="permission denied"), engine().connect() as connection:
        connection.exec_driver_sql(statement)


def _may(act: str, table: str) -> bool:
    return _asked(sa.func.has_table_privilege(table, act))


def _may_any_column(act: str, table: str) -> bool:
    return _asked(sa.func.has_any_column_privilege(table, act))


def _asked(question: sa.ColumnElement[bool]) -> bool:
    with access_engine().connect() as connection:
        return bool(connection.execute(sa.select(question)).scalar_one())
