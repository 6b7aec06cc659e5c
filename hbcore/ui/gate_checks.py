"""The checks of one's shift, without names: counts by colour, the last ones, and the last one taken back."""

from datetime import datetime

import streamlit as st

from hbcore.domain.vocabulary import SHANGHAI, Colour
from hbcore.services import shift_checks
from hbcore.services.acting import Staff
from hbcore.services.colour_words import COLOUR_WORDS, NO_CODE
from hbcore.services.shift_checks import Check, ShiftChecks
from hbcore.ui import safe
from hbcore.ui.application_words import here
from hbcore.ui.code_picture import SIGNS
from hbcore.ui.errors import say_after_rerun
from hbcore.ui.gate_words import TRAVELS_SHORT, VERDICTS, WAYS
from hbcore.ui.locale_words import NOTHING, as_heading, number_here
from hbcore.ui.words import _

KEPT = "checks of this shift"
SHOWN = 20


def show_checks(staff: Staff, at: datetime) -> None:
    """The line of counts, taking back, the list."""
    seen = shift_checks.checks(before=st.session_state.get(KEPT), by=staff, at=at)
    st.session_state[KEPT] = seen
    with st.container(key="checks", gap="small"):
        safe.text(_counts(seen))
        if shift_checks.may_undo(seen, at) and st.button(
            _("Take the last check back"), icon=":material/undo:", key="undo", width="stretch"
        ):
            shift_checks.undo(by=staff, at=at)
            say_after_rerun(_("The last check no longer counts; both remain on record."))
        if seen.newest:
            with st.expander(_("Checks of this shift")):
                safe.table([_line(one) for one in seen.newest[:SHOWN]], key="shift")


def _counts(seen: ShiftChecks) -> str:
    """How many of each colour so far; colours that did not come are left out."""
    counts = [(f"{SIGNS[colour]} {here(COLOUR_WORDS[colour])}", seen.counts.get(str(colour), 0)) for colour in Colour]
    counts += [(here(NO_CODE), seen.counts.get("none", 0)), (_("Nobody found"), seen.counts.get("nobody", 0))]
    listed = " · ".join(f"{words} {number_here(n)}" for words, n in counts if n)
    total = number_here(sum(n for _words, n in counts))
    return _("This shift: {total}").format(total=total) + (f" · {listed}" if listed else "")


def _line(one: Check) -> dict[str, str]:
    verdict = _(VERDICTS[one.verdict]).partition(":")[0].partition("：")[0] if one.verdict else ""
    travel = as_heading(_(TRAVELS_SHORT[one.travel])) if one.travel else NOTHING
    return {
        _("Time"): f"{one.at.astimezone(SHANGHAI):%H:%M:%S}",
        _("Colour"): _("taken back as a slip") if one.undone else _colour(one),
        _("Read by"): _(WAYS[one.way]),
        _("Verdict"): verdict or travel,
    }


def _colour(one: Check) -> str:
    if one.nobody:
        return _("Nobody found")
    return f"{SIGNS[one.colour]} {here(COLOUR_WORDS[one.colour])}" if one.colour else here(NO_CODE)
