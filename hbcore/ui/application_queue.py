"""The queue of applications on the left: how many there are, a page of lines."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import pyarrow as pa
import streamlit as st

from hbcore.domain.errors import Refused
from hbcore.services import applications
from hbcore.services.acting import Staff
from hbcore.services.applications import PAGE, ApplicationView, QueueCounts, QueueSeen, WaitingApplication
from hbcore.ui import safe
from hbcore.ui.application_filters import Filter, address_of, choose, question_of
from hbcore.ui.application_words import checks, left_or_state, order_of_checks, short_words, urgency
from hbcore.ui.errors import show_refused
from hbcore.ui.opened_line import Queue
from hbcore.ui.words import _, language

QUEUE = Queue[ApplicationView]("application")
_SEEN = "queue seen"
_DRAWN = "table of the queue"


def show_counts(counted: QueueCounts) -> None:
    """How many there are of each."""
    safe.text(
        _("Under review {waiting} (overdue {overdue}, due within 2 h {soon}) · asked {asked} · second person {second}").format(
            waiting=counted.waiting,
            overdue=counted.overdue,
            soon=counted.soon,
            asked=counted.asked,
            second=counted.second_review,
        )
    )


def counts_and_lines(chosen: Filter, staff: Staff, at: datetime) -> tuple[Filter, QueueSeen]:
    """How many there are, and a page of lines; read again only where something was done since.

    A colleague's link may name a unit that is not one's own: that is said, and the own unit shown instead.
    """
    seen = st.session_state.get(_SEEN)
    try:
        seen = applications.counts_and_queue(question_of(chosen), by=staff, at=at, page=chosen.page, seen=seen)
    except Refused as refused:
        if chosen.unit is None:
            raise
        show_refused(refused)
        chosen = replace(chosen, unit=None, page=1)
        choose(chosen)
        seen = applications.counts_and_queue(question_of(chosen), by=staff, at=at)
    st.session_state[_SEEN] = seen
    return chosen, seen


def show_pages(chosen: Filter, total: int) -> None:
    """The pages of a long queue."""
    pages = -(-total // PAGE)
    if pages < 2 and chosen.page == 1:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        first = (chosen.page - 1) * PAGE + 1
        safe.text(_("{first} to {last} of {total}").format(first=first, last=min(first + PAGE - 1, total), total=total))
        page = st.pagination(max(pages, 1), default=min(chosen.page, max(pages, 1)), key=f"pages {address_of(chosen)} {pages}")
    if page != chosen.page:
        choose(replace(chosen, page=int(page)))
        st.rerun()


def show_queue(lines: Sequence[WaitingApplication], at: datetime) -> int | None:
    """The table and the keys; the id of the open line."""
    config = {_("Receipt"): st.column_config.TextColumn(width=134), _("Name"): st.column_config.TextColumn(width=140)}
    opened = QUEUE.choose(lines, _table_of(lines, at), config)
    legend = _("Checks in order: {checks} · ✓ passed ! look ✕ stopped – not needed")
    st.caption(safe.inert(legend.format(checks=order_of_checks())))
    QUEUE.step_through(lines)
    return opened


def _table_of(lines: Sequence[WaitingApplication], at: datetime) -> pa.Table:
    """The table as it was made when these lines were read, which they are anew each minute (`counts_and_queue`)."""
    drawn = st.session_state.get(_DRAWN)
    if drawn is None or drawn[0] is not lines or drawn[1] != language():
        drawn = st.session_state[_DRAWN] = (lines, language(), _table(lines, at))
    return drawn[2]


def _table(lines: Sequence[WaitingApplication], at: datetime) -> pa.Table:
    documents = {key: short_words(*key) for key in {(line.kind, line.country) for line in lines}}
    return pa.Table.from_pydict(
        {
            _("Left"): [f"{urgency(line, at)} {left_or_state(line, at)}".lstrip() for line in lines],
            _("Receipt"): [line.receipt for line in lines],
            _("Name"): [f"{line.name}{_held(line)}" for line in lines],
            _("Document"): [documents[line.kind, line.country] for line in lines],
            _("Checks"): [checks(line) for line in lines],
        }
    )


def _held(line: WaitingApplication) -> str:
    if line.claim is None:
        return ""
    return f" ({_('mine') if line.claim.own else line.claim.holder})"
