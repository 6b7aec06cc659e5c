"""What waits for me, with the clock that matters; today's counts; everything else is a link away."""

from datetime import datetime

import streamlit as st

from hbcore.domain.vocabulary import Role
from hbcore.services import overview
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.overview import Overview
from hbcore.ui import safe
from hbcore.ui.chain_state import show_chains
from hbcore.ui.counts import pick_result, show_codes
from hbcore.ui.errors import errors_shown
from hbcore.ui.links import link
from hbcore.ui.locale_words import number_here, percent_here
from hbcore.ui.overview_rows import asked_for, show_rows
from hbcore.ui.overview_tiles import show_tiles, show_tonight
from hbcore.ui.publication_progress import show_progress
from hbcore.ui.since_yesterday import show_both_days
from hbcore.ui.start import start_page
from hbcore.ui.unit_names import unit_name
from hbcore.ui.waiting import first_read
from hbcore.ui.words import N_, PAGE_TITLES, _, time_here

SEEN = "overview seen"

TABLE = 640
"""Pixels: numbers stay near the words they belong to."""

OWN_WORK = {
    Role.ADMINISTRATOR: N_("You keep the accounts of staff and the testing institutions. You see no person."),
    Role.CHECKPOINT_STAFF: N_("You check codes at a gate: say where you stand, then scan. The reason of a colour stays hidden."),
    Role.SECURITY_OFFICER: N_(
        "Alarms and quotas are not open yet. Should a chain of events be broken, the auditor will tell you."
    ),
    Role.AUDITOR: N_("You verify that no event was changed or taken away after it was written."),
}
"""What there is for roles that see no applications and no results."""


def show_waits(seen: Overview, at: datetime) -> None:
    """The numbers, and the clock that matters."""
    if not seen.numbers:
        return
    st.subheader(_("What waits for me") if seen.first_due_at or seen.today else _("At a glance"), anchor=False)
    show_tiles(seen.numbers)
    if seen.first_due_at:
        is_late = seen.first_due_at <= at
        words = _("The first of them has been overdue since {time}.") if is_late else _("The first of them is due at {time}.")
        safe.text(words.format(time=time_here(seen.first_due_at)))
    elif seen.today and not any(seen.numbers.values()):
        st.text(_("Nothing waits at the moment."))


def show_uploads(seen: Overview) -> None:
    """Since when the shift has gone on, and what came in last."""
    if seen.uploads is None:
        return
    safe.text(_("This shift began at {time}.").format(time=time_here(seen.uploads.shift_began)))
    if seen.uploads.last:
        number, came = seen.uploads.last
        safe.text(_("The last upload is {number}, {time}.").format(number=number, time=time_here(came)))
    link("Lab_results", _("Upload a file →"))


def show_today(seen: Overview, staff: Staff) -> None:
    """Today's codes and results in one's own unit; for a supervisor beside yesterday's. Each number opens its rows."""
    if seen.today is None:
        return
    st.subheader(_("Today"), anchor=False)
    place = unit_name(seen.today.unit.code)
    safe.text(_("{unit} · as at {time}").format(unit=place, time=time_here(seen.today.as_at)))
    if seen.yesterday is None:
        show_codes(seen.today, staff)
        show_tonight(seen)
        pick_result(seen.today, staff)
    else:
        show_codes(seen.today, staff, seen.yesterday.figures.codes)
        show_tonight(seen)
        with st.container(width=TABLE):
            show_both_days(seen.today, seen.yesterday, staff)
    link("Daily_counts", _("All counts of the day"))


def show_decided(seen: Overview) -> None:
    """For a supervisor: how many were decided today and how fast; the view of all figures is a click away."""
    if seen.decided is None:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        said = _("Applications decided today: {n}, within 24 h {share}.")
        share = percent_here(seen.decided.within, seen.decided.decided)
        safe.text(said.format(n=number_here(seen.decided.decided), share=share))
        link("Application_figures", _("How fast and how evenly →"), days="1")


def show_own_work(seen: Overview, staff: Staff) -> None:
    """For a role without applications and results: what is there for it, and where."""
    if staff.role not in OWN_WORK:
        return
    safe.text(_(OWN_WORK[staff.role]))
    with st.container(horizontal=True):
        for page in seen.pages:
            link(page, _(PAGE_TITLES[page]))


staff = start_page(_("Overview"))
with errors_shown():
    at = now()
    with first_read("overview"):
        seen: Overview = overview.overview(by=staff, at=at, before=st.session_state.get(SEEN))
    st.session_state[SEEN] = seen
    if seen.today:
        show_progress()
    show_own_work(seen, staff)
    show_waits(seen, at)
    if rows := asked_for(seen.numbers):
        show_rows(rows, staff, at)
    show_decided(seen)
    show_uploads(seen)
    show_today(seen, staff)
    if seen.chains:
        show_chains(seen.chains, staff)
