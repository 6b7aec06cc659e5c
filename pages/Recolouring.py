"""Recolouring requests: what waits for the county and for the office above it, one opened beside the queue."""

from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from hbcore.services import recolouring_seen
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.recolouring_seen import RequestLine
from hbcore.ui.errors import errors_shown
from hbcore.ui.links import link
from hbcore.ui.request_acts import show_acts
from hbcore.ui.request_card import show_answer, show_evidence, show_request
from hbcore.ui.request_queue import QUEUE, choose, read, show_counts, show_queue
from hbcore.ui.start import start_page
from hbcore.ui.waiting import nothing_here
from hbcore.ui.words import _


def show_left(lines: Sequence[RequestLine], at: datetime) -> int | None:
    """The queue, or that it is empty; the id of the open request."""
    if lines:
        opened = show_queue(lines, at)
    else:
        opened = QUEUE.opened
        nothing_here(
            _("No request waits here."), _("Requests are entered on the page of the person, after they have been looked up.")
        )
    link("Person", _("Enter a request: look the person up →"))
    return opened


def show_right(opened: int | None, lines: Sequence[RequestLine], staff: Staff, at: datetime) -> None:
    """The open request with its buttons."""
    view = QUEUE.view_of(opened, lines, lambda request: recolouring_seen.one(request, by=staff, at=at))
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
QUEUE.open_linked()
moment = now()
shown, whole = choose()
with errors_shown():
    seen = read(shown, whole, staff, moment)
    show_counts(seen)
    left, right = st.columns([9, 11], gap="medium")
    with left:
        chosen = show_left(seen.lines, moment)
    with right:
        show_right(chosen, seen.lines, staff, moment)
