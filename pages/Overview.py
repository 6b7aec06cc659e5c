"""What waits for me, with the clock that matters; today's counts; everything else is a link away."""

from datetime import datetime
from pathlib import Path

import streamlit as st

from hbcore.domain.vocabulary import Role
from hbcore.services import event_chains, overview
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.overview import Overview, Wait, Waits
from hbcore.ui import safe
from hbcore.ui.application_queue import FILTER, FILTERS
from hbcore.ui.counts import show_codes, show_results
from hbcore.ui.errors import errors_shown, show_refused
from hbcore.ui.locale_words import number_here
from hbcore.ui.start import start_page
from hbcore.ui.unit_names import unit_name
from hbcore.ui.words import N_, PAGE_TITLES, _, time_here

HERE = Path(__file__).parent
LINKS = {page: str(HERE / f"{page}.py") for page in PAGE_TITLES}
WAITS = {
    Waits.OVERDUE: N_("Overdue"),
    Waits.DUE_SOON: N_("Due within 2 h"),
    Waits.WAITING: N_("Under review"),
    Waits.SECOND_REVIEW: N_("For a second person"),
    Waits.ASKED: N_("Asked"),
    Waits.UPLOADS_TODAY: N_("Uploads today"),
}
"""In the order of the clock: what presses most comes first."""

LINES_OF = {
    Waits.OVERDUE: "soon",
    Waits.DUE_SOON: "soon",
    Waits.WAITING: "waiting",
    Waits.SECOND_REVIEW: "second_review",
    Waits.ASKED: "asked",
}
"""The lines of the queue behind each number."""

OWN_WORK = {
    Role.ADMINISTRATOR: N_("You keep the accounts of staff and the testing institutions. You see no person."),
    Role.CHECKPOINT_STAFF: N_("Checking codes at a gate is not open yet. To have a code checked, ask a reviewer of your unit."),
    Role.SECURITY_OFFICER: N_(
        "Alarms and quotas are not open yet. Should a chain of events be broken, the auditor will tell you."
    ),
    Role.AUDITOR: N_(
        "You verify that no event was changed or taken away after it was written. Reading single events is not open yet."
    ),
}
"""What is there for roles that nothing waits for."""


def show_tile(wait: Wait) -> None:
    """A number and the way to what is behind it."""
    with st.container(border=True, width=170, gap="xsmall"):
        st.metric(_(WAITS[wait.what]), number_here(wait.n))
        if wait.what in LINES_OF:
            # A choice is known again by its words.
            st.page_link(LINKS[wait.page], label=_("Open →"), query_params={FILTER: _(FILTERS[LINES_OF[wait.what]])})
        else:
            st.page_link(LINKS[wait.page], label=_("Upload a file →"))


def show_waits(seen: Overview, at: datetime) -> None:
    """A tile for each number, with the page behind it."""
    is_queue = any(wait.what in LINES_OF for wait in seen.waits)
    st.subheader(_("What waits for me") if is_queue else _("Today"), anchor=False)
    with st.container(horizontal=True):
        for wait in sorted(seen.waits, key=lambda one: list(WAITS).index(one.what)):
            show_tile(wait)
    if seen.first_due_at:
        is_late = seen.first_due_at <= at
        words = _("The first of them has been overdue since {time}.") if is_late else _("The first of them is due at {time}.")
        safe.text(words.format(time=time_here(seen.first_due_at)))
    elif is_queue and not any(wait.n for wait in seen.waits):
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


def show_own_work(seen: Overview, staff: Staff) -> None:
    """For a role that nothing waits for: what is there for it, and where."""
    if staff.role in OWN_WORK:
        safe.text(_(OWN_WORK[staff.role]))
    with st.container(horizontal=True):
        for page in seen.pages:
            st.page_link(LINKS[page], label=_(PAGE_TITLES[page]))
    if staff.role == Role.AUDITOR and st.button(_("Verify the chains of events"), type="primary"):
        with errors_shown():
            verify(staff)


def verify(staff: Staff) -> None:
    """Read both chains now; of a broken one, where."""
    at = now()
    with st.spinner(_("Reading every event from the first to the last …")):
        states = event_chains.verify(by=staff, at=at)
    for broken in filter(None, map(event_chains.why_broken, states)):
        show_refused(broken)
    if all(state.broken_at is None for state in states):
        counts = {state.name: state.events for state in states}
        st.success(safe.inert(_("The chains are whole: {events} events, {look_ups} look-ups.").format(**counts)))
    safe.text(_("As at {time}").format(time=time_here(at)))


staff = start_page(_("Overview"))
with errors_shown():
    at = now()
    seen = overview.overview(by=staff, at=at)
    if seen.waits:
        show_waits(seen, at)
    show_today(seen)
    if not seen.waits:
        show_own_work(seen, staff)
