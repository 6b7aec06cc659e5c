"""What can be done on the page of facts, by whom; a link from elsewhere says it in the address."""

import streamlit as st

from hbcore.domain.permissions import Permission, may
from hbcore.services.acting import Staff
from hbcore.ui.fact_form import PERSON
from hbcore.ui.fact_held import CHOSEN, HELD_OF
from hbcore.ui.fact_lists import LIST
from hbcore.ui.fact_table import FACT
from hbcore.ui.words import N_, _

VIEW = "view"
FORCE, LISTS, ONE, FILE, HELD = "in force", "lists", "one", "file", "held"
VIEWS = {
    FORCE: N_("In force"),
    LISTS: N_("Lists and proposals"),
    ONE: N_("Propose one person"),
    FILE: N_("Propose a list"),
    HELD: N_("Held rows of lists"),
}
PROPOSING = (ONE, FILE)
FOLLOWED = "facts address"


def choose_view(staff: Staff) -> str:
    """What to do here, as the address says at first."""
    _follow_link()
    views = [view for view in VIEWS if view not in PROPOSING or may(staff.role, Permission.PROPOSE_FACTS)]
    asked = _asked()
    chosen = st.segmented_control(
        _("What to do"),
        views,
        default=asked if asked in views else FORCE,
        required=True,
        format_func=lambda view: _(VIEWS[view]),
        key=CHOSEN,
        label_visibility="collapsed",
    )
    _say_in_address(str(chosen or FORCE))
    return str(chosen or FORCE)


def _say_in_address(chosen: str) -> None:
    """Another choice than the address asks for stands in it from now on: a reload comes back to it."""
    if chosen == (_asked() or FORCE):
        return
    for name in (VIEW, FACT, LIST, PERSON, HELD_OF):
        st.query_params.pop(name, None)
    if chosen != FORCE:
        st.query_params[VIEW] = chosen


def _asked() -> str:
    """The view that the address asks for."""
    if FACT in st.query_params:
        return FORCE
    for name, view in ((LIST, LISTS), (PERSON, ONE), (HELD_OF, HELD)):
        if name in st.query_params:
            return view
    return st.query_params.get(VIEW, "")


def _follow_link() -> None:
    """A link on this very page leaves the choice standing that was made before: a new address is followed once."""
    address = tuple(st.query_params.get(name, "") for name in (FACT, LIST, PERSON, HELD_OF))
    before = st.session_state.get(FOLLOWED)
    st.session_state[FOLLOWED] = address
    if before is not None and address != before and any(address):
        st.session_state[CHOSEN] = _asked()
