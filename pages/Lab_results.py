"""Laboratory results and sampling registrations: drop a file, see what it would do, commit it; what is held, and the uploads."""

from collections.abc import Collection
from functools import partial

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from hbcore.domain.vocabulary import Role
from hbcore.services import institutions, lab_cells
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.import_report import ImportReport
from hbcore.services.uploads import PAGE_MEGABYTES, PAGE_ROWS, PAGE_SUFFIXES, IncomingFile
from hbcore.ui import safe
from hbcore.ui.commit_words import beside_commit, commit_words, nothing_to_commit
from hbcore.ui.errors import errors_shown, say_after_rerun
from hbcore.ui.file_encoding import as_chosen
from hbcore.ui.file_reading import show_reading
from hbcore.ui.file_sorts import FileSort, choose_sort
from hbcore.ui.held_queue import show_held
from hbcore.ui.lab_report import committed_as_seen, show_report
from hbcore.ui.locale_words import number_here
from hbcore.ui.recalls import show_waiting
from hbcore.ui.rechecks import show_rechecks, suspended_words
from hbcore.ui.recording_progress import heard
from hbcore.ui.releases import show_releases
from hbcore.ui.start import start_page
from hbcore.ui.upload_changes import show_unit_upload, show_unit_uploads
from hbcore.ui.upload_list import show_upload, show_uploads
from hbcore.ui.upload_opened import close_upload, opened_upload, show_in_place
from hbcore.ui.waiting import busy
from hbcore.ui.words import N_, _, sentence_here

TRIED, RECORDED = N_("Tried {done} of {lines} lines"), N_("Recorded {done} of {lines} lines")
INSTITUTION = "institution"
"""In the address: whose file comes; nobody's is taken for another's because its name stands first."""

TURN, PREVIEW, DONE, CELLS, MOVED = "upload turn", "preview", "last upload", "cells of a preview", "preview moved"


def choose_institution(staff: Staff) -> str | None:
    """Whose results come now; asked only of somebody who works for several."""
    theirs = institutions.own(by=staff, at=now())
    own = {one.code: one.name for one in theirs if one.suspended_at is None}
    for one in theirs:
        if one.suspended_at is not None:
            safe.text(suspended_words(one.name, one.suspended_at, one.suspended_reason))
    if not theirs:
        st.info(_("No testing institution is open to you. Ask the administrator to name yours in your account."))
    if not own:
        return None
    if len(own) == 1:
        [(code, name)] = own.items()
        safe.text(name)
        return code
    asked = st.query_params.get(INSTITUTION)
    chosen: str | None = st.selectbox(
        _("Testing institution"),
        list(own),
        list(own).index(asked) if asked in own else None,
        own.__getitem__,
        key=INSTITUTION,
        placeholder=_("Whose file comes now?"),
        width=480,
    )
    if chosen:
        st.query_params[INSTITUTION] = chosen
    return chosen


def drop_file(sort: FileSort) -> UploadedFile | None:
    """The place to drop a file; emptied by a new key once the file is taken."""
    label = _(sort.drop).format(megabytes=PAGE_MEGABYTES, rows=number_here(PAGE_ROWS))
    key = f"file of {sort.word} {st.session_state.setdefault(TURN, 0)}"
    return st.file_uploader(safe.inert(label), PAGE_SUFFIXES, max_upload_size=PAGE_MEGABYTES, key=key)


def preview_of(sort: FileSort, file: IncomingFile, staff: Staff) -> tuple[ImportReport | None, Collection[str]]:
    """What the file would do, else why nothing; worked out once for each file and way to read it, in this session only."""
    asked = (sort.word, file.sha256, file.institution, file.encoding)
    held: tuple[tuple[str, str, str, str | None], ImportReport] | None = st.session_state.get(PREVIEW)
    if held and held[0] == asked:
        return held[1], ()
    forget_preview()
    with errors_shown() as refused, busy(_("Reading and judging the file; nothing is stored yet …")), heard(_(TRIED)) as said:
        report = sort.preview(file, **({"said": said} if sort.in_slices else {}), by=staff, at=now())
        st.session_state[PREVIEW] = (asked, report)
        if sort.word == "results":
            st.session_state[CELLS] = lab_cells.of_file(file, report.problems, by=staff, at=now())
        return report, ()
    return None, refused


