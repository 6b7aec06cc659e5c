"""A person's recolouring requests: those there are, and a new one entered for them."""

import streamlit as st

from hbcore.domain.recolouring import OPEN
from hbcore.services import recolouring_seen
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.people import PersonCard
from hbcore.ui import safe
from hbcore.ui.application_words import moment
from hbcore.ui.errors import errors_shown
from hbcore.ui.links import link
from hbcore.ui.request_form import show_entry, show_lacking
from hbcore.ui.request_words import ground_name, state_of
from hbcore.ui.words import _


def show_requests(card: PersonCard, staff: Staff) -> None:
    """The newest first, each a link to its page; below them the form."""
    at = now()
    with errors_shown():
        for request, ground, state, entered_at in recolouring_seen.of_person(card.id, by=staff, at=at):
            with st.container(horizontal=True, vertical_alignment="center"):
                safe.text(f"{ground_name(ground)} · {state_of(state)} · {moment(entered_at, at)}")
                link("Recolouring", _("Open it"), request=str(request), show=str(state) if state in OPEN else "ended")
            show_lacking(request)
    st.subheader(_("New request"), anchor=False)
    show_entry(card.id, staff)
