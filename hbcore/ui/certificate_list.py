"""Certificates of a pasted list of numbers: the purpose, how far it is, the one PDF, and the lines that have none with why."""

from collections.abc import Sequence

import streamlit as st

from hbcore.domain.fact_rules import LONGEST_REFERENCE
from hbcore.domain.permissions import Permission, may
from hbcore.domain.vocabulary import Purpose
from hbcore.services import certificates_many
from hbcore.services.acting import Staff
from hbcore.services.certificates_many import AT_ONCE, PrintedMany
from hbcore.services.clock import now
from hbcore.ui import safe
from hbcore.ui.application_words import why
from hbcore.ui.certificate_more import offer_more
from hbcore.ui.errors import errors_shown, say_after_rerun
from hbcore.ui.locale_words import number_here
from hbcore.ui.person_certificate import ask_order, hand_over
from hbcore.ui.person_words import PURPOSES, purpose_name
from hbcore.ui.words import _, _n

MADE, LIST = "certificates of a list", "list of numbers"
LONGEST = 65 * AT_ONCE


def show_list(staff: Staff) -> None:
    """The form below the search, for those who print."""
    if not may(staff.role, Permission.PRINT_CERTIFICATES):
        return
    with st.expander(_("Print certificates of a list")):
        st.text(_("One number on each line, up to {most}: 12 digits, receipt or document.").format(most=number_here(AT_ONCE)))
        st.text(_("The latest nucleic-acid result of people of your own unit. Each line is recorded with the purpose."))
        pasted = st.text_area(_("Numbers"), height=160, max_chars=LONGEST, key=LIST)
        purpose = st.selectbox(
            _("Purpose of the list"), list(PURPOSES), None, purpose_name, placeholder=_("Why do you look somebody up?")
        )
        case = ""
        if purpose == Purpose.OUTBREAK_TRACING:
            case = st.text_input(_("Case number"), max_chars=LONGEST_REFERENCE, autocomplete="off", key="case of the list")
        first = ask_order("order of the list")
        if st.button(_("Print the list"), type="primary", disabled=purpose is None) and purpose is not None:
            _make(pasted.splitlines(), purpose, case, first, staff)
        offer_more(staff)
        made = st.session_state.get(MADE)
        if made is not None:
            _show(*made)


def _make(numbers: Sequence[str], purpose: Purpose, case: str, first: str, staff: Staff) -> None:
    st.session_state.pop(MADE, None)
    listed = [text.strip() for text in numbers if text.strip()]
    with errors_shown():
        bar = st.progress(0.0, _("Signing and drawing …"))
        done = certificates_many.print_many(
            listed, first=first, purpose=purpose, case=case, by=staff, at=now(), told=lambda share: bar.progress(share)
        )
        st.session_state[MADE] = (done, listed)
        say_after_rerun(_("Certificates: {n}.").format(n=number_here(done.made)))


def _show(done: PrintedMany, listed: Sequence[str]) -> None:
    """What was made of which lines; the numbers are those that were pasted here."""
    said = _n("{made} of {n} line has a certificate.", "{made} of {n} lines have a certificate.", len(listed))
    safe.text(said.format(made=number_here(done.made), n=number_here(len(listed))))
    if done.file:
        hand_over(done.file)
    if done.refused:
        lines = [{_("Line"): one.line, _("Number"): listed[one.line - 1], _("Why not"): why(one.why)} for one in done.refused]
        safe.table(lines, key="lines without a certificate", widths={_("Line"): 60, _("Number"): 200})