def commit(sort: FileSort, file: IncomingFile, report: ImportReport, staff: Staff) -> None:
    """Take the file in as it was seen and make room for the next; where what it stands on has moved, it is looked at anew."""
    # Forgotten before: whoever comes back in the middle is shown how far the file has come.
    forget_preview()
    with errors_shown():
        with busy(_(sort.recording)), heard(_(RECORDED)) as said:
            do = partial(sort.commit, said=said) if sort.in_slices else sort.commit
            done = committed_as_seen(do, file, report, staff)
        if done is None:
            st.session_state[MOVED] = True
            st.rerun()
        close_upload()
        st.session_state[TURN] += 1
        st.session_state[DONE] = (sort.word, done)
        say_after_rerun(_("Upload {number} committed.").format(number=done.batch))


def forget_preview() -> None:
    """What was seen of the file is not so any more, or is being made so."""
    for kept in (PREVIEW, CELLS):
        st.session_state.pop(kept, None)


def show_preview(sort: FileSort, file: IncomingFile, staff: Staff) -> None:
    """What will happen, and the button that makes it so; where this very file was committed before, that upload."""
    above, file = st.container(), as_chosen(file)
    report, refused = preview_of(sort, file, staff)
    with above, errors_shown():
        show_reading(sort, file, report, refused, staff, forget_preview)
    if report is None:
        return
    if report.batch:
        st.info(safe.inert(_("This very file is held already as upload {number}.").format(number=report.batch)))
        show_done(report.batch, staff)
        return
    if st.session_state.pop(MOVED, False):
        st.warning(sentence_here("preview_moved"))
    show_report(report, st.session_state.get(CELLS), sort=sort.word)
    wanted = st.button(safe.inert(commit_words(report)), type="primary", disabled=nothing_to_commit(report))
    st.caption(safe.inert(beside_commit(report, recalled_whole=sort.word == "results")))
    if wanted:
        commit(sort, file, report, staff)


def show_done(number: str, staff: Staff) -> None:
    """An upload that was committed, with all that can be done about it."""
    if number == opened_upload():
        st.caption(_("This upload stands above."))
        return
    with errors_shown():
        show_upload(number, staff)


def take_files(staff: Staff) -> None:
    """The three steps: file, preview, done."""
    institution = choose_institution(staff)
    if not institution:
        return
    sort = choose_sort()
    dropped = drop_file(sort)
    if dropped:
        st.session_state.pop(DONE, None)
        show_preview(sort, IncomingFile(dropped.getvalue(), dropped.name, institution), staff)
        return
    of, done = st.session_state.get(DONE) or ("", None)
    if not done or of != sort.word:
        return
    st.success(safe.inert(_("Upload {number} is committed.").format(number=done.batch)))
    show_done(str(done.batch), staff)


def show_tables(staff: Staff) -> None:
    """What waits, what is held, and the uploads."""
    show_releases(staff)
    show_waiting(staff)
    show_held(staff)
    if staff.role == Role.LAB_LIAISON:
        show_uploads(staff, now())
    else:
        show_unit_uploads(staff)
        show_rechecks(staff)


staff = start_page(_("Lab results"))
uploads_files = staff.role == Role.LAB_LIAISON
opened = opened_upload()
if opened:
    show_in_place(opened, show_upload if uploads_files else show_unit_upload, staff)
if uploads_files:
    take_files(staff)  # also below an opened upload: a file that was dropped is not lost
if not opened:
    with errors_shown():
        show_tables(staff)
