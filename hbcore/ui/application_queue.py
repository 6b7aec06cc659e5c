"""The queue on the left: which line is open, and the next one after a decision."""

from collections.abc import Sequence
from datetime import datetime

import pyarrow as pa
import streamlit as st

from hbcore.domain.applications import ApplicationState
from hbcore.services import applications
from hbcore.services.acting import Staff
from hbcore.services.applications import Question, QueueCounts, WaitingApplication
from hbcore.ui import safe
from hbcore.ui.application_words import checks, remaining, short_words, urgency
from hbcore.ui.unit_names import choices_below
from hbcore.ui.words import N_, _

_SEEN = "queue seen"
OPENED = "opened application"
_OPENINGS = "openings without a click"
_FIRST = "selected at first"
FILTER = "queue filter"
"""Stands in the address with the words chosen, so that a link can open one of the queues."""


FILTERS = {
    "waiting": N_("Under review"),
    "soon": N_("Due within 2 h"),
    "asked": N_("Asked"),
    "second_review": N_("Second person"),
}


def choose_filter() -> str:
    """Which lines to show. The labels stay as they are: a choice is known again by its label."""
    chosen = st.segmented_control(
        _("Show"),
        tuple(FILTERS),
        default="waiting",
        required=True,
        format_func=lambda name: _(FILTERS[name]),
        key=FILTER,
        label_visibility="collapsed",
        bind="query-params",
    )
    return str(chosen or "waiting")


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


def choose_unit(staff: Staff) -> str | None:
    """A unit below one's own, where there are any; None: all of them."""
    choices = choices_below(staff.unit or "")
    if len(choices) < 2:
        return None
    return st.selectbox(
        _("Unit"),
        list(choices)[1:],
        None,
        choices.__getitem__,
        placeholder=_("All units"),
        key="queue unit",
        label_visibility="collapsed",
        width=280,
    )


def counts_and_lines(
    chosen: str, unit: str | None, staff: Staff, at: datetime
) -> tuple[QueueCounts, tuple[WaitingApplication, ...]]:
    """How many there are, and the lines of a choice; read again only where something was done since."""
    seen = st.session_state.get(_SEEN)
    if chosen == "soon":
        due = (ApplicationState.WAITING, ApplicationState.SECOND_REVIEW)
        question = Question(due, unit, soon=True)
    else:
        question = Question((ApplicationState(chosen),), unit)
    seen = applications.counts_and_queue(question, by=staff, at=at, seen=seen)
    st.session_state[_SEEN] = seen
    return seen.counts, seen.lines


def open_next(lines: Sequence[WaitingApplication], decided: int) -> None:
    """After a decision the line below comes up by itself; after the last the one above."""
    ids = [line.id for line in lines]
    place = ids.index(decided) if decided in ids else -1
    others = ids[place + 1 :] + ids[:place][::-1] if place >= 0 else []
    open_without_click(others[0] if others else None)


def open_without_click(application_id: int | None) -> None:
    """Open one that nobody selected in the table, which then starts anew with it selected."""
    st.session_state[OPENED] = application_id
    st.session_state[_OPENINGS] = st.session_state.get(_OPENINGS, 0) + 1


def show_queue(lines: Sequence[WaitingApplication], at: datetime) -> int | None:
    """The table; the id of the open line. Another line opens when its row is selected."""
    ids = [line.id for line in lines]
    opened: int | None = st.session_state.get(OPENED)
    # A selection counts rows. When the lines change, the table starts anew: a row's number never opens another applicant.
    key = f"queue {st.session_state.get(_OPENINGS, 0)} {hash(tuple(ids))}"
    first = st.session_state.get(_FIRST)
    if first is None or first[0] != key:
        first = st.session_state[_FIRST] = (key, [ids.index(opened)] if opened in ids else [])
    selected = st.dataframe(
        _table(lines, at),
        key=key,
        hide_index=True,
        row_height=safe.ROW,
        height=min(2 + safe.ROW * (len(lines) + 1), 18 * safe.ROW),
        on_select="rerun",
        selection_mode="single-row",
        selection_default={"selection": {"rows": first[1], "columns": [], "cells": []}},
        column_config={_("Receipt"): st.column_config.TextColumn(width="medium")},
    )
    st.caption(_("Checks: name, filing, other applications · ✓ passed ! stopped ? not known yet – not needed"))
    rows = selected["selection"]["rows"]
    if rows and rows[0] < len(ids):
        opened = ids[rows[0]]
    elif opened in ids:
        opened = None
    st.session_state[OPENED] = opened
    return opened


def _table(lines: Sequence[WaitingApplication], at: datetime) -> pa.Table:
    documents = {key: short_words(*key) for key in {(line.kind, line.country) for line in lines}}
    return pa.Table.from_pydict(
        {
            _("Urgent"): [urgency(line, at) for line in lines],
            _("Left"): [remaining(line, at) for line in lines],
            _("Name"): [line.name for line in lines],
            _("Document"): [documents[line.kind, line.country] for line in lines],
            _("Checks"): [checks(line) for line in lines],
            _("Receipt"): [line.receipt for line in lines],
        }
    )
