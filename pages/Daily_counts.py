"""Daily counts: one day by unit or institution, several days side by side, the daily report; every number opens its rows."""

import streamlit as st

from hbcore.domain.vocabulary import PROVINCE
from hbcore.services import daily_counts
from hbcore.services.acting import Staff
from hbcore.services.clock import day_of, now
from hbcore.ui import safe
from hbcore.ui.count_days import show_days
from hbcore.ui.count_export import day_sheet, show_export
from hbcore.ui.count_filters import DAYS, REPORT, Asked, ask, show_way_up
from hbcore.ui.counts import pick_result, show_applications, show_codes, show_gates, show_rows
from hbcore.ui.errors import errors_shown
from hbcore.ui.publication_progress import show_progress
from hbcore.ui.report_shown import show_report_day
from hbcore.ui.start import start_page
from hbcore.ui.unit_names import unit_name
from hbcore.ui.words import _, time_here

SEEN = "day of the counts seen"


def show_day(asked: Asked, by: Staff) -> None:
    """Everything of one day; each figure stands where it is read, none waits for a pointer."""
    seen = daily_counts.day_seen(
        asked.on,
        unit=asked.unit,
        by_institution=asked.by_institution,
        day_of=asked.day_of,
        by=by,
        at=now(),
        seen=st.session_state.get(SEEN),
    )
    st.session_state[SEEN] = seen
    counts = seen.counts
    safe.text(_("{unit} · as at {time}").format(unit=unit_name(counts.unit.code), time=time_here(counts.as_at)))
    st.subheader(_("Codes (people)"), anchor=False)
    show_codes(counts, by)
    st.subheader(_("Results"), anchor=False)
    pick_result(counts, by)
    st.subheader(_("Health code applications"), anchor=False)
    show_applications(counts, by)
    st.subheader(_("Gates"), anchor=False)
    show_gates(counts, by)
    st.subheader(_("Testing institutions") if counts.by_institution else _("Units below"), anchor=False)
    show_way_up(counts.unit.code, by.unit or PROVINCE)
    show_rows(counts, by)
    show_export((asked, counts.as_at.date()), lambda: day_sheet(counts), by)
    st.caption(_("A click on a number opens its rows, on a unit's name the unit. People and tubes count once in each line."))


staff = start_page(_("Daily counts"))
asked_for = ask(staff, day_of(now()))
with errors_shown():
    show_progress()
    if asked_for.view == DAYS:
        show_days(asked_for, staff)
    elif asked_for.view == REPORT:
        show_report_day(asked_for, staff)
    else:
        show_day(asked_for, staff)
