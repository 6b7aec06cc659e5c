"""`bench live-base`: a file into a desk of many people, half of them in it, beside the bare writing of it (G2, G2b)."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel

from hbcore.bench import postgres
from hbcore.bench.lab_file import lab_csv
from hbcore.bench.results_import import fresh_desk, imported, leave, liaison
from hbcore.storage.engine import engine, engine_of
from hbcore.storage.instants import raw_type

BORN_OF_PEOPLE = {"person": "id", "document": "person_id", "look_up_number": "person_id"}
BORN_OF_RESULTS = {"result": "id", "sample": "result_id"}
CHANGED = {"code_segment": "cause", "code_history": "replaced_by"}
"""The tables that an upload writes, by the column that tells its rows apart."""

COPY = "copy"
"""What the copy of the desk is called, taken before the file comes."""


@dataclass(frozen=True)
class Written:
    """Rows of one table in the order of its key, as the driver has them."""

    table: sa.Table
    rows: Sequence[tuple[Any, ...]]


def run(people: int, rows: int, *, on_postgresql: bool = False) -> dict[str, object]:
    """`rows` results, half of them of the `people` there are and half of new ones, into a desk that holds these.

    `ratio` (G2; on PostgreSQL G2b): over the bare driver's writing of the same final rows into the same tables of a copy,
    sorted, in one transaction, by executemany or COPY; what they take the place of is deleted in it.
    """
    with postgres.database_url(on_postgresql) as url, fresh_desk(url) as folder:
        liaison()
        base, file = folder / "base.csv", folder / "live.csv"
        base.write_bytes(lab_csv(people, seed=1))
        imported(base, people)
        if on_postgresql:
            _vacuum()
        copy = _copied(folder)
        heading, *known = lab_csv(rows // 2, seed=1, on="2022-11-10", tag="M").splitlines(keepends=True)
        new = lab_csv(rows - rows // 2, seed=9, on="2022-11-10", tag="N").splitlines(keepends=True)[1:]
        file.write_bytes(b"".join((heading, *known, *new)).decode().encode("gb18030"))
        seconds, memory = imported(file, rows)
        with _both(copy) as (desk, before):
            bare = _written_bare(before, *_what_changed(desk, before))
    return {
        "people": people,
        "rows": rows,
        "seconds": round(seconds, 2),
        "rows_per_second": round(rows / seconds),
        "bare_writing_seconds": round(bare, 2),
        "ratio": round(seconds / bare, 2),
        "peak_memory_mb": memory,
    }


def _vacuum() -> None:
    """As a server does by itself after a while."""
    with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")


def _copied(folder: Path) -> str:
    """The address of a copy of the desk."""
    made = engine().url.set(database=str(folder / f"{COPY}.db") if engine().dialect.name == "sqlite" else COPY)
    if made.drivername == "sqlite":
        with engine().connect() as desk, engine_of(str(made)).connect() as copy:
            source: Any = desk.connection.driver_connection
            source.backup(copy.connection.driver_connection)
        return str(made)
    leave()  # a database is copied while nobody is in it
    other = engine_of(engine().url.set(database="template1").render_as_string())
    with other.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("CREATE DATABASE " + COPY + " TEMPLATE postgres")
    other.dispose()
    return made.render_as_string()


@contextmanager
def _both(copy: str) -> Iterator[tuple[sa.Connection, sa.Connection]]:
    with engine().connect() as desk, engine_of(copy).connect() as before:
        yield desk, before
    engine_of(copy).dispose()


def _written_bare(copy: sa.Connection, gone: Sequence[tuple[int]], written: Sequence[Written]) -> float:
    """Seconds that the driver takes for all of it, in one transaction, on disk."""
    copy.rollback()
    driver: Any = copy.connection.driver_connection
    cursor = driver.cursor()
    began = perf_counter()
    cursor.execute("BEGIN")
    if copy.dialect.name == "sqlite":
        cursor.executemany("DELETE FROM code_segment WHERE person_id = ?", gone)
        for one in written:
            cursor.executemany(str(one.table.insert().compile(dialect=copy.dialect)), one.rows)
    else:
        cursor.execute("DELETE FROM code_segment WHERE person_id = ANY(%s)", ([person for (person,) in gone],))
        for one in written:
            with cursor.copy(f"COPY {one.table.name} FROM STDIN") as into:
                for row in one.rows:
                    into.write_row(row)
    cursor.execute("COMMIT")
    return perf_counter() - began


def _what_changed(desk: sa.Connection, copy: sa.Connection) -> tuple[Sequence[tuple[int]], Sequence[Written]]:
    """People whose segments go, and the rows that make the copy what the desk is; the few rows of counters are left out."""
    people, results = _newest(copy, "person"), _newest(copy, "result")
    upload = _newest(desk, "upload")
    since = {name: (column, people) for name, column in BORN_OF_PEOPLE.items()}
    since |= {name: (column, results) for name, column in BORN_OF_RESULTS.items()}
    since |= {name: (column, upload - 1) for name, column in CHANGED.items()}
    written = [_written(desk, name, column, beyond) for name, (column, beyond) in since.items()]
    history = SQLModel.metadata.tables["code_history"]
    gone = desk.execute(sa.select(history.c.person_id).distinct().where(history.c.replaced_by == upload).order_by("person_id"))
    return [(person,) for (person,) in gone], written


def _newest(connection: sa.Connection, name: str) -> int:
    found: int = connection.execute(sa.select(sa.func.max(SQLModel.metadata.tables[name].c.id))).scalar_one()
    return found


def _written(desk: sa.Connection, name: str, column: str, beyond: int) -> Written:
    table = SQLModel.metadata.tables[name]
    cells = [sa.type_coerce(one, raw_type(one)).label(one.name) for one in table.columns]
    found = desk.execute(sa.select(*cells).where(table.c[column] > beyond).order_by(*table.primary_key))
    return Written(table, [tuple(row) for row in found])
