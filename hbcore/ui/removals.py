"""Held rows that would take a positive away, on the screen: a list, and what one proposes to another."""

import streamlit as st

from hbcore.domain.vocabulary import Purpose, RowCode
from hbcore.services import held_effects, removals
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.held_effects import WouldRemove
from hbcore.services.removals import Removal
from hbcore.services.second_look import Proposal
from hbcore.ui import safe
from hbcore.ui.errors import errors_shown, say_after_rerun
from hbcore.ui.fact_words import changes_words
from hbcore.ui.held_settling import choose_reason, proposing, say_why_not, why_not_because
from hbcore.ui.links import link_to_person
from hbcore.ui.recall_waits import say_recall_waits
from hbcore.ui.words import _, time_here

SEEN, LOOKED_AT = "removals seen", "removal looked at"


def show_removal_look(proposal: Proposal, staff: Staff) -> None:
    """Whose positive it is and what confirming does to their code, once it is asked for: that is a look-up."""
    found = _looked_at(proposal)
    if found is None:
        if st.button(
            _("Show whose it is and what changes"), help=_("This is recorded as a look-up."), key=f"whose {proposal.id}"
        ):
            with errors_shown():
                row, take = int(str(proposal.content["row"])), bool(proposal.content["take"])
                person = int(str(proposal.content["person"]))
                found = held_effects.of_removal(proposal.about, row, take, person=person, by=staff, at=now())
                st.session_state[LOOKED_AT] = (proposal.id, found)
                st.rerun()
        return
    with st.container(gap=None):
        safe.text(f"{found.name} {found.document}")
        safe.text(_("Once confirmed: {changes}").format(changes=changes_words(found.changes)))
    if found.person:
        link_to_person(_("Open the person →"), found.person, Purpose.CORRECT_RESULT)


def removal_not_seen(proposal: Proposal) -> str | None:
    """Why it can't be confirmed yet."""
    return None if _looked_at(proposal) else _("Look at whose it is first.")


def _looked_at(proposal: Proposal) -> WouldRemove | None:
    held = st.session_state.get(LOOKED_AT)
    return held[1] if held and held[0] == proposal.id else None


def show_removals(staff: Staff) -> None:
    """The list, where there is one; what is chosen is settled by a proposal."""
    found = removals.waiting(by=staff, at=now(), before=st.session_state.get(SEEN, ()))
    st.session_state[SEEN] = found
    if not found:
        return
    st.subheader(_("Held: a file would take a positive away"), anchor=False)
    st.caption(_("Nobody does that alone. Ask the laboratory, propose what becomes of the row, and another person confirms it."))
    chosen = safe.chooser([_line(one) for one in found], key=f"removals {hash(tuple((one.upload, one.row) for one in found))}")
    if chosen is not None:
        _settle(found[chosen], staff)


def _line(one: Removal) -> dict[str, object]:
    return {
        _("Name"): one.name,
        _("Document number"): one.document,
        _("Sample number"): one.sample,
        _("The file says"): one.says,
        _("Testing institution"): one.institution,
        _("Upload"): one.number,
        _("Since"): time_here(one.at),
        _("State"): _("Recall proposed") if one.recall_waits else _("Proposed") if one.proposed else _("Held"),
    }


def _settle(one: Removal, staff: Staff) -> None:
    with st.container(border=True):
        if one.person:
            link_to_person(_("Open the person →"), one.person, Purpose.CORRECT_RESULT)
        if one.recall_waits:
            say_recall_waits(one.number, staff)
            return
        if one.proposed:
            st.text(_("What becomes of it is proposed; another person confirms or declines it."))
            return
        kind, key = RowCode.SECOND_ACCOUNT_NEEDED, f"{one.upload} {one.row}"
        reason = choose_reason(f"removal {key}", kind)
        with st.container(horizontal=True):
            pressed = [take for take in (True, False) if proposing(kind, take, reason, key=f"propose {take} {key}")]
        say_why_not([why_not_because(kind, take, reason) for take in (True, False)])
        if pressed and reason:
            with errors_shown():
                removals.propose(one.upload, one.row, pressed[0], reason, by=staff, at=now())
                say_after_rerun(_("Proposed: it stands under Second looks until another person confirms it."))
