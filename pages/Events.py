"""Events for the auditor: whether the chains are whole, what was done and who looked at whom, and all of it as a file."""

from collections.abc import Mapping

import streamlit as st

from hbcore.services import events
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.events import EventPage, EventRow, Wanted
from hbcore.ui import event_filters, safe
from hbcore.ui.chain_state import show_chains
from hbcore.ui.errors import errors_shown
from hbcore.ui.event_figures import details
from hbcore.ui.event_subjects import subject_words
from hbcore.ui.event_words import ACTS, act_words
from hbcore.ui.large_exports import show_form, show_waiting
from hbcore.ui.locale_words import number_here
from hbcore.ui.start import start_page
from hbcore.ui.unit_names import unit_name
from hbcore.ui.waiting import busy, nothing_here
from hbcore.ui.words import N_, ROLES, _, time_here

FILE = "events as a file"
VIA = {"desk": N_("Desk"), "shell": N_("Shell"), "applicant": N_("By the applicant")}


def line(event: EventRow, accounts: Mapping[int, str]) -> dict[str, object]:
    """An event as a row of the table."""
    return {
        _("No."): event.seq,
        _("Time"): time_here(event.at),
        _("Act"): act_words(event.act),
        _("Account"): event.by_name or "–",
        _("Role"): _(ROLES[event.role]) if event.role in set(ROLES) else "–",
        _("Unit"): unit_name(event.unit) or "–",
        _("By way of"): _(VIA[event.via]) if event.via in VIA else event.via,
        _("About"): subject_words(event.subject, accounts),
        _("Details"): details(event.figures),
    }


def turn(seen: EventPage) -> None:
    """To newer and older events."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(_("← Newer"), disabled=not seen.newer):
            event_filters.go(None, seen.events[0].seq if seen.events else None)
            st.rerun()
        if st.button(_("Older →"), disabled=not seen.older):
            event_filters.go(seen.events[-1].seq if seen.events else None, None)
            st.rerun()
        if seen.events:
            shown = _("Nos. {first} to {last}")
            st.text(shown.format(first=number_here(seen.events[0].seq), last=number_here(seen.events[-1].seq)))


def offer_file(wanted: Wanted, staff: Staff) -> None:
    """Everything that fits as a file; making it is an event."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(_("Prepare them as a file"), help=_("All that fit the filter, not only this page. It is recorded.")):
            with errors_shown(), busy(_("Writing the file …")):
                st.session_state[FILE] = (wanted, make(wanted, staff))
        made: tuple[Wanted, bytes] | None = st.session_state.get(FILE)
        if made and made[0] == wanted:
            st.download_button(_("Download the file"), made[1], f"{wanted.chain}.csv", "text/csv", type="primary")


def make(wanted: Wanted, staff: Staff) -> bytes:
    """The file, in the session's language."""
    words = {str(act): _(text) for act, text in ACTS.items()}
    return events.file(wanted, headings(), words, by=staff, at=now())


def headings() -> tuple[str, ...]:
    """Of the file's columns."""
    who = (_("Account"), _("Role"), _("Unit"), _("By way of"))
    return (_("No."), _("Time"), _("Code"), _("Act"), *who, _("About"), _("Details"), _("Hash"))


def show(staff: Staff) -> None:
    """The page."""
    show_chains(events.chains(by=staff, at=now()), staff)
    accounts = events.accounts_on_record(by=staff, at=now())
    show_waiting(accounts, lambda confirmed: make(confirmed, staff), staff)
    wanted = event_filters.ask(accounts)
    before, after = event_filters.place(wanted)
    seen = events.page(wanted, before=before, after=after, by=staff, at=now())
    event_filters.into_address(wanted, found=bool(seen.events))
    if seen.events:
        safe.table([line(event, accounts) for event in seen.events])
    else:
        nothing_here(_("No event fits."), _("Widen the filter, or look among the others: acts and look-ups are listed apart."))
    turn(seen)
    offer_file(wanted, staff)
    show_form(wanted, staff)


staff = start_page(_("Events"))
with errors_shown():
    show(staff)
