"""The list of alarms: which are shown, one opened beside it, and taking it on."""

from collections.abc import Sequence
from datetime import datetime

import pyarrow as pa
import streamlit as st

from hbcore.domain.alarms import ALARMS, OF_LABORATORIES, AlarmKind, kinds_seen_by
from hbcore.services import alarms
from hbcore.services.acting import Staff
from hbcore.services.alarms import LONGEST_NOTE, AlarmLine, AlarmsSeen
from hbcore.services.clock import now
from hbcore.ui import safe
from hbcore.ui.alarm_words import KINDS, TO_DO, about, by_when, kind_words, taken_by, where
from hbcore.ui.errors import errors_shown, say_after_rerun
from hbcore.ui.links import link, link_if_may
from hbcore.ui.locale_words import number_here
from hbcore.ui.waiting import nothing_here
from hbcore.ui.words import N_, _, time_here

SEEN = "alarms seen"
SHOWN = "alarms"
"""In the address: which lines; `all` are the alarms, without what is only to be verified."""

ALL, LABORATORIES = "all", "laboratories"
TOGETHER = tuple(kind for kind in OF_LABORATORIES if kind not in (AlarmKind.POSITIVE_HELD, AlarmKind.ROWS_HELD))
"""Kinds without a choice of their own: what is unusual about a file. Held rows can be looked at alone as well."""
CHOICES = {
    ALL: N_("All alarms"),
    **{str(kind): words for kind, words in KINDS.items() if kind not in TOGETHER},
    LABORATORIES: N_("Laboratories' files"),
}


def choose(staff: Staff) -> str:
    """Which lines to show, as the address says at first; whoever sees those of laboratories' files alone is not asked."""
    if kinds_seen_by(staff.role) == OF_LABORATORIES:
        return LABORATORIES
    asked = st.query_params.get(SHOWN, ALL)
    chosen = st.segmented_control(
        _("Show"),
        tuple(CHOICES),
        default=asked if asked in CHOICES else ALL,
        required=True,
        format_func=lambda one: _(CHOICES[one]),
        key=SHOWN,
        label_visibility="collapsed",
    )
    st.query_params[SHOWN] = chosen or ALL
    return str(chosen or ALL)


def read(chosen: str, staff: Staff, at: datetime) -> AlarmsSeen:
    """Counts and lines; read again only where something was done since."""
    kinds = {ALL: ALARMS, LABORATORIES: OF_LABORATORIES}.get(chosen) or (AlarmKind(chosen),)
    seen = alarms.seen_now(kinds, by=staff, at=at, before=st.session_state.get(SEEN))
    st.session_state[SEEN] = seen
    return seen


def show_counts(seen: AlarmsSeen) -> None:
    """How many of each kind there are, those of which there is one; each leads to its lines."""
    with st.container(horizontal=True, gap="small"):
        for kind, n in seen.counts.items():
            if n and st.button(safe.inert(f"{kind_words(kind)} {number_here(n)}"), type="tertiary", key=f"count of {kind}"):
                st.session_state.pop(SHOWN, None)
                st.query_params[SHOWN] = LABORATORIES if kind in TOGETHER else str(kind)
                st.rerun()


def show_lines(seen: AlarmsSeen, at: datetime) -> AlarmLine | None:
    """The table; the line that is selected."""
    lines = seen.lines
    if not lines:
        words = _("No alarm of this kind.") if any(seen.counts.values()) else _("Nothing at the moment.")
        nothing_here(words, _("Alarms come up here by themselves, and go once their cause is gone."))
        return None
    # A selection counts rows: when the lines change, the table starts anew.
    key = f"alarm lines {hash(tuple(line.subject for line in lines))}"
    selected = st.dataframe(
        _table(lines, at),
        key=key,
        hide_index=True,
        row_height=safe.ROW,
        height=2 + safe.ROW * (min(len(lines), 18) + 1),
        on_select="rerun",
        selection_mode="single-row",
        selection_default={"selection": {"rows": [0], "columns": [], "cells": []}},
    )
    rows = selected["selection"]["rows"]
    return lines[rows[0]] if rows and rows[0] < len(lines) else None


