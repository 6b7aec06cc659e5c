"""Today beside yesterday: what stands now and how it has changed, in signs and words; what came in on each of the two days."""

from collections.abc import Mapping

import streamlit as st

from hbcore.domain.counting import ApplicationFigure, Figures
from hbcore.domain.vocabulary import Assay, Outcome
from hbcore.ui import safe
from hbcore.ui.count_words import APPLICATION_WORDS, COLOUR_LABELS
from hbcore.ui.counts import TILE
from hbcore.ui.locale_words import number_here
from hbcore.ui.words import N_, _

NUCLEIC_ACID = {
    Outcome.NEGATIVE: N_("Nucleic acid negative"),
    Outcome.POSITIVE: N_("Nucleic acid positive"),
    Outcome.POOLED_POSITIVE: N_("Pooled positive"),
    Outcome.INCONCLUSIVE: N_("Inconclusive"),
    Outcome.INVALID: N_("Invalid"),
}
"""Short, so that a phone shows the numbers as well."""

TABLE = 640
"""Pixels: numbers stay near the words they belong to."""

HAPPENED = (ApplicationFigure.SUBMITTED, ApplicationFigure.APPROVED, ApplicationFigure.REFUSED)


def change_words(now: int, before: int) -> str:
    """How a number has changed since the end of yesterday: sign, words and by how many."""
    if now == before:
        return _("= as yesterday")
    words = _("▲ {n} more than yesterday") if now > before else _("▼ {n} fewer than yesterday")
    return words.format(n=number_here(abs(now - before)))


def show_changes(today: Mapping[str, int], yesterday: Mapping[str, int]) -> None:
    """How many people have each colour, and how that has changed."""
    with st.container(horizontal=True):
        for colour, text in COLOUR_LABELS.items():
            with st.container(width=TILE, gap=None):
                st.metric(_(text), number_here(today[colour]))
                st.caption(safe.inert(change_words(today[colour], yesterday[colour])))


def show_both_days(today: Figures, yesterday: Figures) -> None:
    """Results and applications of today so far and of all of yesterday: two spans of different length, so no change is said."""
    rows = [
        {_("What"): words, _("Today"): now, _("Yesterday"): before}
        for words, now, before in [*_results(today, yesterday), *_applications(today, yesterday)]
    ]
    with st.container(width=TABLE):
        safe.table(rows, key="today and yesterday")


def _results(today: Figures, yesterday: Figures) -> list[tuple[str, int, int]]:
    now, before = today.results[Assay.NAAT], yesterday.results[Assay.NAAT]
    return [(_(words), now[one], before[one]) for one, words in NUCLEIC_ACID.items()]


def _applications(today: Figures, yesterday: Figures) -> list[tuple[str, int, int]]:
    now, before = today.applications, yesterday.applications
    words = _("Applications: {what}")
    return [(words.format(what=_(APPLICATION_WORDS[one])), now[one], before[one]) for one in HAPPENED]
