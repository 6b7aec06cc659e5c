"""At a gate: read a code, see its colour and whose it is, take a temperature, let the next one come."""

import streamlit as st

from hbcore.services import gate_shifts, presenting
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.ui.errors import errors_shown
from hbcore.ui.gate_answer import show_for_a_while
from hbcore.ui.gate_checks import show_checks
from hbcore.ui.gate_place import place_chosen
from hbcore.ui.gate_reading import ask
from hbcore.ui.start import start_page
from hbcore.ui.temperature_entry import Checked, show_entry
from hbcore.ui.words import _

CHECKED = "person of the last check"


def work(staff: Staff, place: str) -> None:
    """The answer above, what is read below it, the thermometer and the shift below that."""
    answered = st.container(key="answer")
    read = ask()
    with answered, errors_shown():
        if read:
            st.session_state.pop(CHECKED, None)
            answer = presenting.present(read.text, way=read.way, by=staff, at=now())
            show_for_a_while(answer)
            if answer.holder:
                st.session_state[CHECKED] = Checked(answer.holder.id, answer.at)
    with st.expander(_("Temperature and national code"), icon=":material/thermostat:"):
        # A part of its own: the answer stays while keys are pressed.
        st.fragment(show_entry)(place, st.session_state.get(CHECKED), staff)
    show_checks(staff, now())


staff = start_page(_("Checkpoint"))
with errors_shown(), st.container(key="gate"):
    if shift := place_chosen(gate_shifts.places(by=staff, at=now()), staff, now()):
        work(staff, shift.place)
