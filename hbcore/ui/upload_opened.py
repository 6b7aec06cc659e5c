"""An opened upload, which stands in the place of the tables it was opened from: beneath two of them nobody would see it."""

from collections.abc import Callable

import streamlit as st

from hbcore.services.acting import Staff
from hbcore.ui.errors import errors_shown
from hbcore.ui.words import _

UPLOAD = "upload"
"""In the address: the number of the upload that is open."""


def opened_upload() -> str | None:
    """The number of the upload that is open."""
    return st.query_params.get(UPLOAD) or None


def open_upload(number: str) -> None:
    """From now on it is this one."""
    st.query_params[UPLOAD] = number
    st.rerun()


def close_upload() -> None:
    """None is open: the tables stand there again."""
    st.query_params.pop(UPLOAD, None)


def show_in_place(number: str, show: Callable[[str, Staff], None], staff: Staff) -> None:
    """The way back, and the upload. The page is scrolled to its beginning when one comes up (desk.js)."""
    with st.container(key="in place"):
        if st.button(_("All uploads and held rows"), icon=":material/arrow_back:", type="tertiary"):
            close_upload()
            st.rerun()
        with errors_shown():
            show(number, staff)
