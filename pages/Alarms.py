"""Alarms: what must not lie unnoticed in one's unit and below, or of one's laboratories, what to do, and who looks after it."""

import streamlit as st

from hbcore.services.alarms import MOST
from hbcore.services.clock import now
from hbcore.ui import safe
from hbcore.ui.alarm_list import choose, read, show_counts, show_lines, show_one
from hbcore.ui.errors import errors_shown
from hbcore.ui.start import start_page
from hbcore.ui.waiting import first_read
from hbcore.ui.words import _, time_here

staff = start_page(_("Alarms"))
chosen = choose(staff)
at = now()
with errors_shown():
    with first_read("alarms"):
        seen = read(chosen, staff, at)
    show_counts(seen)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        opened = show_lines(seen, at)
        if len(seen.lines) >= MOST:
            st.caption(_("The oldest {n} of each kind are shown.").format(n=MOST))
        people = _("As at {time}. A list of people is recorded as a look-up.")
        safe.text((people if any(line.name for line in seen.lines) else _("As at {time}.")).format(time=time_here(at)))
    if opened is not None:
        with right, st.container(border=True):
            show_one(opened, staff, at)
