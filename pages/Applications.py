"""The review queue: open an application, see its checks, decide; or enter one at the counter."""

from collections.abc import Sequence
from datetime import datetime

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from hbcore.services import applications
from hbcore.services.acting import Staff
from hbcore.services.applications import ApplicationView, QueueSeen, WaitingApplication
from hbcore.services.clock import now
from hbcore.ui import safe
from hbcore.ui.application_acts import may_enter, pressed_answer, show_acts, show_claim, show_undo
from hbcore.ui.application_alike import show_alike
from hbcore.ui.application_card import show_application, show_stated
from hbcore.ui.application_certificate import show_evidence
from hbcore.ui.application_filters import Filter, choose, current, show_choice, whole
from hbcore.ui.application_finding import approve_many, in_words, narrow, show_stopped, show_views
from hbcore.ui.application_form import begin_answer, show_form
from hbcore.ui.application_handover import show_handover
from hbcore.ui.application_photos import show_photos
from hbcore.ui.application_queue import (
    QUEUE,
    counts_and_lines,
    show_counts,
    show_pages,
    show_queue,
)
from hbcore.ui.errors import errors_shown
from hbcore.ui.list_files import may_take, take_lists
from hbcore.ui.start import start_page
from hbcore.ui.taking_over import show_taking_over, takes_over
from hbcore.ui.waiting import nothing_here
from hbcore.ui.words import N_, _

MANY = ("waiting", "soon", "answered")
"""The queues of which many can be approved."""

PLACES = {"queue": N_("Review queue"), "entry": N_("Enter at the counter"), "lists": N_("Lists")}


def choose_place(staff: Staff) -> str:
    """The queue, the counter or the lists that come in."""
    allowed = {"queue": True, "entry": may_enter(staff), "lists": may_take(staff)}
    places = tuple(place for place in PLACES if allowed[place])
    if len(places) == 1:
        return "queue"
    if wanted := st.session_state.pop("go to", None):
        st.session_state["place"] = wanted
    chosen = st.segmented_control(
        _("Where"),
        places,
        default="queue",
        required=True,
        format_func=lambda place: _(PLACES[place]),
        key="place",
        label_visibility="collapsed",
    )
    return str(chosen or "queue")


def show_one(view: ApplicationView, lines: Sequence[WaitingApplication], staff: Staff, at: datetime) -> None:
    """One application with its buttons."""
    show_application(view, at)
    show_alike(view, staff)
    show_photos(view, staff)
    if view.previous is not None:
        with st.container(horizontal=True, vertical_alignment="center"):
            safe.text(_("Follows application {receipt}, which ended.").format(receipt=view.previous[1]))
            if st.button(_("Open it"), type="tertiary", help=_("This is recorded as a look-up.")):
                QUEUE.open(view.previous[0])
                st.rerun()
    show_acts(view, lines, staff, at)
    show_claim(view, lines, staff, at)
    show_evidence(view, staff)
    if view.applicant is not None:
        show_stated(view.applicant)
        if view.line.state == "asked" and may_enter(staff) and pressed_answer(view):
            begin_answer(view)
            st.session_state["go to"] = "entry"
            st.rerun()
    elif st.button(_("Show full details"), type="tertiary", help=_("This is recorded as a look-up.")):
        with errors_shown():
            QUEUE.show(applications.one(view.line.id, by=staff, at=at, reveal=True))
            st.rerun()


def open_tool(name: str | None, chosen: Filter, staff: Staff) -> None:
    """The drawer of the tool whose button was pressed."""
    match name:
        case "filter":
            st.dialog(_("Filter the queue"), position="right")(narrow)(chosen, staff)
        case "views":
            st.dialog(_("Views of the queue"), position="right")(show_views)(chosen, staff)
        case "many":
            st.dialog(_("Approve many"), position="right")(approve_many)(chosen, staff)
        case "over":
            st.dialog(_("Take over from a unit below"), position="right", width="medium")(show_taking_over)(staff)
        case "handover":
            st.dialog(_("Handover at the end of a shift"), position="right", width="medium")(show_handover)(staff)


def show_head(staff: Staff, at: datetime) -> tuple[Filter, QueueSeen]:
    """Which queue, what narrows it down, and how many there are."""
    chosen = current()
    with st.container(horizontal=True, vertical_alignment="center"):
        chosen = show_choice(chosen)
        chosen, seen = counts_and_lines(chosen, staff, at)
        tools = {"filter": st.button(_("Filter…"), shortcut="F"), "views": st.button(_("Views…"), shortcut="V")}
        if may_enter(staff) and chosen.show in MANY:
            tools["many"] = st.button(
                safe.inert(_("Approve the clean ({n})…").format(n=seen.clean)),
                disabled=not seen.clean,
                help=_("Only those of which nothing is to be looked at, 500 at most."),
                key="approve many",
            )
        if takes_over(staff):
            tools["over"] = st.button(_("Take over…"), help=_("From units below where nobody is on duty."))
        tools["handover"] = st.button(_("Handover…"))
    open_tool(next((name for name, pressed in tools.items() if pressed), None), chosen, staff)
    if chosen.narrowed:
        with st.container(horizontal=True, vertical_alignment="center"):
            safe.text(_("Only: {what} ({total})").format(what=in_words(chosen), total=seen.total))
            if st.button(_("Show all"), type="tertiary"):
                choose(whole(chosen))
                st.rerun()
    return chosen, seen


def show_desk(staff: Staff, at: datetime, head: DeltaGenerator) -> None:
    """The queue and, beside it, what is open; the counts go into the line above."""
    QUEUE.open_linked()
    chosen, seen = show_head(staff, at)
    with head:
        show_counts(seen.counts)
    lines = seen.lines
    show_stopped()
    left, right = st.columns([11, 10], gap="medium")
    with left:
        if lines:
            opened = show_queue(lines, at)
        else:
            opened = QUEUE.opened
            nothing_here(
                _("Nothing waits here."), _("The other queues are a click away; new applications are entered at the counter.")
            )
        show_pages(chosen, seen.total)
    view = QUEUE.view_of(opened, lines, lambda application: applications.one(application, by=staff, at=at))
    with right:
        show_undo(staff, at)
        if view is None and not lines:
            return
        if view is None:
            nothing_here(_("Select a line to open the application. Opening one is recorded as a look-up."))
            return
        with st.container(border=True, key="opened"):
            show_one(view, lines, staff, at)


staff = start_page(_("Applications"))
head = st.container(horizontal=True, vertical_alignment="center")
with head:
    place = choose_place(staff)
if place == "entry":
    with st.container(width=960):
        show_form(staff)
elif place == "lists":
    with st.container(width=1200):
        take_lists(staff)
else:
    show_desk(staff, now(), head)
