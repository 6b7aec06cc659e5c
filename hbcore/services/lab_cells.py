"""The cells of the rows that a preview calls wrong: read again from the file in its sender's hands, kept nowhere."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from hbcore.domain.headings import LAB, Headings
from hbcore.domain.permissions import Permission
from hbcore.domain.problems import RowProblem
from hbcore.services import column_mappings
from hbcore.services.acting import Staff, reading
from hbcore.services.uploads import IncomingFile
from hbcore.storage.upload_rows import cells_of_row

SHOWN = 50
"""So many rows of one fault are shown with their cells."""

QUOTED = 3

Cells = Mapping[int, Mapping[str, str]]
"""By row of the file, its filled cells by our word or by the heading we do not know."""


def of_file(file: IncomingFile, problems: Iterable[RowProblem], *, by: Staff, at: datetime) -> Cells:
    """The cells of the first rows of each fault of a file that `by` is about to commit.

    :raises FileRefused: as `lab_imports.preview`.
    """
    with reading(by, Permission.IMPORT_RESULTS, at):
        wanted = sorted({row for rows in by_fault(problems).values() for row in rows[:SHOWN]})
    if not wanted:
        return {}
    table = column_mappings.mapped(file, by=by, at=at).table(LAB)
    return {row: cells_of_row(table, row) for row in wanted}


def of_list(file: IncomingFile, headings: Headings, problems: Iterable[RowProblem], *, by: Staff, at: datetime) -> Cells:
    """`of_file` of a list of applications or filings, which nobody's own headings are matched for.

    :raises FileRefused: as the list's preview.
    """
    with reading(by, Permission.IMPORT_APPLICATIONS, at):
        wanted = sorted({row for rows in by_fault(problems).values() for row in rows[:SHOWN]})
    if not wanted:
        return {}
    table = file.table(headings)
    return {row: cells_of_row(table, row) for row in wanted}


def by_fault(problems: Iterable[RowProblem]) -> dict[tuple[str, str | None], list[int]]:
    """The rows of each fault, a fault being a code and the column it is about; in the order in which they came."""
    rows: dict[tuple[str, str | None], list[int]] = defaultdict(list)
    for problem in problems:
        rows[str(problem.code), problem.column].append(problem.row)
    return rows


def quoted(cells: Cells, rows: Iterable[int], column: str | None) -> tuple[str, ...]:
    """What the cells that are at fault say: that cell alone, up to three that differ."""
    said = (cells[row].get(column, "") for row in rows if row in cells) if column else ()
    return tuple(dict.fromkeys(filter(None, said)))[:QUOTED]
