"""Who is before the screen: asked again on every run, by the router and by each page."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import streamlit as st

from hbcore.services import sessions
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.sessions import COOKIE, SECURE_COOKIE
from hbcore.ui.safe import inert
from hbcore.ui.words import speak

OWNER, LEFT = "owner", "signed out here"
_asked: ContextVar[Staff | None] = ContextVar("asked", default=None)
"""Who the router found a moment ago, for the rest of its own run; unset for a page without its router, and between runs."""


def signed_in(*, touch: bool) -> Staff | None:
    """Who the cookie of this websocket says is there; None for a stranger. `touch`: this run is somebody's work."""
    return sessions.holder(cookie(), at=now(), touch=touch)


def cookie() -> str | None:
    """What our cookie holds on this websocket."""
    cookies = st.context.cookies
    return cookies.get(SECURE_COOKIE) or cookies.get(COOKIE)


@contextmanager
def asked_once(staff: Staff | None) -> Iterator[None]:
    """Let the page of this run go by what the router was told; services ask again in each transaction."""
    before = _asked.set(staff)
    try:
        yield
    finally:
        _asked.reset(before)


def own_state(staff: Staff | None) -> None:
    """Empty the session's state unless it belongs to who is there now.

    A websocket with another person's cookie can be joined to a disconnected session and would see what it holds.
    """
    session = staff.session if staff else None
    if st.session_state.get(OWNER, session) != session:
        st.session_state.clear()
    st.session_state[OWNER] = session


def leave() -> None:
    """Somebody signed out with the button: nothing of their state stays, and the sign-in need not tell why it is there."""
    st.session_state.clear()
    st.session_state[LEFT] = True


def start_page(title: str) -> Staff:
    """The first line of a page: who works on it, asked of the database in this run, and its heading (ours, translated).

    Runs the router again, and with it the sign-in, when nobody is signed in or an own password is still to be chosen.
    """
    staff = _asked.get() or signed_in(touch=False)
    if staff is None or staff.password_change_needed or st.session_state.get(OWNER) != staff.session:
        st.rerun()
    speak(staff.language)
    st.header(inert(title), anchor=False)
    return staff


@st.fragment(run_every="60s")
def watch() -> None:
    """Clear the screen within a minute of the session's end; looking is not working, so it does not put off the end."""
    if (_asked.get() or signed_in(touch=False)) is None:
        st.rerun()
