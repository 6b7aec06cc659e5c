"""Lists and proposals of facts: how each stands, and one opened with its people and what confirming it would do."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import pyarrow as pa
import streamlit as st

from hbcore.domain.fact_rules import NO_EXPOSURE
from hbcore.domain.permissions import Permission, may
from hbcore.services import fact_lists, fact_lists_shown, second_look
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.fact_lists import EffectSeen
from hbcore.services.fact_lists_shown import ListLine, ListShown
from hbcore.ui import safe
from hbcore.ui.errors import errors_shown, say_after_rerun
from hbcore.ui.fact_held import HELD_OF
from hbcore.ui.fact_words import LEFT_OUT, STATES, WHATS, effect_words, fact_heading, kinds_words, left_out_words
from hbcore.ui.links import id_in, link, link_if_may
from hbcore.ui.locale_words import number_here
from hbcore.ui.unit_names import unit_name
from hbcore.ui.waiting import nothing_here
from hbcore.ui.words import N_, _, time_here

LIST = "list"
"""In the address: the id of the list that is open."""

_OPENED, _EFFECT = "fact list opened", "effect of a fact list"
SHOWN_PEOPLE = 200
EXPRESSLY = N_("confirmed expressly by who proposed it")


def show_lists(lines: Sequence[ListLine], staff: Staff, at: datetime) -> None:
    """The lists of the last thirty days, those of one's own that wait first; beside them the open one."""
    left, right = st.columns([3, 2], gap="medium")
    ordered = sorted(lines, key=lambda line: (line.state != "waiting", not line.own))
    with left:
        chosen = _show_lines(ordered)
    named = id_in(st.query_params.get(LIST, ""))
    if (opened := chosen or named) is not None:
        with errors_shown():
            shown = _read(opened, lines, staff, at)
            with right, st.container(border=True, key="opened"):
                _show_one(shown, staff, at)
            show_people(shown, left_out_of(shown))


def left_out_of(shown: ListShown) -> Mapping[int, str]:
    """Of whom on the list nothing would be recorded now, or nothing was when it was confirmed; and why, where that is known."""
    if shown.line.state == "waiting":
        told = effect_told(shown.line.id)
        return {who: _(LEFT_OUT[why]) for who, why in told.left_out.items()} if told else {}
    return {one.person: _("left out when it was confirmed") for one in shown.people if one.left_out}


def _show_lines(lines: Sequence[ListLine]) -> int | None:
    if not lines:
        nothing_here(_("No list or proposal in the last 30 days."), _("Propose one person, or a list from a file."))
        return None
    key = f"fact lists {hash(tuple(line.id for line in lines))}"
    selected = st.dataframe(
        pa.Table.from_pydict(
            {
                _("State"): [_(STATES[line.state]) for line in lines],
                _("What"): [f"{_(WHATS[line.what])} · {kinds_words(line.kinds)}" for line in lines],
                _("Case number"): [line.case or "–" for line in lines],
                _("Unit"): [unit_name(line.unit) for line in lines],
                _("Proposed by"): [line.proposed_by for line in lines],
                _("When"): [time_here(line.proposed_at) for line in lines],
            }
        ),
        key=key,
        hide_index=True,
        row_height=safe.ROW,
        height=2 + safe.ROW * (min(len(lines), 18) + 1),
        on_select="rerun",
        selection_mode="single-row",
    )
    rows = selected["selection"]["rows"]
    if rows and rows[0] < len(lines):
        st.query_params.pop(LIST, None)
        return lines[rows[0]].id
    return None


def _read(list_id: int, lines: Sequence[ListLine], staff: Staff, at: datetime) -> ListShown:
    """The list with its people, read again when another one is opened or it has moved on: each reading is a look-up."""
    held: ListShown | None = st.session_state.get(_OPENED)
    line = next((line for line in lines if line.id == list_id), None)
    if held is not None and held.line.id == list_id and line in (None, held.line):
        return held
    shown: ListShown = fact_lists_shown.opened(list_id, by=staff, at=at)
    st.session_state[_OPENED] = shown
    return shown


