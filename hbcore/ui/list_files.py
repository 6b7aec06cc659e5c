"""Lists that come to the review queue: another channel's applications, public security's filings; seen before their commit."""

from collections.abc import Collection

import streamlit as st

from hbcore.domain.headings import APPLICATIONS, FILINGS, Headings
from hbcore.domain.permissions import Permission, may
from hbcore.services import application_imports, columns_seen, filings, lab_cells
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.import_report import ImportReport
from hbcore.services.lab_cells import Cells
from hbcore.services.uploads import PAGE_MEGABYTES, PAGE_ROWS, PAGE_SUFFIXES, IncomingFile
from hbcore.ui import safe
from hbcore.ui.commit_words import beside_commit, commit_words, nothing_to_commit
from hbcore.ui.errors import errors_shown, say_after_rerun
from hbcore.ui.file_encoding import as_chosen, show_encoding
from hbcore.ui.file_sorts import FileSort
from hbcore.ui.lab_report import show_report
from hbcore.ui.locale_words import number_here
from hbcore.ui.waiting import busy
from hbcore.ui.words import N_, _

SORTS = {
    sort.word: sort
    for sort in (
        FileSort(
            "applications",
            N_("Applications of another channel"),
            N_("Drop another channel's export: CSV, Excel or ODS, up to {megabytes} MB and {rows} rows"),
            N_("Recording applications …"),
            application_imports.preview,
            application_imports.import_applications,
            in_slices=False,
        ),
        FileSort(
            "filings",
            N_("Filings of public security"),
            N_("Drop public security's list: CSV, Excel or ODS, up to {megabytes} MB and {rows} rows"),
            N_("Recording filings and comparing what waits …"),
            filings.preview,
            filings.import_filings,
            in_slices=False,
        ),
    )
}
WHAT_FOR = {
    "applications": N_("The 24 hours run from the submission there. Gaps are to be looked at; you may decide on them."),
    "filings": N_("Whatever waits for one of these is compared again at once. Lists come to the prefecture or the province."),
}
HEADINGS: dict[str, Headings] = {"applications": APPLICATIONS, "filings": FILINGS}
_SEEN, _DONE, _TURN = "list seen", "list done", "list turn"


def may_take(staff: Staff) -> bool:
    """Whether lists are theirs to take in."""
    return may(staff.role, Permission.IMPORT_APPLICATIONS)


def take_lists(staff: Staff) -> None:
    """The three steps: file, preview, done."""
    sort = SORTS[_chosen()]
    st.caption(_(WHAT_FOR[sort.word]))
    label = _(sort.drop).format(megabytes=PAGE_MEGABYTES, rows=number_here(PAGE_ROWS))
    key = f"list of {sort.word} {st.session_state.setdefault(_TURN, 0)}"
    dropped = st.file_uploader(safe.inert(label), PAGE_SUFFIXES, max_upload_size=PAGE_MEGABYTES, key=key)
    if dropped:
        st.session_state.pop(_DONE, None)
        _show_preview(sort, as_chosen(IncomingFile(dropped.getvalue(), dropped.name)), staff)
    elif done := st.session_state.get(_DONE):
        _show_done(done)


def _chosen() -> str:
    chosen = st.segmented_control(
        _("What the list holds"),
        tuple(SORTS),
        default="applications",
        required=True,
        format_func=lambda word: _(SORTS[word].name),
        key="list sort",
        label_visibility="collapsed",
    )
    return str(chosen or "applications")


def _show_preview(sort: FileSort, file: IncomingFile, staff: Staff) -> None:
    seen, refused = _preview_of(sort, file, staff)
    show_encoding(file, seen[0] if seen else None, refused)
    if seen is None:
        return
    report, cells = seen
    if report.batch:
        st.info(safe.inert(_("This very file is held already as upload {number}.").format(number=report.batch)))
        _show_done(report)
        return
    if unread := columns_seen.left_over(report.headings, HEADINGS[sort.word]):
        safe.text(_("Columns that are not read: {list}").format(list=" · ".join(f"“{one}”" for one in unread)))
    show_report(report, cells)
    wanted = st.button(safe.inert(commit_words(report)), type="primary", disabled=nothing_to_commit(report))
    st.caption(safe.inert(beside_commit(report, recalled_whole=False, as_file=False)))
    if wanted:
        _commit(sort, file, staff)


def _preview_of(sort: FileSort, file: IncomingFile, staff: Staff) -> tuple[tuple[ImportReport, Cells] | None, Collection[str]]:
    """What the file would do, else why nothing; worked out once for each file and way to read it, in this session only."""
    asked = (sort.word, file.sha256, file.encoding)
    held: tuple[object, ImportReport, Cells] | None = st.session_state.get(_SEEN)
    if held and held[0] == asked:
        return held[1:], ()
    st.session_state.pop(_SEEN, None)
    with errors_shown() as refused, busy(_("Reading and judging the file; nothing is stored yet …")):
        report = sort.preview(file, by=staff, at=now())
        cells = lab_cells.of_list(file, HEADINGS[sort.word], report.problems, by=staff, at=now())
        st.session_state[_SEEN] = (asked, report, cells)
        return (report, cells), ()
    return None, refused


def _commit(sort: FileSort, file: IncomingFile, staff: Staff) -> None:
    st.session_state.pop(_SEEN, None)
    with errors_shown():
        with busy(_(sort.recording)):
            done = sort.commit(file, by=staff, at=now())
        st.session_state[_TURN] += 1
        st.session_state[_DONE] = done
        say_after_rerun(_("Upload {number} committed.").format(number=done.batch))


def _show_done(report: ImportReport) -> None:
    """What was committed, and which receipt each row has now, for the channel to hand on."""
    st.success(safe.inert(_("Upload {number} is committed.").format(number=report.batch)))
    show_report(report)
    if report.receipts:
        lines = ["row,receipt", *(f"{row},{receipt}" for row, receipt in report.receipts.items())]
        name = f"receipts-{report.batch}.csv"
        st.download_button(_("Receipts by row"), "\r\n".join(lines).encode("utf-8-sig"), name, on_click="ignore")
