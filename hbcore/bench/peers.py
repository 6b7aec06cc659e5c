"""`bench peers`: a laboratory file to committed, beside what others use: `add_all`, django-import-export (G2c, G2d)."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from hbcore.bench.lab_file import lab_csv
from hbcore.bench.results_import import fresh_desk, imported, liaison
from hbcore.domain.errors import Refused
from hbcore.storage.engine import engine
from hbcore.storage.tables import (
    CodeBucket,
    CodeSegment,
    DocumentRow,
    LookUpNumber,
    Person,
    Result,
    Sample,
    TestCount,
    TestedCount,
    UploadCount,
)

CLASSES: tuple[type[SQLModel], ...] = (
    *(Person, DocumentRow, LookUpNumber, Result, Sample),
    *(CodeSegment, CodeBucket, TestCount, TestedCount, UploadCount),
)
"""Of the tables that have the rows of an import in the end."""


def run(rows: int) -> dict[str, object]:
    """`rows` rows of new people: imported by us; the final rows of all tables added as objects to another empty desk; the file
    put into one flat table by django-import-export in bulk; `lean`: without its report of differences.

    :raises Refused: `no_django` where it is not installed; docs/development.md says how.
    """
    if find_spec("import_export") is None:
        raise Refused("no_django")
    with TemporaryDirectory(prefix="hbcore-bench-") as place:
        file = Path(place) / "bench.csv"
        file.write_bytes(lab_csv(rows, seed=2))
        with fresh_desk():
            liaison()
            ours, _ = imported(file, rows)
            final = _final_objects()
        with fresh_desk():
            liaison()
            objects = _added(final)
        peer, lean = _by_django(file, Path(place) / "flat.db"), _by_django(file, Path(place) / "lean.db", "lean")
    return {
        "rows": rows,
        "seconds": round(ours, 2),
        "add_all_seconds": round(objects, 2),
        "add_all_ratio": round(objects / ours, 2),
        "django_import_export_seconds": round(peer, 2),
        "django_import_export_ratio": round(peer / ours, 2),
        "django_import_export_lean_seconds": round(lean, 2),
        "django_import_export_lean_ratio": round(lean / ours, 2),
    }


def _final_objects() -> list[SQLModel]:
    """What the import has left in all tables that it fills."""
    with engine().connect() as connection:
        tables = [(one, SQLModel.metadata.tables[str(one.__tablename__)]) for one in CLASSES]
        return [one(**row._mapping) for one, table in tables for row in connection.execute(sa.select(table))]


def _added(objects: list[SQLModel]) -> float:
    began = perf_counter()
    with Session(engine()) as session:
        session.add_all(objects)
        session.commit()
    return perf_counter() - began


def _by_django(file: Path, database: Path, *how: str) -> float:
    """In a process of its own: Django's settings are the process's."""
    command = [sys.executable, "-m", "hbcore.bench.django_peer", str(file), str(database), *how]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)  # noqa: S603
