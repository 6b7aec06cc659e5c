"""The list of own uploads, as the address says; of one that is opened its report, and on request the rows themselves."""

from collections.abc import Sequence
from datetime import datetime

import pyarrow as pa
import streamlit as st

from hbcore.domain.vocabulary import FileKind
from hbcore.services import own_uploads
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.own_uploads import MOST, ProblemFile, ProblemRow, UploadLine, UploadsSeen, Which
from hbcore.ui import safe
from hbcore.ui.file_sorts import SORTS
from hbcore.ui.lab_report import COLUMN_WORDS, HELD_THEN, ROW_WORDS, listed_figures, show_report
from hbcore.ui.recalls import show_standing
from hbcore.ui.recording_progress import show_applying, state_words
from hbcore.ui.upload_opened import open_upload
from hbcore.ui.waiting import busy, first_read, nothing_here
from hbcore.ui.words import N_, _, language, time_here

LISTED = "uploads"
"""In the address: which uploads are listed."""

SEEN, ROWS, FILE, KIND = "uploads seen", "problem rows", "problem file", "kind of problem file"
CHOICES = {
    "all": N_("All uploads"),
    "shift": N_("This shift"),
    "held": N_("With held rows, 7 days"),
    "refused": N_("With rows not recorded, 7 days"),
}
STATUSES = {"held": N_("Held"), "refused": N_("Not recorded")}
KINDS = {FileKind.XLSX: N_("Excel (XLSX)"), FileKind.CSV: N_("CSV")}
SHOWN_ROWS = 200


def show_uploads(staff: Staff, at: datetime) -> None:
    """The list; one that is selected is opened."""
    st.subheader(_("Uploads"), anchor=False)
    chosen = _choose()
    with first_read(LISTED):
        seen: UploadsSeen = own_uploads.listed(Which(chosen), by=staff, at=at, before=st.session_state.get(SEEN))
    st.session_state[SEEN] = seen
    if seen.moving:
        show_applying(staff)
    if number := _show_lines(seen.lines, chosen):
        open_upload(number)


def _choose() -> str:
    asked = st.query_params.get(LISTED, "all")
    chosen = st.segmented_control(
        _("Show"),
        tuple(CHOICES),
        default=asked if asked in CHOICES else "all",
        required=True,
        format_func=lambda one: _(CHOICES[one]),
        key=LISTED,
        label_visibility="collapsed",
    )
    st.query_params[LISTED] = chosen or "all"
    return str(chosen or "all")


def _show_lines(lines: Sequence[UploadLine], chosen: str) -> str | None:
    """The table; the number of the upload that is selected."""
    if not lines:
        then = _("Drop the file of your laboratory system above; nothing is stored before you commit it.")
        nothing_here(_("No upload yet.") if chosen == "all" else _("No such upload."), then)
        return None
    numbers = [line.number for line in lines]
    # A selection counts rows: when the lines change, the table starts anew.
    key = f"uploads {hash(tuple(numbers))}"
    selected = st.dataframe(
        _table(lines),
        key=key,
        hide_index=True,
        row_height=safe.ROW,
        column_config=dict.fromkeys((_(text) for text in ROW_WORDS.values()), safe.GROUPED),
        height=2 + safe.ROW * (min(len(lines), 12) + 1),
        on_select="rerun",
        selection_mode="single-row",
    )
    if len(lines) >= MOST:
        st.caption(_("The list holds the newest {n}; scroll in it to see them all.").format(n=MOST))
    rows = selected["selection"]["rows"]
    return numbers[rows[0]] if rows and rows[0] < len(numbers) else None


