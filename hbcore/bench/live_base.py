"""`bench live-base`: a file into a desk of many people, half of them in it, beside the bare writing of what it changes (G2)."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from time import perf_counter
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel

from hbcore.bench.lab_file import lab_csv
from hbcore.bench.results_import import SQLITE, fresh_desk, imported, liaison
from hbcore.storage.engine import PRAGMAS

BORN_OF_PEOPLE = {"person": "id", "document": "person_id", "look_up_number": "person_id"}
BORN_OF_RESULTS = {"result": "id", "sample": "result_id"}
CHANGED = {"code_segment": "cause", "code_history": "replaced_by"}
"""The tables that an upload writes, by the column that tells its rows apart."""

Statement = tuple[str, Sequence[tuple[Any, ...]]]


def run(people: int, rows: int) -> dict[str, object]:
    """`rows` results, half of them of the `people` there are and half of new ones, into a desk that holds these.

    `ratio` (G2): over the bare driver's writing of the same final rows into the same tables of a copy, sorted, in one
    transaction; what they take the place of is deleted in it.
    """
    with fresh_desk() as folder:
        liaison()
        base, file = folder / "base.csv", folder / "live.csv"
        base.write_bytes(lab_csv(people, seed=1))
        imported(base, people)
        _copy(folder / "hbcore.db", folder / "copy.db")
        heading, *known = lab_csv(rows // 2, seed=1, on="2022-11-10", tag="M").splitlines(keepends=True)
        new = lab_csv(rows - rows // 2, seed=9, on="2022-11-10", tag="N").splitlines(keepends=True)[1:]
        file.write_bytes(b"".join((heading, *known, *new)).decode().encode("gb18030"))
        seconds, memory = imported(file, rows)
        raw = _written_bare(folder)
    return {
        "people": people,
        "rows": rows,
        "seconds": round(seconds, 2),
        "rows_per_second": round(rows / seconds),
        "bare_writing_seconds": round(raw, 2),
        "ratio": round(seconds / raw, 2),
        "peak_memory_mb": memory,
    }


def _copy(desk: Path, copy: Path) -> None:
    with closing(sqlite3.connect(desk)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)


def _written_bare(folder: Path) -> float:
    with closing(sqlite3.connect(folder / "hbcore.db")) as desk, closing(sqlite3.connect(folder / "copy.db")) as copy:
        copy.isolation_level = None
        for pragma in PRAGMAS:
            copy.execute(pragma)
        statements = _what_changed(desk, copy)
        began = perf_counter()
        copy.execute("BEGIN IMMEDIATE")
        for statement, rows in statements:
            copy.executemany(statement, rows)
        copy.execute("COMMIT")
        return perf_counter() - began


def _what_changed(desk: sqlite3.Connection, copy: sqlite3.Connection) -> list[Statement]:
    """The statements, each with its rows, that make the copy what the desk is; the few rows of counters are left out."""
    people = copy.execute("SELECT max(id) FROM person").fetchone()[0]
    results = copy.execute("SELECT max(id) FROM result").fetchone()[0]
    upload = desk.execute("SELECT max(id) FROM upload").fetchone()[0]
    since = {name: (column, people) for name, column in BORN_OF_PEOPLE.items()}
    since |= {name: (column, results) for name, column in BORN_OF_RESULTS.items()}
    since |= {name: (column, upload - 1) for name, column in CHANGED.items()}
    inserts = [_insert(desk, name, column, beyond) for name, (column, beyond) in since.items()]
    gone = desk.execute("SELECT DISTINCT person_id FROM code_history WHERE replaced_by = ? ORDER BY 1", (upload,)).fetchall()
    return [("DELETE FROM code_segment WHERE person_id = ?", gone), *inserts]


def _insert(desk: sqlite3.Connection, name: str, column: str, beyond: int) -> Statement:
    table = SQLModel.metadata.tables[name]
    wanted = sa.select(table).where(table.c[column] > sa.literal_column(str(beyond))).order_by(*table.primary_key)
    return str(table.insert().compile(dialect=SQLITE)), desk.execute(str(wanted.compile(dialect=SQLITE))).fetchall()
