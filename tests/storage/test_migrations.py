"""Migrations make the tables that the code believes in; the shape is the one that can be spread over machines."""

import ast
import sys
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlmodel import SQLModel

from hbcore.storage import sealing
from hbcore.storage.engine import access_engine, engine
from hbcore.storage.tables import access
from hbcore.storage.upgrade import upgrade
from tests.people_in_bulk import people, put_in

STORES = {"desk": (engine, SQLModel.metadata, "migrations"), "look-ups": (access_engine, access, "access_migrations")}
VERSIONS = sorted((Path(sealing.__file__).parent).glob("*migrations/versions/*.py"))

ROUTES = {"document", "look_up_number", "person_token", "sample"}
"""Spread by their own key; they answer only which person (performance part 3)."""

OF_A_UNIT = {"application"}
"""Found by receipt and queued by unit: a person has few, and none is read with results or codes."""

COPIED = {"unit", "institution", "staff", "staff_institution", "policy", "code_key"}
"""On every machine: what stands on one may point to these."""


@pytest.mark.parametrize("store", STORES)
def test_after_upgrading_the_tables_are_those_of_the_code(store: str, home: Path) -> None:
    of, metadata, folder = STORES[store]

    upgrade()

    with of().connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "compare_server_default": True,
                "version_table": f"{folder}_version",
                # On PostgreSQL both stores live in one database.
                "include_name": lambda name, kind, _parents: kind != "table" or name in metadata.tables,
            },
        )
        assert compare_metadata(context, metadata) == []


@pytest.mark.sqlite_only  # asks its own catalogue
@pytest.mark.parametrize("store", STORES)
def test_after_upgrading_the_database_itself_says_what_the_code_would_make(store: str, home: Path) -> None:
    """Constraints and shapes that comparing metadata does not see: CHECKs, keys, conditions of indexes, WITHOUT ROWID."""
    of, metadata, _ = STORES[store]
    made = sa.create_engine("sqlite://")
    metadata.create_all(made)

    upgrade()

    for name in metadata.tables:
        assert shape(of(), name) == shape(made, name)
    made.dispose()


def shape(of: sa.Engine, table: str) -> dict[str, object]:
    """All that the database knows of one table."""
    seen = sa.inspect(of)
    with of.connect() as connection:
        listed = connection.exec_driver_sql("SELECT type, wr FROM pragma_table_list WHERE name = ?", (table,)).one()
        indexes = connection.exec_driver_sql(
            "SELECT name, sql FROM sqlite_master WHERE tbl_name = ? AND type = 'index' AND sql IS NOT NULL", (table,)
        ).all()
    return {
        "columns": [(one["name"], str(one["type"]), one["nullable"], one["primary_key"]) for one in seen.get_columns(table)],
        "checks": sorted((str(one["name"]), one["sqltext"]) for one in seen.get_check_constraints(table)),
        "key": seen.get_pk_constraint(table)["constrained_columns"],
        "unique": sorted(tuple(one["column_names"]) for one in seen.get_unique_constraints(table)),
        "foreign": sorted((one["constrained_columns"], one["referred_table"]) for one in seen.get_foreign_keys(table)),
        "indexes": sorted((name, " ".join(text.split())) for name, text in indexes),
        "without rowid": tuple(listed),
    }


@pytest.mark.sqlite_only  # asks its own catalogue
def test_upgrading_again_changes_nothing(home: Path) -> None:
    upgrade()
    before = said()

    upgrade()

    assert said() == before


def said() -> list[tuple[object, ...]]:
    """Both stores' own text of their tables, with the versions they are at."""
    found: list[tuple[object, ...]] = []
    for of, _, folder in STORES.values():
        with of().connect() as connection:
            found += map(tuple, connection.exec_driver_sql("SELECT type, name, sql FROM sqlite_master ORDER BY name"))
            found += map(tuple, connection.execute(sa.select(sa.table(f"{folder}_version", sa.column("version_num")))))
    return found


def test_a_broken_migration_leaves_nothing_half_made(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from alembic import op

    create = op.create_table

    def breaks(name: str, *columns: object, **more: object) -> object:
        if name == "institution":
            raise OSError
        return create(name, *columns, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(op, "create_table", breaks)
    with pytest.raises(OSError):  # noqa: PT011 - raised just above
        upgrade()

    assert sa.inspect(engine()).get_table_names() == []


def test_people_of_before_get_when_their_latest_test_was_sampled(home: Path) -> None:
    upgrade()
    put_in(list(people(200, seed=5)))
    with engine().connect().execution_options(writes=True) as connection, connection.begin():
        kept = asked_of(connection, LATEST)
        newer = ("DROP INDEX result_shared", "ALTER TABLE result DROP COLUMN shared", "DROP TABLE held_again")
        for undo in (*newer, "ALTER TABLE person DROP COLUMN naat_at", "DROP TABLE newest_sampling"):
            connection.exec_driver_sql(undo)
        connection.exec_driver_sql("UPDATE migrations_version SET version_num = '0044'")

    upgrade()

    with engine().connect() as connection:
        assert asked_of(connection, LATEST) == kept
        assert {None} < {at for _, at in kept}
        assert asked_of(connection, NEWEST) == [("naat", max(at for _, at in kept if at is not None))]


LATEST = "SELECT id, naat_at FROM person ORDER BY id"
NEWEST = "SELECT assay, sampled_at FROM newest_sampling"


def asked_of(connection: sa.Connection, statement: str) -> list[tuple[Any, ...]]:
    return list(map(tuple, connection.exec_driver_sql(statement)))


@pytest.mark.parametrize("file", VERSIONS, ids=lambda file: f"{file.parents[1].name}/{file.stem}")
def test_a_migration_imports_nothing_of_ours(file: Path) -> None:
    """What it did once it does forever, whatever the code has become."""
    tree = ast.parse(file.read_text("utf-8"))
    imported = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    assert VERSIONS
    assert {name.partition(".")[0] for name in imported} <= {"sqlalchemy", "alembic"} | sys.stdlib_module_names


def test_a_persons_tables_lie_side_by_side() -> None:
    """`person_id` first in the primary key and in whatever must be unique (performance part 3)."""
    persons = [table for table in SQLModel.metadata.tables.values() if "person_id" in table.columns]
    persons = [table for table in persons if table.name not in ROUTES | OF_A_UNIT]

    assert {"result", "fact", "code_segment", "code_history"} <= {table.name for table in persons}
    for table in persons:
        for columns in unique_columns(table):
            assert columns[0] == "person_id", f"{table.name}: {columns}"


def unique_columns(table: sa.Table) -> list[list[str]]:
    """The columns of each key and unique constraint or index of a table."""
    keys = [one for one in table.constraints if isinstance(one, sa.PrimaryKeyConstraint | sa.UniqueConstraint)]
    return [[column.name for column in one.columns] for one in (*keys, *(index for index in table.indexes if index.unique))]


def test_foreign_keys_point_only_to_what_is_copied_everywhere() -> None:
    pointing = {key.column.table.name for table in SQLModel.metadata.tables.values() for key in table.foreign_keys}

    assert pointing <= COPIED
