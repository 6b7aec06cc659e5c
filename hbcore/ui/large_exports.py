"""Files of more than 1,000 events on the screen: proposed with a reason, and what waits for another auditor."""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from hbcore.services import events, large_exports
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.events import Wanted
from hbcore.services.large_exports import ALONE, ExportReason, Granted
from hbcore.services.second_look import Proposal, Settled
from hbcore.ui import event_filters, safe
from hbcore.ui.errors import errors_shown, say_after_rerun
from hbcore.ui.locale_words import number_here
from hbcore.ui.settling import offer_settling
from hbcore.ui.waiting import busy
from hbcore.ui.words import N_, _, _n, time_here

TAKEN = "large export taken"
REASONS = {
    ExportReason.INSPECTION: N_("Inspection from above"),
    ExportReason.INCIDENT: N_("An incident is looked into"),
    ExportReason.ARCHIVE: N_("For the archive"),
    ExportReason.OWN_REQUEST: N_("Somebody asks who looked them up"),
}
SAID = {
    Settled.CONFIRMED: N_("Confirmed: who proposed it may take the file once, within an hour."),
    Settled.DECLINED: N_("Declined; no file is made."),
    Settled.WITHDRAWN: N_("The proposal is withdrawn."),
}


Make = Callable[[Wanted], bytes]


def show_waiting(accounts: Mapping[int, str], make: Make, staff: Staff) -> None:
    """What another auditor is asked for, what one proposed oneself, and what one may take now; `make` makes the file."""
    for one in large_exports.granted(by=staff, at=now()):
        with st.container(border=True):
            _show_granted(one, accounts, make)
    if TAKEN in st.session_state:
        name, content = st.session_state[TAKEN]
        st.download_button(_("Download the confirmed file"), content, name, "text/csv", type="primary")
    for proposal in large_exports.waiting(by=staff, at=now()):
        with st.container(border=True):
            _show(proposal, accounts, staff)


def show_form(wanted: Wanted, staff: Staff) -> None:
    """The form for a file of the events that fit now."""
    with st.expander(_("More than {most} events: propose the file to another auditor").format(most=number_here(ALONE))):
        reason = st.selectbox(_("Reason"), list(REASONS), None, lambda one: _(REASONS[one]), placeholder=_("Choose a reason"))
        if st.button(_("Propose the file"), disabled=reason is None) and reason is not None:
            with errors_shown():
                events.propose_file(wanted, reason, by=staff, at=now())
                say_after_rerun(_("Proposed: once another auditor has confirmed it, prepare the file within an hour."))


def _show_granted(one: Granted, accounts: Mapping[int, str], make: Make) -> None:
    wanted = events.wanted_of(one.asked)
    words = _("Confirmed by another auditor: the file of {events} can be exported once until {until}.")
    safe.text(words.format(events=_events(one.rows), until=time_here(one.until)))
    safe.text(event_filters.in_words(wanted, accounts))
    if st.button(_("Prepare the confirmed file"), type="primary", key=f"prepare {one.id}"):
        with errors_shown(), busy(_("Writing the file …")):
            st.session_state[TAKEN] = (f"{wanted.chain}.csv", make(wanted))
            say_after_rerun(_("The file is ready to be downloaded."))


def _show(proposal: Proposal, accounts: Mapping[int, str], staff: Staff) -> None:
    content: Mapping[str, Any] = proposal.content
    reason, rows = _(REASONS[ExportReason(content["reason"])]), _events(content["rows"])
    at, until = time_here(proposal.proposed_at), time_here(proposal.expires_at)
    words = _("File of {events} · {reason} · proposed by {name} {at} · void after {until}")
    safe.text(words.format(events=rows, reason=reason, name=proposal.proposed_by, at=at, until=until))
    safe.text(event_filters.in_words(events.wanted_of(content["asked"]), accounts))
    offer_settling(proposal, SAID, lambda how, reason: large_exports.settle(proposal.id, how, reason, by=staff, at=now()))


def _events(n: int) -> str:
    return _n("{n} event", "{n} events", n).format(n=number_here(n))
