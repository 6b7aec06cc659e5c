"""Lists of foreign signers' keys on the screen: those that stand, a new one with what it would change, and the end of one."""

import pandas as pd
import streamlit as st

from hbcore.services import trusted_signers
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.trusted_signers import LONGEST_NAME, TrustChange, TrustedSource
from hbcore.ui import safe
from hbcore.ui.errors import errors_shown, say_after_rerun
from hbcore.ui.words import _, _n, time_here

KINDS = ["pem", "crt", "cer", "der", "json", "jwk", "txt"]
MEGABYTES = 8
MOST_COUNTRIES = 12
_TURN = "trust turn"


def show_lists(lists: tuple[TrustedSource, ...], staff: Staff) -> None:
    """Each list: how many keys of which country, and when it was imported."""
    if not lists:
        st.info(_("No foreign signer is trusted yet: certificates from outside are shown as unverified."))
        return
    lines = [
        {
            _("List"): one.source,
            _("Country"): one.country or "–",
            _("Public keys"): one.keys,
            _("Imported"): time_here(one.imported_at),
        }
        for one in lists
    ]
    st.dataframe(pd.DataFrame(lines), hide_index=True)
    name = st.selectbox(_("List"), sorted({one.source for one in lists}), None, placeholder=_("Choose a list"), key="trust list")
    if st.button(_("End the list…"), disabled=name is None, key="end trust", help=None if name else _("Choose a list first.")):
        st.dialog(_("Trust this list no longer?"))(_end)(str(name), staff)


def show_import(staff: Staff) -> None:
    """The form, what the file would change, and the button that does it."""
    turn = st.session_state.get(_TURN, 0)
    name = st.text_input(
        _("Name of the list"),
        max_chars=LONGEST_NAME,
        placeholder=_("Whose keys these are"),
        autocomplete="off",
        key=f"trust name {turn}",
    )
    file = st.file_uploader(
        _("Certificates (PEM, DER), a JWK set or the list of the EU's gateway (JSON)"),
        KINDS,
        max_upload_size=MEGABYTES,
        key=f"trust file {turn}",
    )
    if file is None:
        return
    with errors_shown():
        change = trusted_signers.preview(name, file.getvalue(), by=staff, at=now())
        _show_change(change)
        if st.button(_("Import the list"), type="primary", key="import trust"):
            done = trusted_signers.bring_in(name, file.getvalue(), by=staff, at=now())
            st.session_state[_TURN] = turn + 1
            say_after_rerun(
                _n("Imported: {n} key new, {ended} ended.", "Imported: {n} keys new, {ended} ended.", done.added).format(
                    n=done.added, ended=done.ended
                )
            )


def _show_change(change: TrustChange) -> None:
    words = _("Keys that come: {added}, go: {ended}, stay: {same}. Certificates in it that are over already: {expired}.")
    st.text(words.format(added=change.added, ended=change.ended, same=change.same, expired=change.expired))
    if change.left_out:
        st.text(_("Keys of the file that cannot be used and are left out: {n}.").format(n=change.left_out))
    most = sorted(change.countries.items(), key=lambda one: (-one[1], one[0]))
    shown = [f"{country or '–'} {count}" for country, count in most[:MOST_COUNTRIES]]
    safe.text(" · ".join(shown + (["…"] if len(most) > MOST_COUNTRIES else [])))
    safe.text(_("Fingerprint (SHA-256): {digest}").format(digest=change.digest))


def _end(name: str, staff: Staff) -> None:
    safe.text(name)
    st.text(_("Certificates signed by its keys are shown as unverified from then on. What was recorded stays."))
    if st.button(_("End the list"), type="primary"):
        with errors_shown():
            ended = trusted_signers.end(name, by=staff, at=now())
            say_after_rerun(_n("{n} key is trusted no longer.", "{n} keys are trusted no longer.", ended).format(n=ended))
