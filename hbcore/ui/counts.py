"""A day's counts on the screen: codes, applications, results by assay, and a row for each unit or institution."""

from collections.abc import Mapping

import streamlit as st

from hbcore.domain.counting import ApplicationFigure, DayOf
from hbcore.domain.vocabulary import Assay, Colour
from hbcore.services.daily_counts import CountRow, DayCounts
from hbcore.ui import safe
from hbcore.ui.application_words import here
from hbcore.ui.code_picture import SIGNS
from hbcore.ui.locale_words import number_here
from hbcore.ui.person_words import WORDS
from hbcore.ui.words import N_, _

TILE = 150
"""Pixels: two figures beside each other on a phone, all of a row on a desk."""

APPLICATION_WORDS = {
    ApplicationFigure.SUBMITTED: N_("Submitted"),
    ApplicationFigure.APPROVED: N_("Approved"),
    ApplicationFigure.REFUSED: N_("Not approved"),
    ApplicationFigure.ASKED: N_("Asked"),
    ApplicationFigure.WAITING: N_("Waiting for us"),
    ApplicationFigure.OVERDUE: N_("of these overdue"),
}
COLOUR_LABELS = {
    Colour.GREEN: N_("✓ Green code"),
    Colour.YELLOW: N_("! Yellow code"),
    Colour.RED: N_("✗ Red code"),
    Colour.GREY: N_("? Grey code"),
}
COLOUR_SHORT = {Colour.GREEN: N_("Green"), Colour.YELLOW: N_("Yellow"), Colour.RED: N_("Red"), Colour.GREY: N_("Grey")}
DAYS_OF = {
    DayOf.RECORDED: N_("the day recorded"),
    DayOf.SAMPLED: N_("the day sampled"),
    DayOf.REPORTED: N_("the day reported"),
}
ENDED_WORDS = {"corrected": N_("Corrected since"), "withdrawn": N_("Withdrawn since")}


def show_codes(codes: Mapping[str, int]) -> None:
    """How many people have each colour; sign and word with it."""
    with st.container(horizontal=True):
        for colour, text in COLOUR_LABELS.items():
            st.metric(_(text), number_here(codes[colour]), width=TILE)


def show_applications(figures: Mapping[str, int]) -> None:
    """What came in and was decided on the day, and what stands."""
    with st.container(horizontal=True):
        for figure, text in APPLICATION_WORDS.items():
            st.metric(_(text), number_here(figures[figure]), width=TILE)


def show_results(results: Mapping[str, Mapping[str, int]]) -> None:
    """Results by assay: a row each, outcomes as columns."""
    safe.table([{_("Assay"): here(WORDS["assays"][assay]), **_by_outcome(results[assay])} for assay in Assay], key="by assay")


def _by_outcome(results: Mapping[str, int]) -> dict[str, int]:
    valid = {here(word): results[outcome] for outcome, word in WORDS["outcomes"].items()}
    return valid | {_(text): results[how] for how, text in ENDED_WORDS.items()}


def show_rows(counts: DayCounts) -> None:
    """A row for each unit right below, or for each testing institution."""
    if not counts.rows:
        st.text(_("No results on this day."))
        return
    shown = _institution_row if counts.by_institution else _unit_row
    safe.table([shown(row) for row in counts.rows], key="rows")


def _unit_row(row: CountRow) -> dict[str, object]:
    figures = row.figures
    naat = figures.results[Assay.NAAT]
    return {
        _("Unit"): here(row.name),
        **{f"{SIGNS[colour]} {_(text)}": figures.codes[colour] for colour, text in COLOUR_SHORT.items()},
        **{f"{here(WORDS['assays']['naat'])} {here(word)}": naat[outcome] for outcome, word in WORDS["outcomes"].items()},
        **{_(text): figures.applications[figure] for figure, text in APPLICATION_WORDS.items()},
    }


def _institution_row(row: CountRow) -> dict[str, object]:
    found = {here(WORDS["assays"][assay]): sum(_by_outcome(row.figures.results[assay]).values()) for assay in Assay}
    return {_("Institution"): here(row.name), _("Code"): row.code, **_by_outcome(row.figures.results[Assay.NAAT]), **found}
