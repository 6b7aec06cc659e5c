"""Daily counts: a day and a unit; applications, results by assay, codes, and a row for each unit below."""

from datetime import date

import streamlit as st

from hbcore.domain.vocabulary import PROVINCE
from hbcore.services import daily_counts
from hbcore.services.acting import Staff
from hbcore.services.clock import day_of, now
from hbcore.services.daily_counts import DayCounts
from hbcore.ui import safe
from hbcore.ui.counts import DAYS_OF, show_applications, show_codes, show_results, show_rows
from hbcore.ui.errors import errors_shown
from hbcore.ui.start import start_page
from hbcore.ui.unit_names import choices_below, unit_name
from hbcore.ui.words import N_, _, time_here

ROWS = {False: N_("Units below"), True: N_("Testing institutions")}


def ask(by: Staff) -> DayCounts | None:
    """Day, unit, which day of a result counts, and what the rows are; the counts."""
    at = now()
    choices = choices_below(by.unit or PROVINCE)
    day, where, counted_on, rows = st.columns([1, 1.4, 1.2, 1.2])
    on = day.date_input(_("Day"), day_of(at), max_value=day_of(at), format="YYYY-MM-DD")
    unit = where.selectbox(_("Unit"), list(choices), 0, choices.__getitem__)
    of = counted_on.selectbox(_("Results count on"), list(DAYS_OF), 0, lambda one: _(DAYS_OF[one]))
    by_institution = rows.selectbox(_("Rows are"), list(ROWS), 0, lambda one: _(ROWS[one]))
    with errors_shown():
        on = on if isinstance(on, date) else day_of(at)
        return daily_counts.count_day(on, unit=unit, by_institution=by_institution, day_of=of, by=by, at=at)
    return None


def show(counts: DayCounts) -> None:
    """Everything of one day; each figure stands where it is read, none waits for a pointer."""
    safe.text(_("{unit} · as at {time}").format(unit=unit_name(counts.unit.code), time=time_here(counts.as_at)))
    st.subheader(_("Codes (people)"), anchor=False)
    show_codes(counts.figures.codes)
    st.subheader(_("Results"), anchor=False)
    show_results(counts.figures.results)
    st.subheader(_("Applications"), anchor=False)
    show_applications(counts.figures.applications)
    st.subheader(_("Testing institutions") if counts.by_institution else _("Units below"), anchor=False)
    show_rows(counts)


staff = start_page(_("Daily counts"))
if counts := ask(staff):
    show(counts)
