"""The queue of recolouring requests on the left: which are shown, how many stand where."""

from collections.abc import Sequence
from datetime import datetime

import pyarrow as pa
import streamlit as st

from hbcore.services import recolouring_seen
from hbcore.services.acting import Staff
from hbcore.services.recolouring_seen import Request, RequestLine, RequestsSeen
from hbcore.ui import safe
from hbcore.ui.locale_words import number_here
from hbcore.ui.opened_line import Queue
from hbcore.ui.request_words import SHOWS, colour_name, ground_name, left_short
from hbcore.ui.unit_names import unit_name
from hbcore.ui.words import _

QUEUE = Queue[Request]("request")
SEEN = "requests seen"
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


def show_queue(lines: Sequence[RequestLine], at: datetime) -> int | None:
    """The table and the keys; the id of the open line."""
    opened = QUEUE.choose(lines, _table(lines, at))
    QUEUE.step_through(lines)
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
