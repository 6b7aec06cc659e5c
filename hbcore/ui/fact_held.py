"""Held rows of lists of facts: what holds each and what to do, until somebody is done with it."""

from datetime import datetime

import streamlit as st

from hbcore.services import fact_held
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.fact_held import HeldLine, HeldSeen
from hbcore.ui import safe
from hbcore.ui.errors import errors_shown, say_after_rerun
from hbcore.ui.fact_words import fact_heading
from hbcore.ui.links import id_in
from hbcore.ui.locale_words import number_here
from hbcore.ui.unit_names import unit_name
from hbcore.ui.waiting import nothing_here
from hbcore.ui.words import _, sentence_here, time_here

HELD_OF = "held"
"""In the address: the id of the list of whose file alone the held rows are shown."""

CHOSEN = "facts view"
"""In the session: what is done on this page (`fact_views`)."""

_SEEN = "held rows of fact lists"


def show_held(staff: Staff, at: datetime) -> None:
    """The rows, the oldest first; below them the one that is selected."""
    before: HeldSeen | None = st.session_state.get(_SEEN)
    seen = st.session_state[_SEEN] = fact_held.seen_now(by=staff, at=at, before=before)
    asked = id_in(st.query_params.get(HELD_OF, ""))
    if asked is not None:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.text(_("Only the held rows of one list."))
            if st.button(_("List the held rows of all lists"), type="tertiary"):
                _go("held")
    lines = [line for line in seen.lines if asked in (None, line.list_id)]
    if not lines:
        nothing_here(
            _("No row of a list is held."),
            _("Rows whose person is not clear stand here once their list is proposed, for who handed it in and the supervisors."),
        )
        return
    place = safe.chooser([_row(line) for line in lines], key=f"held rows {hash(tuple(lines))}")
    st.caption(safe.inert(_("Rows: {n}. A list of people is recorded as a look-up.").format(n=number_here(len(lines)))))
    if place is None:
        st.text(_("Select a row to see what to do."))
    else:
        _show_one(lines[place], staff)


def _row(line: HeldLine) -> dict[str, object]:
    return {
        _("Who"): f"{line.name} {line.number}",
        _("Kind of fact"): fact_heading(line.kind),
        _("Held because"): sentence_here(str(line.held_for)),
        _("Row"): line.row,
        _("Case number"): line.case or "–",
        _("Proposed by"): f"{line.proposed_by} · {unit_name(line.unit)}",
        _("When"): time_here(line.proposed_at),
    }


def _show_one(line: HeldLine, staff: Staff) -> None:
    with st.container(border=True):
        safe.text(f"{line.name} {line.number} · {fact_heading(line.kind)}")
        safe.text(sentence_here(str(line.held_for)))
        st.text(
            _("It was not proposed. Find out whom it is about; then propose that person alone, in the same case, and press done.")
        )
        with st.container(horizontal=True):
            if st.button(_("Propose one person →"), key="propose held person"):
                _go("one")
            if st.button(_("Done with this row"), type="primary", key=f"done {line.list_id} {line.row}"):
                with errors_shown():
                    fact_held.settle(line.list_id, line.row, by=staff, at=now())
                    say_after_rerun(_("Done: the row stands here no more. Nothing was recorded of anybody by it."))


def _go(view: str) -> None:
    """Another view of this very page."""
    st.query_params.from_dict({"view": view})
    st.session_state.pop(CHOSEN, None)
    st.rerun()
