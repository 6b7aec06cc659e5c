"""What strangers see: the sign-in, or on a new desk the first run."""

import secrets
from datetime import datetime
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v1 import declare_component

from hbcore.domain.errors import Refused
from hbcore.services import accounts, second_factor, session_ends, sessions, set_up
from hbcore.services.clock import now
from hbcore.services.session_ends import SessionEnd
from hbcore.services.sessions import CodeNeeded
from hbcore.ui import safe
from hbcore.ui.errors import errors_shown, refuse_unless_equal, show_refused
from hbcore.ui.start import LEFT, cookie
from hbcore.ui.words import N_, _, language

TICKET, STEP = "ticket", "half signed in"
WHY_HERE = {
    SessionEnd.IDLE: N_("You were signed out because nothing was done here for 15 minutes."),
    SessionEnd.LONGEST: N_("You were signed out because a session lasts 12 hours at most."),
    SessionEnd.ENDED: N_(
        "This session was ended on purpose: by you in another window, or with a change of the account, its password or its"
        " second factor. If you cannot sign in, ask an administrator."
    ),
}
"""Said to whoever holds the browser: not whose session it was, and not what was done in it. Of a session that was ended on
purpose nobody wrote down how: what is said is true of each way."""

_KEY = secrets.token_urlsafe(32)
"""Signs the form's own token, which we never set, read or trust (S03)."""

_enter = declare_component("enter", path=str(Path(__file__).parent / "enter"))


class NoCookies:
    """Takes the place of the form's cookie component, a frame whose script reads and sets cookies: ours is not for scripts."""

    CookieManager = object


def show() -> None:
    """The page of a stranger, whatever address was asked for; after signing in the browser opens that address again."""
    with st.container(horizontal_alignment="center"), st.container(width=420, key="strangers"):
        st.subheader(_("Hubei health code desk"), anchor=False)
        if _entering():
            st.text(_("Signing in…"))
        elif STEP in st.session_state:
            _ask_code()
        elif set_up.nobody_yet():
            _first_run()
        else:
            _say_why_here()
            _sign_in()
            _show_way_to_apply()


def _show_way_to_apply() -> None:
    """Whoever is no staff and came here for a code is shown where to go."""
    label = _("Apply for a health code, or see how an application stands")
    st.link_button(safe.inert(label), f"/apply?lang={language()}")


def _say_why_here() -> None:
    """Whoever finds the sign-in where a page was is told why, and what has become of the page."""
    if LEFT in st.session_state:
        st.text(_("You have signed out."))
    elif how := session_ends.how_ended(cookie(), at=now()):
        then = _("Sign in again to go on with this page. Applications, requests and facts half filled in are kept as drafts.")
        with st.container(border=True, gap=None, key="why here"):
            st.text(_(WHY_HERE[how]))
            st.caption(safe.inert(then))


def _entering() -> bool:
    """Trade a fresh ticket for the cookie; drawn again unchanged by reruns, so that the trade under way is not cut off."""
    kept: tuple[str, datetime] | None = st.session_state.get(TICKET)
    if kept is None or now() >= kept[1] + sessions.TICKET_LIFE:
        return False
    if _enter(ticket=kept[0], key="enter") == "failed":
        del st.session_state[TICKET]
        return False
    return True


def _begin(name: str, password: str) -> None:
    at = now()
    place = st.context.ip_address or "this machine"
    answer = sessions.sign_in(name, password, place=place, at=at)
    if isinstance(answer, CodeNeeded):
        st.session_state[STEP] = answer.step
    else:
        st.session_state[TICKET] = (answer, at)


def _ask_code() -> None:
    """The code of the second factor, once the password was right."""
    with st.form("code", border=True):
        st.text(_("Type the code that your application shows, or one of your recovery codes."))
        code = st.text_input(_("Code"), max_chars=40, placeholder=_("6 digits"), autocomplete="one-time-code")
        with st.container(horizontal=True):
            pressed = st.form_submit_button(_("Sign in"), type="primary")
            back = st.form_submit_button(_("Back"), type="tertiary")
    if back:
        del st.session_state[STEP]
        st.rerun()
    if pressed:
        with errors_shown():
            _enter_code(code)


def _enter_code(code: str) -> None:
    at = now()
    try:
        ticket = second_factor.enter(st.session_state[STEP], code, at=at)
    except Refused as refused:
        if refused.code == "sign_in_again":
            del st.session_state[STEP]
        raise
    del st.session_state[STEP]
    st.session_state[TICKET] = (ticket, at)
    st.rerun()


def _sign_in() -> None:
    """streamlit-authenticator's form, checked by us: its own cookie, counting and hashing stay unused (security part 1)."""
    from streamlit_authenticator import Authenticate  # declares a component: not before a page runs
    from streamlit_authenticator.models import cookie_model

    cookie_model.stx = NoCookies
    refused: list[Refused] = []
    form: Any = Authenticate({"usernames": {}}, "unused", _KEY, cookie_expiry_days=0, auto_hash=False, login_sleep_time=0)
    form.cookie_controller.get_cookie = lambda: None
    form.authentication_controller.authentication_model.check_credentials = _check(refused)
    st.session_state["authentication_status"] = None
    form.login(
        fields={"Form name": _("Sign in"), "Username": _("Account"), "Password": _("Password"), "Login": _("Sign in")},
        key="sign in",
    )
    if refused:
        show_refused(refused[0])
    elif TICKET in st.session_state or STEP in st.session_state:
        st.rerun()


def _check(refused: list[Refused]) -> Any:
    def check(name: str, password: str) -> bool:
        try:
            _begin(name, password)
        except Refused as why:
            refused.append(why)
        # The form is told no either way: what it does after a yes (its own session) is not wanted.
        return False

    return check


def _first_run() -> None:
    st.text(_("Nobody has signed in here yet. Make the first account, an administrator's."))
    with st.form("first run"):
        code = st.text_input(_("Set-up code"), placeholder=_("Shown in the terminal at the start"), autocomplete="off")
        name = st.text_input(_("Account"), max_chars=40, autocomplete="username")
        password = st.text_input(
            _("Password"), type="password", placeholder=_("10 characters or more"), autocomplete="new-password"
        )
        again = st.text_input(_("Password once more"), type="password", autocomplete="new-password")
        pressed = st.form_submit_button(_("Make the account"), type="primary")
    if pressed:
        with errors_shown():
            _make_first(code, name, password, again)


def _make_first(code: str, name: str, password: str, again: str) -> None:
    refuse_unless_equal(password, again)
    accounts.first_administrator(code, name, password, at=now())
    _begin(name, password)
    st.rerun()
