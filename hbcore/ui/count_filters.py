"""What the daily counts are asked for: kept in the address, so that a link or a reload shows the same."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import streamlit as st

from hbcore.domain.counting import MOST_DAYS, DayOf
from hbcore.domain.vocabulary import PROVINCE
from hbcore.services.acting import Staff
from hbcore.ui import safe
from hbcore.ui.count_words import DAYS_OF
from hbcore.ui.unit_names import choices_below, unit_name
from hbcore.ui.words import N_, _, language

DAY, DAYS, REPORT = "day", "days", "report"
VIEWS = {DAY: N_("One day"), DAYS: N_("Over days"), REPORT: N_("Daily report")}
ROWS = {"units": N_("Units below"), "institutions": N_("Testing institutions")}
SPAN = 14
"""Days that are shown at first."""

_NEXT = "counts unit next"


@dataclass(frozen=True)
class Asked:
    """What is asked for. `on` is the last day of a span; `by_institution`: what the rows are."""

    view: str
    first: date
    on: date
    unit: str
    day_of: DayOf
    by_institution: bool


def ask(by: Staff, today: date) -> Asked:
    """The controls: how to look, which day or days, which unit, which day of a result counts, what the rows are."""
    view = _view()
    when, where, counted_on, rows = st.columns([1.3, 1.4, 1.2, 1.2])
    with when:
        first, on = _days(today) if view == DAYS else (_day(today),) * 2
    with where:
        unit = select("unit", _("Unit"), choices_below(by.unit or PROVINCE), by.unit or PROVINCE)
    with counted_on:
        labels = {str(one): _(words) for one, words in DAYS_OF.items()}
        of = select("of", _("Results count on"), labels, str(DayOf.RECORDED)) if view != REPORT else DayOf.RECORDED
    with rows:
        kinds = {kind: _(words) for kind, words in ROWS.items()}
        shown = select("rows", _("Rows are"), kinds, "units") if view == DAY else "units"
    return Asked(view, first, on, unit, DayOf(of), shown == "institutions")


def show_way_up(unit: str, top: str) -> None:
    """The units above, up to one's own: a click goes back up."""
    above = _above(unit, top)
    if above:
        with st.container(horizontal=True, gap="small"):
            for code in above:
                if st.button(safe.inert(f"↑ {unit_name(code)}"), key=f"up to {code}", type="tertiary"):
                    go_to(code)


def go_to(unit: str) -> None:
    """Show another unit from now on."""
    st.session_state[_NEXT] = unit
    st.rerun()


def _above(unit: str, top: str) -> list[str]:
    return (
        [code for code in dict.fromkeys((top, f"{unit[:4]}00")) if code != unit and unit in choices_below(code)]
        if unit != top
        else []
    )


def _view() -> str:
    key = _first("view", VIEWS, DAY)
    chosen = st.segmented_control(
        _("How to look"),
        tuple(VIEWS),
        required=True,
        format_func=lambda one: _(VIEWS[one]),
        key=key,
        label_visibility="collapsed",
    )
    to_address("view", str(chosen or DAY), DAY)
    return str(chosen or DAY)


def select(name: str, label: str, choices: Mapping[str, str], default: str) -> str:
    """A choice that stands in the address, by its name there."""
    key = _first(name, choices, default)
    if name == "unit" and (code := st.session_state.pop(_NEXT, None)) in choices:
        st.session_state[key] = code
    chosen = st.selectbox(safe.inert(label), list(choices), format_func=choices.__getitem__, key=key)
    to_address(name, chosen, default)
    return str(chosen)


def _first(name: str, choices: Collection[str], default: str) -> str:
    """The widget's key, holding what the address says at first; of each language its own, or the old words would stay."""
    key = f"counts {name} {language()}"
    if st.session_state.get(key) not in choices:
        asked = st.query_params.get(name, default)
        st.session_state[key] = asked if asked in choices else default
    return key


def _day(today: date) -> date:
    key = "counts on"
    if key not in st.session_state:
        st.session_state[key] = from_address("on", today, today)
    chosen = st.date_input(_("Day"), key=key, max_value=today, format="YYYY-MM-DD")
    on = chosen if isinstance(chosen, date) else today
    to_address("on", on.isoformat(), today.isoformat())
    return on


def _days(today: date) -> tuple[date, date]:
    key = "counts days"
    if key not in st.session_state:
        last = from_address("to", today, today)
        st.session_state[key] = (from_address("from", last - timedelta(days=SPAN - 1), last), last)
    label = _("Days (up to {most})").format(most=MOST_DAYS)
    chosen = st.date_input(safe.inert(label), key=key, max_value=today, format="YYYY-MM-DD")
    days = chosen if isinstance(chosen, tuple) else (chosen,)
    first, last = (days[0], days[-1]) if days and days[0] else (today, today)  # the second may be still to be chosen
    to_address("from", first.isoformat(), "")
    to_address("to", last.isoformat(), today.isoformat())
    return first, last


def from_address(name: str, default: date, latest: date) -> date:
    """A day of the address, no later than the latest."""
    try:
        return min(date.fromisoformat(st.query_params.get(name, "")), latest)
    except ValueError:
        return default


def to_address(name: str, value: str, default: str) -> None:
    """Only what is not as at first stands in the address."""
    if value == default:
        st.query_params.pop(name, None)
    elif st.query_params.get(name) != value:
        st.query_params[name] = value
