"""A run of the desk: a stranger sees the sign-in alone, staff the menu of the pages their role may see."""

from base64 import b64encode
from collections.abc import Callable
from copy import copy
from functools import cache, partial
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from hbcore.domain.errors import Refused
from hbcore.domain.permissions import PAGES, first_page, pages_of
from hbcore.domain.vocabulary import Role
from hbcore.services.acting import Staff
from hbcore.ui import header, own_password, strangers
from hbcore.ui.errors import errors_shown, say_now_what_was_said, show_refused
from hbcore.ui.page_mark import mark_page
from hbcore.ui.start import asked_once, own_state, signed_in, watch
from hbcore.ui.words import PAGE_ICONS, PAGE_TITLES, _, language, speak
from hbcore.words import language_of

FOLDER = Path(__file__).parents[2] / "pages"
ICON = "data:image/svg+xml;base64," + b64encode((Path(__file__).parent / "icon.svg").read_bytes()).decode()
"""In the page itself: a page's own symbol would be fetched from outside."""

BY_NAME = ("Account",)
"""Pages that the header leads to, not the menu."""


@cache
def page_names() -> tuple[str, ...]:
    """The pages there are, in the menu's order; none comes or goes while the desk runs."""
    return tuple(name for name in PAGES if (FOLDER / f"{name}.py").exists())


def one_page(show: Callable[[], None], title: str, role: Role | None = None) -> list[StreamlitPage]:
    """The same under every page's address, so that the address is still there afterwards. `role`: of who is signed in."""
    return [st.Page(show, title=title, url_path=name, default=name == first_page(role)) for name in page_names()]


def stranger_pages() -> list[StreamlitPage]:
    """The sign-in."""
    return one_page(strangers.show, _("Sign in"))


def staff_pages(staff: Staff) -> list[StreamlitPage]:
    """The pages the role of `staff` may see, the first at `/`; at the others' addresses stands that it may not.

    Copies of those made once: each run marks the one that it may call, and making one looks its file up.
    """
    return list(map(copy, _made(staff.role, language())))


@cache
def _made(role: Role, _language: str) -> tuple[StreamlitPage, ...]:
    names = page_names()
    seen = [name for name in pages_of(role) if name in names]
    return (
        *(_shown(name, is_first=name == first_page(role)) for name in seen),
        *(
            st.Page(partial(not_yours, name), title=_(PAGE_TITLES[name]), url_path=name, visibility="hidden")
            for name in names
            if name not in seen
        ),
    )


def _shown(name: str, *, is_first: bool) -> StreamlitPage:
    return st.Page(
        FOLDER / f"{name}.py",
        title=_(PAGE_TITLES[name]),
        icon=f":material/{PAGE_ICONS[name]}:",
        url_path=name,
        default=is_first,
        visibility="hidden" if name in BY_NAME else "visible",
    )


def not_yours(name: str) -> None:
    """What stands at a page's address for a role that may not see it."""
    st.header(_(PAGE_TITLES[name]), anchor=False)
    show_refused(Refused("not_allowed"))


def run() -> None:
    """One run of the desk."""
    staff = signed_in(touch=True)
    own_state(staff)
    speak(staff.language if staff else language_of(st.query_params.get("lang"), st.context.locale))
    st.set_page_config(layout="wide", page_icon=ICON)
    with asked_once(staff):
        if staff is None:
            page = st.navigation(stranger_pages(), position="hidden")
            header.for_strangers()
        elif staff.password_change_needed:
            show_form = partial(own_password.show, staff)
            page = st.navigation(one_page(show_form, _("Choose your own password"), staff.role), position="hidden")
            header.for_staff(staff)
            watch()
        else:
            page = st.navigation(staff_pages(staff), position="top")
            header.for_staff(staff, page.url_path or first_page(staff.role))
            watch()
        with errors_shown():
            page.run()
    say_now_what_was_said()
    mark_page()
