"""Rows of the overview's own numbers, where no other page lists them: institutions and units."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial

import streamlit as st

from hbcore.services import desk_state, institutions
from hbcore.services.acting import Staff
from hbcore.services.overview import Numbers, Waits
from hbcore.ui import safe
from hbcore.ui.overview_tiles import ROWS, WORDS
from hbcore.ui.unit_names import unit_name
from hbcore.ui.waiting import nothing_here
from hbcore.ui.words import _, time_here

Row = Mapping[str, object]


def asked_for(numbers: Numbers) -> Waits | None:
    """The number whose rows the address asks for, if it is one that this role is told."""
    asked = st.query_params.get(ROWS, "")
    return next((what for what in numbers if what == asked and what in LISTS), None)


def show_rows(what: Waits, staff: Staff, at: datetime) -> None:
    """The rows behind one number."""
    st.subheader(safe.inert(_(WORDS[what])), anchor=False)
    if rows := LISTS[what](staff, at):
        safe.table(rows, key=f"rows {what}")
    else:
        nothing_here(_("Nothing at the moment."))


def _places(codes: Sequence[str] | None, staff: Staff, at: datetime) -> Sequence[Row]:
    """The institutions of these codes; None: those suspended."""
    return [
        {
            _("Code"): one.code,
            _("Institution"): one.name,
            _("Unit"): unit_name(one.unit),
            _("Suspended"): time_here(one.suspended_at) if one.suspended_at else "",
            _("Reason"): one.suspended_reason or "",
        }
        for one in institutions.listed(by=staff, at=at)
        if (one.suspended_at is not None if codes is None else one.code in codes)
    ]


def _without_liaison(staff: Staff, at: datetime) -> Sequence[Row]:
    return _places(desk_state.institutions_without_liaison(by=staff, at=at), staff, at)


def _without_staff(staff: Staff, at: datetime) -> Sequence[Row]:
    return [{_("Unit"): unit_name(code), _("Code"): code} for code in desk_state.units_without_staff(by=staff, at=at)]


LISTS: Mapping[Waits, Callable[[Staff, datetime], Sequence[Row]]] = {
    Waits.SUSPENDED: partial(_places, None),
    Waits.WITHOUT_LIAISON: _without_liaison,
    Waits.WITHOUT_STAFF: _without_staff,
}
