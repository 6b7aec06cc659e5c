"""What stands where nothing is yet: while a page reads, while something long runs, and where there is nothing to show."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import streamlit as st

from hbcore.ui.safe import ROW, inert
from hbcore.ui.words import language

_READ = "read once: "


@contextmanager
def first_read(place: str, *, lines: int = 6) -> Iterator[None]:
    """Grey lines while a page of this session reads for the first time; later reads leave the old picture standing.

    `place` names what is read; `lines` about as many as will stand there.
    """
    key = _READ + place
    with nullcontext() if st.session_state.get(key) else st.skeleton(height=ROW * lines):
        yield
    st.session_state[key] = True


@contextmanager
def busy(text: str) -> Iterator[None]:
    """Say what runs, for whatever may take more than a second; beside it, in English alone, the time it has taken: Streamlit
    knows no other word for seconds."""
    with st.spinner(inert(text), show_time=language() == "en"):
        yield


def nothing_here(text: str, then: str = "") -> None:
    """An empty place: that it is empty, and what could be done. Quiet, for emptiness is no alarm."""
    with st.container(border=True, gap=None):
        st.text(text)
        if then:
            st.caption(inert(then))
