"""Below a person's card: what else can be asked of them, one thing at a time."""

import streamlit as st

from hbcore.domain.permissions import Permission, may
from hbcore.services.acting import Staff
from hbcore.services.people import PersonCard
from hbcore.ui import safe
from hbcore.ui.links import link
from hbcore.ui.missing_result import show_answer, show_missing, show_missing_of
from hbcore.ui.outside_results import show_outside
from hbcore.ui.person_certificate import show_print
from hbcore.ui.person_documents import show_documents, show_reveal, show_revealed
from hbcore.ui.person_joins import show_joins
from hbcore.ui.person_requests import show_requests
from hbcore.ui.person_shown import Nobody
from hbcore.ui.person_timeline import show_timeline
from hbcore.ui.person_why import show_why
from hbcore.ui.words import N_, _

SECTIONS = {
    "why": N_("Why?"),
    "timeline": N_("Time-line"),
    "documents": N_("Documents"),
    "joins": N_("One person twice"),
    "requests": N_("Recolouring"),
    "outside": N_("From outside Hubei"),
}
SHOW = {
    "why": show_why,
    "timeline": show_timeline,
    "documents": show_documents,
    "joins": show_joins,
    "requests": show_requests,
    "outside": show_outside,
}


def show_more(card: PersonCard, staff: Staff) -> None:
    """Reveal, then the sections; only the one that is open is read."""
    show_revealed()
    with st.container(horizontal=True, vertical_alignment="center", key="person acts"):
        show_reveal(card, staff)
        show_print(card, staff)
        show_missing(card, staff)
        if may(staff.role, Permission.PROPOSE_FACTS):
            link("Facts", _("Propose a fact →"), person=str(card.id))
    show_answer()
    chosen = st.segmented_control(
        _("More"),
        list(SECTIONS),
        format_func=lambda one: _(SECTIONS[one]),
        default="timeline",
        required=True,
        key="section",
        label_visibility="collapsed",
    )
    with st.container(key="section shown"):
        SHOW[chosen or "timeline"](card, staff)


def show_nobody(nobody: Nobody, staff: Staff) -> None:
    """What to try when nobody was found."""
    st.info(_("Nobody was found under this number."))
    safe.text(
        _("Check it digit by digit against the document. A person may be held under another document, such as an older passport.")
    )
    safe.text(_("Try the sample number on the tube, the receipt of the application, or the 12 digits under the code."))
    safe.text(_("Nobody is held before a first result or application arrives: ask the laboratory when the result was sent."))
    show_missing_of(nobody, staff)
