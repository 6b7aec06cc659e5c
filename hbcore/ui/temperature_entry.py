"""The thermometer at a gate: a keypad, a second reading where the first is abnormal, what was done, the last entry taken back."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

import streamlit as st

from hbcore.domain.errors import Refused
from hbcore.domain.temperatures import DONE_WORDS, Done, Measured, ReadingState, in_order, is_abnormal, read_celsius
from hbcore.domain.vocabulary import SHANGHAI
from hbcore.services import gate_undoing, temperatures
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.temperatures import AtGate, Pending, Recorded, Whose
from hbcore.ui import safe
from hbcore.ui.application_words import here
from hbcore.ui.errors import errors_shown, say_after_rerun
from hbcore.ui.national_entry import show_national
from hbcore.ui.temperature_words import TAKEN_BACK, degrees
from hbcore.ui.words import _

TYPED, SECOND_OF, MEASURED = "temperature typed", "second reading of", "measured since the check"
_EMPTY = "temperature to be emptied"
BACK, ENTER = "⌫", "✓"
KEYS = (*"123456789", BACK, "0", ENTER)
STANDS_THERE = timedelta(minutes=5)
"""For so long whoever was checked still stands before the thermometer; no name on the screen would tell that it is another."""

_TOGETHER = re.compile(r"\d{3}", re.ASCII)


@dataclass(frozen=True)
class Checked:
    """Whom the last check at this gate was about, by our id, and when it was. No name: the answer shows it, and clears itself."""

    person: int
    at: datetime


def show_entry(place: str, checked: Checked | None, staff: Staff) -> None:
    """What is recorded at a gate besides checks: of whom was checked last, once; after that of nobody that is known."""
    with errors_shown(), st.container(key="thermometer", gap="small"):
        seen = temperatures.at_gate(by=staff, at=now())
        if checked is not None and (st.session_state.get(MEASURED) == checked or now() - checked.at > STANDS_THERE):
            checked = None  # one check, one temperature: the next in the line is another
        waiting = next((one for one in seen.pending if one.id == st.session_state.get(SECOND_OF)), None)
        safe.text(_about(checked, waiting))
        with errors_shown():
            _ask(place, checked, waiting, staff)
        _show_pending(seen, waiting)
        _show_last(seen, staff)
        show_national(place, staff)


def _about(checked: Checked | None, waiting: Pending | None) -> str:
    if waiting is not None:
        said = _("Second reading of {name}, first {celsius}")
        return said.format(name=waiting.name or _("somebody not checked"), celsius=degrees(waiting.first))
    if checked is not None:
        return _("Temperature of the person checked at {time}").format(time=f"{checked.at.astimezone(SHANGHAI):%H:%M:%S}")
    return _("Temperature of {name}").format(name=_("somebody not checked"))


def _ask(place: str, checked: Checked | None, waiting: Pending | None, staff: Staff) -> None:
    """The field stands above its keys; the keys write into it, so they are drawn first."""
    if st.session_state.pop(_EMPTY, False):
        st.session_state[TYPED] = ""
    field = st.container(gap="small")
    with st.container(key="keypad"):
        pressed = [sign for sign in KEYS if _key(sign)]
    if pressed and pressed[0] != ENTER:
        st.session_state[TYPED] = _with(str(st.session_state.get(TYPED, "")), pressed[0])
    with field:
        typed = st.text_input(_("Temperature, °C"), key=TYPED, max_chars=5, autocomplete="off", placeholder="36.5")
        done = _ask_done(typed, waiting)
    if pressed == [ENTER]:
        _record(place, checked, waiting, read_celsius(_dotted(typed)), done, staff)


def _key(sign: str) -> bool:
    if sign == ENTER:
        return st.button(safe.inert(f"{sign} {_('Record')}"), key="key enter", width="stretch", type="primary")
    return st.button(safe.inert(sign), key=f"key {'delete' if sign == BACK else sign}", width="stretch")


def _with(typed: str, sign: str) -> str:
    """After two digits the point comes by itself."""
    if sign == BACK:
        return typed[:-1].rstrip(".")
    return f"{typed}.{sign}" if len(typed) == len("36") and "." not in typed else (typed + sign)[: len("36.5")]


def _dotted(typed: str) -> str:
    return f"{typed[:2]}.{typed[2]}" if _TOGETHER.fullmatch(typed.strip()) else typed


def _ask_done(typed: str, waiting: Pending | None) -> tuple[Done, ...]:
    """What was done is asked once a second reading is abnormal, too."""
    if waiting is None or not _reads_abnormal(typed):
        return ()
    chosen = st.pills(
        _("What was done"),
        tuple(Done),
        selection_mode="multi",
        format_func=lambda one: safe.inert(here(DONE_WORDS[one])),
        key=f"done about {waiting.id}",
    )
    return in_order(chosen)


def _reads_abnormal(typed: str) -> bool:
    try:
        return is_abnormal(read_celsius(_dotted(typed)))
    except Refused:
        return False


def _record(
    place: str, checked: Checked | None, waiting: Pending | None, tenths: int, done: tuple[Done, ...], staff: Staff
) -> None:
    if waiting is not None:
        told = temperatures.complete(waiting.id, tenths, done, by=staff, at=now())
        st.session_state.pop(SECOND_OF, None)
    else:
        told = temperatures.add(Whose(person=checked.person if checked else None), Measured(tenths), place, by=staff, at=now())
        if checked is not None:
            st.session_state[MEASURED] = checked
    st.session_state[_EMPTY] = True
    say_after_rerun(_said(told))


def _said(told: Recorded) -> str:
    if told.state is ReadingState.SECOND_DUE:
        return _("{celsius} is abnormal: let them rest for about 10 minutes, then measure again.").format(
            celsius=degrees(told.first)
        )
    if told.state is ReadingState.OPEN:
        return _("Recorded. The district is told and has 24 hours.")
    last = told.first if told.second is None else told.second
    return _("{celsius} recorded.").format(celsius=degrees(last))


def _show_pending(seen: AtGate, waiting: Pending | None) -> None:
    """Who rests beside the gate: others are measured meanwhile."""
    for one in seen.pending:
        with st.container(horizontal=True, vertical_alignment="center", key=f"rests {one.id}"):
            said = _("{name} · {celsius} at {time}; again from {again} (advice)")
            name = one.name or _("somebody not checked")
            safe.text(said.format(name=name, celsius=degrees(one.first), time=_clock(one.at), again=_clock(one.again_at)))
            is_open = waiting is not None and waiting.id == one.id
            if st.button(_("Not now") if is_open else _("Second reading"), key=f"second of {one.id}"):
                st.session_state[SECOND_OF] = None if is_open else one.id
                st.rerun()


def _clock(at: datetime) -> str:
    """All of it is within the hour."""
    return f"{at.astimezone(SHANGHAI):%H:%M}"


def _show_last(seen: AtGate, staff: Staff) -> None:
    if seen.last is None:
        return
    label = _("Take back: {what}").format(what=_(TAKEN_BACK[seen.last]))
    if st.button(
        safe.inert(label), key="take back", type="tertiary", help=_("A wrong key: within five minutes; it is recorded.")
    ):
        with errors_shown():
            gate_undoing.take_back(by=staff, at=now())
            say_after_rerun(_("Taken back. Both remain on record."))
