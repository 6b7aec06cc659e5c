"""The queue of recolouring requests on the left: which are shown, which line is open, the next one after a step."""

from collections.abc import Sequence
from datetime import datetime

import pyarrow as pa
import streamlit as st

from hbcore.services import recolouring_seen
from hbcore.services.acting import Staff
from hbcore.services.recolouring_seen import RequestLine, RequestsSeen
from hbcore.ui import safe
from hbcore.ui.locale_words import number_here
from hbcore.ui.request_words import SHOWS, colour_name, ground_name, left_short
from hbcore.ui.unit_names import unit_name
from hbcore.ui.words import _

SEEN, OPENED, VIEW = "requests seen", "request opened", "request shown"
_OPENINGS, _FIRST = "request openings", "request at first"
SHOWN, BELOW, FIRST_SHOWN = "show", "below", "entered"


def choose() -> tuple[str, bool]:
    """Which requests: their state, and whether those of the units below too. Both stand in the address."""
    asked = st.query_params.get(SHOWN, FIRST_SHOWN)
    with st.container(horizontal=True, vertical_alignment="center"):
        shown = st.segmented_control(
            _("Show"),
            tuple(SHOWS),
            default=asked if asked in SHOWS else FIRST_SHOWN,
            required=True,
            format_func=lambda one: _(SHOWS[one]),
            key="requests shown",
            label_visibility="collapsed",
        )
        whole = st.toggle(_("With the units below"), st.query_params.get(BELOW) != "no", key="requests below")
    st.query_params[SHOWN] = str(shown or FIRST_SHOWN)
    if whole:
        st.query_params.pop(BELOW, None)
    else:
        st.query_params[BELOW] = "no"
    return str(shown or FIRST_SHOWN), whole


def read(shown: str, whole: bool, staff: Staff, at: datetime) -> RequestsSeen:
    """Counts and lines; read again only where something was done since."""
    seen = recolouring_seen.seen_now(shown, whole=whole, by=staff, at=at, before=st.session_state.get(SEEN))
    st.session_state[SEEN] = seen
    return seen


def show_counts(seen: RequestsSeen) -> None:
    """How many stand where."""
    safe.text(
        _(
            "To be reviewed {entered} · to be confirmed {reviewed} · waiting for the person {asked} · beyond 48 hours {over}"
        ).format(**{state: number_here(n) for state, n in seen.counts.items()}, over=number_here(seen.overdue))
    )


def open_without_click(request: int | None) -> None:
    """Open one that nobody selected in the table, which then starts anew with it selected."""
    st.session_state[OPENED] = request
    st.session_state[_OPENINGS] = st.session_state.get(_OPENINGS, 0) + 1


def open_next(lines: Sequence[RequestLine], done: int) -> None:
    """After a step the line below comes up by itself; after the last the one above."""
    ids = [line.id for line in lines]
    place = ids.index(done) if done in ids else -1
    others = ids[place + 1 :] + ids[:place][::-1] if place >= 0 else []
    open_without_click(others[0] if others else None)


def show_queue(lines: Sequence[RequestLine], at: datetime) -> int | None:
    """The table; the id of the open line. Another one opens when its row is selected."""
    ids = [line.id for line in lines]
    opened: int | None = st.session_state.get(OPENED)
    # A selection counts rows. When the lines change, the table starts anew: a row's number never opens somebody else.
    key = f"requests {st.session_state.get(_OPENINGS, 0)} {hash(tuple(ids))}"
    first = st.session_state.get(_FIRST)
    if first is None or first[0] != key:
        first = st.session_state[_FIRST] = (key, [ids.index(opened)] if opened in ids else [])
    selected = st.dataframe(
        _table(lines, at),
        key=key,
        hide_index=True,
        row_height=safe.ROW,
        height=2 + safe.ROW * (min(len(lines), 17) + 1),
        on_select="rerun",
        selection_mode="single-row",
        selection_default={"selection": {"rows": first[1], "columns": [], "cells": []}},
    )
    rows = selected["selection"]["rows"]
    if rows and rows[0] < len(ids):
        opened = ids[rows[0]]
    elif opened in ids:
        opened = None
    st.session_state[OPENED] = opened
    return opened


def _table(lines: Sequence[RequestLine], at: datetime) -> pa.Table:
    return pa.Table.from_pydict(
        {
            _("Left"): [left_short(line, at) for line in lines],
            _("Name"): [line.name for line in lines],
            _("Matter"): [ground_name(line.ground) for line in lines],
            _("Code then"): [colour_name(line.colour) for line in lines],
            _("Unit"): [unit_name(line.unit) for line in lines],
        }
    )
