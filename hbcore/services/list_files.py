"""Files of filings, applications and sampling registrations: taken whole or not at all and once, every row counted once."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from time import perf_counter

import sqlalchemy as sa
from sqlmodel import Session

from hbcore.domain.permissions import Permission
from hbcore.domain.problems import Note, RowProblem
from hbcore.domain.vocabulary import RowCode
from hbcore.services import audit, codes, preview_quota, uploads
from hbcore.services.acting import Staff, acting, reading
from hbcore.services.import_report import ImportReport, as_preview
from hbcore.services.refusals import refusals_recorded
from hbcore.services.uploads import IncomingFile
from hbcore.storage.ids import new_id
from hbcore.storage.readers import Table


@dataclass
class Taken:
    """What became of the rows, and whose codes may change by it. `skipped`: rows of no person.

    `all_told`: the problems that the reader found are among `problems` already.
    """

    recorded: int = 0
    already_held: int = 0
    within_recorded: dict[str, int] = field(default_factory=dict)
    skipped: int = 0
    problems: list[RowProblem] = field(default_factory=list)
    all_told: bool = False
    notes: tuple[Note, ...] = ()
    people: list[int] = field(default_factory=list)
    receipts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Sort:
    """What one sort of list needs: its kind in the table of uploads, how it is read, who may import it, what its event says."""

    kind: str
    table: Callable[[IncomingFile], Table]
    permission: Permission
    act: audit.Act
    previewed: audit.Act | None = None


@dataclass(frozen=True)
class Import:
    """One file being taken in, for whoever records its rows."""

    session: Session
    table: Table
    upload: int
    institution: str
    by: Staff
    at: datetime


def commit(file: IncomingFile, sort: Sort, record: Callable[[Import], Taken], *, by: Staff, at: datetime) -> ImportReport:
    """Take `file` in: its rows by `record`, the codes that follow, the upload and one event in one transaction, or nothing.

    :raises FileRefused: a file that as a whole cannot be read.
    """
    began = perf_counter()
    with reading(by, sort.permission, at) as session:
        if stands := uploads.standing(session, file, sort.kind):
            return stands
    table = sort.table(file)
    try:
        with refusals_recorded(by, at, sort.kind), acting(by, sort.permission, at) as session:
            report = _take(Import(session, table, new_id(), file.institution, by, at), file, sort, record)
            figures = {**report.rows, "codes": report.codes, "sha256": report.sha256}
            audit.record(session, sort.act, by=by, at=at, subject=f"upload {report.batch}", figures=figures)
    except sa.exc.IntegrityError:
        # Somebody committed the same file in the meantime: the unique index on its digest let only one through.
        with reading(by, sort.permission, at) as session:
            if stands := uploads.standing(session, file, sort.kind):
                return stands
        raise
    return replace(report, seconds=round(perf_counter() - began, 3))


def preview(file: IncomingFile, sort: Sort, record: Callable[[Import], Taken], *, by: Staff, at: datetime) -> ImportReport:
    """What `commit` would do now: carried out and undone again, so that every figure equals the commit's; one event.

    :raises FileRefused: as `commit`.
    """
    began = perf_counter()
    with reading(by, sort.permission, at) as session:
        if stands := uploads.standing(session, file, sort.kind):
            return stands
    table = sort.table(file)
    with refusals_recorded(by, at, sort.kind), acting(by, sort.permission, at) as session:
        preview_quota.refuse_too_many(session, by=by, at=at)
        dry = session.connection().begin_nested()
        report = as_preview(_take(Import(session, table, new_id(), file.institution, by, at), file, sort, record))
        dry.rollback()
        audit.record(session, sort.previewed or sort.act, by=by, at=at, subject=sort.kind, figures=dict(report.rows))
    return replace(report, seconds=round(perf_counter() - began, 3))


def rows_of(table: Table) -> Iterator[tuple[int, dict[str, str]]]:
    """Each sound row's number and its cells by our word; ragged rows are refused already and left out."""
    ragged = {problem.row for problem in table.problems}
    words = list(table.columns)
    for number, *cells in zip(table.rows.tolist(), *(column.to_pylist() for column in table.columns.values()), strict=True):
        if number not in ragged:
            yield number, dict(zip(words, cells, strict=True))


def _take(one: Import, file: IncomingFile, sort: Sort, record: Callable[[Import], Taken]) -> ImportReport:
    taken = record(one)
    changes = codes.decide_again(one.session, taken.people, at=one.at, cause=one.upload)
    found = taken.problems if taken.all_told else (*one.table.problems, *taken.problems)
    problems = tuple(sorted(found, key=lambda problem: problem.row))
    by_row = uploads.problems_by_row(problems)
    held = sum(uploads.is_held(of_row) for of_row in by_row.values())
    rows = {
        "read": len(one.table.rows) - taken.skipped,
        "recorded": taken.recorded,
        "already_held": taken.already_held,
        "held": held,
        "refused": len(by_row) - held,
        "skipped": one.table.skipped + taken.skipped,
        **taken.within_recorded,
    }
    report = ImportReport(
        None,
        "committed",
        file.sha256,
        asdict(one.table.format),
        rows,
        problems=problems,
        codes=dict(changes),
        notes=(*one.table.notes, *taken.notes),
        receipts=taken.receipts,
        headings=one.table.headings,
    )
    return uploads.keep(one.session, one.upload, sort.kind, file, one.table, report, by=one.by, at=one.at)


def faults(row: int, found: Mapping[str, RowCode]) -> list[RowProblem]:
    """The faults of one row, a column each."""
    return [RowProblem(row, column, code) for column, code in found.items()]
