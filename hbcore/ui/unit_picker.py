"""Choosing a unit step by step: prefecture, then county, then office."""

import streamlit as st

from hbcore.domain.vocabulary import PROVINCE
from hbcore.ui.unit_names import line_down_to, unit_name, units_in
from hbcore.ui.words import _, language

STEPS_BELOW = 3


def pick_unit(key: str, start: str | None = None) -> str | None:
    """The unit chosen, None while nothing is; `start` is chosen to begin with."""
    line = line_down_to(start)
    firsts = [PROVINCE, *units_in(PROVINCE)]
    # Keyed by language: a choice keeps the words it was first drawn with.
    chosen: str | None = st.selectbox(
        _("Unit"),
        firsts,
        firsts.index(line[0]) if line else None,
        unit_name,
        key=f"{key} {language()}",
        placeholder=_("Choose a unit"),
    )
    for step in range(1, STEPS_BELOW + 1):
        inner = units_in(chosen) if chosen and chosen != PROVINCE else []
        deeper = _within(f"{key} {chosen} {language()}", inner, line[step] if len(line) > step else "")
        if not deeper:
            break
        chosen = deeper
    return chosen


def _within(key: str, inner: list[str], start: str) -> str:
    if not inner:
        return ""
    codes = ["", *inner]
    index = codes.index(start) if start in codes else 0
    chosen: str = st.selectbox(_("Within it"), codes, index, lambda code: unit_name(code) or _("The whole of it"), key=key)
    return chosen
