"""A signed code at the desk: what it is, what the register knows, the colour now, and how it is taken back."""

import streamlit as st

from hbcore.services import code_reading
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.code_reading import CodeRead
from hbcore.ui.code_read import show_read
from hbcore.ui.errors import errors_shown
from hbcore.ui.start import start_page
from hbcore.ui.waiting import nothing_here
from hbcore.ui.words import _

READ = "code read"
LONGEST, BEGINS = 8_192, "HC1:…"


def ask() -> str | None:
    """The text of a code, pasted or from a scanner, its 12 digits, or a photo of it; None where nothing was sent."""
    with st.form("code", border=False):
        typed, photographed = st.columns(2, gap="medium")
        text = typed.text_area(
            _("Text of the code, or the 12 digits under it"),
            placeholder=BEGINS,
            max_chars=LONGEST,
            height=104,
        )
        photo = photographed.file_uploader(_("Or a photo of the code"), type=["jpg", "jpeg", "png", "webp"])
        pressed = st.form_submit_button(_("Read the code"), type="primary")
    if not pressed:
        return None
    if text.strip():
        return text.strip()
    if photo is None:
        st.warning(_("Paste the text, type the 12 digits, or choose a photo first."))
        return None
    found = code_reading.text_in(photo.getvalue())
    if found is None:
        st.warning(_("There is no code to be read in this photo. Take it from nearer and straight, or type the 12 digits."))
    return found


def read(text: str, staff: Staff) -> None:
    """Read it, and keep what was found with the page."""
    st.session_state[READ] = (text, code_reading.read(text, by=staff, at=now()))


def show(staff: Staff) -> None:
    """The page."""
    sent = ask()
    if sent is not None:
        st.session_state.pop(READ, None)
        read(sent, staff)
    kept: tuple[str, CodeRead] | None = st.session_state.get(READ)
    if kept is None:
        nothing_here(
            _("No code is read yet."),
            _("Click into the field and scan, or paste what a scanner gave. Reading a code of somebody's is recorded."),
        )
        return
    show_read(kept[1], staff, lambda: read(kept[0], staff))


staff = start_page(_("Signed codes"))
with errors_shown():
    show(staff)
