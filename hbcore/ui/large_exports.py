"""Files of more than 1,000 events on the screen: proposed with a reason, and what waits for another auditor."""

import streamlit as st

from hbcore.services import events, large_exports
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.events import Wanted
from hbcore.services.large_exports import ALONE, ExportReason
from hbcore.services.second_look import Proposal, Settled
from hbcore.ui import safe
from hbcore.ui.errors import errors_shown, say_after_rerun
from hbcore.ui.locale_words import number_here
from hbcore.ui.words import N_, _, time_here

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


def show_large_exports(wanted: Wanted, staff: Staff) -> None:
    """What waits, and the form for a file of the events that fit now."""
    for proposal in large_exports.waiting(by=staff, at=now()):
        with st.container(border=True):
            _show(proposal, staff)
    with st.expander(_("More than {most} events: propose the file to another auditor").format(most=number_here(ALONE))):
        reason = st.selectbox(_("Reason"), list(REASONS), None, lambda one: _(REASONS[one]), placeholder=_("Choose a reason"))
        if st.button(_("Propose the file"), disabled=reason is None) and reason is not None:
            with errors_shown():
                rows = events.how_many(wanted, by=staff, at=now())
                large_exports.propose(events.digest_of(wanted), rows, reason, by=staff, at=now())
                say_after_rerun(_("Proposed: once another auditor has confirmed it, prepare the file within an hour."))


def _show(proposal: Proposal, staff: Staff) -> None:
    reason = _(REASONS[ExportReason(str(proposal.content["reason"]))])
    words = _("File of {n} events · {reason} · proposed by {name} {at}")
    rows, at = number_here(int(str(proposal.content["rows"]))), time_here(proposal.proposed_at)
    safe.text(words.format(n=rows, reason=reason, name=proposal.proposed_by, at=at))
    with st.container(horizontal=True):
        if proposal.own:
            if st.button(_("Withdraw the proposal"), key=f"withdraw {proposal.id}"):
                _settle(proposal, Settled.WITHDRAWN, staff)
            return
        if st.button(_("Confirm"), type="primary", key=f"confirm {proposal.id}"):
            _settle(proposal, Settled.CONFIRMED, staff)
        if st.button(_("Decline"), key=f"decline {proposal.id}"):
            _settle(proposal, Settled.DECLINED, staff)


def _settle(proposal: Proposal, how: Settled, staff: Staff) -> None:
    with errors_shown():
        large_exports.settle(proposal.id, how, by=staff, at=now())
        say_after_rerun(_(SAID[how]))
