"""The role of the public form: made as the shipped file makes it, and what it sees in a transaction of its own."""

from pathlib import Path

import sqlalchemy as sa

from hbcore.storage.engine import engine

GRANTS = Path(__file__).parents[2] / "docs" / "apply_role.sql"
ROLE = "form_of_strangers"


def granted() -> None:
    """The role made, with what the shipped file grants; after an upgrade it is run once more."""
    statements = "\n".join(line for line in GRANTS.read_text().splitlines() if not line.startswith("--"))
    with engine().connect() as connection, connection.begin():
        if connection.execute(sa.text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": ROLE}).first() is None:
            connection.exec_driver_sql(f"CREATE ROLE {ROLE} LOGIN")
        for _ in range(2):
            connection.exec_driver_sql(statements.replace(':"role"', ROLE))


def seen(statement: str, **named: str) -> list[tuple[object, ...]]:
    """What the role sees in a transaction that names this."""
    with engine().connect() as connection, connection.begin():
        for name, value in named.items():
            connection.execute(sa.select(sa.func.set_config(f"hbcore.{name}", value, True)))
        return [tuple(row) for row in connection.exec_driver_sql(statement)]
