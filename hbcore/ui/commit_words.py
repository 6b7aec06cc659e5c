"""What stands on and beside the button that commits a file that was previewed."""

from hbcore.services import uploads
from hbcore.services.import_report import ImportReport
from hbcore.ui.locale_words import number_here
from hbcore.ui.words import N_n, _, _n


def commit_words(report: ImportReport) -> str:
    """What committing does: how many rows are new, and how many of the others wait, for a second person or a closer look."""
    new, held = report.rows["recorded"], report.rows["held"]
    held_rows = [one for one in uploads.problems_by_row(report.problems).values() if uploads.is_held(one)]
    waiting = sum(uploads.waits_for(one) is not None for one in held_rows)
    parts = {
        _("{n} wait for a second person"): waiting,
        _("{n} held to be looked at"): held - waiting,
    }
    waits = [words.format(n=number_here(n)) for words, n in parts.items() if n]
    if not waits:
        return _n("Commit {n} row", "Commit {n} rows", new).format(n=number_here(new))
    return _("Commit: {rows}").format(rows=" · ".join([_("{n} new").format(n=number_here(new)), *waits]))


def nothing_to_commit(report: ImportReport) -> bool:
    """Whether no row of the file would be recorded or held."""
    return not (report.rows["recorded"] or report.rows["held"])


def beside_commit(report: ImportReport, *, recalled_whole: bool, as_file: bool = True) -> str:
    """Why there is nothing to commit; else that it can be taken back, and what becomes of the rows left out."""
    if nothing_to_commit(report):
        return _("Nothing in this file would be recorded or held.")
    left_out = N_n(
        "{n} row is left out: put it right in the list and send it again.",
        "{n} rows are left out: put them right in the list and send it again.",
    )
    if as_file:
        left_out = N_n(
            "{n} row is left out: once committed, it can be taken as a file, put right and sent again.",
            "{n} rows are left out: once committed, they can be taken as a file, put right and sent again.",
        )
    refused = report.rows["refused"]
    said = {
        _("A committed upload can be recalled whole."): recalled_whole,
        _n(*left_out, refused).format(n=number_here(refused)): refused,
    }
    return "  \n".join(words for words, true in said.items() if true)
