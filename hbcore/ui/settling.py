"""The buttons under a proposal of the whole desk: its second person confirms or declines it, who made it withdraws it."""

from collections.abc import Callable, Mapping

import streamlit as st

from hbcore.services.second_look import Proposal, Settled
from hbcore.ui.decline_words import offer_decline
from hbcore.ui.errors import errors_shown, say_after_rerun
from hbcore.ui.words import _


def offer_settling(proposal: Proposal, said: Mapping[Settled, str], settle: Callable[[Settled, str | None], None]) -> None:
    """What the visitor may press to end it, `settle` with why it is declined; `said`: what is told of it afterwards."""

    def settled(how: Settled, reason: str | None = None) -> None:
        with errors_shown():
            settle(how, reason)
            say_after_rerun(_(said[how]))

    with st.container(horizontal=True):
        if proposal.own:
            if st.button(_("Withdraw the proposal"), key=f"withdraw {proposal.id}"):
                settled(Settled.WITHDRAWN)
            return
        if st.button(_("Confirm"), type="primary", key=f"confirm {proposal.id}"):
            settled(Settled.CONFIRMED)
        offer_decline(f"decline {proposal.id}", lambda reason: settled(Settled.DECLINED, reason), read=False)
