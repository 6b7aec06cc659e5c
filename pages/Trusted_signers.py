"""The keys of foreign signers that are trusted: lists imported as files, each replaced as a whole or ended."""

import streamlit as st

from hbcore.services import trusted_signers
from hbcore.services.clock import now
from hbcore.ui.errors import errors_shown
from hbcore.ui.start import start_page
from hbcore.ui.trusted_signers import show_import, show_lists
from hbcore.ui.words import _

staff = start_page(_("Trusted signers"))
with errors_shown():
    show_lists(trusted_signers.listed(by=staff, at=now()), staff)
st.subheader(_("Import a list"), anchor=False)
st.caption(_("The file is the whole list of its name: a key that is no longer in it is trusted no longer."))
show_import(staff)
