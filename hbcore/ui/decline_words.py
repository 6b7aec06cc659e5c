"""Why a second person declines, in words, and how it is chosen."""

from collections.abc import Callable, Mapping

import streamlit as st

from hbcore.services.second_look import DeclineReason
from hbcore.ui.words import N_, _

DECLINES: Mapping[str, str] = {
    DeclineReason.WRONG_PERSON: N_("It is about another person"),
    DeclineReason.EVIDENCE_MISSING: N_("The evidence is missing or does not show it"),
    DeclineReason.WRONG_DATES: N_("The dates are wrong"),
    DeclineReason.NOT_JUSTIFIED: N_("It is not justified"),
    DeclineReason.OTHER_UNIT: N_("It is another unit's matter"),
}


def decline_reason(reason: str) -> str:
    """A reason in the session's language."""
    return _(DECLINES[reason])


def choose_decline(key: str) -> str | None:
    """The box to choose a reason from; None as long as none is chosen."""
    return st.selectbox(
        _("Reason"), [str(one) for one in DeclineReason], None, decline_reason, placeholder=_("Choose a reason"), key=key
    )


def offer_decline(key: str, decline: Callable[[str], object], *, read: bool = True) -> None:
    """The reasons behind a button; `decline` is called with the one chosen. `read`: who proposed it has a page to read it on."""
    with st.popover(_("Decline…")):
        reason = choose_decline(f"why {key}")
        st.caption(_("Who proposed it reads the reason.") if read else _("The reason stays with the event."))
        if st.button(_("Decline"), disabled=reason is None, key=key) and reason:
            decline(reason)
