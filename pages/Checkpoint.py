"""At a gate: read a code, see its colour and whose it is, let the next one come."""

import streamlit as st

from hbcore.services import gate_shifts, presenting
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.ui.errors import errors_shown
from hbcore.ui.gate_answer import show_answer
from hbcore.ui.gate_checks import show_checks
from hbcore.ui.gate_place import place_chosen
from hbcore.ui.gate_reading import ask
from hbcore.ui.start import start_page
from hbcore.ui.words import _


def work(staff: Staff) -> None:
    """The answer above, what is read below it, the shift below that."""
    answered = st.container(key="answer")
    read = ask()
    with answered, errors_shown():
        if read:
            show_answer(presenting.present(read.text, way=read.way, by=staff, at=now()))
    show_checks(staff, now())


staff = start_page(_("Checkpoint"))
with errors_shown(), st.container(key="gate"):
    if place_chosen(gate_shifts.places(by=staff, at=now()), staff, now()):
        work(staff)
