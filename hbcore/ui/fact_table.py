"""The facts in force: which are shown, the table, and one of them beside it with what can be done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
import streamlit as st

from hbcore.domain.fact_rules import NO_EXPOSURE
from hbcore.domain.permissions import Permission, may
from hbcore.domain.vocabulary import FactKind
from hbcore.services import facts
from hbcore.services.acting import Staff
from hbcore.services.facts import MOST, FactCard, FactLine, FactsSeen, Hand
from hbcore.services.second_look import What
from hbcore.ui import safe
from hbcore.ui.fact_dialogs import end_early, extend
from hbcore.ui.fact_lists import LIST
from hbcore.ui.fact_sure import forget_question
from hbcore.ui.fact_words import SOURCES, fact_heading
from hbcore.ui.links import id_in, link
from hbcore.ui.locale_words import number_here
from hbcore.ui.unit_names import unit_name
from hbcore.ui.waiting import nothing_here
from hbcore.ui.words import N_, _, language, time_here

SEEN = "facts seen"
KIND, TONIGHT, AHEAD, FACT = "kind", "tonight", "ahead", "fact"
"""In the address: one kind alone, only what ends tonight, what begins later instead, the id of the fact that is open."""

_OPENED = "fact opened"
_TONIGHT, _AHEAD = "facts that end tonight", "facts that begin later"
ALL = ""
WAITS = {
    What.END_FACT: N_("An early end was proposed by {name}, {time}; it waits for its confirmation."),
    What.EXTEND_FACT: N_("An extension was proposed by {name}, {time}; it waits for its confirmation."),
}


@dataclass(frozen=True)
class Chosen:
    """Which facts are shown: of one kind, only what ends tonight, what begins later instead of what is in force."""

    kind: FactKind | None
    tonight: bool
    ahead: bool


def choose() -> Chosen:
    """Which facts are shown, as the address says at first."""
    asked = st.query_params.get(KIND, "")
    st.session_state.setdefault(_kind_key(), asked if asked in set(FactKind) else ALL)
    st.session_state.setdefault(_TONIGHT, TONIGHT in st.query_params)
    st.session_state.setdefault(_AHEAD, AHEAD in st.query_params)
    which, when, later = st.columns([1, 0.6, 1.8], vertical_alignment="bottom")
    kinds = [ALL, *(str(kind) for kind in FactKind)]
    chosen = which.selectbox(_("Kind of fact"), kinds, format_func=_kind_words, key=_kind_key())
    tonight = when.toggle(_("Only what ends tonight"), key=_TONIGHT)
    ahead = later.toggle(_("What begins later"), key=_AHEAD)
    for name, value in ((KIND, chosen), (TONIGHT, "1" if tonight else ""), (AHEAD, "1" if ahead else "")):
        if value:
            st.query_params[name] = value
        else:
            st.query_params.pop(name, None)
    return Chosen(FactKind(chosen) if chosen else None, tonight, ahead)


def _kind_words(kind: str) -> str:
    return fact_heading(FactKind(kind)) if kind else _("All kinds")


def _kind_key() -> str:
    """By language: a choice keeps the words it was first drawn with."""
    return f"fact kind {language()}"


def read(chosen: Chosen, staff: Staff, at: datetime) -> FactsSeen:
    """What is in force, or begins later; read again only where something was done since."""
    before: FactsSeen | None = st.session_state.get(SEEN)
    seen = facts.seen_now(chosen.kind, tonight=chosen.tonight, ahead=chosen.ahead, by=staff, at=at, before=before)
    st.session_state[SEEN] = seen
    return seen


def show_counts(seen: FactsSeen) -> None:
    """How many of each kind are in force, how many end tonight and how many begin later; each leads to its rows."""
    with st.container(horizontal=True, gap="small"):
        for kind, n in sorted(seen.counts.items(), key=lambda one: (-one[1], one[0])):
            _show_count(_("{kind} ({n})").format(kind=fact_heading(kind), n=number_here(n)), {KIND: str(kind)})
        _show_count(_("Measures that end tonight: {n}").format(n=number_here(seen.tonight)), {TONIGHT: "1"})
        if seen.ahead:
            _show_count(_("Measures that begin later: {n}").format(n=number_here(seen.ahead)), {AHEAD: "1"})


def _show_count(label: str, address: dict[str, str]) -> None:
    if st.button(safe.inert(label), type="tertiary", key=f"count of {'-'.join(address)} {'-'.join(address.values())}"):
        for chosen in (_kind_key(), _TONIGHT, _AHEAD):
            st.session_state.pop(chosen, None)
        _go(address)


def _go(address: dict[str, str]) -> None:
    """Elsewhere on this very page: a link would look like the page one is on already."""
    st.query_params.from_dict(address)
    st.rerun()


def show_facts(seen: FactsSeen, chosen: Chosen, staff: Staff, at: datetime) -> None:
    """The table, and beside it the one that is selected or that the address names."""
    left, right = st.columns([3, 2], gap="medium")
    with left:
        line = _show_lines(seen.lines, chosen.ahead)
        if len(seen.lines) >= MOST:
            st.caption(_("The {n} that end soonest are shown.").format(n=MOST))
        safe.text(_("As at {time}. A list of people is recorded as a look-up.").format(time=time_here(at)))
    opened = _linked() or (line and line.id)
    if opened:
        card = _read_card(opened, staff, at)
        with right, st.container(border=True, key="opened"):
            _show_one(card, staff)
    elif seen.lines:
        with right, st.container(border=True):
            st.text(_("Select a line to open the fact."))


def _show_lines(lines: Sequence[FactLine], ahead: bool) -> FactLine | None:
    if not lines:
        nothing_here(
            _("Nothing that is confirmed begins later here.") if ahead else _("Nothing of this kind is in force here."),
            _("What is proposed stands under “Lists and proposals” until a second person confirms it."),
        )
        return None
    # A selection counts rows: when the lines change, the table starts anew.
    key = f"facts {hash(tuple(line.id for line in lines))}"
    selected = st.dataframe(
        _table(lines),
        key=key,
        hide_index=True,
        row_height=safe.ROW,
        height=2 + safe.ROW * (min(len(lines), 18) + 1),
        on_select="rerun",
        selection_mode="single-row",
    )
    rows = selected["selection"]["rows"]
    if rows and rows[0] < len(lines):
        st.query_params.pop(FACT, None)
        return lines[rows[0]]
    return None


def _table(lines: Sequence[FactLine]) -> pa.Table:
    return pa.Table.from_pydict(
        {
            _("Who"): [f"{line.name} {line.number}" for line in lines],
            _("Kind of fact"): [fact_heading(line.kind) for line in lines],
            _("Until"): [time_here(line.ends_at) if line.ends_at else "–" for line in lines],
            _("From"): [time_here(line.from_at) for line in lines],
            _("Unit"): [unit_name(line.unit) or _("Unit unknown") for line in lines],
            _("Evidence number"): [line.evidence for line in lines],
        }
    )


def _linked() -> int | None:
    """The fact that the address names."""
    return id_in(st.query_params.get(FACT, ""))


def _read_card(fact: int, staff: Staff, at: datetime) -> FactCard:
    """The open fact, read again once something was done."""
    held: FactCard | None = st.session_state.get(_OPENED)
    before = held if held is not None and held.line.id == fact else None
    card: FactCard = facts.one(fact, by=staff, at=at, before=before)
    st.session_state[_OPENED] = card
    return card


def _show_one(card: FactCard, staff: Staff) -> None:
    """One fact: what, whose, on what it rests, both hands, and what can be done."""
    line = card.line
    st.subheader(safe.inert(fact_heading(line.kind)), anchor=False)
    safe.text(f"{line.name} {line.number} · {unit_name(line.unit) or _('Unit unknown')}")
    with st.container(gap=None):
        for words in _said(card):
            safe.text(words)
    with st.container(horizontal=True, vertical_alignment="center"):
        link("Person", _("Open the person →"), person=str(line.person))
        if line.list_id and st.button(_("Open its list →"), type="tertiary"):
            _go({LIST: str(line.list_id)})
    if line.waits is not None:
        safe.text(_(WAITS[line.waits.what]).format(name=line.waits.by, time=time_here(line.waits.since)))
    if may(staff.role, Permission.PROPOSE_FACTS) and line.ended_at is None:
        _show_acts(line, staff)


def _said(card: FactCard) -> list[str]:
    line = card.line
    until = time_here(line.ends_at) if line.ends_at else _("until it is closed by recovery, release or exclusion")
    known = {
        _("From {time}"): time_here(line.from_at),
        _("Until: {time}"): until,
        _("Exposure: {said}"): "" if card.exposure == NO_EXPOSURE else card.exposure,
        _("Reason: {said}"): card.reason,
        _("Evidence number: {number}"): line.evidence,
        _("Case number: {number}"): line.case or "",
        _("Proposed by {name}"): _hand(card.proposed),
        _("Confirmed by {name}"): _hand(card.confirmed),
        _("Source: {name}"): _(SOURCES[line.source]),
        _("Ended early {time}"): time_here(line.ended_at) if line.ended_at else "",
    }
    return [words.format(time=said, number=said, name=said, said=said) for words, said in known.items() if said]


def _hand(hand: Hand | None) -> str:
    if hand is None:
        return ""
    return " · ".join(part for part in (hand.name, unit_name(hand.unit), time_here(hand.at) if hand.at else "") if part)


def _show_acts(line: FactLine, staff: Staff) -> None:
    waits = line.waits is not None
    with st.container(horizontal=True):
        if st.button(_("End early…"), key=f"end {line.id}", disabled=waits):
            forget_question()
            st.dialog(_("End a fact early"))(end_early)(line, staff)
        if line.ends_at is not None and st.button(_("Extend…"), key=f"extend {line.id}", disabled=waits):
            forget_question()
            st.dialog(_("Extend a fact"))(extend)(line, staff)
