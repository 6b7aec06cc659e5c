"""A liaison's own uploads: what came in this shift, what was held or refused, and one with its problem rows (model part 3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Session

from hbcore.domain.csv_cells import csv_bytes
from hbcore.domain.errors import Refused
from hbcore.domain.headings import ADDED
from hbcore.domain.permissions import Permission
from hbcore.domain.shifts import shift_start
from hbcore.domain.vocabulary import FileKind, Purpose, RowCode
from hbcore.sentences import of_row, sentence
from hbcore.services import audit
from hbcore.services.acting import Staff, reading
from hbcore.services.import_report import ImportReport, applying, as_it_stands
from hbcore.storage import applying_rows, recalling_rows, upload_list_rows
from hbcore.storage.applying_rows import HowFar
from hbcore.storage.readers.mapped import as_it_came
from hbcore.storage.recalling_rows import SoFar
from hbcore.storage.upload_list_rows import ProblemRow as ProblemRow
from hbcore.storage.upload_list_rows import Row
from hbcore.storage.upload_rows import cells_beyond, file_name
from hbcore.storage.writers.workbook import text_workbook_bytes

RECENT = timedelta(days=7)
"""Held and refused rows are counted for uploads of these last days; older ones stay in the list of all."""
MOST = 50

SHORT = {
    "zh": "← 本行单元格少于标题：请把各项移到对应的列，再删除此格",
    "en": "← Fewer cells than headings: move each under its heading, then delete this one",
}
"""Right of a row with too few cells, in a workbook."""


class Which(StrEnum):
    """Which uploads are listed. `SHIFT`: since 08:00 or 20:00; `HELD`, `REFUSED`: of the last days, with such rows."""

    ALL = "all"
    SHIFT = "shift"
    HELD = "held"
    REFUSED = "refused"


@dataclass(frozen=True)
class UploadLine:
    """One upload in the list. `kind`: `results` or `samples`; `recalled`: whether it was taken back; `how_far`: of one that is
    not recorded to its last line; `so_far`: of one that is being recalled or put back."""

    number: str
    kind: str
    at: datetime
    by: str
    institution: str
    file_name: str
    rows: Mapping[str, int]
    recalled: bool
    how_far: HowFar | None = None
    so_far: SoFar | None = None


@dataclass(frozen=True)
class ProblemFile:
    """Their own file back; `rows` below its headings."""

    kind: FileKind
    rows: int
    content: bytes


@dataclass(frozen=True)
class UploadsSeen:
    """What a page was told: the question, the newest act at the time, the lines; whether any upload is still in the middle."""

    asked: tuple[object, ...]
    newest: int
    lines: tuple[UploadLine, ...]
    moving: bool

    def still_so(self, asked: tuple[object, ...], newest: int, moving: bool) -> bool:
        """Whether the answer would be the same: a slice of a large upload is no act."""
        return not (moving or self.moving) and (self.asked, self.newest) == (asked, newest)


@dataclass(frozen=True)
class UploadCounts:
    """What waits for a liaison. `shift`: uploads since `shift_began`; `held`, `refused`: rows since `recent_from`."""

    shift_began: datetime
    recent_from: datetime
    shift: int
    held: int
    refused: int
    last: tuple[str, datetime] | None


def counts_in(session: Session, by: Staff, at: datetime) -> UploadCounts:
    """The counts of one's own institutions, in the caller's transaction."""
    connection, own = session.connection(), by.institutions
    began, recent = shift_start(at), _recent_from(at)
    rows = upload_list_rows.row_counts(connection, own, recent)
    shift, last = upload_list_rows.count_since(connection, own, began), upload_list_rows.last(connection, own)
    return UploadCounts(began, recent, shift, rows.get("held", 0), rows.get("refused", 0), last)


def listed(
    which: Which = Which.ALL, *, by: Staff, at: datetime, limit: int = MOST, before: UploadsSeen | None = None
) -> UploadsSeen:
    """The newest uploads of one's own institutions; `before` again while the question is the same and nothing was done since."""
    asked = (by, which, limit, at.replace(second=0, microsecond=0))
    since = {Which.ALL: None, Which.SHIFT: shift_start(at)}.get(which, _recent_from(at))
    status = str(which) if which in (Which.HELD, Which.REFUSED) else None
    with reading(by, Permission.IMPORT_RESULTS, at) as session:
        newest = audit.newest(session)
        how_far = applying_rows.how_far(session.connection(), by.institutions)
        so_far = recalling_rows.so_far(session.connection(), by.institutions)
        moving = bool(how_far or so_far)
        if before is not None and before.still_so(asked, newest, moving):
            return before
        rows = upload_list_rows.listed(session.connection(), by.institutions, since=since, status=status, limit=limit)
    return UploadsSeen(asked, newest, tuple(_line(row, how_far.get(row.id), so_far.get(row.id)) for row in rows), moving)


def report_of(number: str, *, by: Staff, at: datetime) -> tuple[UploadLine, ImportReport]:
    """One upload and its report as it stands: figures, and what is wrong with which rows; no cell of any of them.

    :raises Refused: `unknown_upload`, also for an upload of another institution.
    """
    with reading(by, Permission.IMPORT_RESULTS, at) as session:
        row = _own(session, number, by)
        how_far = applying_rows.how_far(session.connection(), by.institutions).get(row.id)
    report = as_it_stands(row.number, row.digest, row.report)
    return _line(row, how_far), applying(report, how_far) if how_far else report


