"""Fields whose content outlives a reload and a sign-out: taken up when a page opens, saved after each change."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import streamlit as st

from hbcore.domain.errors import Refused
from hbcore.services import saved_drafts
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.saved_drafts import Kept, Place
from hbcore.ui import safe
from hbcore.ui.errors import show_refused
from hbcore.ui.words import _, time_here

KEPT_AFTER = "3s"
"""A field is kept as soon as it is left; one that is not left, after so long a pause: the session may end while nobody types."""

_HELD = "draft held: "
_TAKEN = "draft taken up: "


@contextmanager
def drafted(
    place: Place,
    keys: Sequence[str],
    staff: Staff,
    *,
    subject: int = 0,
    blank: Mapping[str, object] | None = None,
) -> Iterator[None]:
    """Keep what is typed into the widgets of the block, named by their keys; values are texts, choices or empty.

    Before the block what was typed last is put into the session's state, once a session; after it what has changed is saved.
    The widgets stand outside a form, which would hold back what was typed until it is entered. `subject`: our id of the
    row it is about. `blank`: what stands in a field before anything is typed, where that is not the empty text, as in choices
    and days. Whoever enters the content calls `entered` and drops the keys.
    """
    name = f"{place} {subject}"
    standing = {key: (blank or {}).get(key, "") for key in keys}
    if _HELD + name not in st.session_state:
        _take_up(place, name, staff, subject, standing)
    if _wants_afresh(name):
        entered(place, staff, subject=subject)
        for key in keys:
            st.session_state.pop(key, None)
        _take_up(place, name, staff, subject, standing)
    yield
    _save(place, name, keys, staff, subject)


def entered(place: Place, staff: Staff, *, subject: int = 0) -> None:
    """What was typed has become an act: the draft goes, and the next one begins empty."""
    saved_drafts.drop(place, by=staff, at=now(), subject=subject)
    look_again(place, subject=subject)


def read_again(key: str, read: Callable[[str], object]) -> None:
    """Of a draft a day or a time is a text: before its field is drawn it becomes one again."""
    if isinstance(text := st.session_state.get(key), str):
        st.session_state[key] = read(text)


def look_again(place: Place, *, subject: int = 0) -> None:
    """The fields were emptied or filled by something else: next time the block is drawn the draft is taken up anew."""
    for kind in (_HELD, _TAKEN):
        st.session_state.pop(f"{kind}{place} {subject}", None)


def _take_up(place: Place, name: str, staff: Staff, subject: int, blank: Mapping[str, object]) -> None:
    kept: Kept | None = None
    try:
        kept = saved_drafts.take_up(place, by=staff, at=now(), subject=subject)
    except Refused as refused:
        show_refused(refused)
    for key, text in kept.fields.items() if kept else ():
        if key in blank:
            st.session_state[key] = text
    for key, value in blank.items():  # said expressly: a field without a state goes on with what stands in the browser
        st.session_state.setdefault(key, value)
    st.session_state[_HELD + name] = _typed(list(blank))  # what the page itself has filled in is no draft yet
    if kept:
        st.session_state[_TAKEN + name] = kept.saved_at


def _wants_afresh(name: str) -> bool:
    """Say that a draft was taken up, and whether it is to be dropped."""
    saved_at = st.session_state.get(_TAKEN + name)
    if saved_at is None:
        return False
    line = st.empty()
    with line.container(horizontal=True, vertical_alignment="center"):
        safe.text(_("Draft of {time} taken up again.").format(time=time_here(saved_at)))
        afresh = st.button(_("Start afresh"), type="tertiary", icon=":material/restart_alt:", key=f"afresh {name}")
    if afresh:
        line.empty()
    return afresh


def _save(place: Place, name: str, keys: Sequence[str], staff: Staff, subject: int) -> None:
    typed = _typed(keys)
    if typed == st.session_state[_HELD + name]:
        return
    try:
        saved_drafts.keep(place, typed, by=staff, at=now(), subject=subject)
    except Refused as refused:
        show_refused(refused)
        return
    st.session_state[_HELD + name] = typed


def _typed(keys: Sequence[str]) -> dict[str, str]:
    return {key: str(value) for key in keys if (value := st.session_state.get(key))}
