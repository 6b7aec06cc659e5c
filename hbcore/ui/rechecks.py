"""Suspended institutions of one's unit, on the screen: their results marked for a second look, and marks lifted."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

import streamlit as st

from hbcore.services import rechecks
from hbcore.services.acting import Staff
from hbcore.services.clock import day_of, now
from hbcore.services.rechecks import Mark, Suspended
from hbcore.ui import safe
from hbcore.ui.errors import errors_shown, say_after_rerun
from hbcore.ui.locale_words import day_here, number_here
from hbcore.ui.words import _, _n, time_here

BEFORE = timedelta(days=14)
"""What is offered at first: results of the two weeks before the suspension."""


def suspended_words(name: str, since: datetime | None, reason: str | None) -> str:
    """That nothing of an institution is taken in, since when and why."""
    words = _("{institution}: suspended since {time}; its uploads are refused. Reason: {reason}")
    return words.format(institution=name, time=time_here(since) if since else "", reason=reason or "")


def show_rechecks(staff: Staff) -> None:
    """Nothing where none is suspended and no mark stands."""
    found, marks = rechecks.suspended(by=staff, at=now())
    if not found and not marks:
        return
    st.subheader(_("Suspended institutions"), anchor=False)
    st.caption(_("A mark stands beside each of these results on the card and changes no code by itself."))
    for one in found:
        with st.container(border=True):
            _show_institution(one, staff)
    _show_marks(marks, staff)


def _show_institution(one: Suspended, staff: Staff) -> None:
    safe.text(suspended_words(one.name, one.since, one.reason))
    today = day_of(now())
    with st.container(horizontal=True, vertical_alignment="bottom"):
        first = st.date_input(
            _("Sampled from"),
            day_of(one.since - BEFORE),
            max_value=today,
            format="YYYY-MM-DD",
            key=f"first {one.code}",
            width=180,
        )
        last = st.date_input(_("Sampled until"), today, max_value=today, format="YYYY-MM-DD", key=f"last {one.code}", width=180)
        wanted = st.button(_("Mark for a second look…"), key=f"mark {one.code}")
    if wanted:
        with errors_shown():
            n = rechecks.count(one.code, first, last, by=staff, at=now())
            st.dialog(_("Mark for a second look"))(_confirm)(one, first, last, n, staff)


def _confirm(one: Suspended, first: date, last: date, n: int, staff: Staff) -> None:
    words = _n(
        "{n} result of {institution}, sampled from {first} until {last}, is marked. No code changes.",
        "{n} results of {institution}, sampled from {first} until {last}, are marked. No code changes.",
        n,
    )
    safe.text(words.format(n=number_here(n), institution=one.name, first=day_here(first), last=day_here(last)))
    if st.button(_("Mark them"), type="primary", disabled=not n, help=None if n else _("There is no such result.")):
        _done(lambda: rechecks.mark(one.code, first, last, by=staff, at=now()), _("The results are marked."))


def _show_marks(marks: Sequence[Mark], staff: Staff) -> None:
    for one in marks:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            words = _n(
                "{institution}: {n} result sampled from {first} until {last}, marked by {name} {time}",
                "{institution}: {n} results sampled from {first} until {last}, marked by {name} {time}",
                one.results,
            )
            safe.text(
                words.format(
                    institution=one.name,
                    n=number_here(one.results),
                    first=day_here(one.first),
                    last=day_here(one.last),
                    name=one.by,
                    time=time_here(one.at),
                )
            )
            if st.button(_("Lift the mark"), key=f"lift {one.id}"):
                _done(lambda mark=one.id: rechecks.lift(mark, by=staff, at=now()), _("The mark is lifted."))  # type: ignore[misc]


def _done(act: Callable[[], object], said: str) -> None:
    with errors_shown():
        act()
        say_after_rerun(said)