def problem_rows(number: str, *, by: Staff, at: datetime) -> tuple[ProblemRow, ...]:
    """The rows of an own upload that were not recorded, with their cells as they came: one look-up event.

    :raises Refused: `unknown_upload`, `look_up_not_recorded`.
    """
    return _opened(number, audit.Act.UPLOAD_LOOKED_UP, by, at)[1]


def problem_file(number: str, language: str, *, by: Staff, at: datetime, kind: FileKind | None = None) -> ProblemFile:
    """Their own file back with these rows alone and one more column: to put right and upload again; one look-up event.

    `kind`: None is a workbook of a workbook, else a CSV. A workbook has text in its cells: of those of a CSV a spreadsheet makes
    numbers and cuts them.

    Headings and cells are as they came, so that it is read as the first file was; the added column is none that the desk knows,
    and stands first: a row with too few or too many cells is one in this file, too, until somebody puts it right. A number that
    lost digits is left out.

    :raises Refused: as `problem_rows`.
    """
    upload, rows = _opened(number, audit.Act.PROBLEM_ROWS_TAKEN, by, at)
    report = as_it_stands(upload.number, upload.digest, upload.report)
    headings = report.headings or _of_cells(rows)
    shown = [(heading, name) for heading, name in headings if heading not in ADDED.values()]
    kind = kind or (FileKind.CSV if report.format.get("kind", "csv") == "csv" else FileKind.XLSX)
    lines = [(_wrong_with_row(row, upload.kind, language), *_cells_as_they_came(row, shown)) for row in rows]
    if kind is FileKind.XLSX:
        lines = [_with_its_gap(line, len(shown) + 1, language) for line in lines]
    written = csv_bytes if kind is FileKind.CSV else text_workbook_bytes
    return ProblemFile(kind, len(lines), written((ADDED[language], *(heading for heading, _ in shown)), lines))


def _cells_as_they_came(row: ProblemRow, shown: Sequence[tuple[str, str]]) -> Sequence[str]:
    # What is left of a number is a number as well, and one in eleven of them is somebody's.
    lost = {column for column, code in row.problems if code == RowCode.DIGITS_LOST}
    cells = ["" if name in lost else _as_it_came(row, heading, name) for heading, name in shown]
    faults = {code for _column, code in row.problems}
    if RowCode.TOO_FEW_CELLS in faults:
        while cells and not cells[-1]:
            cells.pop()
    if faults & {RowCode.CELLS_BEYOND_HEADER, RowCode.UNCLOSED_QUOTE}:
        cells += cells_beyond(row.cells)
    return cells


def _with_its_gap(line: tuple[str, ...], width: int, language: str) -> tuple[str, ...]:
    """In a sheet no row is shorter than another: a cell right of the headings says so, and belongs nowhere when it comes back."""
    gap = width - len(line)
    return (*line, *[""] * gap, SHORT[language]) if gap > 0 else line


def _as_it_came(row: ProblemRow, heading: str, name: str) -> str:
    return row.cells.get(as_it_came(heading)) or row.cells.get(name, "")


def _of_cells(rows: Sequence[ProblemRow]) -> Sequence[tuple[str, str]]:
    """Of an upload whose headings were not kept: our own words, which the desk reads as well."""
    return [(name, name) for name in dict.fromkeys(name for row in rows for name in row.cells)]


def _wrong_with_row(row: ProblemRow, kind: str, language: str) -> str:
    where = {"zh": "第 {row} 行：{wrong}", "en": "Row {row}: {wrong}"}[language]
    return where.format(row=row.row, wrong=what_is_wrong(row, kind, language))


def what_is_wrong(row: ProblemRow, kind: str, language: str) -> str:
    """The sentences of a row's faults, each once; `kind` of its upload."""
    return " ".join(dict.fromkeys(sentence(of_row(code, kind))[language] for _column, code in row.problems))


def _opened(number: str, act: audit.Act, by: Staff, at: datetime) -> tuple[Row, tuple[ProblemRow, ...]]:
    with reading(by, Permission.IMPORT_RESULTS, at) as session:
        upload = _own(session, number, by)
        rows = tuple(upload_list_rows.problem_rows(session.connection(), upload.id))
    figures = {"purpose": Purpose.CORRECT_RESULT, "rows": len(rows)}
    audit.record_look_up(act, by=by, at=at, subject=f"upload {number}", figures=figures)
    return upload, rows


def _own(session: Session, number: str, by: Staff) -> Row:
    row = upload_list_rows.one(session.connection(), by.institutions, number)
    if row is None:
        raise Refused("unknown_upload")
    return row


def _recent_from(at: datetime) -> datetime:
    """The minute is whole, so that a number and the list behind it speak of the same uploads."""
    return at.replace(second=0, microsecond=0) - RECENT


def _line(row: Row, how_far: HowFar | None, so_far: SoFar | None = None) -> UploadLine:
    name = file_name(row.id, row.sealed, row.key_version)
    report = as_it_stands(row.number, row.digest, row.report)
    rows = applying(report, how_far).rows if how_far else report.rows
    taken_back = row.status == "recalled"
    of = (row.number, row.kind, row.recorded_at, row.full_name, row.institution)
    return UploadLine(*of, name, rows, taken_back, how_far, so_far)
