"""A day's counts on the screen: codes, applications, results by assay, and a row for each unit or institution; cells open."""

from collections.abc import Mapping

import streamlit as st

from hbcore.domain.counting import APPLICATIONS, CODES, GATES, ApplicationFigure, GateFigure
from hbcore.domain.vocabulary import Assay, Colour
from hbcore.services.acting import Staff
from hbcore.services.behind_figures import ApplicationsWanted, ColourWanted, GatesWanted, ResultsWanted, Wanted
from hbcore.services.daily_counts import CountRow, DayCounts
from hbcore.ui import safe
from hbcore.ui.application_words import here
from hbcore.ui.count_filters import go_to
from hbcore.ui.count_table import NAMES, pick
from hbcore.ui.count_words import (
    COLOUR_LABELS,
    OF_AN_ASSAY,
    SUMMARY,
    Column,
    assay_name,
    columns,
    figure_name,
    full_name,
    group_name,
    of_assay,
    value,
)
from hbcore.ui.locale_words import as_heading, day_here, number_here
from hbcore.ui.opened_rows import open_rows
from hbcore.ui.unit_names import unit_name
from hbcore.ui.words import _

TILE = 150
"""Pixels: two figures beside each other on a phone, all of a row on a desk."""


def show_codes(counts: DayCounts, staff: Staff, before: Mapping[str, int] | None = None) -> None:
    """How many people have each colour, sign and word with it; with those of the end of yesterday, how that has changed."""
    with st.container(horizontal=True):
        for column in columns(CODES):
            change = change_words(value(counts.figures, column), before[column.figure]) if before else ""
            show_figure(counts, column, _(COLOUR_LABELS[Colour(column.figure)]), change, staff)


def show_applications(counts: DayCounts, staff: Staff) -> None:
    """What came in and was decided on the day, and what stands."""
    with st.container(horizontal=True):
        for column in columns(APPLICATIONS):
            show_figure(counts, column, column.label, "", staff)


def show_gates(counts: DayCounts, staff: Staff) -> None:
    """What the gates of the unit saw on the day, and how the notices to it stand."""
    with st.container(horizontal=True):
        for column in columns(GATES):
            show_figure(counts, column, column.label, "", staff)


def show_figure(counts: DayCounts, column: Column, label: str, change: str, staff: Staff) -> None:
    """One figure of the whole, and the way to its rows."""
    with st.container(width=TILE, gap=None):
        st.metric(safe.inert(label), number_here(value(counts.figures, column)))
        if change:
            st.caption(safe.inert(change))
        if st.button(_("Rows →"), key=f"rows of {column.group} {column.figure}", type="tertiary"):
            open_figure(counts, None, column, staff)


def change_words(now: int, before: int) -> str:
    """How a number has changed since the end of yesterday: sign, words and by how many."""
    if now == before:
        return _("= as yesterday")
    words = _("▲ {n} more than yesterday") if now > before else _("▼ {n} fewer than yesterday")
    return words.format(n=number_here(abs(now - before)))


def by_assay(results: Mapping[str, Mapping[str, int]]) -> dict[str, list[object]]:
    """Results by assay as columns: outcomes, net, corrected, withdrawn, gross, people, tubes."""
    names: list[object] = [as_heading(assay_name(assay)) for assay in Assay]
    return {_("Assay"): names} | {
        as_heading(figure_name(figure)): [of_assay(results[assay], figure) for assay in Assay] for figure in OF_AN_ASSAY
    }


def pick_result(counts: DayCounts, staff: Staff) -> None:
    """Results by assay; a click on a number opens its rows."""
    picked = pick("results", by_assay(counts.figures.results), about=_about(counts))
    if picked:
        row, heading = picked
        assay = list(Assay)[row]
        for column in columns(assay):
            if column.label == heading:
                open_figure(counts, None, column, staff)


def choose_group(by_institution: bool) -> str:
    """What the rows say: an assay, codes, applications; of institutions results alone."""
    groups = (*map(str, Assay),) if by_institution else (SUMMARY, *map(str, Assay), CODES, APPLICATIONS, GATES)
    chosen = st.segmented_control(
        _("What the rows say"),
        groups,
        default=groups[0],
        required=True,
        format_func=lambda one: safe.inert(group_name(one)),
        key=f"group {by_institution}",
        label_visibility="collapsed",
    )
    return str(chosen or groups[0])


def show_rows(counts: DayCounts, staff: Staff) -> None:
    """The whole, then a row for each unit right below or each institution. A unit's name opens the unit, a number its rows."""
    shown = columns(choose_group(counts.by_institution))
    if not counts.rows:
        st.text(_("No results on this day."))
        return
    lines: list[CountRow | None] = [None, *counts.rows]
    first = _("Institution") if counts.by_institution else _("Unit")
    table: dict[str, list[object]] = {first: [_place(counts, line) for line in lines]}
    table |= {column.label: [value(line.figures if line else counts.figures, column) for line in lines] for column in shown}
    picked = pick("rows", table, about=(_about(counts), shown), first_width=NAMES)
    if picked is None:
        return
    line, heading = lines[picked[0]], picked[1]
    if heading == first:
        if line and not line.direct and not counts.by_institution:
            go_to(line.code)
        return
    open_figure(counts, line, next(column for column in shown if column.label == heading), staff)


def _place(counts: DayCounts, line: CountRow | None) -> str:
    if line is None:
        return _("All together")
    name = here(line.name)
    is_own = line.direct and line.code == counts.unit.code and len(counts.rows) > 1
    return _("{unit} itself").format(unit=name) if is_own else name


def open_figure(counts: DayCounts, line: CountRow | None, column: Column, staff: Staff) -> None:
    """The rows behind one figure of a line; None: of the whole."""
    place = _place(counts, line) if line else unit_name(counts.unit.code)
    what = " · ".join((place, full_name(column), day_here(counts.on)))
    open_rows(wanted(counts, line, column), what, staff)


def wanted(counts: DayCounts, line: CountRow | None, column: Column) -> Wanted:
    """Which rows stand behind a figure of a line."""
    unit, direct = (line.code, line.direct) if line and not counts.by_institution else (counts.unit.code, False)
    if column.group == CODES:
        return ColourWanted(counts.on, Colour(column.figure), unit, direct)
    if column.group == GATES:
        return GatesWanted(counts.on, GateFigure(column.figure), unit, direct)
    if column.group == APPLICATIONS:
        return ApplicationsWanted(counts.on, ApplicationFigure(column.figure), unit, direct)
    institution = line.code if line and counts.by_institution else None
    return ResultsWanted(counts.on, counts.day_of, Assay(column.group), column.figure, unit, direct, institution)


def _about(counts: DayCounts) -> tuple[object, ...]:
    return counts.on, counts.unit.code, counts.day_of, counts.by_institution, tuple(row.code for row in counts.rows)
