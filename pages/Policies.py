"""The policies: dated tables in plain sentences, tried on the people there are, proposed by one and published by another."""

import streamlit as st

from hbcore.services import policies
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.policies import PolicySeen
from hbcore.ui.errors import errors_shown
from hbcore.ui.policy_acts import show_acts, show_propose
from hbcore.ui.policy_shown import show_origin, show_rows, state_sentence
from hbcore.ui.policy_simulated import show_simulation
from hbcore.ui.start import start_page
from hbcore.ui.unit_names import unit_name
from hbcore.ui.words import _, language

LINK = "policy"
"""`?policy=`: the id of one."""


def choose(kept: list[PolicySeen]) -> PolicySeen:
    """Which policy is shown: the one in the address, else the one in force longest ahead in the list."""
    ids = [one.id for one in kept]
    first = next((one.id for one in kept if one.state == policies.PolicyState.IN_FORCE), ids[0])
    key = f"policy shown {language()}"
    if st.session_state.get(key) not in ids:
        asked = st.query_params.get(LINK, first)
        st.session_state[key] = asked if asked in ids else first
    names = {one.id: f"{one.id} · {unit_name(one.scope)} · {state_sentence(one, now())}" for one in kept}
    chosen = st.selectbox(_("Policy"), ids, format_func=names.__getitem__, key=key)
    if chosen != first or LINK in st.query_params:
        st.query_params[LINK] = chosen
    return kept[ids.index(chosen)]


def show(staff: Staff) -> None:
    """The page."""
    at = now()
    st.text(_("A colour is the answer of one of these tables to what is recorded of a person: the first row that holds decides."))
    kept = list(policies.listed(by=staff, at=at))
    which, propose = st.columns([4, 1.4], vertical_alignment="bottom")
    with which:
        chosen = choose(kept)
    with propose:
        show_propose(staff)
    told = policies.shown(chosen.id, by=staff, at=at)
    show_origin(told.shown, at)
    show_acts(told.shown, staff)
    show_simulation(told.shown, staff)
    show_rows(told)


staff = start_page(_("Policies"))
with errors_shown():
    show(staff)
