"""Where somebody stands, said once a shift."""

from datetime import datetime

import streamlit as st

from hbcore.services import gate_shifts
from hbcore.services.acting import Staff
from hbcore.services.gate_shifts import LONGEST_PLACE, GateShift, Places
from hbcore.ui import safe
from hbcore.ui.application_words import moment
from hbcore.ui.words import _

CHANGING = "place is being changed"


def place_chosen(seen: Places, staff: Staff, at: datetime) -> GateShift | None:
    """The shift that goes on, with a way to change the place; None while the place is being chosen."""
    if seen.now is None or st.session_state.get(CHANGING):
        _ask(seen, staff, at)
        return None
    with st.container(horizontal=True, vertical_alignment="center", key="place"):
        safe.text(_("{place} · since {time}").format(place=seen.now.place, time=moment(seen.now.began_at, at)))
        if st.button(_("Another place"), type="tertiary", key="another place"):
            st.session_state[CHANGING] = True
            st.rerun()
    return seen.now


def _ask(seen: Places, staff: Staff, at: datetime) -> None:
    st.text(_("Where do you stand? Said once, it stays for the shift and is written beside each check."))
    used = list(seen.used)
    with st.form("place form", border=False):
        chosen = st.selectbox(
            _("Place"),
            used,
            used.index(seen.before) if seen.before in used else None,
            placeholder=_("Choose, or type a new one"),
            accept_new_options=True,
            key="place chosen",
        )
        begun = st.form_submit_button(_("Begin the shift here"), type="primary", width="stretch")
    st.caption(_("At most {most} characters: the gate's name, never a person's.").format(most=LONGEST_PLACE))
    if begun:
        gate_shifts.begin(chosen or "", by=staff, at=at)
        st.session_state.pop(CHANGING, None)
        st.rerun()
