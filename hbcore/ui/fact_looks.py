"""What waits for a second look about facts: what it is, why, for whom and on what, whose codes would change."""

from collections.abc import Mapping
from datetime import datetime

import streamlit as st

from hbcore.domain.fact_rules import NO_EXPOSURE
from hbcore.domain.vocabulary import FactKind
from hbcore.services import fact_lists, fact_lists_shown
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.fact_lists import Confirmed
from hbcore.services.fact_lists_shown import ListShown
from hbcore.services.second_look import Proposal, What
from hbcore.ui import safe
from hbcore.ui.errors import errors_shown
from hbcore.ui.fact_lists import EXPRESSLY, effect_of, effect_told, left_out_of, show_people
from hbcore.ui.fact_words import fact_name, kinds_words
from hbcore.ui.locale_words import number_here
from hbcore.ui.words import N_, _, sentence_here, time_here

FEW = 3
"""So many of its people stand on a card."""

_OPENED, _LEFT_OUT, _LOOKED_AT = "fact lists on cards", "left out of fact lists", "fact lists looked through"
SENTENCES = {
    What.FACTS: N_("Facts are recorded and in force from then on: {kinds}. {case}"),
    What.END_FACT: N_("A fact ends early: {kinds}. {case}"),
    What.EXTEND_FACT: N_("A fact goes on, on new evidence: {kinds}. {case}"),
}


def fact_look_words(proposal: Proposal) -> str:
    """What confirming does, with how many people of each kind and the case."""
    content = proposal.content
    kinds = content["kinds"]
    counted = {FactKind(kind): n for kind, n in kinds.items()} if isinstance(kinds, Mapping) else {}
    case = _("Case number: {number}").format(number=content["case"]) if content["case"] else ""
    return _(SENTENCES[proposal.what]).format(kinds=kinds_words(counted), case=case).strip()


def show_fact_look(proposal: Proposal, staff: Staff) -> None:
    """Why, for whom, on what and from when to when, whose codes would change."""
    list_id = int(str(proposal.content["list"]))
    with errors_shown(), st.container(gap=None):
        shown = _opened(list_id, staff)
        if shown.line.burst:
            safe.text("! " + _("More people than usual in a short time: {said}").format(said=_(EXPRESSLY)))
        safe.text(_("Reason: {said}").format(said=shown.reason))
        _show_whom(shown)
        for said in effect_of(list_id, staff, now()):
            safe.text(said)
        _keep_told(proposal.id, list_id)


def _opened(list_id: int, staff: Staff) -> ListShown:
    """The list with its people, read once while somebody works here: reading it is a look-up."""
    held: dict[int, ListShown] = st.session_state.setdefault(_OPENED, {})
    if list_id not in held:
        held[list_id] = fact_lists_shown.opened(list_id, by=staff, at=now())
    return held[list_id]


def _show_whom(shown: ListShown) -> None:
    """A few, and everybody once that is asked for: who confirms a list has seen whom it is about."""
    looked_at: set[int] = st.session_state.setdefault(_LOOKED_AT, set())
    if shown.line.id in looked_at:
        show_people(shown, left_out_of(shown))
        return
    for one in shown.people[:FEW]:
        until = time_here(one.until_at) if one.until_at else "–"
        period = _("from {begin} until {end}").format(begin=time_here(one.from_at), end=until)
        if shown.line.what is What.EXTEND_FACT and one.was_until:
            period = _("{period} (so far until {end})").format(period=period, end=time_here(one.was_until))
        exposure = [] if one.exposure in ("", NO_EXPOSURE) else [_("Exposure: {said}").format(said=one.exposure)]
        safe.text(" · ".join((f"{one.name} {one.number}", fact_name(one.kind), period, *exposure, one.evidence)))
    if (more := len(shown.people) - FEW) <= 0:
        return
    safe.text(_("{n} more on the list").format(n=number_here(more)))
    words = _("Look at all {n}").format(n=number_here(len(shown.people)))
    if st.button(safe.inert(words), type="tertiary", key=f"all of list {shown.line.id}"):
        looked_at.add(shown.line.id)
        st.rerun()


def _keep_told(proposal: int, list_id: int) -> None:
    """Of whom the card said before, and says now, that they are left out: who confirms has read what it said before."""
    told: dict[int, tuple[frozenset[int], frozenset[int]]] = st.session_state.setdefault(_LEFT_OUT, {})
    seen = effect_told(list_id)
    left_out = frozenset(seen.left_out) if seen else frozenset()
    told[proposal] = (told[proposal][1] if proposal in told else left_out, left_out)


def list_not_yet(proposal: Proposal) -> str | None:
    """Why a list can't be confirmed: nothing of it fits any more, or nobody has looked at everybody on it."""
    list_id = int(str(proposal.content["list"]))
    seen = effect_told(list_id)
    if seen and not seen.people:
        return sentence_here("nothing_left_on_list")
    shown = st.session_state.get(_OPENED, {}).get(list_id)
    not_seen = shown and len(shown.people) > FEW and list_id not in st.session_state.get(_LOOKED_AT, ())
    return _("Look at everybody on the list first.") if not_seen else None


def confirm_facts(proposal: int, by: Staff, at: datetime) -> Confirmed:
    """The second person agrees to what the card said when they pressed."""
    told = st.session_state.get(_LEFT_OUT, {}).get(proposal, (frozenset(),))
    return fact_lists.confirm(proposal, left_out=told[0], by=by, at=at)
