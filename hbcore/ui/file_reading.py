"""How a file that was dropped is read: its encoding, and what its columns and words mean; both can be put right by hand."""

from collections.abc import Callable, Collection
from dataclasses import replace

from hbcore.services import column_mappings
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.import_report import ImportReport
from hbcore.services.uploads import IncomingFile
from hbcore.ui.column_mapping import show_mapping
from hbcore.ui.file_encoding import show_encoding
from hbcore.ui.file_sorts import FileSort


def show_reading(
    sort: FileSort,
    file: IncomingFile,
    report: ImportReport | None,
    refused: Collection[str],
    staff: Staff,
    changed: Callable[[], None],
) -> None:
    """Its encoding, and of a laboratory's file before its commit what is matched; `changed` is called where that is another.

    `refused`: why there is no report.
    """
    if sort.word != "results":
        show_encoding(file, report, refused)
        return
    mapping = column_mappings.remembered(file.institution, by=staff, at=now())
    show_encoding(replace(file, mapping=mapping), report, refused)
    if report is None or report.batch is None:
        show_mapping(file, report, mapping, staff, changed)
