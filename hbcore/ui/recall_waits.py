"""That nothing of an upload is settled because its recall waits for a second person, with the way to where that is decided."""

import streamlit as st

from hbcore.domain.permissions import Permission, may
from hbcore.services.acting import Staff
from hbcore.ui.links import link
from hbcore.ui.upload_opened import UPLOAD
from hbcore.ui.words import _, sentence_here


def say_recall_waits(number: str, staff: Staff) -> None:
    """Why nothing can be done here; for who may decide the recall a link to the upload, where it is decided."""
    st.text(sentence_here("recall_waits"))
    if may(staff.role, Permission.CONFIRM_RECALLS):
        link("Lab_results", _("Open the upload and its recall →"), **{UPLOAD: number})
