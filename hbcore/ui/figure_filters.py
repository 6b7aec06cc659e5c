"""What the supervisor's figures are asked for: days and unit, kept in the address."""

from dataclasses import dataclass
from datetime import date, timedelta

import streamlit as st

from hbcore.domain.application_figures import MOST_DAYS
from hbcore.domain.vocabulary import PROVINCE
from hbcore.services.acting import Staff
from hbcore.ui import safe
from hbcore.ui.count_filters import from_address, select, to_address
from hbcore.ui.unit_names import choices_below
from hbcore.ui.words import N_, _

TODAY, WEEK, MONTH, OTHER = "1", "7", "30", "other"
SPANS = {TODAY: N_("Today"), WEEK: N_("7 days"), MONTH: N_("30 days"), OTHER: N_("Other days")}


@dataclass(frozen=True)
class Asked:
    """Days, both included, and a unit."""

    first: date
    last: date
    unit: str


def ask(by: Staff, today: date) -> Asked:
    """The controls."""
    where, how_long, when = st.columns([1.4, 1.1, 1.3])
    with where:
        unit = select("unit", _("Unit"), choices_below(by.unit or PROVINCE), by.unit or PROVINCE)
    with how_long:
        span = select("days", _("Decided in"), {one: _(words) for one, words in SPANS.items()}, WEEK)
    with when:
        first, last = _days(today) if span == OTHER else (today - timedelta(days=int(span) - 1), today)
    return Asked(first, last, unit)


def _days(today: date) -> tuple[date, date]:
    key = "figures days"
    if key not in st.session_state:
        last = from_address("to", today, today)
        st.session_state[key] = (from_address("from", last - timedelta(days=6), last), last)
    label = _("Days (up to {most})").format(most=MOST_DAYS)
    chosen = st.date_input(safe.inert(label), key=key, max_value=today, format="YYYY-MM-DD")
    days = chosen if isinstance(chosen, tuple) else (chosen,)
    first, last = (days[0], days[-1]) if days and days[0] else (today, today)  # the second may be still to be chosen
    to_address("from", first.isoformat(), "")
    to_address("to", last.isoformat(), today.isoformat())
    return first, last
