"""One person: whose a number is, what code they have and why. Each search leaves a line about who asked and for what."""

from dataclasses import dataclass
from datetime import date, datetime, time

import streamlit as st

from hbcore.domain.vocabulary import SHANGHAI, Purpose
from hbcore.services import people
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.ui import safe
from hbcore.ui.errors import errors_shown
from hbcore.ui.person_card import show_card
from hbcore.ui.person_words import PURPOSES, purpose_name
from hbcore.ui.start import start_page
from hbcore.ui.words import _, time_here


@dataclass(frozen=True)
class Asked:
    """What was typed and chosen."""

    text: str
    purpose: Purpose
    case: str
    arrival: date | None


def ask() -> Asked | None:
    """The box and the purpose; what was asked once Enter or the button is pressed."""
    why, what = st.columns([1, 3.4])
    chosen = why.selectbox(_("Purpose"), list(PURPOSES), None, purpose_name, placeholder=_("Why do you look somebody up?"))
    case = ""
    if chosen == Purpose.OUTBREAK_TRACING:
        case = why.text_input(_("Case number"), max_chars=64, autocomplete="off")
    with what.form("search", border=False):
        box, arrives, press = st.columns([3, 1.6, 0.8], vertical_alignment="bottom")
        places = _("Document, receipt, sample or 12-digit look-up number")
        text = box.text_input(_("Number"), placeholder=places, max_chars=64, autocomplete="off")
        arrival = arrives.date_input(_("Arrival (if asked about travel)"), None, format="YYYY-MM-DD")
        pressed = press.form_submit_button(_("Search"), type="primary", width="stretch")
    if not pressed:
        return None
    if chosen is None or not text.strip():
        st.warning(_("Choose a purpose first.") if chosen is None else _("Type a number first."))
        return None
    return Asked(text, chosen, case, arrival if isinstance(arrival, date) else None)


def show_nobody() -> None:
    """What to try when nobody was found."""
    st.info(_("Nobody was found under this number."))
    safe.text(
        _("Check it digit by digit against the document. A person may be held under another document, such as an older passport.")
    )
    safe.text(_("Try the sample number on the tube, the receipt of the application, or the 12 digits under the code."))
    safe.text(_("Nobody is held before a first result or application arrives: ask the laboratory when the result was sent."))


def search(asked: Asked, by: Staff) -> None:
    """Look up and show; the event is written before anything is shown."""
    at = now()
    arrival = datetime.combine(asked.arrival, time(), SHANGHAI) if asked.arrival else None
    with errors_shown():
        card = people.find(asked.text, purpose=asked.purpose, case=asked.case, arrival=arrival, by=by, at=at)
        if card is None:
            show_nobody()
            return
        show_card(card, at)
        safe.text(_("As at {time}. This look-up was recorded.").format(time=time_here(at)))


staff = start_page(_("Person"))
with st.container(key="search"):
    asked = ask()
if asked:
    with st.container(key="found"):
        search(asked, staff)
else:
    st.text(_("Names and numbers are masked. Every search is recorded with its purpose; the person may ask to see it."))
