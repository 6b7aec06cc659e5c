"""What a file that is dropped may hold: test results, or the registration of samplings; each with its service and its words."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from hbcore.services import lab_imports, sampling_imports
from hbcore.services.import_report import ImportReport
from hbcore.ui.words import N_, _

SORT = "sort"
"""In the address: which sort of file is taken."""


@dataclass(frozen=True)
class FileSort:
    """One sort of file. `word`: as uploads name it; `drop` with {megabytes} and {rows}. `in_slices`: a large file says how
    far it has come."""

    word: str
    name: str
    drop: str
    recording: str
    preview: Callable[..., ImportReport]
    commit: Callable[..., ImportReport]
    in_slices: bool


SORTS = {
    sort.word: sort
    for sort in (
        FileSort(
            "results",
            N_("Test results"),
            N_("Drop the file of your laboratory system: CSV, Excel or ODS, up to {megabytes} MB and {rows} rows"),
            N_("Recording results and working out codes …"),
            lab_imports.preview,
            lab_imports.commit,
            in_slices=True,
        ),
        FileSort(
            "samples",
            N_("Sampling registration"),
            N_("Drop the list of who was sampled into which tube: CSV, Excel or ODS, up to {megabytes} MB and {rows} rows"),
            N_("Recording samplings and working out codes …"),
            sampling_imports.preview,
            sampling_imports.commit,
            in_slices=False,
        ),
    )
}


def choose_sort() -> FileSort:
    """What the next file holds, as the address says at first; a word on what a registration is for."""
    asked = st.query_params.get(SORT, "results")
    chosen = st.segmented_control(
        _("What the file holds"),
        tuple(SORTS),
        default=asked if asked in SORTS else "results",
        required=True,
        format_func=lambda word: _(SORTS[word].name),
        key=SORT,
        label_visibility="collapsed",
    )
    st.query_params[SORT] = sort = str(chosen or "results")
    if sort == "samples":
        st.caption(
            _("Person, tube, time, site. They count as sampled at once; result files that name only tubes are joined to it.")
        )
    return SORTS[sort]
