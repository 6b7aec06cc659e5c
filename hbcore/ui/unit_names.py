"""Units by name, in the session's language."""

import streamlit as st

from hbcore.domain.vocabulary import PROVINCE
from hbcore.services import units
from hbcore.services.units import GROUP, UnitSeen
from hbcore.ui.words import language


@st.cache_resource(show_spinner=False, ttl="10m")
def _all() -> dict[str, UnitSeen]:
    # Shipped and public: sharing them between sessions shows nobody anything.
    return {unit.code: unit for unit in units.listed()}


def unit_name(code: str | None) -> str:
    """The name of a unit; the code itself where it is unknown, nothing for None."""
    if not code:
        return ""
    found = _all().get(code)
    return found.name(language()) if found else code


def unit_named(name: str) -> str | None:
    """The code of the unit that is called so; None for no such name."""
    return next((code for code in _all() if unit_name(code) == name), None)


def unit_choices() -> dict[str, str]:
    """Units where people work, by code: counties after their prefecture's name."""
    known, spoken = _all(), language()
    shown = {}
    for code, unit in known.items():
        above = known.get(unit.parent or "")
        before = f"{above.name(spoken)} " if above and unit.level == "county" and above.level == "prefecture" else ""
        if unit.level != GROUP:
            shown[code] = before + unit.name(spoken)
    return shown


def choices_below(code: str) -> dict[str, str]:
    """Of `unit_choices`, `code` itself and what lies below it."""
    known = _all()

    def within(unit: str | None) -> bool:
        return unit == code or (unit in known and within(known[unit].parent))

    return {unit: name for unit, name in unit_choices().items() if within(unit)}


def units_in(code: str) -> list[str]:
    """The units right below one; what a group gathers stands in its place, as nobody works at a group."""
    right_below = [unit for unit in _all().values() if unit.parent == code]
    return [inner for unit in right_below for inner in (units_in(unit.code) if unit.level == GROUP else [unit.code])]


def line_down_to(code: str | None) -> list[str]:
    """The way from the prefecture down to a unit, both included; the province alone for itself, nothing for no unit."""
    known, here = _all(), code
    line: list[str] = []
    while here and here in known and here != PROVINCE:
        if known[here].level != GROUP:
            line.insert(0, here)
        here = known[here].parent
    return line or ([PROVINCE] if code == PROVINCE else [])


def forget_units() -> None:
    """Read the units again: one was added or renamed."""
    _all.clear()
