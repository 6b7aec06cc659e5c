"""What can be done on the page of facts, by whom; a link from elsewhere says it in the address."""

import streamlit as st

from hbcore.domain.permissions import Permission, may
from hbcore.services.acting import Staff
from hbcore.ui.fact_form import PERSON
from hbcore.ui.fact_lists import LIST
from hbcore.ui.words import N_, _

VIEW = "view"
FORCE, LISTS, ONE, FILE = "in force", "lists", "one", "file"
VIEWS = {FORCE: N_("In force"), LISTS: N_("Lists and proposals"), ONE: N_("Propose one person"), FILE: N_("Propose a list")}
PROPOSING = (ONE, FILE)


def choose_view(staff: Staff) -> str:
    """What to do here, as the address says at first."""
    views = [view for view in VIEWS if view not in PROPOSING or may(staff.role, Permission.PROPOSE_FACTS)]
    asked = st.query_params.get(VIEW, "")
    asked = LISTS if LIST in st.query_params else ONE if PERSON in st.query_params else asked
    chosen = st.segmented_control(
        _("What to do"),
        views,
        default=asked if asked in views else FORCE,
        required=True,
        format_func=lambda view: _(VIEWS[view]),
        key="facts view",
        label_visibility="collapsed",
    )
    return str(chosen or FORCE)
