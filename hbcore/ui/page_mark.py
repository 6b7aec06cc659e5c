"""`<html lang>` after a switch of language: the page is not loaded again, so its mark is changed where it stands."""

from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.components.v1 import declare_component
from streamlit.components.v1.custom_component import CustomComponent

from hbcore.ui.words import language

_SWITCHED = "language switched on this page"


@cache
def _component() -> CustomComponent:
    # Only a server that runs takes a component in: this room is loaded before.
    return declare_component("mark", path=str(Path(__file__).parent / "mark"))


def language_switched() -> None:
    """From now on this session's page needs another mark than it was loaded with."""
    st.session_state[_SWITCHED] = True


def mark_page() -> None:
    """Mark the page with the language of this run, where it may have been loaded with another; the router calls it once a run."""
    if st.session_state.get(_SWITCHED):
        _component()(language=language(), key="mark")
