"""A foreign test certificate that an applicant shows: read on the application, and what it says kept as a note."""

import streamlit as st

from hbcore.services import application_notes
from hbcore.services.acting import Staff
from hbcore.services.applications import ApplicationView
from hbcore.services.clock import now
from hbcore.services.foreign_certificates import ForeignCertificate
from hbcore.ui.certificate_read import ask_text, read_text, result_of, show_certificate, standing_words
from hbcore.ui.errors import errors_shown, say_after_rerun
from hbcore.ui.words import _, time_here

_TURN = "application certificate turn"


def show_evidence(view: ApplicationView, staff: Staff) -> None:
    """The box, what the text in it says, and the button that keeps that."""
    with st.expander(_("A foreign test certificate")):
        text = ask_text(f"application certificate {view.line.id} {st.session_state.get(_TURN, 0)}")
        read = read_text(text, staff)
        if read is None:
            return
        show_certificate(read)
        if st.button(_("Keep it as a note"), key=f"keep certificate {view.line.id}"):
            with errors_shown():
                application_notes.add_note(view.line.id, said_by(read), by=staff, at=now())
                st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1
                say_after_rerun(_("The note stands with the application."))


def said_by(read: ForeignCertificate) -> str:
    """What a certificate says, in one line without a name."""
    stands = standing_words(read.standing, read.country)
    if read.test is None:
        return _("Foreign certificate without a test that is known here: {stands}").format(stands=stands)
    words = _("Foreign certificate: {result}, sampled {time}, {stands}")
    return words.format(result=result_of(read.test), time=time_here(read.test.sampled_at), stands=stands)
