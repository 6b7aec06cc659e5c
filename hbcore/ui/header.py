"""The line above every page: what this is, the search, who works here, the language, help, the way out."""

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from hbcore.domain.permissions import PAGES, may
from hbcore.services import accounts, sessions
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.ui import safe
from hbcore.ui.errors import errors_shown
from hbcore.ui.help import show_help, show_keys
from hbcore.ui.page_mark import language_switched
from hbcore.ui.start import leave
from hbcore.ui.unit_names import unit_name
from hbcore.ui.words import LANGUAGE_NAMES, _, language, role_name

OTHER = {"zh": "en", "en": "zh"}

HANDED_OVER = "search"
"""Where the text of the search box waits for the Person page: never in the address."""

FOLDER = Path(__file__).parents[2] / "pages"
PERSON, ACCOUNT = FOLDER / "Person.py", FOLDER / "Account.py"


def for_strangers() -> None:
    """The language alone."""
    with st.container(horizontal=True, horizontal_alignment="right"):
        if chosen := _language_button():
            st.query_params["lang"] = chosen
            language_switched()
            st.rerun()


def for_staff(staff: Staff, page: str | None = None) -> None:
    """Name of the desk, search, who is there, and the buttons every page has. No `page`: nothing is open to them yet."""
    with st.container(horizontal=True, vertical_alignment="center", key="header"):
        st.text(_("Hubei health code desk"))
        if page and may(staff.role, PAGES["Person"]):
            _search()
        with st.container(horizontal=True, width="content", vertical_alignment="center", key="who"):
            _show_who(staff, is_link=page is not None)
            chosen = _language_button()
            opened = _help_buttons() if page else None
            leave = st.button(_("Sign out"), type="tertiary", icon=":material/logout:", key="sign out")
    if page and opened:
        opened(page)
    elif chosen or leave:
        _act(staff, chosen)


def _help_buttons() -> Callable[[str], None] | None:
    """What is to be opened, if one of them was pressed."""
    keys = st.button(_("Keys"), type="tertiary", icon=":material/keyboard:", key="keys")
    if st.button(_("Help"), type="tertiary", icon=":material/help:", key="help"):
        return show_help
    return show_keys if keys else None


def _act(staff: Staff, chosen: str | None) -> None:
    with errors_shown():
        if chosen:
            accounts.choose_language(chosen, by=staff, at=now())
            language_switched()
        else:
            sessions.sign_out(by=staff, at=now())
            leave()
        st.rerun()


def _search() -> None:
    """The box; Enter takes what was typed to the Person page, and leaves the box empty."""
    with st.form("find", border=False, clear_on_submit=True), st.container(horizontal=True, gap=None, key="find"):
        sought = st.text_input(
            _("Search"),
            placeholder=_("Document, receipt, sample or look-up number"),
            max_chars=64,
            autocomplete="off",
            label_visibility="collapsed",
        )
        pressed = st.form_submit_button(_("Search"), type="tertiary", icon=":material/search:")
    if pressed and sought and sought.strip():
        st.session_state[HANDED_OVER] = sought
        st.switch_page(PERSON)


def _show_who(staff: Staff, *, is_link: bool) -> None:
    parts = (unit_name(staff.unit), staff.full_name, role_name(staff.role))
    who = " · ".join(part for part in parts if part)
    if is_link and ACCOUNT.exists():
        st.page_link(ACCOUNT, label=safe.inert(who), icon=":material/account_circle:")
    else:
        safe.text(who)


def _language_button() -> str | None:
    other = OTHER[language()]
    return other if st.button(LANGUAGE_NAMES[other], type="tertiary", key="language") else None
