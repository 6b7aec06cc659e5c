"""The keys that sign codes: their dates, a new one, and one revoked by two people."""

import streamlit as st

from hbcore.services import code_keys_kept
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.code_keys_kept import KeySeen
from hbcore.ui import safe
from hbcore.ui.code_words import KINDS
from hbcore.ui.errors import errors_shown, say_after_rerun
from hbcore.ui.key_revoking import offer_revoking, show_waiting
from hbcore.ui.start import start_page
from hbcore.ui.words import _, time_here


def line(key: KeySeen) -> dict[str, object]:
    """A key as a row of the table."""
    return {
        _("Signs"): _(KINDS[key.use]),
        _("Key number"): key.kid,
        _("Since"): time_here(key.since),
        _("Signed until"): time_here(key.signs_until) if key.signs_until else _("Signs now"),
        _("Believed until"): _until(key),
    }


def _until(key: KeySeen) -> str:
    if key.revoked:
        return _("Revoked {time}").format(time=time_here(key.revoked))
    return time_here(key.until) if key.until else "–"


def offer_rotation(staff: Staff) -> None:
    """A new key, once it is sure."""
    with st.popover(_("New key…")):
        use = st.radio(_("For"), list(KINDS), format_func=lambda kind: _(KINDS[kind]))
        st.text(_("The new key signs at once. Codes signed with the one before stay good until they expire."))
        sure = st.checkbox(_("I mean to begin a new key"))
        if st.button(_("Begin the new key"), type="primary", disabled=not sure):
            with errors_shown():
                code_keys_kept.rotate(use, by=staff, at=now())
                say_after_rerun(_("A new key signs from now on."))


def show(staff: Staff) -> None:
    """The page."""
    keys = code_keys_kept.listed(by=staff, at=now())
    st.text(_("Whoever checks codes reads the keys at /.well-known/jwks.json, and needs nothing else."))
    safe.table([line(key) for key in keys])
    show_waiting(keys, staff)
    with st.container(horizontal=True):
        offer_rotation(staff)
        offer_revoking(keys, staff)


staff = start_page(_("Code keys"))
with errors_shown():
    show(staff)
