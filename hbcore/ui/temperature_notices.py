"""Notices of abnormal temperatures: the list with its clock, one opened beside it, settled by two clicks."""

from collections.abc import Sequence
from datetime import datetime

import pyarrow as pa
import streamlit as st

from hbcore.domain.fact_rules import LONGEST_REFERENCE, LONGEST_TEXT
from hbcore.domain.temperatures import CLOSED_WORDS, STATE_WORDS, Closed, ReadingState
from hbcore.domain.vocabulary import Purpose
from hbcore.services import temperature_notices
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.temperature_notices import MOST, NoticeCard, NoticeLine, NoticesSeen, View
from hbcore.ui import safe
from hbcore.ui.application_words import here
from hbcore.ui.errors import errors_shown, say_after_rerun
from hbcore.ui.fact_dialogs import PROPOSED, faults_shown, show_effect
from hbcore.ui.fact_sure import asked_when_many, meant, show_question
from hbcore.ui.links import id_in, link, link_to_person
from hbcore.ui.locale_words import left_here, number_here
from hbcore.ui.temperature_words import both, done_words
from hbcore.ui.unit_names import unit_name
from hbcore.ui.waiting import nothing_here
from hbcore.ui.words import N_, _, sentence_here, time_here

SHOWN, NOTICE = "notices", "notice"
"""In the address: which notices are listed, and the id of one that is opened from elsewhere."""

_SEEN, _OPENED, _LINKED = "notices seen", "notice opened", "notice linked"
VIEWS = {View.OPEN: N_("To be settled"), View.SETTLED: N_("Settled, 7 days")}
MEANT = N_("This is meant, though it is more people than usual. This answer is recorded and raises an alarm.")


def choose() -> View:
    """Which notices to list, as the address says at first."""
    asked = st.query_params.get(SHOWN, View.OPEN)
    chosen = st.segmented_control(
        _("Show"),
        tuple(View),
        default=View(asked) if asked in set(View) else View.OPEN,
        required=True,
        format_func=lambda one: _(VIEWS[one]),
        key=SHOWN,
        label_visibility="collapsed",
    )
    st.query_params[SHOWN] = str(chosen or View.OPEN)
    return View(chosen or View.OPEN)


def read(view: View, staff: Staff, at: datetime) -> NoticesSeen:
    """Counts and lines; read again only where something was done since."""
    seen = temperature_notices.seen_now(view, by=staff, at=at, before=st.session_state.get(_SEEN))
    st.session_state[_SEEN] = seen
    return seen


def show_counts(seen: NoticesSeen) -> None:
    """How many are open, and how many of these beyond their time."""
    said = _("{n} to be settled, {overdue} of them beyond 24 hours.")
    safe.text(said.format(n=number_here(seen.open), overdue=number_here(seen.overdue)))


def show_lines(lines: Sequence[NoticeLine], at: datetime) -> int | None:
    """The table; the id of the notice that is selected, or that a link named."""
    if not lines:
        nothing_here(
            _("No notice here."),
            _("A gate that measures 37.3 °C or more twice sends one to the district where the person lives."),
        )
        return _linked()
    key = f"notices {hash(tuple(line.id for line in lines))}"
    selected = st.dataframe(
        _table(lines, at),
        key=key,
        hide_index=True,
        row_height=safe.ROW,
        height=2 + safe.ROW * (min(len(lines), 18) + 1),
        on_select="rerun",
        selection_mode="single-row",
    )
    if len(lines) >= MOST:
        st.caption(_("The first {n} are shown.").format(n=MOST))
    rows = selected["selection"]["rows"]
    if rows and rows[0] < len(lines):
        st.session_state.pop(_LINKED, None)
        return lines[rows[0]].id
    return _linked()


def _linked() -> int | None:
    """A link from elsewhere names a notice by its id."""
    wanted = id_in(st.query_params.pop(NOTICE, ""))
    if wanted is not None:
        st.session_state[_LINKED] = wanted
    linked: int | None = st.session_state.get(_LINKED)
    return linked


def _table(lines: Sequence[NoticeLine], at: datetime) -> pa.Table:
    units = [unit_name(line.unit) for line in lines]
    columns = {
        _("Time left"): [_clock(line, at) for line in lines],
        _("Who"): [_who(line) for line in lines],
        _("Temperature"): [both(line.first, line.second) for line in lines],
        _("Done at the gate"): [done_words(line.done) for line in lines],
        _("Place"): [line.place for line in lines],
    }
    if any(line.settled_at for line in lines):
        columns[_("Since")] = [time_here(line.notice_at) for line in lines]
    if len(set(units)) > 1:
        columns[_("Unit")] = units
    return pa.Table.from_pydict(columns)


