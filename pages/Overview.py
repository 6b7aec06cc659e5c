"""What waits for me, with the clock that matters; today's counts; everything else is a link away."""

from pathlib import Path

import streamlit as st

from hbcore.services import overview
from hbcore.services.clock import now
from hbcore.services.overview import Overview, Waits
from hbcore.ui import safe
from hbcore.ui.counts import show_codes, show_results
from hbcore.ui.errors import errors_shown
from hbcore.ui.start import start_page
from hbcore.ui.unit_names import unit_name
from hbcore.ui.words import N_, PAGE_TITLES, _, time_here

HERE = Path(__file__).parent
LINKS = {page: str(HERE / f"{page}.py") for page in PAGE_TITLES}
WAITS = {
    Waits.WAITING: N_("Under review"),
    Waits.SECOND_REVIEW: N_("For a second person"),
    Waits.OVERDUE: N_("Overdue"),
    Waits.DUE_SOON: N_("Due within 2 h"),
    Waits.ASKED: N_("Waiting for the applicant"),
    Waits.UPLOADS_TODAY: N_("Uploads today"),
}


def show_waits(seen: Overview) -> None:
    """A tile for each number, with the page behind it."""
    st.subheader(_("What waits for me"), anchor=False)
    with st.container(horizontal=True):
        for wait in seen.waits:
            with st.container(border=True, width=170, gap="xsmall"):
                st.metric(_(WAITS[wait.what]), f"{wait.n:,}")
                st.page_link(LINKS[wait.page], label=_("Open →"))
    if seen.first_due_at:
        safe.text(_("The first of them is due at {time}.").format(time=time_here(seen.first_due_at)))
    elif not any(wait.n for wait in seen.waits):
        st.text(_("Nothing waits at the moment."))


def show_today(seen: Overview) -> None:
    """Today's codes and results in one's own unit."""
    if seen.today is None:
        return
    st.subheader(_("Today"), anchor=False)
    place = unit_name(seen.today.unit.code)
    safe.text(_("{unit} · as at {time}").format(unit=place, time=time_here(seen.today.as_at)))
    show_codes(seen.today.figures.codes)
    show_results(seen.today.figures.results)
    st.page_link(LINKS["Daily_counts"], label=_("All counts of the day"))


def show_pages(seen: Overview) -> None:
    """Where everything else is."""
    with st.container(horizontal=True):
        for page in seen.pages:
            st.page_link(LINKS[page], label=_(PAGE_TITLES[page]))


staff = start_page(_("Overview"))
with errors_shown():
    seen = overview.overview(by=staff, at=now())
    if seen.waits:
        show_waits(seen)
    show_today(seen)
    if not seen.waits:
        show_pages(seen)
