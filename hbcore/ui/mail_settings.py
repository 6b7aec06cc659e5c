"""How letters to applicants leave: shown, changed in a dialog, tried with a letter to oneself."""

import streamlit as st

from hbcore.services import mail_settings, outbox
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.mail_settings import MailSettings, Security
from hbcore.ui import safe
from hbcore.ui.errors import errors_shown, say_after_rerun
from hbcore.ui.words import N_, _

SECURITY = {
    Security.STARTTLS: N_("STARTTLS (usually port 587)"),
    Security.TLS: N_("TLS from the start (usually port 465)"),
    Security.NONE: N_("None: only for a server on the same machine or network"),
}


def show_mail(staff: Staff) -> None:
    """The line on the page, with what can be done."""
    kept = mail_settings.mail_now(by=staff, at=now())
    with st.container(horizontal=True, vertical_alignment="center"):
        if kept is None:
            safe.text(_("Letters to applicants: no mail server is set, the status page alone answers."))
        else:
            words = _("Letters to applicants leave by {host}:{port}, from {sender}.")
            safe.text(words.format(host=kept.host, port=kept.port, sender=kept.sender))
        change = st.button(_("Change…"), key="mail")
        attempt = kept is not None and st.button(_("Try it…"), key="try mail")
    if change:
        st.dialog(_("Letters to applicants"), width="medium")(_change)(kept, staff)
    elif attempt:
        st.dialog(_("Try the mail server"))(_try)(staff)


def _change(kept: MailSettings | None, staff: Staff) -> None:
    st.text(
        _(
            "Letters go to whoever gave an e-mail address; telephones get none. The password is not kept here: whoever runs the"
            " machine sets HBCORE_MAIL_PASSWORD, or HBCORE_MAIL_PASSWORD_FILE, before the desk starts."
        )
    )
    now_set = kept or MailSettings("", 587, Security.STARTTLS, "", "")
    host = st.text_input(_("Mail server"), now_set.host, max_chars=253, autocomplete="off")
    port = st.number_input(_("Port"), 1, 65535, now_set.port)
    security = st.selectbox(
        _("Encryption"), list(Security), index=list(Security).index(now_set.security), format_func=lambda one: _(SECURITY[one])
    )
    user = st.text_input(_("User, where the server asks for one"), now_set.user, max_chars=100, autocomplete="off")
    sender = st.text_input(_("Address that letters come from"), now_set.sender, max_chars=200, autocomplete="off")
    page = st.text_input(_("Address of the status page, as applicants reach it"), now_set.status_page, max_chars=200)
    with st.container(horizontal=True):
        keep = st.button(_("Keep"), type="primary")
        end = kept is not None and st.button(_("Send no letters any more"))
    if keep or end:
        wanted = (
            MailSettings(host.strip(), int(port), Security(str(security)), sender.strip(), page.strip(), user.strip())
            if keep
            else None
        )
        with errors_shown():
            mail_settings.change_mail(wanted, by=staff, at=now())
            say_after_rerun(_("Kept: it holds from now on."))


def _try(staff: Staff) -> None:
    to = st.text_input(_("Your own e-mail address"), max_chars=200, autocomplete="off")
    if st.button(_("Send me a letter"), type="primary"):
        with errors_shown():
            outbox.try_settings(to.strip(), by=staff, at=now())
            say_after_rerun(_("The mail server has taken the letter. Look whether it arrives."))
