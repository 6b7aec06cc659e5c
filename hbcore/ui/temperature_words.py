"""Temperatures in words: what was taken back at a gate, and a temperature as people here write it."""

from collections.abc import Iterable

from hbcore.domain.temperatures import DONE_WORDS, Done, celsius
from hbcore.services.gate_undoing import TakenBack
from hbcore.ui.application_words import here
from hbcore.ui.words import N_

TAKEN_BACK = {
    TakenBack.READING: N_("the last reading"),
    TakenBack.SECOND: N_("the second reading"),
    TakenBack.ENTRY: N_("the entry on the national code"),
}


def degrees(tenths: int) -> str:
    """A temperature with its unit."""
    return f"{celsius(tenths)} °C"


def both(first: int, second: int | None) -> str:
    """Both readings, or the one there is."""
    return degrees(first) if second is None else f"{celsius(first)} → {degrees(second)}"


def done_words(done: Iterable[Done]) -> str:
    """What was done at the gate."""
    return " · ".join(here(DONE_WORDS[one]) for one in done) or "–"
