"""`bench results-import`: a laboratory file to committed, beside what writing its rows takes without us."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, sleep

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite as sqlite_dialect
from sqlmodel import SQLModel

from hbcore.bench.lab_file import HEADINGS, INSTITUTION, lab_csv, resident_numbers
from hbcore.bench.meanwhile import again_and_again, at_share, become_writer, look_up
from hbcore.domain.errors import Refused
from hbcore.domain.vocabulary import Role
from hbcore.services import accounts, institutions, lab_imports, set_up
from hbcore.services.accounts import NewAccount
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.uploads import IncomingFile
from hbcore.storage.engine import PRAGMAS, access_engine, engine

FLAT = f"""
CREATE TABLE flat ({", ".join(f'"{heading}" TEXT' for heading in HEADINGS)});
CREATE INDEX flat_person ON flat ("证件号码", "采样时间");
CREATE UNIQUE INDEX flat_sample ON flat ("样本编号", "证件号码");
.import --csv --skip 1 FILE flat
"""

FINAL = (
    "person",
    "document",
    "look_up_number",
    "result",
    "sample",
    "code_segment",
    "code_bucket",
    "test_count",
    "tested_count",
    "upload_count",
)
"""The tables that have the rows of an import in the end."""

SQLITE = sqlite_dialect.dialect(paramstyle="qmark")

KNOWN = 2_000
"""People who are there before: those are looked up meanwhile."""


@contextmanager
def fresh_desk(url: str | None = None) -> Iterator[Path]:
    """An empty desk in a temporary folder, whose old place comes back; `url`: of an empty database, else SQLite in the folder."""
    before = {name: os.environ.get(name) for name in ("HBCORE_HOME", "HBCORE_DATABASE_URL")}
    with TemporaryDirectory(prefix="hbcore-bench-") as folder:
        os.environ["HBCORE_HOME"] = folder
        os.environ.pop("HBCORE_DATABASE_URL", None)
        if url is not None:
            os.environ["HBCORE_DATABASE_URL"] = url
        try:
            yield Path(folder)
        finally:
            leave()
            for name, value in before.items():
                os.environ.pop(name, None)
                if value is not None:
                    os.environ[name] = value


def leave() -> None:
    """Let go of every connection to the desk."""
    for one in (engine(), access_engine()):
        one.dispose()


def liaison() -> Staff:
    """Set the desk in `HBCORE_HOME` up with one institution and one liaison."""
    at, password = now(), os.urandom(16).hex()
    code = set_up.init(at=at)
    if code is None:
        raise Refused("not_empty")
    accounts.first_administrator(code, "bench-administrator", password, at=at)
    administrator = accounts.staff_named("bench-administrator")
    institutions.add(INSTITUTION[0], INSTITUTION[1], unit=INSTITUTION[2], by=administrator, at=at)
    new = NewAccount("bench", Role.LAB_LIAISON, institutions=(INSTITUTION[0],))
    accounts.add_staff(new, password, by=administrator, at=at)
    return accounts.staff_named("bench")


def imported(file: Path, rows: int) -> tuple[float, int]:
    """Import a file in a process of its own; the seconds its report says, and the most memory it had (megabytes)."""
    command = [sys.executable, "-m", "hbcore", "results", "import", str(file), "--institution", INSTITUTION[0]]
    done = subprocess.Popen([*command, "--by", "bench", "--json"], stdout=subprocess.PIPE)  # noqa: S603
    most = 0
    while done.poll() is None:
        most = max(most, _most_memory(done.pid))
        sleep(0.05)
    report = json.loads(done.communicate()[0])
    if report["rows"]["recorded"] + report["rows"]["held"] != rows:
        raise AssertionError(f"{report['rows']} is not {rows} recorded or held")
    return float(report["seconds"]), most


def _most_memory(process: int) -> int:
    """The high-water mark of a running process, in megabytes, as Linux tells it."""
    try:
        told = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) // 1024 for line in told.splitlines() if line.startswith("VmHWM")), 0)


def _flat_import(folder: Path, file: Path) -> float:
    shell = shutil.which("sqlite3")
    if shell is None:
        raise Refused("sqlite3_missing")
    began = perf_counter()
    subprocess.run([shell, str(folder / "flat.db")], input=FLAT.replace("FILE", str(file)).encode(), check=True)  # noqa: S603
    return perf_counter() - began


def _final_rows(folder: Path) -> float:
    """Seconds of the bare driver for all final rows into the same tables, each sorted by its key, in one transaction."""
    tables = [SQLModel.metadata.tables[name] for name in FINAL]
    with closing(sqlite3.connect(folder / "hbcore.db")) as desk, closing(sqlite3.connect(folder / "final.db")) as bare:
        bare.isolation_level = None
        for pragma in PRAGMAS:
            bare.execute(pragma)
        for name in FINAL:
            made = desk.execute("SELECT sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL", (name,))
            for (statement,) in made.fetchall():
                bare.execute(statement)
        sorted_rows = [str(sa.select(one).order_by(*one.primary_key).compile(dialect=SQLITE)) for one in tables]
        inserts = [str(one.insert().compile(dialect=SQLITE)) for one in tables]
        rows = [desk.execute(statement).fetchall() for statement in sorted_rows]
        began = perf_counter()
        bare.execute("BEGIN IMMEDIATE")
        for statement, of_table in zip(inserts, rows, strict=True):
            bare.executemany(statement, of_table)
        bare.execute("COMMIT")
        return perf_counter() - began


def run(rows: int, times: int = 3, *, in_a_tube: int = 1) -> dict[str, object]:
    """Import `rows` rows of new people, as GB18030, into an empty desk `times` times, each beside its yardsticks; then once more
    while people are looked up and somebody else wants to write. Medians and ratios. `in_a_tube`: so many share each tube.

    `ratio`: over `sqlite3 .import` of the file into one table with two indexes; `final_rows_ratio` (G2's floor): over the bare
    driver's writing of all final rows.
    """
    ours, flat, final, memory = [], [], [], 0
    with TemporaryDirectory(prefix="hbcore-bench-") as place:
        file = Path(place) / "bench.csv"
        file.write_bytes(lab_csv(rows, seed=2, in_a_tube=in_a_tube).decode().encode("gb18030"))
        for _turn in range(times):
            with fresh_desk() as folder:
                liaison()
                seconds, most = imported(file, rows)
                ours.append(seconds)
                memory = max(memory, most)
                flat.append(_flat_import(folder, file))
                final.append(_final_rows(folder))
        others = _meanwhile(file, rows)
    seconds = _middle(ours)
    return {
        "rows": rows,
        "in_a_tube": in_a_tube,
        "seconds": round(seconds, 2),
        "rows_per_second": round(rows / seconds),
        "sqlite3_import_seconds": round(_middle(flat), 2),
        "ratio": round(_middle([one / other for one, other in zip(ours, flat, strict=True)]), 2),
        "final_rows_seconds": round(_middle(final), 2),
        "final_rows_ratio": round(_middle([one / other for one, other in zip(ours, final, strict=True)]), 2),
        "peak_memory_mb": memory,
        **others,
    }


def _meanwhile(file: Path, rows: int) -> dict[str, object]:
    with fresh_desk():
        by, at = liaison(), now()
        known = IncomingFile(lab_csv(KNOWN, seed=1), "known.csv", INSTITUTION[0], by_shell=True)
        lab_imports.commit(known, by=by, at=at)
        new = NewAccount("bench-reviewer", Role.DISTRICT_STAFF, unit=INSTITUTION[2])
        administrator = accounts.staff_named("bench-administrator")
        reviewer = accounts.add_staff(new, os.urandom(16).hex(), by=administrator, at=at)
        looking = look_up(resident_numbers(KNOWN, 1), reviewer)
        with again_and_again(looking) as seen, again_and_again(become_writer) as waited:
            seconds, _ = imported(file, rows)
    return {
        "meanwhile_seconds": round(seconds, 2),
        "look_ups": len(seen),
        "look_up_p95_ms": round(at_share(seen, 0.95), 1),
        "other_writers": len(waited),
        "writer_waits_p95_ms": round(at_share(waited, 0.95), 1),
        "writer_waits_most_ms": round(max(waited), 1),
    }


def _middle(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]
