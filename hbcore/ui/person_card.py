"""The card of one person: the code first, why beside it, then results, travel and registration."""

from datetime import datetime

import streamlit as st

from hbcore.domain.vocabulary import Assay, Colour
from hbcore.services.clock import now
from hbcore.services.colour_words import COLOUR_WORDS
from hbcore.services.issued_codes import LiveCode
from hbcore.services.people import PersonCard
from hbcore.ui import safe
from hbcore.ui.application_words import clock_time, here, kind_name, moment
from hbcore.ui.code_picture import SIGNS, WIDTH, code_svg
from hbcore.ui.person_shown import keep, kept
from hbcore.ui.person_travel import show_travel
from hbcore.ui.person_tried import show_tried
from hbcore.ui.person_words import awaited_line, latest_line, registration_line, result_line, why_line
from hbcore.ui.words import _

_DRAWN = "picture"


def show_card(card: PersonCard, at: datetime) -> None:
    """Everything of one card. On a narrow screen the columns fall under each other, the code first."""
    picture, words = st.columns([1, 3.4], gap="medium")
    with picture:
        _show_code(card)
    with words, st.container(gap="xsmall"):
        for show in (_show_person, _show_why, _show_open, _show_latest, show_travel, _show_registration):
            with st.container(gap=None):
                show(card, at)
    show_tried(card)


def _show_code(card: PersonCard) -> None:
    if card.code:
        _show_picture(card, card.code.colour)
    else:
        st.subheader(_("No code"), anchor=False)
    digits = " ".join(card.look_up[place : place + 3] for place in range(0, 12, 3))
    st.subheader(safe.inert(digits), anchor=False, help=_("Look-up number: a scanner or a keyboard gives it back."))


@st.fragment(run_every="30s")
def _show_picture(card: PersonCard, colour: Colour) -> None:
    """The code and until when it can be shown; shortly before it ends the page is read again, and another one stands here."""
    live = card.live
    if live and _is_over(live, now()):
        st.rerun()
    st.image(_picture(card, colour), width=WIDTH, alt=here(COLOUR_WORDS[colour]))
    if live:
        st.caption(safe.inert(_("Valid until {time}, then drawn anew").format(time=clock_time(live.expires_at))))


def _is_over(live: LiveCode, at: datetime) -> bool:
    """Whether asking again gives another code: not where this one ends because what it says may change then."""
    return at >= live.expires_at or at >= live.drawn_anew_at > live.issued_at


def _picture(card: PersonCard, colour: Colour) -> str:
    """The code's picture, drawn once a code and kept with who stands on the page; without a key to sign by, the 12 digits."""
    shown = (colour, card.live.cti if card.live else b"")
    drawn = kept(_DRAWN)
    if not isinstance(drawn, tuple) or drawn[0] != shown:
        drawn = (shown, code_svg(card.live.text if card.live else card.look_up, colour))
        keep(_DRAWN, drawn)
    return str(drawn[1])


def _show_person(card: PersonCard, _at: datetime) -> None:
    safe.text(card.name)
    unit = here(card.unit) if card.unit else _("Unit unknown")
    safe.text(f"{kind_name(card.document_kind)} {card.document_number} · {unit}")


def _show_why(card: PersonCard, at: datetime) -> None:
    if card.code is None:
        st.subheader(_("Why there is no code"), anchor=False)
        safe.text(here(card.code_reason) if card.code_reason else "")
        return
    st.subheader(safe.inert(f"{SIGNS[card.code.colour]} {here(COLOUR_WORDS[card.code.colour])}"), anchor=False)
    safe.text(why_line(card, card.code, at))
    since = _("since {time}").format(time=moment(card.code.since, at)) if card.code.since else ""
    ends = card.code.until
    until = _("until {time}").format(time=moment(ends, at)) if ends else _("until something new is recorded")
    safe.text(" · ".join(part for part in (since, until) if part))


def _show_open(card: PersonCard, at: datetime) -> None:
    if card.open_positives:
        st.subheader(_("Positives still open"), anchor=False)
        for one in card.open_positives:
            safe.text(f"! {result_line(one, at)}")


def _show_latest(card: PersonCard, at: datetime) -> None:
    st.subheader(_("Latest results"), anchor=False)
    for assay in Assay:
        safe.text(latest_line(card, assay, at))
    if card.awaited:
        safe.text(awaited_line(card.awaited, at))


def _show_registration(card: PersonCard, at: datetime) -> None:
    st.subheader(_("Registration"), anchor=False)
    safe.text(registration_line(card, at))
