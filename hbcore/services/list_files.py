"""Files of filings and of applications: taken whole or not at all, each file once, every row counted once."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from time import perf_counter

import sqlalchemy as sa
from sqlmodel import Session

from hbcore.domain.headings import Headings
from hbcore.domain.permissions import Permission
from hbcore.domain.problems import RowProblem
from hbcore.domain.vocabulary import HOLDS, RowCode
from hbcore.services import audit, codes
from hbcore.services.acting import Staff, acting, reading
from hbcore.services.clock import day_of
from hbcore.services.import_report import ImportReport, repeated, to_json
from hbcore.services.refusals import refusals_recorded
from hbcore.storage.ids import new_id
from hbcore.storage.readers import PAGE, SHELL, Limits, Table, read_table
from hbcore.storage.upload_rows import UPLOADS, KeptRow, committed, keep_rows, next_number

__all__ = ["PAGE", "SHELL", "Import", "ListFile", "Sort", "Taken", "commit", "faults", "rows_of"]

NO_INSTITUTION = ""
"""Only laboratory files belong to a testing institution."""


@dataclass(frozen=True)
class ListFile:
    """A file as it came."""

    content: bytes
    name: str
    limits: Limits = PAGE

    @property
    def sha256(self) -> str:
        """The file's digest: the same file is known again by it."""
        return sha256(self.content).hexdigest()


@dataclass
class Taken:
    """What became of the rows, and whose codes may change by it."""

    recorded: int = 0
    already_held: int = 0
    problems: list[RowProblem] = field(default_factory=list)
    people: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Sort:
    """What one sort of list needs: its kind in the table of uploads, its headings, who may import it, what its event says."""

    kind: str
    headings: Headings
    permission: Permission
    act: audit.Act


@dataclass(frozen=True)
class Import:
    """One file being taken in, for whoever records its rows."""

    session: Session
    table: Table
    upload: int
    by: Staff
    at: datetime


def commit(file: ListFile, sort: Sort, record: Callable[[Import], Taken], *, by: Staff, at: datetime) -> ImportReport:
    """Take `file` in: its rows by `record`, the codes that follow, the upload and one event in one transaction, or nothing.

    :raises FileRefused: a file that as a whole cannot be read.
    """
    began = perf_counter()
    if stands := _standing(file, sort, by, at):
        return stands
    table = read_table(file.content, sort.headings, file.limits)
    try:
        with refusals_recorded(by, at, sort.kind), acting(by, sort.permission, at) as session:
            report = _take(Import(session, table, new_id(), by, at), file, sort, record)
            figures = {**report.rows, "codes": report.codes, "sha256": report.sha256}
            audit.record(session, sort.act, by=by, at=at, subject=f"upload {report.batch}", figures=figures)
    except sa.exc.IntegrityError:
        # Somebody committed the same file in the meantime: the unique index on its digest let only one through.
        stands = _standing(file, sort, by, at)
        if stands is None:
            raise
        return stands
    return replace(report, seconds=round(perf_counter() - began, 3))


def rows_of(table: Table) -> Iterator[tuple[int, dict[str, str]]]:
    """Each sound row's number and its cells by our word; ragged rows are refused already and left out."""
    ragged = {problem.row for problem in table.problems}
    words = list(table.columns)
    for number, *cells in zip(table.rows.tolist(), *(column.to_pylist() for column in table.columns.values()), strict=True):
        if number not in ragged:
            yield number, dict(zip(words, cells, strict=True))


def _standing(file: ListFile, sort: Sort, by: Staff, at: datetime) -> ImportReport | None:
    with reading(by, sort.permission, at) as session:
        row = committed(session.connection(), sort.kind, NO_INSTITUTION, file.sha256)
    return repeated(row.number, file.sha256, row.report) if row else None


def _take(one: Import, file: ListFile, sort: Sort, record: Callable[[Import], Taken]) -> ImportReport:
    taken = record(one)
    changes = codes.decide_again(one.session, taken.people, at=one.at, cause=one.upload)
    problems = tuple(sorted((*one.table.problems, *taken.problems), key=lambda problem: problem.row))
    kept = _kept_rows(one.table, problems)
    held = sum(row.status == "held" for row in kept)
    rows = {
        "read": len(one.table.rows),
        "recorded": taken.recorded,
        "already_held": taken.already_held,
        "held": held,
        "refused": len(kept) - held,
        "skipped": one.table.skipped,
    }
    connection = one.session.connection()
    number = next_number(connection, f"{day_of(one.at):%Y%m%d}")
    report = ImportReport(
        number, "committed", file.sha256, asdict(one.table.format), rows, problems=problems, codes=dict(changes)
    )
    connection.execute(
        UPLOADS.insert().values(
            id=one.upload,
            number=number,
            kind=sort.kind,
            institution=NO_INSTITUTION,
            file_name=file.name[-200:],
            digest=report.sha256,
            status="committed",
            report=to_json(report),
            recorded_by=one.by.id,
            recorded_at=one.at,
        )
    )
    keep_rows(connection, one.upload, kept)
    return report


def _kept_rows(table: Table, problems: tuple[RowProblem, ...]) -> list[KeptRow]:
    """The rows that were not recorded, with their cells: nothing of a file is lost."""
    by_row: dict[int, list[RowProblem]] = defaultdict(list)
    for problem in problems:
        by_row[problem.row].append(problem)
    cells = _cells(table, set(by_row)) if by_row else {}
    return [
        KeptRow(
            row,
            "held" if all(one.code in HOLDS for one in of_row) else "refused",
            tuple((one.column, str(one.code)) for one in of_row),
            cells.get(row, {}),
        )
        for row, of_row in by_row.items()
    ]


def _cells(table: Table, wanted: set[int]) -> dict[int, Mapping[str, str | None]]:
    columns = {**table.columns, **table.other}
    places = [(place, row) for place, row in enumerate(table.rows.tolist()) if row in wanted]
    return {row: {word: column[place].as_py() for word, column in columns.items()} for place, row in places}


def faults(row: int, found: Mapping[str, RowCode]) -> list[RowProblem]:
    """The faults of one row, a column each."""
    return [RowProblem(row, column, code) for column, code in found.items()]
