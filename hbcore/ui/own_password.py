"""The one thing somebody sees who signed in with a one-time password: the form for a password of their own."""

import streamlit as st

from hbcore.services import own_account
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.ui.errors import errors_shown, refuse_unless_equal, say_after_rerun
from hbcore.ui.words import _


def show(staff: Staff) -> None:
    """The form, whatever address was asked for; afterwards that address opens."""
    with st.container(horizontal_alignment="center"), st.container(width=420, key="own password"):
        st.subheader(_("Choose your own password"), anchor=False)
        st.text(_("The one-time password has done its work. From now on you sign in with a password that only you know."))
        with st.form("own password", border=False):
            password = st.text_input(
                _("New password"), type="password", placeholder=_("10 characters or more"), autocomplete="new-password"
            )
            again = st.text_input(_("Password once more"), type="password", autocomplete="new-password")
            st.caption(_("A sentence is easy to remember; any script will do."))
            pressed = st.form_submit_button(_("Keep this password"), type="primary")
    if pressed:
        with errors_shown():
            refuse_unless_equal(password, again)
            own_account.choose_password(password, by=staff, at=now())
            say_after_rerun(_("Your password is kept."))
