"""What a page was loaded with, after a switch: the language is marked anew where it stands, for a theme it is loaded again."""

from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.components.v1 import declare_component
from streamlit.components.v1.custom_component import CustomComponent

from hbcore.ui.words import language

_SWITCHED = "language switched on this page"
_THEME = "theme switched on this page"


@cache
def _component() -> CustomComponent:
    # Only a server that runs takes a component in: this room is loaded before.
    return declare_component("mark", path=str(Path(__file__).parent / "mark"))


def language_switched() -> None:
    """From now on this session's page needs another mark than it was loaded with."""
    st.session_state[_SWITCHED] = True


def theme_switched() -> None:
    """The account has another theme now: this session's page is loaded again, and the gate hands the theme to it."""
    st.session_state[_THEME] = True


def mark_page() -> None:
    """Mark the page with the language of this run, where it may have been loaded with another; the router calls it once a run."""
    again = bool(st.session_state.get(_THEME))
    if again or st.session_state.get(_SWITCHED):
        _component()(language=language(), again=again, key="mark")
