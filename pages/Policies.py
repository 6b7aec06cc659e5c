"""The policies: dated tables in plain sentences, tried on the people there are, proposed by one and published by another."""

import streamlit as st

from hbcore.services import policies
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.policies import PolicySeen, PolicyState
from hbcore.ui import safe
from hbcore.ui.errors import errors_shown
from hbcore.ui.policy_acts import LINK, say_why_not, show_acts, show_propose
from hbcore.ui.policy_shown import show_origin, show_rows, state_sentence
from hbcore.ui.policy_simulated import show_simulation
from hbcore.ui.start import start_page
from hbcore.ui.unit_names import unit_name
from hbcore.ui.words import _, language

FOLLOWED = "policy of the address"
"""The policy last shown: an address that names another one is followed."""


def choose(kept: list[PolicySeen], own: str | None) -> PolicySeen:
    """Which policy is shown: the one in the address, else `own`, the one that decides in one's own unit."""
    ids = [one.id for one in kept]
    first = own or ids[0]
    names = {one.id: f"{one.id} · {unit_name(one.scope)} · {state_sentence(one, now())}" for one in kept}
    key = f"policy shown {language()} {hash(tuple(names.values()))}"  # a choice keeps the words it was first drawn with
    asked = st.query_params.get(LINK, first)
    if st.session_state.get(key) not in ids or (LINK in st.query_params and asked != st.session_state.get(FOLLOWED)):
        st.session_state[key] = asked if asked in ids else first
    chosen = st.selectbox(_("Policy"), ids, format_func=names.__getitem__, key=key)
    if asked not in ids:
        st.warning(safe.inert(_("There is no policy “{asked}”. This one decides in your unit.").format(asked=asked)))
    if chosen != first or LINK in st.query_params:
        st.query_params[LINK] = chosen
    st.session_state[FOLLOWED] = chosen
    return kept[ids.index(chosen)]


def tell_of_others(kept: list[PolicySeen], shown: PolicySeen) -> None:
    """What is not shown and changes what decides: a policy that begins later, a table that waits for its second person."""
    for one in kept:
        if one.state not in (PolicyState.AHEAD, PolicyState.PROPOSED) or one.id == shown.id:
            continue
        words = _("{policy} · {unit}: {state} →").format(
            policy=one.id, unit=unit_name(one.scope), state=state_sentence(one, now())
        )
        if st.button(safe.inert(words), type="tertiary", icon=":material/upcoming:", key=f"look at {one.id}"):
            st.query_params[LINK] = one.id
            st.rerun()


def show(staff: Staff) -> None:
    """The page."""
    at = now()
    st.text(_("A colour is the answer of one of these tables to what is recorded of a person: the first row that holds decides."))
    kept = list(policies.listed(by=staff, at=at))
    which, propose = st.columns([4, 1.4], vertical_alignment="bottom")
    with which:
        chosen = choose(kept, policies.deciding(by=staff, at=at))
    with propose:
        show_propose(staff)
    say_why_not(staff)
    tell_of_others(kept, chosen)
    told = policies.shown(chosen.id, by=staff, at=at)
    show_origin(told.shown, at)
    show_acts(told.shown, staff)
    show_simulation(told.shown, staff)
    show_rows(told)


staff = start_page(_("Policies"))
with errors_shown():
    show(staff)
