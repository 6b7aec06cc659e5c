"""The help drawer of a page, and the list of keys."""

import streamlit as st

from hbcore.ui import safe
from hbcore.ui.help_texts import HELP
from hbcore.ui.page_help import KEYS_EVERYWHERE, PageHelp
from hbcore.ui.words import PAGE_TITLES, _


def show_help(page: str) -> None:
    """Open the drawer with the help of a page."""
    st.dialog(_("Help"), position="right", width=420, icon=":material/help:")(_draw)(page)


def show_keys(page: str) -> None:
    """Open the list of keys: those of every page, and those of this one."""
    st.dialog(_("Keys"), icon=":material/keyboard:")(_draw_keys)(page)


def _draw(page: str) -> None:
    help_ = HELP.get(page, PageHelp(""))
    st.subheader(_(PAGE_TITLES[page]), anchor=False)
    safe.text(_(help_.purpose))
    if help_.numbers:
        st.subheader(_("What it says"), anchor=False)
        for word, meaning in help_.numbers:
            _pair(_(word), _(meaning))
    if help_.trouble:
        st.subheader(_("Good to know"), anchor=False)
        for one in help_.trouble:
            safe.text(_(one))
    if help_.keys:
        st.subheader(_("Keys"), anchor=False)
        _list_keys(help_.keys)


def _draw_keys(page: str) -> None:
    _list_keys(KEYS_EVERYWHERE)
    if own := HELP.get(page, PageHelp("")).keys:
        st.subheader(_(PAGE_TITLES[page]), anchor=False)
        _list_keys(own)


def _pair(word: str, meaning: str) -> None:
    with st.container(gap=None):
        st.markdown(safe.strong(word))
        safe.text(meaning)


def _list_keys(keys: tuple[tuple[str, str], ...]) -> None:
    safe.table([{_("Key"): key, _("What it does"): _(does)} for key, does in keys])
