"""Recolouring requests: what waits for the county and for the office above it, one opened beside the queue."""

from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from hbcore.services import recolouring_seen
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.recolouring_seen import Request, RequestLine
from hbcore.ui.errors import errors_shown
from hbcore.ui.links import link
from hbcore.ui.queue_steps import step_through
from hbcore.ui.request_acts import show_acts
from hbcore.ui.request_card import show_answer, show_evidence, show_request
from hbcore.ui.request_queue import OPENED, VIEW, choose, open_without_click, read, show_counts, show_queue
from hbcore.ui.start import start_page
from hbcore.ui.waiting import nothing_here
from hbcore.ui.words import _


def linked() -> None:
    """A link from elsewhere names a request by its id; it is opened once."""
    wanted = st.query_params.pop("request", "")
    if wanted.isascii() and wanted.isdigit() and len(wanted) < 20:
        open_without_click(int(wanted))


def view_of(opened: int, lines: Sequence[RequestLine], staff: Staff, at: datetime) -> Request | None:
    """The open request, read again when another one is opened or its line has changed: each reading is a look-up."""
    held: Request | None = st.session_state.get(VIEW)
    line = next((line for line in lines if line.id == opened), None)
    if held is not None and held.line.id == opened and line in (None, held.line):
        return held
    st.session_state[VIEW] = None
    with errors_shown():
        st.session_state[VIEW] = recolouring_seen.one(opened, by=staff, at=at)
    shown: Request | None = st.session_state[VIEW]
    return shown


def show_left(lines: Sequence[RequestLine], at: datetime) -> int | None:
    """The queue, or that it is empty; the id of the open request."""
    if lines:
        opened = show_queue(lines, at)
        step_through([line.id for line in lines], opened, open_without_click)
    else:
        opened = st.session_state.get(OPENED)
        nothing_here(
            _("No request waits here."), _("Requests are entered on the page of the person, after they have been looked up.")
        )
    link("Person", _("Enter a request: look the person up →"))
    return opened


def show_right(view: Request | None, lines: Sequence[RequestLine], staff: Staff, at: datetime) -> None:
    """The open request with its buttons."""
    if view is None:
        if lines:
            nothing_here(_("Select a line to open the request. Opening one is recorded as a look-up."))
        return
    with st.container(border=True, key="opened"):
        show_request(view, at)
        show_acts(view, lines, staff)
        show_evidence(view, staff)
        show_answer(view)


staff = start_page(_("Recolouring"))
linked()
moment = now()
shown, whole = choose()
with errors_shown():
    seen = read(shown, whole, staff, moment)
    show_counts(seen)
    left, right = st.columns([9, 11], gap="medium")
    with left:
        chosen = show_left(seen.lines, moment)
    with right:
        show_right(view_of(chosen, seen.lines, staff, moment) if chosen is not None else None, seen.lines, staff, moment)
