"""The queue of held rows on the Lab results page: counts by kind, a list that can be sorted, one or many of it opened below."""

import streamlit as st

from hbcore.domain.lab_held import HELD_FOR
from hbcore.domain.vocabulary import Role, RowCode
from hbcore.services import held_queue
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.held_queue import MOST, HeldLine, HeldQueue
from hbcore.ui import safe
from hbcore.ui.held_card import show_held_row
from hbcore.ui.held_settling import offer_reopening, show_many
from hbcore.ui.held_words import kind_name, state_words
from hbcore.ui.locale_words import number_here
from hbcore.ui.waiting import first_read, nothing_here
from hbcore.ui.words import _, time_here

HELD, OF, ROW = "held", "of", "row"
"""In the address: which kind of held rows is listed (`all`), of which upload, and `UPLOAD.ROW` of the one that is open."""

SEEN, ALL = "held rows seen", "all"


def show_held(staff: Staff) -> None:
    """Counts, list, and whatever of it is selected."""
    before = st.session_state.get(SEEN)
    kind, of = _asked_kind(), st.query_params.get(OF)
    with first_read(HELD):
        queue = held_queue.listed(kind, of, by=staff, at=now(), before=before)
    st.session_state[SEEN] = queue
    st.subheader(_("Held rows"), anchor=False)
    offer_reopening(staff)
    if not queue.all:
        nothing_here(_("No row is held."), _("Rows that contradict what we hold, or are about another name, would wait here."))
        return
    _choose_kind(queue)
    if of:
        _show_of_one(of, queue)
    selected = _show_lines(queue.lines, kind)
    if len(selected) == 1:
        st.query_params[ROW] = _address(selected[0])
        show_held_row(selected[0], staff)
    elif selected and staff.role == Role.SUPERVISOR:
        show_many(selected, staff)
    elif staff.role == Role.SUPERVISOR:
        st.caption(_("Select a row to open it; several of one kind to settle them together."))
    else:
        st.caption(_("Select a row to open it."))


def _show_of_one(number: str, queue: HeldQueue) -> None:
    """Only one upload's rows are listed: of which, and the way back to all."""
    listed = _("Only the rows of upload {number} are listed.") if queue.lines else _("No such row of upload {number} is held.")
    with st.container(horizontal=True, vertical_alignment="center"):
        safe.text(listed.format(number=number))
        if st.button(_("List all held rows"), type="tertiary"):
            del st.query_params[OF]
            st.rerun()


def _asked_kind() -> RowCode | None:
    asked = st.session_state.get("held kind") or st.query_params.get(HELD, ALL)
    return next((one for one in HELD_FOR if one == asked), None)


def _choose_kind(queue: HeldQueue) -> None:
    def words(kind: str) -> str:
        if kind == ALL:
            return _("All {n}").format(n=number_here(queue.all))
        return _("{kind} {n}").format(kind=kind_name(kind), n=number_here(queue.counts[RowCode(kind)]))

    kinds = [ALL, *map(str, queue.counts)]
    asked = st.query_params.get(HELD, ALL)
    chosen = st.segmented_control(
        _("Held for"),
        kinds,
        default=asked if asked in kinds else ALL,
        required=True,
        format_func=lambda one: safe.inert(words(one)),
        key="held kind",
        label_visibility="collapsed",
    )
    st.query_params[HELD] = str(chosen or ALL)


def _show_lines(lines: tuple[HeldLine, ...], kind: RowCode | None) -> list[HeldLine]:
    asked = st.query_params.get(ROW)
    first = [place for place, one in enumerate(lines) if _address(one) == asked]
    key = f"held {kind} {hash(tuple((one.upload, one.row) for one in lines))}"
    places = safe.choosers([_cells(one) for one in lines], key=key, first=first, widths={_("Name"): 130})
    if len(lines) >= MOST:
        st.caption(_("The oldest {n} are shown.").format(n=MOST))
    if len(lines) > safe.MANY_ROWS:
        st.caption(_("Scroll in the list to see all {n}.").format(n=number_here(len(lines))))
    return [lines[place] for place in places or first]


def _cells(one: HeldLine) -> dict[str, object]:
    return {
        _("Held for"): kind_name(one.held_for),
        _("State"): state_words(one),
        _("Name"): one.name,
        _("Document number"): one.document,
        _("Sample number"): one.sample,
        _("The file says"): one.says,
        _("Testing institution"): one.institution,
        _("Upload"): one.number,
        _("Row"): one.row,
        _("Since"): time_here(one.at),
    }


def _address(one: HeldLine) -> str:
    return f"{one.upload}.{one.row}"
