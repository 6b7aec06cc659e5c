"""How far a large file has come: while it is tried or recorded in this session, and of whatever else is still being recorded."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st

from hbcore.services import lab_finishing
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.lab_finishing import HowFar
from hbcore.ui import safe
from hbcore.ui.errors import errors_shown
from hbcore.ui.locale_words import number_here
from hbcore.ui.words import _

Said = Callable[[int, int], object]


@contextmanager
def heard(words: str) -> Iterator[Said]:
    """A bar that moves with what a service says; `words` with {done} and {lines}. It is gone when the work is done."""
    place = st.empty()

    def said(done: int, lines: int) -> None:
        place.progress(done / lines, safe.inert(words.format(done=number_here(done), lines=number_here(lines))))

    yield said
    place.empty()


def state_words(how_far: HowFar | None, *, recalled: bool) -> str:
    """Where an upload is, in a line of a list."""
    if how_far is None:
        return _("Recalled") if recalled else _("Stands")
    return _("Being recorded, {percent} %").format(percent=100 * how_far.done // how_far.lines)


def show_applying(staff: Staff) -> None:
    """Uploads of one's institutions that are still being recorded, looked at again every two seconds until they are done."""
    if lab_finishing.still_applying(by=staff, at=now()):
        _watched(staff)


@st.fragment(run_every="2s")
def _watched(staff: Staff) -> None:
    with errors_shown():
        found = lab_finishing.still_applying(by=staff, at=now())
        if not found:
            st.rerun()
        for number, how_far in found.items():
            _draw(number, how_far)


def _draw(number: str, how_far: HowFar) -> None:
    words = _("Upload {number} is being recorded: {done} of {lines} lines. It goes on by itself, even if you leave this page.")
    said = words.format(number=number, done=number_here(how_far.done), lines=number_here(how_far.lines))
    st.progress(how_far.done / how_far.lines, safe.inert(said))
