"""Counts over days: a strip of bars for each figure chosen, and the table of all beside them; a number opens its rows."""

import streamlit as st

from hbcore.domain.counting import APPLICATIONS, CODES, ApplicationFigure, Figures
from hbcore.domain.vocabulary import Assay, Colour
from hbcore.services import counts_over_days
from hbcore.services.acting import Staff
from hbcore.services.behind_figures import ApplicationsWanted, ColourWanted, ResultsWanted, Wanted
from hbcore.services.clock import now
from hbcore.services.counts_over_days import HAPPENED, OneDay, SpanCounts
from hbcore.ui import safe
from hbcore.ui.count_chart import show_bars
from hbcore.ui.count_export import show_export, span_sheet
from hbcore.ui.count_filters import Asked
from hbcore.ui.count_table import pick
from hbcore.ui.count_words import Column, assay_name, columns, full_name, value
from hbcore.ui.locale_words import day_here, number_here
from hbcore.ui.opened_rows import open_rows
from hbcore.ui.unit_names import unit_name
from hbcore.ui.words import _, time_here

AT_FIRST = ("naat net", "naat positive", "codes red")


def show_days(asked: Asked, staff: Staff) -> None:
    """The span: its figures as bars and as a table."""
    span = counts_over_days.count_days(asked.first, asked.on, unit=asked.unit, day_of=asked.day_of, by=staff, at=now())
    safe.text(_("{unit} · as at {time}").format(unit=unit_name(span.unit.code), time=time_here(span.as_at)))
    assay = st.segmented_control(
        _("Assay"),
        tuple(map(str, Assay)),
        default=str(Assay.NAAT),
        required=True,
        format_func=lambda one: safe.inert(assay_name(one)),
        key="assay over days",
        label_visibility="collapsed",
    )
    shown = {f"{one.group} {one.figure}": one for one in _columns(str(assay or Assay.NAAT))}
    _show_charts(span, shown)
    _show_table(span, list(shown.values()), staff)
    show_export((asked, assay), lambda: span_sheet(span, list(shown.values())), staff)


def _columns(assay: str) -> list[Column]:
    applied = [one for one in columns(APPLICATIONS) if one.figure in HAPPENED]
    return [*columns(assay), *columns(CODES), *applied]


def _show_charts(span: SpanCounts, shown: dict[str, Column]) -> None:
    assay = next(iter(shown)).split()[0]
    chosen = st.pills(
        _("Draw"),
        tuple(shown),
        selection_mode="multi",
        default=[one.replace("naat", assay) for one in AT_FIRST],
        format_func=lambda one: safe.inert(shown[one].label),
        key=f"drawn {assay}",
    )
    days = [day_here(day.on) for day in span.days]
    for one in chosen:
        values = [value(_figures(day), shown[one]) for day in span.days]
        highest = max(range(len(values)), key=values.__getitem__)
        said = _("{figure}: highest {n} on {day}, last {last}").format(
            figure=full_name(shown[one]), n=number_here(values[highest]), day=days[highest], last=number_here(values[-1])
        )
        safe.text(said)
        show_bars(values, days, said)


def _show_table(span: SpanCounts, shown: list[Column], staff: Staff) -> None:
    days = span.days[::-1]
    table: dict[str, list[object]] = {_("Day"): [day_here(day.on, weekday=True) for day in days]}
    table |= {column.label: [value(_figures(day), column) for day in days] for column in shown}
    about = (span.unit.code, span.day_of, days[0].on, len(days), shown)
    picked = pick("days", table, about=about)
    if picked:
        day, column = days[picked[0]], next((one for one in shown if one.label == picked[1]), None)
        if column:
            what = " · ".join((unit_name(span.unit.code), full_name(column), day_here(day.on)))
            open_rows(_wanted(span, day, column), what, staff)


def _figures(day: OneDay) -> Figures:
    return Figures(day.applications, day.results, day.codes)


def _wanted(span: SpanCounts, day: OneDay, column: Column) -> Wanted:
    if column.group == CODES:
        return ColourWanted(day.on, Colour(column.figure), span.unit.code)
    if column.group == APPLICATIONS:
        return ApplicationsWanted(day.on, ApplicationFigure(column.figure), span.unit.code)
    return ResultsWanted(day.on, span.day_of, Assay(column.group), column.figure, span.unit.code)
