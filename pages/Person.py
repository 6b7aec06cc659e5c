"""One person: whose a number is, what code they have and why. Each search leaves a line about who asked and for what."""

from dataclasses import dataclass
from datetime import datetime

import streamlit as st

from hbcore.domain.vocabulary import Purpose
from hbcore.services import people
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.people import PersonCard
from hbcore.ui import safe
from hbcore.ui.certificate_list import show_list
from hbcore.ui.errors import errors_shown
from hbcore.ui.links import id_in
from hbcore.ui.person_card import show_card
from hbcore.ui.person_more import show_more, show_nobody
from hbcore.ui.person_shown import Nobody, Shown, show_from_now, shown_now
from hbcore.ui.person_travel import arrival_asked
from hbcore.ui.person_words import PURPOSES, purpose_name
from hbcore.ui.start import start_page
from hbcore.ui.words import _, time_here

HANDED_OVER = "search"
"""What the search box above every page leaves in the session for this one."""

NUMBER = "number sought"
LINK, FOR = "person", "purpose"
"""`?person=` with our own id, from a list of another page; `&purpose=` where that page's task says why."""

IMPLIED = (Purpose.APPLICATION, Purpose.RECOLOURING, Purpose.CORRECT_RESULT)
"""Purposes that a task implies, so that they are not asked again (model part 3); the others are always chosen here."""


@dataclass(frozen=True)
class Asked:
    """What was typed and chosen. `link`: our id of who is to be opened, instead of a text."""

    text: str
    purpose: Purpose
    case: str
    link: int | None = None


def linked() -> int | None:
    """Our id of a person in the address, where another page led here."""
    return id_in(st.query_params.get(LINK, ""))


def implied() -> Purpose | None:
    """Why the person in the address is looked up, where the task that led here says so; it holds once."""
    said = st.query_params.pop(FOR, "")
    return next((one for one in IMPLIED if said == one), None)


def ask(link: int | None) -> Asked | None:
    """The purpose and the box; what was asked once Enter or the button is pressed."""
    if handed := st.session_state.pop(HANDED_OVER, None):
        st.session_state[NUMBER] = str(handed)
        st.text(_("Choose the purpose, then search."))
    if link is not None:
        st.text(_("A list led to one person. Choose the purpose, then open."))
    why, what = st.columns([1, 3.4])
    chosen = why.selectbox(_("Purpose"), list(PURPOSES), None, purpose_name, placeholder=_("Why do you look somebody up?"))
    case = ""
    if chosen == Purpose.OUTBREAK_TRACING:
        case = why.text_input(_("Case number"), max_chars=40, autocomplete="off")
    with what.form("search", border=False):
        box, press = st.columns([4.6, 0.8], vertical_alignment="bottom")
        places = _("Document, receipt, sample or 12-digit look-up number")
        text = box.text_input(_("Number"), placeholder=places, max_chars=64, autocomplete="off", key=NUMBER)
        pressed = press.form_submit_button(_("Search") if link is None else _("Open"), type="primary", width="stretch")
    if not pressed:
        return None
    typed = text.strip()
    if chosen is None or not (typed or link):
        st.warning(_("Choose a purpose first.") if chosen is None else _("Type a number first."))
        return None
    return Asked(typed, chosen, case, None if typed else link)


def look_up(asked: Asked, by: Staff, at: datetime) -> PersonCard | None:
    """Look up, and put who was found on the page; the event is written before anything is shown."""
    show_from_now(None)
    if asked.link is not None:
        card: PersonCard | None = people.open_by_id(asked.link, purpose=asked.purpose, case=asked.case, by=by, at=at)
    else:
        card = people.find(asked.text, purpose=asked.purpose, case=asked.case, by=by, at=at)
    st.query_params.pop(LINK, None)
    if card is None:
        show_from_now(Nobody(asked.text, asked.purpose, asked.case or None))
    else:
        show_from_now(Shown(card.id, card.place))
    return card


def show(card: PersonCard | None, by: Staff, at: datetime) -> None:
    """Who stands on the page: just found, or found before and read again as they are now."""
    standing = shown_now()
    if isinstance(standing, Shown):
        arrival = arrival_asked(standing.person, at)
        if card is None or arrival:
            card = people.again(standing.person, place=standing.place, arrival=arrival, by=by, at=at)
    if card is not None:
        show_card(card, at)
        safe.text(_("As at {time}. This look-up was recorded.").format(time=time_here(at)))
        show_more(card, by)
    elif isinstance(standing, Nobody):
        show_nobody(standing, by)


def show_empty(by: Staff) -> None:
    """What to type, before anybody was looked for; and the certificates of a list."""
    st.text(_("Type any one number: document, receipt, the sample number on the tube, or the 12 digits under the code."))
    st.text(_("Names and numbers are masked. Every search is recorded with its purpose; the person may ask to see it."))
    show_list(by)


staff = start_page(_("Person"))
person_linked = linked()
purpose_linked = implied()
with st.container(key="search"):
    if person_linked is not None and purpose_linked is not None:
        asked_for: Asked | None = Asked("", purpose_linked, "", person_linked)
        ask(None)
    else:
        asked_for = ask(person_linked)
with errors_shown():
    moment = now()
    found = look_up(asked_for, staff, moment) if asked_for else None
    if shown_now() is None:
        show_empty(staff)
    else:
        with st.container(key="found"):
            show(found, staff, moment)
