"""After a decision: it is said, it can be taken back for ten minutes, and the next application comes by itself."""

from collections.abc import Callable, Sequence

import streamlit as st

from hbcore.domain.applications import ApplicationState
from hbcore.services.applications import Decision, WaitingApplication
from hbcore.services.clock import now
from hbcore.ui.application_queue import QUEUE
from hbcore.ui.errors import errors_shown, say_after_rerun
from hbcore.ui.words import N_, _

LAST = "last decision"
"""The last decision of this session, when it was, and how it was said."""

DONE = {
    ApplicationState.APPROVED: N_("Application {receipt} approved."),
    ApplicationState.REFUSED: N_("Application {receipt} not approved."),
    ApplicationState.ASKED: N_("Application {receipt}: the applicant is asked."),
    ApplicationState.SECOND_REVIEW: N_("Application {receipt} waits for a second person."),
    ApplicationState.WAITING: N_("Application {receipt} is back in the queue."),
    ApplicationState.WITHDRAWN: N_("Application {receipt} withdrawn."),
}
UNDOABLE = (ApplicationState.APPROVED, ApplicationState.REFUSED, ApplicationState.ASKED)


def decided(decide: Callable[[], Decision], lines: Sequence[WaitingApplication]) -> None:
    """Decide, open the next one, say what was done."""
    with errors_shown():
        made = decide()
        said = _(DONE[made.state]).format(receipt=made.receipt)
        if made.state in UNDOABLE:
            st.session_state[LAST] = (made, now(), said)
        QUEUE.open_next(lines, made.id)
        say_after_rerun(said)


def opened_again(application_id: int, say: str = "") -> None:
    """Read an application anew after something was done to it, and leave it open."""
    QUEUE.show(None)
    QUEUE.open(application_id)
    if say:
        say_after_rerun(say)
