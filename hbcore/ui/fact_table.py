"""The facts in force: which are shown, the table, and one of them beside it with what can be done."""

from collections.abc import Sequence
from datetime import datetime

import pyarrow as pa
import streamlit as st

from hbcore.domain.permissions import Permission, may
from hbcore.domain.vocabulary import FactKind
from hbcore.services import facts
from hbcore.services.acting import Staff
from hbcore.services.facts import MOST, FactLine, FactsSeen
from hbcore.ui import safe
from hbcore.ui.fact_dialogs import end_early, extend
from hbcore.ui.fact_words import SOURCES, fact_name, kinds_words
from hbcore.ui.links import link
from hbcore.ui.locale_words import number_here
from hbcore.ui.unit_names import unit_name
from hbcore.ui.waiting import nothing_here
from hbcore.ui.words import _, language, time_here

SEEN = "facts seen"
KIND, TONIGHT, FACT = "kind", "tonight", "fact"
"""In the address: one kind alone, only what ends tonight, the id of the fact that is open."""

_OPENED = "fact opened"


def choose() -> tuple[FactKind | None, bool]:
    """Which facts are shown, as the address says at first."""
    asked = st.query_params.get(KIND, "")
    kinds = [None, *FactKind]
    start = kinds.index(FactKind(asked)) if asked in set(FactKind) else 0
    which, when = st.columns([1, 2.4], vertical_alignment="bottom")
    # Keyed by language: a choice keeps the words it was first drawn with.
    chosen = which.selectbox(
        _("Kind of fact"), kinds, start, lambda kind: fact_name(kind) if kind else _("All kinds"), key=f"fact kind {language()}"
    )
    tonight = when.toggle(_("Only what ends tonight"), TONIGHT in st.query_params, key="facts that end tonight")
    for name, value in ((KIND, str(chosen or "")), (TONIGHT, "1" if tonight else "")):
        if value:
            st.query_params[name] = value
        else:
            st.query_params.pop(name, None)
    return chosen, tonight


def read(kind: FactKind | None, tonight: bool, staff: Staff, at: datetime) -> FactsSeen:
    """What is in force; read again only where something was done since."""
    seen = facts.seen_now(kind, tonight=tonight, by=staff, at=at, before=st.session_state.get(SEEN))
    st.session_state[SEEN] = seen
    return seen


def show_counts(seen: FactsSeen) -> None:
    """How many of each kind are in force, and how many end tonight."""
    tonight = _("Measures that end tonight: {n}").format(n=number_here(seen.tonight))
    safe.text(" · ".join(part for part in (kinds_words(seen.counts), tonight) if part))


def show_facts(seen: FactsSeen, staff: Staff, at: datetime) -> None:
    """The table, and beside it the one that is selected or that the address names."""
    left, right = st.columns([3, 2], gap="medium")
    with left:
        line = _show_lines(seen.lines)
        if len(seen.lines) >= MOST:
            st.caption(_("The {n} that end soonest are shown.").format(n=MOST))
        safe.text(_("As at {time}. A list of people is recorded as a look-up.").format(time=time_here(at)))
    opened = _linked(seen.lines, staff, at) or line
    if opened is not None:
        with right, st.container(border=True):
            _show_one(opened, staff)


def _show_lines(lines: Sequence[FactLine]) -> FactLine | None:
    if not lines:
        nothing_here(
            _("Nothing of this kind is in force here."),
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
            _("Kind of fact"): [fact_name(line.kind) for line in lines],
            _("Until"): [time_here(line.ends_at) if line.ends_at else "–" for line in lines],
            _("From"): [time_here(line.from_at) for line in lines],
            _("Unit"): [unit_name(line.unit) or _("Unit unknown") for line in lines],
            _("Evidence number"): [line.evidence for line in lines],
        }
    )


def _linked(lines: Sequence[FactLine], staff: Staff, at: datetime) -> FactLine | None:
    """The fact that the address names; read on its own, once, where it is not among the lines."""
    asked = st.query_params.get(FACT, "")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 20):
        return None
    among = next((line for line in lines if line.id == int(asked)), None)
    held: FactLine | None = st.session_state.get(_OPENED)
    if among is None and (held is None or held.id != int(asked)):
        held = st.session_state[_OPENED] = facts.one(int(asked), by=staff, at=at)
    return among or held


def _show_one(line: FactLine, staff: Staff) -> None:
    """One fact: what, whose, on what it rests, both hands, and what can be done."""
    st.subheader(safe.inert(fact_name(line.kind)), anchor=False)
    safe.text(f"{line.name} {line.number} · {unit_name(line.unit) or _('Unit unknown')}")
    with st.container(gap=None):
        for words in _said(line):
            safe.text(words)
    with st.container(horizontal=True):
        link("Person", _("Open the person →"), person=str(line.person))
        if line.list_id:
            link("Facts", _("Open its list →"), list=str(line.list_id))
    if may(staff.role, Permission.PROPOSE_FACTS) and line.ended_at is None:
        _show_acts(line, staff)


def _said(line: FactLine) -> list[str]:
    until = time_here(line.ends_at) if line.ends_at else _("until it is closed by recovery, release or exclusion")
    known = {
        _("From {time}"): time_here(line.from_at),
        _("Until: {time}"): until,
        _("Evidence number: {number}"): line.evidence,
        _("Case number: {number}"): line.case or "",
        _("Proposed by {name}"): line.proposed_by or "",
        _("Confirmed by {name}"): line.confirmed_by or "",
        _("Source: {name}"): _(SOURCES[line.source]),
        _("Ended early {time}"): time_here(line.ended_at) if line.ended_at else "",
    }
    return [words.format(time=said, number=said, name=said) for words, said in known.items() if said]


def _show_acts(line: FactLine, staff: Staff) -> None:
    with st.container(horizontal=True):
        if st.button(_("End early …"), key=f"end {line.id}"):
            st.dialog(_("End a fact early"))(end_early)(line, staff)
        if line.ends_at is not None and st.button(_("Extend …"), key=f"extend {line.id}"):
            st.dialog(_("Extend a fact"))(extend)(line, staff)
