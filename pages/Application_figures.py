"""The supervisor's view of applications: what waits, how fast and how evenly is decided, why not, and by whom."""

import streamlit as st

from hbcore.domain.vocabulary import PROVINCE
from hbcore.services import application_figures
from hbcore.services.acting import Staff
from hbcore.services.clock import day_of, now
from hbcore.ui import figure_tables as tables
from hbcore.ui import safe
from hbcore.ui.count_export import show_export
from hbcore.ui.count_filters import show_way_up
from hbcore.ui.errors import errors_shown
from hbcore.ui.figure_filters import Asked, ask
from hbcore.ui.start import start_page
from hbcore.ui.unit_names import unit_name
from hbcore.ui.words import _, time_here


def show(asked: Asked, staff: Staff) -> None:
    """All tables of the days and the unit asked for."""
    seen = application_figures.figures(asked.first, asked.last, unit=asked.unit, by=staff, at=now())
    safe.text(_("{unit} · as at {time}").format(unit=unit_name(seen.unit.code), time=time_here(seen.as_at)))
    tables.show_whole(seen)
    st.subheader(_("Waiting and decided, by unit"), anchor=False)
    show_way_up(seen.unit.code, staff.unit or PROVINCE)
    tables.show_table("figures units", _("Unit"), tables.unit_lines(seen), seen, staff)
    st.subheader(_("Equal treatment"), anchor=False)
    for name, heading, lines, named in (
        ("kinds", _("Kind of document"), seen.kinds, tables.kind_lines(seen)),
        ("countries", _("Issuing country or region"), seen.countries, tables.country_lines(seen)),
    ):
        tables.show_equal(lines, named, seen.whole)
        tables.show_table(f"figures {name}", heading, named, seen, staff)
    st.caption(safe.inert(tables.how_compared()))
    st.subheader(_("Reasons"), anchor=False)
    tables.show_reasons(seen, staff)
    st.subheader(_("Workload"), anchor=False)
    tables.show_table("figures reviewers", _("Reviewer"), tables.reviewer_lines(seen), seen, staff)
    show_export((asked, seen.as_at.date()), lambda: tables.sheet(seen), staff)


staff = start_page(_("Application figures"))
asked_for = ask(staff, day_of(now()))
with errors_shown():
    show(asked_for, staff)
