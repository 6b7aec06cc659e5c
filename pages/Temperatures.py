"""Notices of abnormal temperatures for the district: what waits with its 24 hours, one opened beside the list, settled."""

import streamlit as st

from hbcore.services.clock import now
from hbcore.ui import safe
from hbcore.ui.errors import errors_shown
from hbcore.ui.start import start_page
from hbcore.ui.temperature_notices import choose, read, show_counts, show_lines, show_one
from hbcore.ui.waiting import first_read, nothing_here
from hbcore.ui.words import _, time_here

staff = start_page(_("Temperatures"))
view = choose()
at = now()
with errors_shown():
    with first_read("temperatures"):
        seen = read(view, staff, at)
    show_counts(seen)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        opened = show_lines(seen.lines, at)
        if seen.lines:
            safe.text(_("As at {time}. A list of people is recorded as a look-up.").format(time=time_here(at)))
    with right:
        if opened is not None:
            with st.container(border=True, key="opened"):
                show_one(opened, staff, at)
        elif seen.lines:
            nothing_here(_("Select a line to open the notice. Opening one is recorded as a look-up."))
