"""May they return to work or school on it? The arrival is asked beside the verdict, as often as one likes."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import streamlit as st

from hbcore.domain.sentence import day_in_words
from hbcore.domain.travel import FARTHEST, NO_RESULT, arriving_on
from hbcore.services.clock import day_of
from hbcore.services.people import PersonCard
from hbcore.ui import safe
from hbcore.ui.application_words import here, moment
from hbcore.ui.person_words import travel_line
from hbcore.ui.words import _

TEXT = 640
"""Pixels of the verdict beside the day; on a phone it falls below it."""


def arrival_asked(person: int, at: datetime) -> datetime | None:
    """The arrival that stands beside this person's verdict; None while none was chosen."""
    chosen = st.session_state.get(_key(person))
    return arriving_on(chosen, at) if isinstance(chosen, date) else None


def show_travel(card: PersonCard, at: datetime) -> None:
    """The verdict, what is missing for it, and the day it is asked for."""
    st.subheader(_("May this person return to work or school on it?"), anchor=False)
    with st.container(horizontal=True, vertical_alignment="center"):
        today = day_of(at)
        st.date_input(
            _("Arrival"),
            None,
            min_value=today,
            max_value=today + FARTHEST - timedelta(days=1),
            format="YYYY-MM-DD",
            key=_key(card.id),
            width=180,
            help=_("The day of arrival at the destination; empty: today."),
        )
        with st.container(gap=None, width=TEXT):
            for line in _lines(card, at):
                safe.text(line)


def _lines(card: PersonCard, at: datetime) -> Iterator[str]:
    verdict = travel_line(card.travel, at)
    arrives = arrival_asked(card.id, at)
    day = here(day_in_words(card.arrival, seen_from=at))
    yield _("Arriving {day}. {verdict}").format(day=day, verdict=verdict) if arrives else verdict
    if card.travel.missing != NO_RESULT and card.code and card.code.until and card.arrival >= card.code.until:
        said = _("The code has this colour now and changes by itself on {time}; ask again then.")
        yield said.format(time=moment(card.code.until, at))
    if card.sampled_after:
        yield _("Missing: a nucleic-acid negative sampled after {time}.").format(time=moment(card.sampled_after, at))
    yield _("Rules differ by place; carry the paper result.")


def _key(person: int) -> str:
    return f"arrival {person:d}"