def _table(lines: Sequence[AlarmLine], at: datetime) -> pa.Table:
    return pa.Table.from_pydict(
        {
            _("What"): [kind_words(line.kind) for line in lines],
            _("Who or what"): [about(line) for line in lines],
            _("Unit"): [where(line) for line in lines],
            _("By when"): [by_when(line, at) for line in lines],
            _("Since"): [time_here(line.since) for line in lines],
            _("Looked after by"): [taken_by(line) for line in lines],
        }
    )


def show_one(line: AlarmLine, staff: Staff, at: datetime) -> None:
    """One alarm: what to do, the way to whom it is about, and who looks after it."""
    st.subheader(safe.inert(kind_words(line.kind)), anchor=False)
    safe.text(f"{about(line)} · {where(line)}")
    st.text(_(TO_DO[line.kind]))
    with st.container(gap=None):
        for words in _facts(line, at):
            safe.text(words)
    if line.notice is not None:
        link_if_may("Temperatures", _("Open the notice →"), staff, notice=str(line.notice))
    _show_way(line, staff)
    _show_taking(line, staff)


def _show_way(line: AlarmLine, staff: Staff) -> None:
    if line.person is not None:
        link("Person", _("Open the person →"), person=str(line.person))
    elif line.request is not None:
        link("Recolouring", _("Open the request →"), request=str(line.request), show="overdue")
    elif line.application is not None:
        link("Applications", _("Open the application →"), application=str(line.application))
    elif line.kind == AlarmKind.POSITIVES_WAITING:
        link("Second_looks", _("Look at the rows →"))
    elif line.kind in (AlarmKind.ROWS_HELD, AlarmKind.POSITIVE_HELD):
        link_if_may("Lab_results", _("Open the held rows →"), staff, held="all", of=line.upload)
    elif line.kind in OF_LABORATORIES and line.upload:
        link_if_may("Lab_results", _("Open the upload →"), staff, upload=line.upload)
    elif line.kind == AlarmKind.BURST_OF_FACTS and line.subject.startswith("fact_list "):
        link("Facts", _("Look at the people and the reason →"), list=line.subject.removeprefix("fact_list "))


def _facts(line: AlarmLine, at: datetime) -> list[str]:
    known = {
        _("Sampled {time}"): time_here(line.sampled_at) if line.sampled_at else "",
        _("Tested by {institution}"): line.institution,
        _("Upload {number}"): line.upload,
        _("Receipt {number}"): line.receipt,
        _("Since {time}"): time_here(line.since),
        _("Due {time}"): f"{time_here(line.due_at)} · {by_when(line, at)}" if line.due_at else "",
    }
    return [words.format(time=said, institution=said, number=said) for words, said in known.items() if said]


def _show_taking(line: AlarmLine, staff: Staff) -> None:
    if line.taken:
        safe.text(_("{name} has looked after it since {time}.").format(name=line.taken.by, time=time_here(line.taken.at)))
        safe.text(line.taken.note)
    own = line.taken is not None and line.taken.by_id == staff.id
    with st.form(f"take {line.subject}", border=False):
        note = st.text_input(_("Note for the others"), max_chars=LONGEST_NOTE, autocomplete="off")
        label = _("Change my note") if own else _("Take it over") if line.taken else _("I look after it")
        pressed = st.form_submit_button(safe.inert(label), type="secondary" if line.taken else "primary")
    if pressed:
        with errors_shown():
            instead_of = line.taken.by_id if line.taken else None
            alarms.take(line.kind, line.subject, note, instead_of=instead_of, by=staff, at=now())
            say_after_rerun(_("Everybody who sees this alarm sees now that you look after it."))