def _show_one(shown: ListShown, staff: Staff, at: datetime) -> None:
    line = shown.line
    st.subheader(safe.inert(f"{_(WHATS[line.what])} · {kinds_words(line.kinds)}"), anchor=False)
    with st.container(gap=None):
        for words in _said(shown):
            safe.text(words)
    if shown.notice is not None:
        at_gate = _("Proposed on a notice of an abnormal temperature, {time} →").format(time=time_here(shown.notice[1]))
        link_if_may("Temperatures", at_gate, staff, notice=str(shown.notice[0]))
    if shown.held and st.button(_("Rows of its file that are held: {n} →").format(n=number_here(shown.held)), type="tertiary"):
        st.query_params.from_dict({HELD_OF: str(line.id)})
        st.rerun()
    if line.state == "waiting":
        _show_waiting(line, staff, at)


def show_people(shown: ListShown, left_out: Mapping[int, str]) -> None:
    """Everybody on the list, with the way to each."""
    people = [
        {
            _("Who"): f"{one.name} {one.number}",
            _("Kind of fact"): fact_heading(one.kind),
            _("From"): time_here(one.from_at),
            _("Until"): time_here(one.until_at) if one.until_at else "–",
            _("Exposure"): one.exposure if one.exposure not in ("", NO_EXPOSURE) else "–",
            _("Evidence number"): one.evidence,
        }
        | ({_("Left out"): left_out.get(one.person, "–")} if left_out else {})
        for one in shown.people[:SHOWN_PEOPLE]
    ]
    place = safe.chooser(people, key=f"people of list {shown.line.id}")
    if place is None:
        if len(people) > safe.MOST_ROWS:
            st.caption(_("Scroll in the list to see all {n}.").format(n=number_here(len(people))))
        st.caption(_("Select a row to go on to the person."))
    else:
        link("Person", _("Open the person →"), person=str(shown.people[place].person))


def _said(shown: ListShown) -> list[str]:
    line = shown.line
    known = {
        _("State: {said}"): _(STATES[line.state]),
        _("Reason: {said}"): shown.reason,
        _("Case number: {said}"): line.case or "",
        _("Proposed by {said}"): f"{line.proposed_by} · {unit_name(line.unit)} · {time_here(line.proposed_at)}",
        _("Confirmed by {said}"): f"{line.confirmed_by} · {time_here(line.confirmed_at)}" if line.confirmed_at else "",
        _("Void after {said}"): time_here(line.expires_at) if line.state == "waiting" else "",
        _("More people than usual in a short time: {said}"): _(EXPRESSLY) if line.burst else "",
    }
    return [words.format(said=said) for words, said in known.items() if said]


def _show_waiting(line: ListLine, staff: Staff, at: datetime) -> None:
    for said in effect_of(line.id, staff, at):
        safe.text(said)
    with st.container(horizontal=True):
        if line.own:
            if st.button(_("Withdraw the proposal"), key=f"withdraw list {line.proposal_id}"):
                second_look.withdraw(line.proposal_id, by=staff, at=now())
                say_after_rerun(_("The proposal is withdrawn."))
        elif may(staff.role, Permission.CONFIRM_FACTS):
            link("Second_looks", _("Confirm or decline it under “Second looks” →"))


def effect_of(list_id: int, staff: Staff, at: datetime) -> list[str]:
    """What confirming a list would change, in words; worked out again each minute and whenever something was done."""
    held: dict[int, EffectSeen] = st.session_state.setdefault(_EFFECT, {})
    seen = held[list_id] = fact_lists.effect_of(list_id, by=staff, at=at, before=held.get(list_id))
    return [*left_out_words(seen), *effect_words(seen)]


def effect_told(list_id: int) -> EffectSeen | None:
    """What this session was told last of a waiting list."""
    held: dict[int, EffectSeen] = st.session_state.get(_EFFECT, {})
    return held.get(list_id)
