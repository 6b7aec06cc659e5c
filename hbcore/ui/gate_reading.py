"""The ways to read a code at a gate: a scanner that types, the camera, 12 digits by hand."""

from dataclasses import dataclass

import streamlit as st

from hbcore.domain.presented import LONGEST, Way
from hbcore.services import code_reading
from hbcore.ui.gate_camera import show_camera
from hbcore.ui.gate_words import WAYS
from hbcore.ui.words import _

READ = "read by the camera"
WAY = "way of reading"
PICTURES = "pictures taken"


@dataclass(frozen=True)
class Read:
    """A text and how it was read."""

    text: str
    way: Way


def ask() -> Read | None:
    """The way that was chosen, and what was read by it in this run."""
    way = st.segmented_control(
        _("How to read"),
        list(WAYS),
        default=Way.WEDGE,
        required=True,
        format_func=lambda one: _(WAYS[one]),
        key=WAY,
        label_visibility="collapsed",
        width="stretch",
    )
    return _by_camera() if way == Way.CAMERA else _typed(way or Way.WEDGE)


def _typed(way: Way) -> Read | None:
    """A box that keeps its focus after Enter, so that the next one can be scanned or typed at once."""
    by_hand = way == Way.DIGITS
    with st.form(f"read {way}", clear_on_submit=True, border=False):
        text = st.text_input(
            _("12 digits under the code") if by_hand else _("Scan here: click into the box first"),
            type="phone" if by_hand else "default",
            max_chars=32 if by_hand else LONGEST,
            autocomplete="off",
            placeholder="000 000 000 000" if by_hand else _("A scanner types here and presses Enter"),
            key=f"typed {way}",
        )
        pressed = st.form_submit_button(_("Check"), type="primary", width="stretch")
    return Read(text or "", way) if pressed else None


def _by_camera() -> Read | None:
    """What the live camera or a single picture showed in the run just before."""
    by_photo = st.toggle(_("No live picture: take a photo instead"), key="photo instead")
    found = st.session_state.pop(READ, None)
    if by_photo:
        _take_photo()
    else:
        show_camera(READ)
    return None if found is None else Read(str(found), Way.CAMERA)


def _take_photo() -> None:
    """One picture, read and gone: the next in the line sees nobody's paper, and the camera is ready for theirs."""
    taken = st.session_state.get(PICTURES, 0)
    photo = st.camera_input(_("Photo of the code"), key=f"picture {taken}")
    if photo is not None:
        st.session_state[READ], st.session_state[PICTURES] = code_reading.text_in(photo.getvalue()) or "", taken + 1
        st.rerun()
