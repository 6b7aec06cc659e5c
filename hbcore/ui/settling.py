"""The buttons under a proposal of the whole desk: its second person confirms or declines it, who made it withdraws it."""

from collections.abc import Callable, Mapping
from typing import Literal

import streamlit as st

from hbcore.services.second_look import Proposal, Settled
from hbcore.ui import safe
from hbcore.ui.errors import errors_shown, say_after_rerun
from hbcore.ui.words import N_, _

BUTTONS = {
    Settled.CONFIRMED: ("confirm", N_("Confirm")),
    Settled.DECLINED: ("decline", N_("Decline")),
    Settled.WITHDRAWN: ("withdraw", N_("Withdraw the proposal")),
}


def offer_settling(proposal: Proposal, said: Mapping[Settled, str], settle: Callable[[Settled], None]) -> None:
    """A button for each way in which the visitor may end it; `said`: what is told of it afterwards."""
    with st.container(horizontal=True):
        for how in [Settled.WITHDRAWN] if proposal.own else [Settled.CONFIRMED, Settled.DECLINED]:
            key, label = BUTTONS[how]
            kind: Literal["primary", "secondary"] = "primary" if how == Settled.CONFIRMED else "secondary"
            if st.button(safe.inert(_(label)), type=kind, key=f"{key} {proposal.id}"):
                with errors_shown():
                    settle(how)
                    say_after_rerun(_(said[how]))
