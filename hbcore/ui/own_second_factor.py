"""The second factor on the page of one's own account: set up, confirmed, its recovery codes shown once, taken off."""

import streamlit as st

from hbcore.services import second_factor
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.second_factor import Secret
from hbcore.ui.errors import errors_shown, say_after_rerun
from hbcore.ui.qr_picture import qr_svg
from hbcore.ui.words import _, time_here

CODES = "recovery codes to show once"
QR_WIDTH = 220


def show(staff: Staff) -> None:
    """Where it stands, and the next step."""
    st.subheader(_("Second factor"), anchor=False)
    if codes := st.session_state.pop(CODES, None):
        st.dialog(_("Recovery codes"))(show_codes)(codes)
    guard = second_factor.own(by=staff, at=now())
    if guard is None:
        st.text(_("Off. With it, signing in takes a code from an application on your phone besides the password."))
        ask_password(staff, on=True)
    elif guard.secret is not None:
        confirm(staff, guard.secret)
    else:
        st.text(
            _("On since {time}. Recovery codes left: {count}.").format(
                time=time_here(guard.confirmed_at or now()), count=guard.codes_left
            )
        )
        ask_password(staff, on=False)


def ask_password(staff: Staff, *, on: bool) -> None:
    """Turn it on or off: whoever sits at a desk left open must not."""
    with st.form("second factor", border=False):
        password = st.text_input(_("Password"), type="password", autocomplete="current-password", key="second factor password")
        pressed = st.form_submit_button(_("Set it up") if on else _("Turn it off"))
    if pressed:
        with errors_shown():
            if on:
                second_factor.begin(password, by=staff, at=now())
                st.rerun()
            second_factor.turn_off(password, by=staff, at=now())
            say_after_rerun(_("The second factor is off."))


def confirm(staff: Staff, secret: Secret) -> None:
    """The secret, and the code that shows it has arrived."""
    st.text(_("Scan this with an authenticator application, or type the letters into it. Then type the code it shows."))
    st.image(qr_svg(secret.address, QR_WIDTH), width=QR_WIDTH, alt=_("QR code for the authenticator application"))
    st.code(secret.letters, language=None, wrap_lines=True)
    with st.form("confirm second factor", border=False):
        code = st.text_input(_("Code"), max_chars=10, placeholder=_("6 digits"), autocomplete="one-time-code")
        with st.container(horizontal=True):
            pressed = st.form_submit_button(_("Confirm"), type="primary")
    if pressed:
        with errors_shown():
            st.session_state[CODES] = second_factor.confirm(code, by=staff, at=now())
            st.rerun()


def show_codes(codes: tuple[str, ...]) -> None:
    """The recovery codes, this once."""
    st.text(_("Each of these signs you in once when the phone is not at hand. Keep them on paper; they are not shown again."))
    st.code("\n".join(codes), language=None)
