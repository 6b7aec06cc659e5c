"""Through the lines of a queue without the mouse: the one before, the next."""

from collections.abc import Callable, Sequence

import streamlit as st

from hbcore.ui.words import _


def step_through(ids: Sequence[int], opened: object, open_one: Callable[[int], None]) -> None:
    """Previous and next of the lines with these ids; `opened`: the id of the open one, None where none is."""
    place = ids.index(opened) if opened in ids else -1
    first, last = place < 1, place + 1 >= len(ids)
    with st.container(horizontal=True):
        back = st.button(
            _("Previous"), shortcut="K", type="tertiary", disabled=first, help=_("This is the first line.") if first else None
        )
        on = st.button(
            _("Next"), shortcut="J", type="tertiary", disabled=last, help=_("This is the last line.") if last else None
        )
    if back or on:
        open_one(ids[place + (1 if on else -1)])
        st.rerun()
