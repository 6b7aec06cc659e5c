"""The pictures that an applicant sent: shown once they are asked for, which is a look-up of its own."""

from base64 import b64encode

import streamlit as st

from hbcore.domain.applicants import PhotoKind
from hbcore.domain.application_checks import Finding
from hbcore.services import photos
from hbcore.services.acting import Staff
from hbcore.services.applications import ApplicationView
from hbcore.services.clock import now
from hbcore.ui import safe
from hbcore.ui.application_words import moment
from hbcore.ui.errors import errors_shown
from hbcore.ui.words import N_, _

WORDS = {PhotoKind.DOCUMENT: N_("Photo of the document"), PhotoKind.ENTRY: N_("Photo of the entry stamp")}
_SHOWN = "photos shown"


def show_photos(view: ApplicationView, staff: Staff) -> None:
    """The button, and once it was pressed the pictures of this application; another one's are forgotten."""
    if not any(found.finding is Finding.PHOTO_THERE for found in view.line.findings):
        return
    held = st.session_state.get(_SHOWN)
    if held is None or held[0] != view.line.id:
        st.session_state.pop(_SHOWN, None)
        if st.button(
            _("Show the photos"), type="tertiary", help=_("This is recorded as a look-up."), key=f"photos {view.line.id}"
        ):
            with errors_shown():
                st.session_state[_SHOWN] = (view.line.id, photos.photo_of(view.line.id, by=staff, at=now()))
                st.rerun()
        return
    for photo in held[1]:
        safe.text(f"{_(WORDS[photo.kind])} · {moment(photo.added_at, now())}")
        # In the page itself: nothing personal lies under an address of its own.
        st.image(f"data:image/jpeg;base64,{b64encode(photo.content).decode()}", width="stretch", alt=_(WORDS[photo.kind]))
