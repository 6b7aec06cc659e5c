"""Recalling an upload and putting it back, on the screen: what it changes, why, and what waits for a second person."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import streamlit as st

from hbcore.domain.permissions import Permission, may
from hbcore.services import recall_seen, recalls
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.recall_record import LONGEST_NOTE, PROPOSED, RECALLED, Recalled, RecallReason
from hbcore.services.recall_seen import APPLYING, Standing
from hbcore.services.recalling import Changed
from hbcore.services.second_look import Proposal, What
from hbcore.services.slicing import Said
from hbcore.ui import safe
from hbcore.ui.decline_words import offer_decline
from hbcore.ui.errors import errors_shown, say_after_rerun
from hbcore.ui.look_done import done_words
from hbcore.ui.recall_words import put_back_effect, reason_words, recall_effect
from hbcore.ui.recording_progress import heard, recalling_words
from hbcore.ui.upload_opened import opened_upload
from hbcore.ui.words import N_, _, time_here

EFFECT = "effect of a recall"
TRIED = N_("Gone through {done} of {lines} people; nothing is changed yet")
CARRIED_OUT = N_("Carried out for {done} of {lines} people")


def proposal_words(proposal: Proposal) -> str:
    """What confirming it does."""
    number = proposal.content["number"]
    if proposal.what == What.PUT_BACK:
        return _("Upload {number} is put back, as if it had never been recalled; codes are decided again.").format(number=number)
    words = _("Upload {number} is recalled: {reason}. Its results end, codes are decided again.")
    return words.format(number=number, reason=reason_words(str(proposal.content["reason"])))


def show_effect(proposal: Proposal, staff: Staff) -> None:
    """What confirming would change, once it is asked for: that is an event."""
    found = _seen(proposal)
    if found is None:
        if st.button(_("Show what changes"), key=f"effect {proposal.id}"):
            with errors_shown():
                number = str(proposal.content["number"])
                with heard(_(TRIED)) as tried:
                    st.session_state[EFFECT] = (proposal.id, recalls.preview(number, by=staff, at=now(), tried=tried))
                st.rerun()
        return
    _show_lines(found, put_back=proposal.what == What.PUT_BACK)


def effect_not_seen(proposal: Proposal) -> str | None:
    """Why it can't be confirmed yet."""
    return None if _seen(proposal) else _("Look at what changes first.")


def _seen(proposal: Proposal) -> Changed | None:
    held = st.session_state.get(EFFECT)
    return held[1] if held and held[0] == proposal.id else None


def _show_lines(changed: Changed, *, put_back: bool) -> None:
    with st.container(gap=None):
        for one in put_back_effect(changed) if put_back else recall_effect(changed):
            safe.text(one)


def show_waiting(staff: Staff) -> None:
    """What somebody proposed, for who has no page of second looks."""
    waiting = recall_seen.waiting(by=staff, at=now())
    if not waiting:
        return
    st.subheader(_("Uploads to recall or put back wait for a second person"), anchor=False)
    for one in waiting:
        with st.container(border=True):
            _show_proposal(one, staff)


def _show_proposal(one: Proposal, staff: Staff) -> None:
    safe.text(proposal_words(one))
    safe.text(_("Proposed by {name} {time}").format(name=one.proposed_by, time=time_here(one.proposed_at)))
    if one.own:
        st.text(_("Another account confirms it: a colleague of your institution, or the supervisor of its unit."))
        if st.button(_("Withdraw the proposal"), key=f"withdraw {one.id}"):
            _done(lambda: recalls.withdraw(one.id, by=staff, at=now()), lambda _done: _("The proposal is withdrawn."))
        return
    show_effect(one, staff)
    with st.container(horizontal=True):
        not_yet = effect_not_seen(one)
        pressed = st.button(
            _("Confirm"),
            type="primary",
            disabled=not_yet is not None,
            help=safe.inert(not_yet) if not_yet else None,
            key=f"confirm {one.id}",
        )
        said = _("The proposal is declined; nothing was changed.")
        offer_decline(
            f"decline {one.id}",
            lambda reason: _done(lambda: recalls.decline(one.id, reason, by=staff, at=now()), lambda _done: said),
            read=False,
        )
    if not_yet:
        st.caption(safe.inert(not_yet))
    if pressed:
        _done(lambda: confirm(one.id, staff, now()), lambda done: done_words(one, done))


@contextmanager
def _heard() -> Iterator[dict[str, Said]]:
    """Bars for what a service says of a large upload: how far it was tried, then how far it is carried out."""
    with heard(_(TRIED)) as tried, heard(_(CARRIED_OUT)) as said:
        yield {"tried": tried, "said": said}


