"""`bench results-import`: a laboratory file to committed, beside `sqlite3 .import` of its rows into a table with two indexes."""

import os
import resource
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from hbcore.bench.lab_file import HEADINGS, INSTITUTION, lab_csv
from hbcore.domain.errors import Refused
from hbcore.domain.vocabulary import Role
from hbcore.services import accounts, institutions, lab_imports, set_up
from hbcore.services.accounts import NewAccount
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.uploads import IncomingFile

FLAT = f"""
CREATE TABLE flat ({", ".join(f'"{heading}" TEXT' for heading in HEADINGS)});
CREATE INDEX flat_person ON flat ("证件号码", "采样时间");
CREATE UNIQUE INDEX flat_sample ON flat ("样本编号", "证件号码");
.import --csv --skip 1 FILE flat
"""


@contextmanager
def fresh_desk() -> Iterator[Path]:
    """An empty desk in a temporary folder, with an institution and a liaison `bench`; the old `HBCORE_HOME` comes back."""
    before = {name: os.environ.get(name) for name in ("HBCORE_HOME", "HBCORE_DATABASE_URL")}
    with TemporaryDirectory(prefix="hbcore-bench-") as folder:
        os.environ["HBCORE_HOME"] = folder
        os.environ.pop("HBCORE_DATABASE_URL", None)
        try:
            yield Path(folder)
        finally:
            for name, value in before.items():
                os.environ.pop(name, None)
                if value is not None:
                    os.environ[name] = value


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


def _flat_import(folder: Path, content: bytes) -> float:
    shell = shutil.which("sqlite3")
    if shell is None:
        raise Refused("sqlite3_missing")
    file = folder / "flat.csv"
    file.write_bytes(content)
    began = perf_counter()
    subprocess.run([shell, str(folder / "flat.db")], input=FLAT.replace("FILE", str(file)).encode(), check=True)  # noqa: S603
    return perf_counter() - began


def run(rows: int, times: int = 3) -> dict[str, object]:
    """Import `rows` rows of new people into an empty desk `times` times, each beside its yardstick; the medians and the ratio."""
    content = lab_csv(rows)
    ours, flat = [], []
    for _turn in range(times):
        with fresh_desk() as folder:
            by = liaison()
            began = perf_counter()
            report = lab_imports.commit(IncomingFile(content, "bench.csv", INSTITUTION[0], by_shell=True), by=by, at=now())
            ours.append(perf_counter() - began)
            if report.rows["recorded"] != rows:
                raise AssertionError(f"{report.rows} is not {rows} recorded")
            flat.append(_flat_import(folder, content))
    ratios = sorted(one / other for one, other in zip(ours, flat, strict=True))
    middle = times // 2
    seconds, yardstick = sorted(ours)[middle], sorted(flat)[middle]
    return {
        "rows": rows,
        "seconds": round(seconds, 2),
        "rows_per_second": round(rows / seconds),
        "sqlite3_import_seconds": round(yardstick, 2),
        "ratio": round(ratios[middle], 2),
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
