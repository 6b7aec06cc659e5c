"""The main script: a stranger sees the sign-in alone, staff the menu of the pages their role may see."""

from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from hbcore.domain.permissions import PAGES, may
from hbcore.services.acting import Staff
from hbcore.ui import header, strangers
from hbcore.ui.errors import say_now_what_was_said
from hbcore.ui.start import own_state, signed_in, watch
from hbcore.ui.words import PAGE_TITLES, _, speak
from hbcore.words import language_of

FOLDER = Path(__file__).parents[2] / "pages"
STYLE = Path(__file__).parent / "desk.css"


def page_names() -> list[str]:
    """The pages there are, in the menu's order."""
    return [name for name in PAGES if (FOLDER / f"{name}.py").exists()]


def stranger_pages() -> list[StreamlitPage]:
    """The sign-in under every page's address, so that the address is still there after signing in."""
    _first, *others = page_names()
    pages = [st.Page(strangers.show, title=_("Sign in"), url_path="", default=True)]
    return pages + [st.Page(strangers.show, title=_("Sign in"), url_path=name) for name in others]


def staff_pages(staff: Staff) -> list[StreamlitPage]:
    """The pages the role of `staff` may see; the first stands at `/`."""
    seen = [name for name in page_names() if may(staff.role, PAGES[name])]
    return [st.Page(FOLDER / f"{name}.py", title=_(PAGE_TITLES[name]), url_path=name, default=name == seen[0]) for name in seen]


def run() -> None:
    """One run of the desk."""
    staff = signed_in(touch=True)
    own_state(staff)
    speak(staff.language if staff else language_of(st.query_params.get("lang"), st.context.locale))
    st.set_page_config(layout="wide")
    st.html(STYLE)
    if staff is None:
        page = st.navigation(stranger_pages(), position="hidden")
        header.for_strangers()
    else:
        page = st.navigation(staff_pages(staff), position="top")
        header.for_staff(staff)
        watch()
    page.run()
    say_now_what_was_said()


run()