def confirm(proposal_id: int, staff: Staff, at: datetime) -> Recalled:
    """The second person agrees; bars show how far a large upload has come."""
    with _heard() as heard_by:
        return recalls.confirm(proposal_id, by=staff, at=at, **heard_by)


def show_standing(number: str, staff: Staff) -> None:
    """Of an opened upload: that it is recalled, by whom and why; and the button that recalls it or puts it back."""
    standing = recall_seen.standing(number, by=staff, at=now())
    if standing.recalled_at and standing.reason:
        with st.container(gap=None):
            said = _("Recalled {time} by {names}: {reason}. None of its results counts, and no row of it is held any more.")
            names = _(" and ").join(standing.recalled_by)
            reason = reason_words(standing.reason)
            safe.text(said.format(time=time_here(standing.recalled_at), names=names, reason=reason))
            if standing.note:
                safe.text(standing.note)
    if standing.proposal and number == opened_upload():
        with st.container(border=True):
            _show_proposal(standing.proposal, staff)
    elif standing.proposal:
        # It can be settled among what waits, below.
        safe.text(_("It waits for a second person: {what}").format(what=proposal_words(standing.proposal)))
    elif standing.status == APPLYING:
        safe.text(_("It is still being recorded. Once it is done it can be recalled whole."))
    elif standing.so_far is not None:
        safe.text(recalling_words(standing.number, standing.so_far))
    elif may(staff.role, Permission.RECALL_UPLOADS):
        _offer(standing, staff)


def _offer(standing: Standing, staff: Staff) -> None:
    """What it changes is worked out once, when the dialog opens."""
    recalled = standing.status == RECALLED
    if not st.button(_("Undo the recall…") if recalled else _("Recall this upload…"), key=f"recall or not {standing.number}"):
        return
    with errors_shown():
        with st.spinner(_("Working out what changes; nothing is changed yet …")), heard(_(TRIED)) as tried:
            changed = recalls.preview(standing.number, by=staff, at=now(), tried=tried)
        if recalled:
            st.dialog(_("Undo the recall"))(_put_back)(standing, changed, staff)
        else:
            st.dialog(_("Recall this upload"))(_recall)(standing, changed, staff)


def _recall(standing: Standing, changed: Changed, staff: Staff) -> None:
    """Why, and what changes."""
    safe.text(_("Upload {number} is taken back whole, as if it had never come.").format(number=standing.number))
    _show_lines(changed, put_back=False)
    reason = st.selectbox(
        _("Reason"), list(RecallReason), None, reason_words, placeholder=_("Choose a reason"), key=f"why {standing.number}"
    )
    note = st.text_input(_("Note"), max_chars=LONGEST_NOTE, help=_("No names and no numbers of people."))
    _say_two(changed)
    missing = _not_said(reason, note)
    words = _("Propose the recall") if changed.takes_two else _("Recall {number}").format(number=standing.number)
    pressed = st.button(safe.inert(words), type="primary", disabled=missing is not None)
    if missing:
        st.caption(safe.inert(missing))
    if pressed and reason:
        _finished(lambda heard_by: recalls.recall(standing.number, reason, note, by=staff, at=now(), **heard_by).status)


def _not_said(reason: RecallReason | None, note: str) -> str | None:
    """What must be said before it can be recalled."""
    if reason is None:
        return _("Choose a reason first.")
    return _("Say why in the note.") if reason == RecallReason.OTHER and not note.strip() else None


def _put_back(standing: Standing, changed: Changed, staff: Staff) -> None:
    """What changes."""
    safe.text(_("Upload {number} is put back, as if it had never been recalled.").format(number=standing.number))
    _show_lines(changed, put_back=True)
    _say_two(changed)
    words = _("Propose to put it back") if changed.takes_two else _("Put {number} back").format(number=standing.number)
    if st.button(safe.inert(words), type="primary"):
        _finished(lambda heard_by: recalls.put_back(standing.number, by=staff, at=now(), **heard_by).status)


def _say_two(changed: Changed) -> None:
    if changed.takes_two:
        safe.text(_("A positive goes or comes back: that takes two people. You propose it, another account confirms it."))


def _finished(act: Callable[[dict[str, Said]], str]) -> None:
    said = {
        PROPOSED: _("Proposed: another account confirms it."),
        RECALLED: _("The upload is recalled."),
    }
    with errors_shown():
        with st.spinner(_("Ending results and working out codes …")), _heard() as heard_by:
            status = act(heard_by)
        say_after_rerun(said.get(status, _("The upload is put back.")))


def _done(act: Callable[[], object], said: Callable[[Any], str]) -> None:
    with errors_shown():
        say_after_rerun(said(act()))
