"""Somebody shows the national code: the entry is recorded, and where to apply is shown in their language."""

from urllib.parse import urlencode, urlsplit

import streamlit as st

from hbcore.services import national_entries
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.national_entries import APPLY, LANGUAGES
from hbcore.ui.errors import errors_shown, say_after_rerun
from hbcore.ui.qr_picture import qr_svg
from hbcore.ui.words import _, language

QR_WIDTH = 240


def show_national(place: str, staff: Staff) -> None:
    """The button that opens it."""
    if st.button(_("National code…"), key="national code", width="stretch"):
        st.dialog(_("In on the national code"))(_entry)(place, staff)


def _entry(place: str, staff: Staff) -> None:
    """The language, the link as a picture to scan, and the record: of the person nothing is kept."""
    chosen = st.selectbox(
        _("Their language"),
        tuple(LANGUAGES),
        tuple(LANGUAGES).index(language()),
        format_func=LANGUAGES.__getitem__,
        key="language of the entry",
    )
    address = apply_address(chosen)
    st.image(qr_svg(address, QR_WIDTH), width=QR_WIDTH, alt=_("QR code of the page to apply on"))
    st.code(address, language=None, wrap_lines=True)
    st.caption(_("The national code lets somebody in for today. Recorded are time, place and language; of the person nothing."))
    if st.button(_("Let in and record"), type="primary", key="record national entry", width="stretch"):
        with errors_shown():
            national_entries.add(place, chosen, by=staff, at=now())
            say_after_rerun(_("Entry on the national code recorded."))


def apply_address(chosen: str) -> str:
    """Where to apply, in a language: beside the desk's own address as this browser has it."""
    here = urlsplit(st.context.url or "")
    base = f"{here.scheme}://{here.netloc}" if here.netloc else ""
    return f"{base}/{APPLY}?{urlencode({'lang': chosen})}"
