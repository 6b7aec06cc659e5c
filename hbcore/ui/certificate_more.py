"""More certificates in a day on the screen: proposed with a reason, and what the second person reads."""

import streamlit as st

from hbcore.services import certificates_more
from hbcore.services.acting import Staff
from hbcore.services.certificates_more import ALONE, MoreReason
from hbcore.services.clock import now
from hbcore.services.second_look import Proposal
from hbcore.ui.errors import errors_shown, say_after_rerun
from hbcore.ui.locale_words import number_here
from hbcore.ui.words import N_, _, _n

REASONS = {
    MoreReason.WORK: N_("A firm goes back to work"),
    MoreReason.SCHOOL: N_("A school begins again"),
    MoreReason.JOURNEY: N_("People who travel together"),
}


def offer_more(staff: Staff) -> None:
    """The form for who needs more than one account prints alone."""
    with st.popover(_("More than {most} in 24 hours…").format(most=number_here(ALONE))):
        st.text(_("Another person confirms it under Second looks; then you print {more} more.").format(more=number_here(ALONE)))
        reason = st.selectbox(
            _("What they are for"),
            [str(one) for one in MoreReason],
            None,
            lambda one: _(REASONS[MoreReason(one)]),
            placeholder=_("Choose a reason"),
        )
        if st.button(_("Propose more certificates"), disabled=reason is None) and reason is not None:
            with errors_shown():
                certificates_more.propose(reason, by=staff, at=now())
                say_after_rerun(_("Proposed: another person confirms it under Second looks."))


def more_words(proposal: Proposal) -> str:
    """What the second person is asked."""
    content = proposal.content
    more = int(str(content["more"]))
    words = _n(
        "Who proposes this prints {n} more certificate in the next 24 hours: {reason}.",
        "Who proposes this prints {n} more certificates in the next 24 hours: {reason}.",
        more,
    )
    reason = _(REASONS[MoreReason(str(content["reason"]))])
    return words.format(n=number_here(more), reason=reason)
