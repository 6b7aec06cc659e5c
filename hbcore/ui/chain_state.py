"""The chains of events on the screen: how many events stand, what the newest verification found, a new one."""

from collections.abc import Mapping

import streamlit as st

from hbcore.services import event_chains
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.desk_state import ChainsSeen
from hbcore.ui import safe
from hbcore.ui.errors import errors_shown, show_refused
from hbcore.ui.locale_words import number_here
from hbcore.ui.words import N_n, _, _n, time_here


def show_chains(chains: ChainsSeen, staff: Staff) -> None:
    """How many events stand, what the newest verification found, and a new one."""
    st.subheader(_("Chains of events"), anchor=False)
    counts = {"events": chains.events, "look_ups": chains.look_ups}
    safe.text(_("On record: {events}, {look_ups}.").format(**_in_words(counts)))
    safe.text(_last_words(chains))
    if st.button(_("Verify the chains of events"), type="primary"):
        with errors_shown():
            _verify(staff)


def _last_words(chains: ChainsSeen) -> str:
    last = chains.last
    if last is None:
        return _("The chains have not been verified yet.")
    words = _("✗ Verified {time} by {name}: broken.") if last.broken else _("✓ Verified {time} by {name}: whole.")
    said = words.format(time=time_here(last.at), name=last.by)
    since = chains.events - last.seq
    return (
        said
        if last.broken
        else f"{said} {_n('{n} event since then.', '{n} events since then.', since).format(n=number_here(since))}"
    )


def _verify(staff: Staff) -> None:
    """Read both chains now; of a broken one, where."""
    at = now()
    bar = st.progress(0.0, _("Reading every event from the first to the last …"))
    states = event_chains.verify(by=staff, at=at, told=bar.progress)
    bar.empty()
    for broken in filter(None, map(event_chains.why_broken, states)):
        show_refused(broken)
    if all(state.broken_at is None for state in states):
        counts = _in_words({state.name: state.events for state in states})
        st.success(safe.inert(_("The chains are whole: {events}, {look_ups}.").format(**counts)))
    safe.text(_("As at {time}").format(time=time_here(at)))


def _in_words(counts: Mapping[str, int]) -> dict[str, str]:
    words = {"events": N_n("{n} event", "{n} events"), "look_ups": N_n("{n} look-up", "{n} look-ups")}
    return {name: _n(*words[name], n).format(n=number_here(n)) for name, n in counts.items()}
