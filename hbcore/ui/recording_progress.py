"""How far a large upload has come while it is tried, recorded or recalled in this session, and whatever else is in the middle."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from hbcore.services import lab_finishing
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.lab_finishing import HowFar, SoFar
from hbcore.services.slicing import Said
from hbcore.ui import safe
from hbcore.ui.errors import errors_shown
from hbcore.ui.locale_words import number_here
from hbcore.ui.words import _


@contextmanager
def heard(words: str) -> Iterator[Said]:
    """A bar that moves with what a service says; `words` with {done} and {lines}. It is gone when the work is done."""
    place = st.empty()

    def said(done: int, lines: int) -> None:
        place.progress(done / lines, safe.inert(words.format(done=number_here(done), lines=number_here(lines))))

    yield said
    place.empty()


def state_words(how_far: HowFar | None, so_far: SoFar | None, *, recalled: bool) -> str:
    """Where an upload is, in a line of a list."""
    if so_far is not None:
        words = _("Being put back, {percent} %") if so_far.back else _("Being recalled, {percent} %")
        return words.format(percent=100 * so_far.done // so_far.people)
    if how_far is None:
        return _("Recalled") if recalled else _("Stands")
    return _("Being recorded, {percent} %").format(percent=100 * how_far.done // how_far.lines)


def show_applying(staff: Staff) -> None:
    """Uploads of one's institutions that are in the middle, looked at again every two seconds until they are done."""
    if lab_finishing.still_applying(by=staff, at=now()) or lab_finishing.still_recalling(by=staff, at=now()):
        _watched(staff)


@st.fragment(run_every="2s")
def _watched(staff: Staff) -> None:
    with errors_shown():
        found = lab_finishing.still_applying(by=staff, at=now())
        recalling = lab_finishing.still_recalling(by=staff, at=now())
        if not found and not recalling:
            st.rerun()
        for number, how_far in found.items():
            _draw(number, how_far)
        for number, so_far in recalling.items():
            st.progress(so_far.done / so_far.people, safe.inert(recalling_words(number, so_far)))


def recalling_words(number: str, so_far: SoFar) -> str:
    """That an upload is being recalled or put back, and how far it has come."""
    words = _("Upload {number} is being recalled: {done} of {people} people. It goes on by itself if you leave this page.")
    if so_far.back:
        words = _("Upload {number} is being put back: {done} of {people} people. It goes on by itself if you leave this page.")
    return words.format(number=number, done=number_here(so_far.done), people=number_here(so_far.people))


def _draw(number: str, how_far: HowFar) -> None:
    words = _("Upload {number} is being recorded: {done} of {lines} lines. It goes on by itself, even if you leave this page.")
    said = words.format(number=number, done=number_here(how_far.done), lines=number_here(how_far.lines))
    st.progress(how_far.done / how_far.lines, safe.inert(said))
