"""How far a published policy has been applied, wherever counts are shown that follow it."""

import streamlit as st

from hbcore.services import publications
from hbcore.services.publications import Applied
from hbcore.ui import safe
from hbcore.ui.locale_words import number_here
from hbcore.ui.words import _


def show_progress() -> None:
    """The publication going on, looked at again every two seconds until it has ended; nothing where there is none."""
    if publications.in_progress() is not None:
        _watched()


@st.fragment(run_every="2s")
def _watched() -> None:
    applied = publications.in_progress()
    if applied is None:
        st.rerun()
    else:
        _draw(applied)


def _draw(applied: Applied) -> None:
    share = applied.done / applied.people if applied.people else 1.0
    words = (
        _("{policy} is withdrawn, its codes are taken back: {done} of {people} people. Cards are right already; counts follow.")
        if applied.withdrawal
        else _("{policy} is being applied: {done} of {people} people. Cards are right already; counts follow.")
    )
    said = words.format(policy=applied.policy, done=number_here(applied.done), people=number_here(applied.people))
    st.progress(min(share, 1.0), safe.inert(said))
