"""What waits for a second person, on the screen, and what became of what one proposed."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from hbcore.domain.permissions import Permission, may
from hbcore.domain.vocabulary import Role
from hbcore.services import proposals_ended, recall_seen, second_look
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.proposals_ended import Declined
from hbcore.services.second_look import Proposal, What
from hbcore.ui import safe
from hbcore.ui.decline_words import decline_reason, offer_decline
from hbcore.ui.errors import errors_shown, say_after_rerun
from hbcore.ui.links import link_if_may
from hbcore.ui.look_done import done_words
from hbcore.ui.look_kinds import LOOKS, Look, nothing_done, withdrawn
from hbcore.ui.recall_waits import say_recall_waits
from hbcore.ui.releases import show_opened_rows, show_releases
from hbcore.ui.removals import show_removals
from hbcore.ui.unit_names import unit_name
from hbcore.ui.waiting import nothing_here
from hbcore.ui.words import _, role_name, time_here


def show_looks(staff: Staff) -> None:
    """What waits for this person's second look, then what they proposed themselves."""
    at = now()
    found = second_look.waiting(by=staff, at=at)
    others, own = [one for one in found if not one.own], [one for one in found if one.own]
    declined = proposals_ended.declined_lately(by=staff, at=at)
    expired = proposals_ended.expired_lately(by=staff, at=at)
    if not (found or declined or expired):
        nothing_here(
            _("Nothing waits for a second look."),
            _("What you propose yourself stands here as well, until another person settles it."),
        )
        return
    if others:
        st.subheader(_("Waiting for you"), anchor=False)
        _show_each(others, staff)
    if own:
        st.subheader(_("Proposed by you"), anchor=False)
        _show_each(own, staff)
    if declined:
        st.subheader(_("Declined, of what you proposed in the last seven days"), anchor=False)
        for one in declined:
            _show_declined(one, staff)
    if expired:
        st.subheader(_("Void, of what you proposed: nobody settled it in time"), anchor=False)
        for void in expired:
            _show_expired(void, staff)


def _show_expired(proposal: Proposal, staff: Staff) -> None:
    with st.container(border=True, gap=None):
        _say_what(proposal)
        safe.text(
            _("Proposed {at}, void since {until}: nothing was changed.").format(
                at=time_here(proposal.proposed_at), until=time_here(proposal.expires_at)
            )
        )
        _link_to(proposal, LOOKS.get(proposal.what), staff)


def _say_what(proposal: Proposal) -> None:
    look = LOOKS.get(proposal.what)
    safe.text(look.words(proposal) if look else str(proposal.what))


def _link_to(proposal: Proposal, look: Look | None, staff: Staff, *, tab: str = "") -> None:
    """The page of what it is about, where there is one; `tab`: which of its lists has it."""
    if look and look.page:
        # Where a link promises to confirm, who proposed it is promised nothing.
        label = _("Look at it →") if proposal.own and look.confirm is None else _(look.link)
        shown = {"show": tab} if tab else {}
        link_if_may(look.page, label, staff, **{look.address: look.names(proposal)}, **shown)


def _show_declined(one: Declined, staff: Staff) -> None:
    reason = decline_reason(one.reason) if one.reason else _("no reason given")
    with st.container(border=True, gap=None):
        _say_what(one.proposal)
        safe.text(_("Declined by {name} {at}: {reason}").format(name=one.by, at=time_here(one.at), reason=reason))
        _link_to(one.proposal, LOOKS.get(one.proposal.what), staff)


def show_more_to_settle(staff: Staff) -> None:
    """What is held for two people and not proposed, or not any more."""
    if may(staff.role, Permission.RELEASE_POSITIVES):
        show_releases(staff, expired_only=True)
    show_removals(staff)


def _show_each(proposals: Sequence[Proposal], staff: Staff) -> None:
    recalls = recall_seen.waits_beside(proposals, by=staff, at=now())
    for proposal in proposals:
        with st.container(border=True):
            _show(proposal, staff, recalled=proposal.id in recalls)
            if proposal.what == What.RELEASE_POSITIVES:
                show_opened_rows(proposal.about)


def _show(proposal: Proposal, staff: Staff, *, recalled: bool) -> None:
    look = LOOKS.get(proposal.what)
    _say_what(proposal)
    facts = _("Waits for any {roles} of {unit} · proposed by {who} {at} · void after {until}")
    roles = [role_name(role).lower() for role in Role if may(role, second_look.confirms(proposal.what))]
    safe.text(
        facts.format(
            who=_by_whom(proposal),
            roles=_(" or ").join(roles),
            unit=unit_name(proposal.unit),
            at=time_here(proposal.proposed_at),
            until=time_here(proposal.expires_at),
        )
    )
    if recalled:
        say_recall_waits(str(proposal.content["number"]), staff)
        _offer_withdrawing(proposal, look, staff)
        return
    if look and look.shows:
        look.shows(proposal, staff)
    with st.container(horizontal=True, vertical_alignment="center"):
        if look and look.rows:
            look.rows(proposal, staff)
        else:
            _link_to(proposal, look, staff, tab=look.tab if look else "")
        if proposal.own:
            _offer_withdrawing(proposal, look, staff)
            return
        confirm = look.confirm if look else None
        not_yet = look.not_yet(proposal) if look else None
        pressed = confirm and st.button(
            _("Confirm"),
            type="primary",
            disabled=not_yet is not None,
            help=safe.inert(not_yet) if not_yet else None,
            key=f"confirm {proposal.id}",
        )
        offer_decline(f"decline {proposal.id}", lambda reason: _decline(proposal, look, reason, staff))
    if not_yet:
        st.caption(safe.inert(not_yet))
    if confirm and pressed:
        # Below the buttons: the bars of a large recall have the whole width.
        _settled(lambda: confirm(proposal.id, staff, now()), lambda done: done_words(proposal, done))


def _offer_withdrawing(proposal: Proposal, look: Look | None, staff: Staff) -> None:
    """For who proposed it."""
    if proposal.own and st.button(_("Withdraw the proposal"), key=f"withdraw {proposal.id}"):
        withdraw = look.withdraw if look else withdrawn
        _settled(lambda: withdraw(proposal.id, staff, now()), lambda _done: _("The proposal is withdrawn."))


def _by_whom(proposal: Proposal) -> str:
    """Who proposed it and of which unit; a liaison has none."""
    if not proposal.from_unit:
        return proposal.proposed_by
    return _("{name} of {unit}").format(name=proposal.proposed_by, unit=unit_name(proposal.from_unit))


def _decline(proposal: Proposal, look: Look | None, reason: str, staff: Staff) -> None:
    decline = look.decline if look else nothing_done
    said = _(look.declined) if look else _("The proposal is declined; nothing was changed.")
    _settled(lambda: decline(proposal, reason, staff, now()), lambda _done: said)


def _settled(settle: Callable[[], object], said: Callable[[Any], str]) -> None:
    """Do it, and say of its answer what was done."""
    with errors_shown():
        say_after_rerun(said(settle()))
