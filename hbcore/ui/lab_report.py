"""How the report of a laboratory file looks: what happens to its rows, to whose codes, and what is wrong with it."""

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from hbcore.domain.errors import Refused
from hbcore.domain.problems import row_ranges
from hbcore.sentences import of_row
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.import_report import WAITING, ImportReport
from hbcore.services.lab_cells import SHOWN, Cells, by_fault, quoted
from hbcore.services.uploads import IncomingFile
from hbcore.ui import safe
from hbcore.ui.locale_words import number_here
from hbcore.ui.reading_notes import show_notes
from hbcore.ui.words import N_, _, _n, sentence_here

ROW_WORDS = {
    "recorded": N_("New"),
    "already_held": N_("Already held"),
    "held": N_("Held"),
    "refused": N_("Not recorded"),
    "corrected": N_("Corrected"),
    "withdrawn": N_("Withdrawn"),
}
HELD_THEN = N_("Held until the recall")
COLUMN_WORDS = {
    "name": N_("Name"),
    "document_kind": N_("Document kind"),
    "document_number": N_("Document number"),
    "phone": N_("Phone"),
    "sex": N_("Sex"),
    "age": N_("Age"),
    "nationality": N_("Nationality"),
    "sampled_at": N_("Sampled"),
    "tested_at": N_("Tested"),
    "reported_at": N_("Reported"),
    "sampling_site": N_("Sampling site"),
    "testing_institution": N_("Testing institution"),
    "assay": N_("Assay"),
    "outcome": N_("Outcome"),
    "igg": N_("IgG"),
    "igm": N_("IgM"),
    "sample_number": N_("Sample number"),
    "pooling": N_("Pooling"),
    "result_status": N_("Result status"),
    "receipt": N_("The channel's receipt"),
    "submitted_at": N_("Submitted at"),
    "country": N_("Issuing country or region"),
    "birth_date": N_("Birth date"),
    "entry_date": N_("Date of entry"),
    "email": N_("E-mail"),
    "unit": N_("Unit"),
    "address": N_("Address in Hubei"),
    "symptoms": N_("Symptoms"),
    "contact": N_("Contact with a case"),
}
COLOUR_WORDS = {
    "none": N_("no code"),
    "green": N_("green"),
    "yellow": N_("yellow"),
    "red": N_("red"),
    "grey": N_("grey"),
}


def row_words(*, recalled: bool) -> Mapping[str, str]:
    """What an upload's figures are called; of one that is recalled no row is held any more."""
    return ROW_WORDS | ({"held": HELD_THEN} if recalled else {})


def listed_figures(rows: Mapping[str, int], *, recalled: bool) -> dict[str, int]:
    """An upload's figures as they stand in a list, under one heading for all of them."""
    return {_(text): 0 if recalled and word == "held" else rows[word] for word, text in ROW_WORDS.items()}


def show_report(report: ImportReport, cells: Cells | None = None, *, recalled: bool = False, sort: str = "results") -> None:
    """The four figures that add up to the rows read, whose codes change, and the problems by kind.

    `cells` of the rows with problems, where they may be shown: the sender's own file, or a look-up. `sort` of the upload.
    """
    reading = report.format
    st.text(
        _("{kind} · {encoding} · headings in row {header} · rows read: {read}, lines skipped: {skipped}").format(
            kind=str(reading["kind"]).upper(),
            encoding=str(reading["encoding"] or "").upper() or reading["sheet"],
            header=reading["header_row"],
            read=number_here(report.rows["read"]),
            skipped=number_here(report.rows["skipped"]),
        )
    )
    show_notes(report.notes)
    with st.container(horizontal=True, gap="medium"):
        for word, text in row_words(recalled=recalled).items():
            if word in report.rows:
                st.metric(_(text), number_here(report.rows[word]), width="content")
    if waiting := report.rows.get(WAITING):
        said = _n(
            "{n} row of those already held waits to be settled since an earlier upload; it is not held twice.",
            "{n} rows of those already held wait to be settled since an earlier upload; they are not held twice.",
            waiting,
        )
        st.text(said.format(n=number_here(waiting)))
    st.text(_changes(report))
    if report.problems:
        _show_problems(report, cells, sort)


def committed_as_seen(
    commit: Callable[..., ImportReport], file: IncomingFile, seen: ImportReport, staff: Staff
) -> ImportReport | None:
    """Commit a file whose preview somebody has looked at; None where what that stood on has moved, and nothing was done."""
    stood_on = {"fingerprint": seen.fingerprint} if seen.fingerprint else {}
    try:
        return commit(file, **stood_on, by=staff, at=now())
    except Refused as refused:
        if refused.code != "preview_moved":
            raise
        return None


def _changes(report: ImportReport) -> str:
    to_come = report.status == "preview"
    if not report.codes:
        return _("No code changes.") if to_come else _("It changed no code.")
    parts = [change_words(change, people) for change, people in report.codes.items()]
    words = _("Codes that change: {list}") if to_come else _("Codes that changed: {list}")
    return words.format(list=" · ".join(parts))


def change_words(change: str, people: int) -> str:
    """How many codes go from one colour to another."""
    before, after = change.split(">")
    words = _("{people} from {before} to {after}")
    return words.format(people=number_here(people), before=_(COLOUR_WORDS[before]), after=_(COLOUR_WORDS[after]))


def _show_problems(report: ImportReport, cells: Cells | None, sort: str) -> None:
    """The faults of the file and its rows, each with the rows that have it; one that is chosen opens them."""
    faults = list(by_fault(report.problems).items())
    st.subheader(_("To be put right or looked at"), anchor=False)
    lines = [_fault_line(of_row(code, sort), column, rows, cells) for (code, column), rows in faults]
    widths = {_("How many"): 76, _("Column"): 128, _("What is wrong and what to do"): 700, _("Rows"): 110}
    chosen = safe.chooser(lines, key=f"faults {report.batch} {hash(tuple(faults[0][1]))} {len(faults)}", widths=widths)
    if chosen is None:
        if cells is not None:
            st.caption(_("Select a line to see its rows."))
        return
    (code, _column), rows = faults[chosen]
    st.text(sentence_here(of_row(code, sort)))
    if cells is None:
        st.caption(_("Show these rows first: that is recorded as a look-up."))
        return
    shown = [row for row in dict.fromkeys(rows) if row in cells][:SHOWN]
    safe.table([_row_line(row, cells) for row in shown], key=f"rows of a fault {report.batch} {code}")
    if len(set(rows)) > len(shown):
        st.caption(_n("The first row is shown.", "The first {n} rows are shown.", len(shown)).format(n=number_here(len(shown))))


def _fault_line(code: str, column: str | None, rows: Sequence[int], cells: Cells | None) -> dict[str, object]:
    """A fault: how many rows and which, and of the cell that is wrong up to three that differ, as they were written."""
    says = {_("The cell says"): " ".join(f"“{one}”" for one in quoted(cells, rows, column))} if cells is not None else {}
    return {
        _("How many"): len(set(rows)),
        _("Column"): _(COLUMN_WORDS[column]) if column in COLUMN_WORDS else "",
        _("What is wrong and what to do"): sentence_here(code),
        _("Rows"): row_ranges(rows),
        **says,
    }


def _row_line(row: int, cells: Cells) -> dict[str, object]:
    theirs = {_(COLUMN_WORDS[name]) if name in COLUMN_WORDS else name: cell for name, cell in cells[row].items()}
    return {_("Row"): row, **theirs}
