"""Uploads of any sort: the file as it came, whether it stands already, and its row with all that was not recorded."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property, partial
from hashlib import sha256

from sqlmodel import Session

from hbcore.domain.column_mapping import NONE, ColumnMapping, headings_with
from hbcore.domain.headings import Headings
from hbcore.domain.lab_keeping import WaitsFor
from hbcore.domain.problems import RowProblem
from hbcore.domain.vocabulary import HOLDS, Encoding, RowCode
from hbcore.services.acting import Staff
from hbcore.services.clock import day_of
from hbcore.services.import_report import ImportReport, applying, repeated, to_json
from hbcore.storage import applying_rows, upload_rows
from hbcore.storage.readers import PAGE, SHELL, SUFFIXES, Limits, Table, first_rows, is_text, read_table
from hbcore.storage.readers.mapped import in_words_of
from hbcore.storage.upload_rows import UPLOADS, KeptRow, OfLines, cells_of_row, committed, keep_rows, next_number

PAGE_MEGABYTES = PAGE.bytes // 1_000_000
PAGE_ROWS = PAGE.rows
SHELL_BYTES = SHELL.bytes
PAGE_SUFFIXES = SUFFIXES


@dataclass(frozen=True)
class IncomingFile:
    """A file as it came. `institution`: only laboratory files belong to one. The shell takes larger files than a page.

    `encoding`: of a text file, where a person said it; else the file shows it. `mapping`: what the sender's headings and words
    mean; None where nobody has said it of this file.
    """

    content: bytes
    name: str
    institution: str = ""
    by_shell: bool = False
    encoding: Encoding | None = None
    mapping: ColumnMapping | None = None

    @cached_property
    def sha256(self) -> str:
        """The file's digest: the same file is known again by it."""
        return sha256(self.content).hexdigest()

    def emptied(self) -> "IncomingFile":
        """Itself without what it holds, once that is read: a million rows are not there twice."""
        empty = replace(self, content=b"")
        empty.__dict__["sha256"] = self.sha256
        return empty

    @property
    def limits(self) -> Limits:
        """The most that is taken of it."""
        return SHELL if self.by_shell else PAGE

    @property
    def is_text(self) -> bool:
        """Whether it has an encoding at all."""
        return is_text(self.content)

    def first_rows(self) -> list[list[str]]:
        """The rows at its top, whatever they are.

        :raises FileRefused: a file that cannot be read at all.
        """
        return first_rows(self.content, self.limits, self.encoding)

    def table(self, headings: Headings) -> Table:
        """Its columns and rows, in our words.

        :raises FileRefused: a file that cannot be read as a whole.
        """
        mapping = self.mapping or NONE
        return in_words_of(read_table(self.content, headings_with(mapping, headings), self.limits, self.encoding), mapping)


@dataclass(frozen=True)
class OfLaboratory:
    """What is kept of a laboratory's file besides. `positives` count towards the limit of a shift, `pooled` is people.

    `held`: what the lines of rows that are held say.
    """

    positives: int = 0
    pooled: int = 0
    held: Mapping[int, OfLines] = field(default_factory=dict)


def standing(session: Session, file: IncomingFile, kind: str) -> ImportReport | None:
    """The first run's figures where this very file was committed before; `applying` where it is not recorded to its last line."""
    connection = session.connection()
    row = committed(connection, kind, file.institution, file.sha256)
    if row is None:
        return None
    report = repeated(row.number, file.sha256, row.report)
    how_far = applying_rows.how_far(connection, [file.institution]).get(row.id)
    return applying(report, how_far) if how_far else report


def keep(
    session: Session,
    upload: int,
    kind: str,
    file: IncomingFile,
    table: Table,
    report: ImportReport,
    more: OfLaboratory = OfLaboratory(),
    *,
    by: Staff,
    at: datetime,
) -> ImportReport:
    """Store the upload with its report and its rows that were not recorded, cells sealed; the report with its batch number."""
    connection = session.connection()
    number = next_number(connection, f"{day_of(at):%Y%m%d}")
    connection.execute(
        UPLOADS.insert().values(
            id=upload,
            number=number,
            kind=kind,
            institution=file.institution,
            **upload_rows.sealed_name(upload, file.name),
            digest=file.sha256,
            status="committed",
            report=to_json(report),
            recorded_by=by.id,
            recorded_at=at,
            positives=more.positives,
            pooled=more.pooled,
        )
    )
    keep_rows(connection, upload, kept_rows(partial(cells_of_row, table), report.problems, more.held))
    return replace(report, batch=number)


def problems_by_row(problems: Iterable[RowProblem]) -> dict[int, list[RowProblem]]:
    """The problems of each row that was not recorded."""
    by_row: dict[int, list[RowProblem]] = defaultdict(list)
    for problem in problems:
        by_row[problem.row].append(problem)
    return by_row


def is_held(problems: Iterable[RowProblem]) -> bool:
    """Whether a row with these problems is kept for a person's eyes; any other fault refuses it."""
    return all(one.code in HOLDS for one in problems)


def held_for(problems: Iterable[RowProblem]) -> RowCode | None:
    """What holds a row with these problems; None where it is refused."""
    codes = [one.code for one in problems]
    return codes[0] if codes and all(code in HOLDS for code in codes) else None


def waits_for(problems: Iterable[RowProblem]) -> WaitsFor | None:
    """What a held row with these problems waits for, where two people may settle it."""
    waiting = [one for one in problems if one.code == RowCode.SECOND_ACCOUNT_NEEDED]
    if not waiting:
        return None
    return WaitsFor.RELEASE if waiting[0].column == "outcome" else WaitsFor.REMOVAL


def kept_rows(
    cells: Callable[[int], Mapping[str, str]], problems: Iterable[RowProblem], held: Mapping[int, OfLines]
) -> list[KeptRow]:
    """Rows that were not recorded, as they are stored; `cells` answers with those of a row of the file."""
    return [
        KeptRow(
            row,
            "held" if is_held(of_row) else "refused",
            tuple((one.column, str(one.code)) for one in of_row),
            cells(row),
            waits_for(of_row),
            held.get(row),
            held_for(of_row),
        )
        for row, of_row in problems_by_row(problems).items()
    ]