def _clock(line: NoticeLine, at: datetime) -> str:
    return left_here(line.due_at - at) if line.state is ReadingState.OPEN else here(STATE_WORDS[line.state])


def _who(line: NoticeLine) -> str:
    return f"{line.name} {line.number}" if line.person else " ".join((_("Unknown"), line.number)).strip()


def show_one(notice: int, staff: Staff, at: datetime) -> None:
    """One notice: whose, what was measured and done, and how it is settled."""
    card = _card(notice, staff, at)
    line = card.line
    st.subheader(safe.inert(both(line.first, line.second)), anchor=False)
    with st.container(gap=None):
        for words in _said(card, at):
            safe.text(words)
    if line.person is not None:
        link_to_person(_("Open the person →"), line.person, Purpose.CHECKPOINT)
    if line.list_id is not None:
        link("Facts", _("Look at the proposal →"), list=str(line.list_id))
    if line.state is ReadingState.OPEN:
        _settle(line, staff)


def _card(notice: int, staff: Staff, at: datetime) -> NoticeCard:
    """Opening one is a look-up, once; it is read again once something was done."""
    held: NoticeCard | None = st.session_state.get(_OPENED)
    card = temperature_notices.one(notice, by=staff, at=at, before=held)
    st.session_state[_OPENED] = card
    return card


def _said(card: NoticeCard, at: datetime) -> list[str]:
    line = card.line
    closed = here(CLOSED_WORDS[line.closed_for]) if line.closed_for else here(STATE_WORDS[line.state])
    known = {
        _("Who: {said}"): _who(line) if line.person else "",
        _("Nobody is found: {said}"): (card.typed or _("nothing was typed")) if line.person is None else "",
        _("Measured at {said}"): f"{line.place} · {unit_name(line.place_unit)} · {line.recorder}",
        _("First reading {said}"): time_here(line.first_at),
        _("Second reading {said}"): time_here(line.notice_at),
        _("Done at the gate: {said}"): done_words(line.done),
        _("Settled by {said}"): f"{line.settler} · {time_here(line.settled_at)} · {closed}" if line.settled_at else "",
        _("Due {said}"): f"{time_here(line.due_at)} · {_clock(line, at)}" if line.state is ReadingState.OPEN else "",
    }
    return [words.format(said=said) for words, said in known.items() if said]


def _settle(line: NoticeLine, staff: Staff) -> None:
    st.caption(
        _("An abnormal temperature changes no code. What may change one is a fact, proposed here and confirmed by another.")
    )
    reason = st.pills(
        _("Close it, because"),
        tuple(Closed),
        format_func=lambda one: safe.inert(here(CLOSED_WORDS[one])),
        key=f"why close {line.id}",
    )
    why_not = sentence_here("own_reading") if line.own else None if reason else _("Choose a reason first.")
    pressed = st.button(
        _("Close the notice"),
        type="primary",
        disabled=why_not is not None,
        help=safe.inert(why_not) if why_not else None,
        key=f"close {line.id}",
    )
    if pressed and reason:
        with errors_shown():
            temperature_notices.close(line.id, Closed(reason), by=staff, at=now())
            say_after_rerun(_("The notice is closed."))
    if line.person is not None and not line.own:
        with st.expander(_("Propose the fact “fever” with a clinic's paper")):
            _propose(line, staff)


def _propose(line: NoticeLine, staff: Staff) -> None:
    keys = {name: f"fever {name} of {line.id}" for name in ("paper", "why")}
    paper = st.text_input(
        _("Evidence number"),
        max_chars=LONGEST_REFERENCE,
        help=_("The number of the paper it rests on; no names."),
        autocomplete="off",
        key=keys["paper"],
    )
    why = st.text_input(_("Reason"), max_chars=LONGEST_TEXT, autocomplete="off", key=keys["why"])
    question = st.container()
    with st.container(horizontal=True):
        tries = st.button(_("See what it will do"), key=f"try fever {line.id}")
        proposes = st.button(_("Propose it"), key=f"propose fever {line.id}")
    with faults_shown(), asked_when_many():
        if tries:
            show_effect(temperature_notices.preview_fever(line.id, paper, why, by=staff, at=now()))
        elif proposes:
            temperature_notices.propose_fever(line.id, paper, why, sure=meant(), by=staff, at=now())
            say_after_rerun(_(PROPOSED))
    show_question(question, _(MEANT))
