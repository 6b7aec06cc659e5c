"""How the report of a laboratory file looks: what happens to its rows, to whose codes, and what is wrong with it."""

from collections import defaultdict

import pandas as pd
import streamlit as st

from hbcore.domain.problems import row_ranges
from hbcore.services.import_report import ImportReport
from hbcore.ui.locale_words import number_here
from hbcore.ui.reading_notes import show_notes
from hbcore.ui.words import N_, _, sentence_here

ROW_WORDS = {
    "recorded": N_("New"),
    "already_held": N_("Already held"),
    "held": N_("Held"),
    "refused": N_("Not recorded"),
    "corrected": N_("Corrected"),
    "withdrawn": N_("Withdrawn"),
}
COLUMN_WORDS = {
    "name": N_("Name"),
    "document_kind": N_("Document kind"),
    "document_number": N_("Document number"),
    "sampled_at": N_("Sampled"),
    "tested_at": N_("Tested"),
    "reported_at": N_("Reported"),
    "testing_institution": N_("Testing institution"),
    "assay": N_("Assay"),
    "outcome": N_("Outcome"),
    "igg": N_("IgG"),
    "igm": N_("IgM"),
    "sample_number": N_("Sample number"),
    "pooling": N_("Pooling"),
    "result_status": N_("Result status"),
}
COLOUR_WORDS = {
    "none": N_("no code"),
    "green": N_("green"),
    "yellow": N_("yellow"),
    "red": N_("red"),
    "grey": N_("grey"),
}


def show_report(report: ImportReport) -> None:
    """The four figures that add up to the rows read, whose codes change, and the problems by kind."""
    reading = report.format
    st.text(
        _("{kind} · {encoding} · headings in row {header} · {read} rows read, {skipped} lines skipped").format(
            kind=str(reading["kind"]).upper(),
            encoding=str(reading["encoding"] or "").upper() or reading["sheet"],
            header=reading["header_row"],
            read=number_here(report.rows["read"]),
            skipped=report.rows["skipped"],
        )
    )
    show_notes(report.notes)
    with st.container(horizontal=True, gap="medium"):
        for word, text in ROW_WORDS.items():
            st.metric(_(text), number_here(report.rows[word]), width="content")
    st.text(_changes(report))
    if report.problems:
        _show_problems(report)


def _changes(report: ImportReport) -> str:
    if not report.codes:
        return _("No code changes.")
    parts = [change_words(change, people) for change, people in report.codes.items()]
    return _("Codes that change: {list}").format(list=" · ".join(parts))


def change_words(change: str, people: int) -> str:
    """How many codes go from one colour to another."""
    before, after = change.split(">")
    words = _("{people} from {before} to {after}")
    return words.format(people=number_here(people), before=_(COLOUR_WORDS[before]), after=_(COLOUR_WORDS[after]))


def _show_problems(report: ImportReport) -> None:
    rows: dict[tuple[str, str | None], list[int]] = defaultdict(list)
    for problem in report.problems:
        rows[str(problem.code), problem.column].append(problem.row)
    st.subheader(_("To be put right or looked at"), anchor=False)
    st.dataframe(
        pd.DataFrame(
            {
                _("Rows"): [row_ranges(at) for at in rows.values()],
                _("How many"): [len(set(at)) for at in rows.values()],
                _("Column"): [_(COLUMN_WORDS[column]) if column in COLUMN_WORDS else "" for _code, column in rows],
                _("What is wrong and what to do"): [sentence_here(code) for code, _column in rows],
            }
        ),
        hide_index=True,
        width="stretch",
        column_config={_("What is wrong and what to do"): st.column_config.TextColumn(width="large")},
    )