def _table(lines: Sequence[UploadLine]) -> pa.Table:
    figures = [listed_figures(one.rows, recalled=one.recalled) for one in lines]
    return pa.Table.from_pydict(
        {
            _("Upload"): [one.number for one in lines],
            _("What the file holds"): [_(SORTS[one.kind].name) for one in lines],
            _("When"): [time_here(one.at) for one in lines],
            _("By"): [one.by for one in lines],
            _("File"): [one.file_name for one in lines],
            _("State"): [state_words(one.how_far, one.so_far, recalled=one.recalled) for one in lines],
            **{name: [one[name] for one in figures] for name in figures[0]},
        }
    )


def show_upload(number: str, staff: Staff) -> None:
    """One upload: where it stands, recall, its report, its rows on request."""
    line, report = own_uploads.report_of(number, by=staff, at=now())
    with st.container(border=True):
        st.subheader(safe.inert(_("Upload {number}").format(number=line.number)), anchor=False)
        safe.text(f"{line.file_name} · {time_here(line.at)} · {line.by}")
        if line.kind == "results":
            show_standing(line.number, staff)
        held: tuple[str, tuple[ProblemRow, ...]] | None = st.session_state.get(ROWS)
        cells = {row.row: row.cells for row in held[1]} if held and held[0] == number else None
        show_report(report, cells, recalled=line.recalled, sort=line.kind)
        if report.problems:
            _show_rows(line, staff)


def _show_rows(line: UploadLine, staff: Staff) -> None:
    """The rows with their cells, once asked for; asking is recorded."""
    number = line.number
    with st.container(horizontal=True, vertical_alignment="center"):
        wanted = st.button(_("Show these rows"), help=_("This is recorded as a look-up."))
        taken = st.button(_("Prepare them as a file"), help=_("This is recorded as a look-up."))
        kind = _choose_kind()
        _offer(number, kind)
    if wanted:
        with busy(_("Opening the rows …")):
            st.session_state[ROWS] = (number, own_uploads.problem_rows(number, by=staff, at=now()))
        st.rerun()
    if taken:
        with busy(_("Writing the file …")):
            made = own_uploads.problem_file(number, language(), by=staff, at=now(), kind=kind)
        st.session_state[FILE] = (number, made)
        st.rerun()
    held: tuple[str, tuple[ProblemRow, ...]] | None = st.session_state.get(ROWS)
    if held and held[0] == number:
        safe.table([_cells(row, line) for row in held[1][:SHOWN_ROWS]], key="problem rows of one upload")
        if len(held[1]) > SHOWN_ROWS:
            st.caption(_("The first {n} are shown; the file has all of them.").format(n=SHOWN_ROWS))


def _cells(row: ProblemRow, line: UploadLine) -> dict[str, object]:
    wrong = own_uploads.what_is_wrong(row, line.kind, language())
    ours = {
        _("Row"): row.row,
        _("State"): _((STATUSES | {"held": HELD_THEN} if line.recalled else STATUSES)[row.status]),
        _("What is wrong and what to do"): wrong,
    }
    theirs = {_(COLUMN_WORDS[name]) if name in COLUMN_WORDS else name: cell for name, cell in row.cells.items()}
    return {**theirs, **ours} if theirs.keys() & ours.keys() else {**ours, **theirs}


def _choose_kind() -> FileKind:
    """As what they are written: as a workbook, unless somebody wants the other."""
    chosen = st.segmented_control(
        _("File"),
        tuple(KINDS),
        default=FileKind.XLSX,
        required=True,
        format_func=lambda kind: _(KINDS[kind]),
        help=_(
            "In an Excel file every cell is text. Of a CSV a spreadsheet makes numbers and cuts long ones and zeros in front."
        ),
        key=KIND,
        label_visibility="collapsed",
    )
    return FileKind(chosen or FileKind.XLSX)


def _offer(number: str, kind: FileKind) -> None:
    kept: tuple[str, ProblemFile] | None = st.session_state.get(FILE)
    if kept and kept[0] == number and kept[1].kind == kind:
        made = kept[1]
        st.download_button(_("Download the file"), made.content, f"{number}.{made.kind}", made.kind.mime, type="primary")
