"""One's own account: language, theme, password, second factor, sessions, and when somebody came in."""

import streamlit as st

from hbcore.domain.vocabulary import Theme
from hbcore.services import accounts, own_account
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.ui import own_second_factor, safe
from hbcore.ui.errors import errors_shown, refuse_unless_equal, say_after_rerun
from hbcore.ui.page_mark import language_switched
from hbcore.ui.start import start_page
from hbcore.ui.unit_names import unit_name
from hbcore.ui.words import LANGUAGE_NAMES, N_, _, language, role_name, time_here

THEMES = {Theme.SYSTEM: N_("As the machine"), Theme.LIGHT: N_("Light"), Theme.DARK: N_("Dark")}


def show_who(staff: Staff) -> None:
    """Who this account is, in one line."""
    known_as = staff.full_name if staff.full_name != staff.name else ""
    parts = (staff.name, known_as, role_name(staff.role), unit_name(staff.unit), ", ".join(staff.institutions))
    safe.text(" · ".join(filter(None, parts)))


def choose_look(staff: Staff) -> None:
    """Language and theme, kept with the account."""
    st.subheader(_("Language and theme"), anchor=False)
    # The keys name what is kept: a choice made elsewhere, as in the header, begins these anew and is not taken back by them.
    spoken = st.segmented_control(
        _("Language"),
        list(LANGUAGE_NAMES),
        default=staff.language,
        format_func=LANGUAGE_NAMES.__getitem__,
        key=f"own language {staff.language}",
    )
    theme = st.segmented_control(
        _("Theme"),
        list(THEMES),
        default=staff.theme,
        format_func=lambda one: _(THEMES[one]),
        key=f"own theme {staff.theme} {language()}",
    )
    with errors_shown():
        if spoken and spoken != staff.language:
            accounts.choose_language(spoken, by=staff, at=now())
            language_switched()
            st.rerun()
        if theme and theme != staff.theme:
            accounts.choose_theme(theme, by=staff, at=now())
            st.rerun()


def change_password(staff: Staff) -> None:
    """The old password and a new one; other sessions end."""
    st.subheader(_("Password"), anchor=False)
    with st.form("password", border=False, clear_on_submit=True):
        old = st.text_input(_("Password now"), type="password", autocomplete="current-password")
        password = st.text_input(
            _("New password"), type="password", placeholder=_("10 characters or more"), autocomplete="new-password"
        )
        again = st.text_input(_("Password once more"), type="password", autocomplete="new-password")
        pressed = st.form_submit_button(_("Change the password"))
    if pressed:
        with errors_shown():
            refuse_unless_equal(password, again)
            own_account.change_password(old, password, by=staff, at=now())
            say_after_rerun(_("Your password is kept. Your other sessions have ended."))


def show_sessions(staff: Staff) -> None:
    """Where one is signed in, each with its end."""
    st.subheader(_("My sessions"), anchor=False)
    for one in own_account.own_sessions(by=staff, at=now()):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            began, seen = time_here(one.began_at), time_here(one.seen_at)
            safe.text(_("Began {began} · last seen {seen}").format(began=began, seen=seen))
            if one.is_this:
                st.text(_("This one"))
            elif st.button(_("End"), key=f"end {one.ref}", type="tertiary"):
                with errors_shown():
                    own_account.end_session(one.ref, by=staff, at=now())
                    say_after_rerun(_("The session has ended."))
    st.caption(_("A session ends after 15 idle minutes and after 12 hours in all. Neither machine nor place is kept."))


def show_sign_ins(staff: Staff) -> None:
    """The last sign-ins, also those that failed: somebody else may have tried."""
    st.subheader(_("Last sign-ins"), anchor=False)
    rows = [
        {_("Time"): time_here(one.at), _("How it went"): _("✓ signed in") if one.succeeded else _("✗ failed")}
        for one in own_account.own_sign_ins(by=staff, at=now())
    ]
    if rows:
        safe.table(rows, key="sign-ins")
    st.caption(_("If a line is not yours, change your password and tell an administrator."))


staff = start_page(_("My account"))
show_who(staff)
with errors_shown():
    left, right = st.columns(2, gap="large")
    with left:
        choose_look(staff)
        change_password(staff)
    with right:
        show_sessions(staff)
        own_second_factor.show(staff)
        show_sign_ins(staff)
