"""The line above every page: what this is, who works here, the language, the way out."""

import streamlit as st

from hbcore.services import accounts, sessions
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.ui import safe
from hbcore.ui.errors import errors_shown
from hbcore.ui.page_mark import language_switched
from hbcore.ui.unit_names import unit_name
from hbcore.ui.words import LANGUAGE_NAMES, _, language, role_name

OTHER = {"zh": "en", "en": "zh"}


def for_strangers() -> None:
    """The language alone."""
    with st.container(horizontal=True, horizontal_alignment="right"):
        if chosen := _language_button():
            st.query_params["lang"] = chosen
            language_switched()
            st.rerun()


def for_staff(staff: Staff) -> None:
    """Name, unit and role, the language kept with the account, and signing out."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="header"):
        st.text(_("Hubei health code desk"))
        with st.container(horizontal=True, width="content", vertical_alignment="center"):
            safe.text(" · ".join(part for part in (unit_name(staff.unit), staff.full_name, role_name(staff.role)) if part))
            chosen = _language_button()
            leave = st.button(_("Sign out"), type="tertiary", key="sign out")
    if chosen:
        with errors_shown():
            accounts.choose_language(chosen, by=staff, at=now())
            language_switched()
            st.rerun()
    if leave:
        with errors_shown():
            sessions.sign_out(by=staff, at=now())
            st.session_state.clear()
            st.rerun()


def _language_button() -> str | None:
    other = OTHER[language()]
    return other if st.button(LANGUAGE_NAMES[other], type="tertiary", key="language") else None
