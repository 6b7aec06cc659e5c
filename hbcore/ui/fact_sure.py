"""Many people at once: refused first, then asked about; the answer goes with the next proposal and is recorded."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from hbcore.domain.errors import Refused
from hbcore.ui import safe
from hbcore.ui.words import N_

MEANT = N_("This is meant, though it is more people than usual. This answer is recorded and raises an alarm.")
_ASKED, _MEANT = "many facts asked about", "many facts meant"


@contextmanager
def asked_when_many() -> Iterator[None]:
    """Remember that the question is to be asked, and let the refusal go on."""
    try:
        yield
    except Refused as refused:
        if refused.code == "burst_to_confirm":
            st.session_state[_ASKED] = True
        raise


def meant() -> bool:
    """Whether the question was answered with yes."""
    return bool(st.session_state.get(_MEANT))


def show_question(place: DeltaGenerator, answer: str) -> None:
    """The answer that is asked for, once there is a question."""
    if st.session_state.get(_ASKED):
        place.checkbox(safe.inert(answer), key=_MEANT)


def forget_question() -> None:
    """Nothing is asked any more."""
    for kept in (_ASKED, _MEANT):
        st.session_state.pop(kept, None)
