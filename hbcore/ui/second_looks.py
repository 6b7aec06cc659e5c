"""What takes two people, on the screen: each proposal as a sentence, a link to what it is about, how it is confirmed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import streamlit as st

from hbcore.domain.permissions import Permission, may
from hbcore.domain.vocabulary import Role, RowCode
from hbcore.services import (
    applications,
    certificates_more,
    code_revoking,
    declared,
    joining,
    outside_results,
    recolouring,
    releases,
    removals,
    second_look,
)
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.second_look import Declined, Proposal, What
from hbcore.ui import safe
from hbcore.ui.application_words import reason_name, state_name_of
from hbcore.ui.certificate_more import more_words
from hbcore.ui.code_looks import revoking_words, show_whose
from hbcore.ui.decline_words import decline_reason, offer_decline
from hbcore.ui.errors import errors_shown, say_after_rerun
from hbcore.ui.fact_looks import confirm_facts, fact_look_words, show_fact_look
from hbcore.ui.held_words import reason_words
from hbcore.ui.links import link
from hbcore.ui.locale_words import number_here
from hbcore.ui.outside_results import look_words, show_paper, why_not_yet
from hbcore.ui.recalls import confirm, effect_not_seen, proposal_words, show_effect
from hbcore.ui.releases import rows_not_seen, show_opened_rows, show_releases, show_rows
from hbcore.ui.removals import removal_not_seen, show_removal_look, show_removals
from hbcore.ui.request_words import ground_name
from hbcore.ui.unit_names import unit_name
from hbcore.ui.waiting import nothing_here
from hbcore.ui.words import N_, _, role_name, time_here


def _nothing_done(proposal: Proposal, reason: str, by: Staff, at: datetime) -> None:
    second_look.decline(proposal.id, reason, by=by, at=at)


def _withdrawn(proposal: int, by: Staff, at: datetime) -> None:
    second_look.withdraw(proposal, by=by, at=at)


@dataclass(frozen=True)
class Look:
    """One sort of proposal: what confirming does, in words of the session, by which service, and where to look before.


    `address`: the part of the address in which `page` takes what the proposal is about. Where the second person may not open a
    page about it, `page` is empty; `shows` shows what it is about, `rows` beside the buttons. `confirm` None: it is confirmed on
    that page, because more has to be chosen than yes or no; `not_yet`: why it can't be confirmed as long as nothing was looked
    at. `decline`, with what `declined` then says, and `withdraw`: where these do something, too.
    """

    words: Callable[[Proposal], str]
    confirm: Callable[[int, Staff, datetime], object] | None
    page: str
    address: str
    link: str
    rows: Callable[[Proposal, Staff], None] | None = None
    shows: Callable[[Proposal, Staff], None] | None = None
    not_yet: Callable[[Proposal], str | None] = lambda _proposal: None
    decline: Callable[[Proposal, str, Staff, datetime], object] = _nothing_done
    declined: str = N_("The proposal is declined; nothing was changed.")
    withdraw: Callable[[int, Staff, datetime], object] = _withdrawn


def _revoke(proposal: Proposal) -> str:
    content = proposal.content
    words = _("The approval of application {receipt} is revoked: {reason}. The registration ends, the code is decided again.")
    said = words.format(receipt=content["receipt"], reason=reason_name(str(content["reason"])))
    evidence = str(content.get("evidence") or "")
    return f"{said} {_('Evidence number: {said}').format(said=evidence)}" if evidence else said


def _undo(proposal: Proposal) -> str:
    words = _("Application {receipt}, now “{state}”, waits again: the decision is taken back, the code follows.")
    return words.format(receipt=proposal.content["receipt"], state=state_name_of(str(proposal.content["state"])))


def _join(_proposal: Proposal) -> str:
    return _("Two rows are one person: the second is joined to the first, and the code decided again.")


def _part(_proposal: Proposal) -> str:
    return _("Two rows that were joined are two people: they are parted again, and both codes decided again.")


def _declared(proposal: Proposal) -> str:
    words = _("What the approved application {receipt} says counts: declared symptoms or contact, where its person lives.")
    return words.format(receipt=proposal.content["receipt"])


def _release(proposal: Proposal) -> str:
    content = proposal.content
    words = _("Upload {number}: {n} positives beyond the limit of the shift are recorded, and their codes decided.")
    return words.format(number=content["number"], n=number_here(int(str(content["rows"]))))


def _removal(proposal: Proposal) -> str:
    content = proposal.content
    word = content.get("held_for", RowCode.SECOND_ACCOUNT_NEEDED) != RowCode.SECOND_ACCOUNT_NEEDED
    taken = (
        _("Upload {number}, row {row}: what the file says is taken in, a positive ends, and the code is decided again. {reason}")
        if word
        else _("Upload {number}, row {row}: the positive it takes away ends, and the code is decided again. {reason}")
    )
    kept = _("Upload {number}, row {row}: the positive stays, the row counts as not recorded. {reason}")
    words = taken if content["take"] else kept
    return words.format(number=content["number"], row=content["row"], reason=reason_words(str(content["reason"])))


def _recolour(proposal: Proposal) -> str:
    words = _("Recolouring request, reviewed by the county: {ground}. Its page shows what it rests on and what changes.")
    return words.format(ground=ground_name(str(proposal.content["ground"])))


def _publish(proposal: Proposal) -> str:
    return _("Policy {policy} is published, from an instant that you choose.").format(policy=proposal.named)


LOOKS: dict[What, Look] = {
    What.REVOKE: Look(
        _revoke,
        lambda proposal, by, at: applications.confirm_revoke(proposal, by=by, at=at),
        "Applications",
        "application",
        N_("Open the application"),
    ),
    What.UNDO: Look(
        _undo,
        lambda proposal, by, at: applications.confirm_undo(proposal, by=by, at=at),
        "Applications",
        "application",
        N_("Open the application"),
    ),
    What.JOIN: Look(
        _join,
        lambda proposal, by, at: joining.join(proposal, by=by, at=at),
        "Person",
        "person",
        N_("Look at both rows"),
    ),
    What.PART: Look(
        _part,
        lambda proposal, by, at: joining.part(proposal, by=by, at=at),
        "Person",
        "person",
        N_("Look at both rows"),
    ),
    What.DECLARED: Look(
        _declared,
        lambda proposal, by, at: declared.confirm_declared(proposal, by=by, at=at),
        "Applications",
        "application",
        N_("Open the application"),
    ),
    **{
        what: Look(fact_look_words, confirm_facts, "", "", "", shows=show_fact_look)
        for what in (What.FACTS, What.END_FACT, What.EXTEND_FACT)
    },
    What.RELEASE_POSITIVES: Look(
        _release,
        lambda proposal, by, at: releases.release(proposal, by=by, at=at),
        "",
        "",
        "",
        rows=lambda proposal, by: show_rows(proposal.about, by),
        not_yet=lambda proposal: rows_not_seen(proposal.about),
        decline=lambda proposal, reason, by, at: releases.decline(proposal.id, reason, by=by, at=at),
        declined=N_("Declined: the rows count as not recorded."),
    ),
    What.REMOVE_POSITIVE: Look(
        _removal,
        lambda proposal, by, at: removals.settle(proposal, by=by, at=at),
        "",
        "",
        "",
        shows=show_removal_look,
        not_yet=removal_not_seen,
    ),
    **{
        what: Look(
            proposal_words,
            confirm,
            "",
            "",
            "",
            shows=show_effect,
            not_yet=effect_not_seen,
        )
        for what in (What.RECALL, What.PUT_BACK)
    },
    What.RECOLOUR: Look(
        _recolour,
        None,
        "Recolouring",
        "request",
        N_("Open the request and confirm it"),
        decline=lambda proposal, reason, by, at: recolouring.send_back(proposal.about, reason, by=by, at=at),
        declined=N_("Declined: the request is with the county again."),
        withdraw=lambda proposal, by, at: recolouring.take_back(proposal, by=by, at=at),
    ),
    **{
        what: Look(
            revoking_words,
            lambda proposal, by, at: code_revoking.confirm(proposal, by=by, at=at),
            "",
            "",
            "",
            shows=show_whose,
        )
        for what in (What.REVOKE_CODE, What.REVOKE_CODES)
    },
    What.CERTIFICATES: Look(
        more_words,
        lambda proposal, by, at: certificates_more.confirm(proposal, by=by, at=at),
        "",
        "",
        "",
    ),
    What.PUBLISH: Look(_publish, None, "Policies", "policy", N_("Look at it, simulate and publish")),
    What.OUTSIDE_RESULT: Look(
        look_words,
        lambda proposal, by, at: outside_results.confirm(proposal, by=by, at=at),
        "",
        "",
        "",
        shows=show_paper,
        not_yet=why_not_yet,
    ),
}
"""Whoever adds a sort of proposal adds its line here; one without a line waits, and can only be withdrawn or declined."""


def show_looks(staff: Staff) -> None:
    """What waits for this person's second look, then what they proposed themselves."""
    at = now()
    found = second_look.waiting(by=staff, at=at)
    others, own = [one for one in found if not one.own], [one for one in found if one.own]
    declined = second_look.declined_lately(by=staff, at=at)
    expired = second_look.expired_lately(by=staff, at=at)
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
            _show_declined(one)
    if expired:
        st.subheader(_("Void, of what you proposed: nobody settled it in time"), anchor=False)
        for void in expired:
            _show_expired(void)


def _show_expired(proposal: Proposal) -> None:
    with st.container(border=True, gap=None):
        _say_what(proposal)
        safe.text(
            _("Proposed {at}, void since {until}: nothing was changed.").format(
                at=time_here(proposal.proposed_at), until=time_here(proposal.expires_at)
            )
        )


def _say_what(proposal: Proposal) -> None:
    look = LOOKS.get(proposal.what)
    safe.text(look.words(proposal) if look else str(proposal.what))


def _show_declined(one: Declined) -> None:
    reason = decline_reason(one.reason) if one.reason else _("no reason given")
    with st.container(border=True, gap=None):
        _say_what(one.proposal)
        safe.text(_("Declined by {name} {at}: {reason}").format(name=one.by, at=time_here(one.at), reason=reason))


def show_more_to_settle(staff: Staff) -> None:
    """What is held for two people and not proposed, or not any more."""
    if may(staff.role, Permission.RELEASE_POSITIVES):
        show_releases(staff, expired_only=True)
    show_removals(staff)


def _show_each(proposals: Sequence[Proposal], staff: Staff) -> None:
    for proposal in proposals:
        with st.container(border=True):
            _show(proposal, staff)
            if proposal.what == What.RELEASE_POSITIVES:
                show_opened_rows(proposal.about)


def _show(proposal: Proposal, staff: Staff) -> None:
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
    if look and look.shows:
        look.shows(proposal, staff)
    with st.container(horizontal=True, vertical_alignment="center"):
        if look and look.rows:
            look.rows(proposal, staff)
        elif look and look.page:
            link(look.page, _(look.link), **{look.address: proposal.named})
        if proposal.own:
            if st.button(_("Withdraw the proposal"), key=f"withdraw {proposal.id}"):
                withdraw = look.withdraw if look else _withdrawn
                _settled(lambda: withdraw(proposal.id, staff, now()), _("The proposal is withdrawn."))
            return
        confirm = look.confirm if look else None
        not_yet = look.not_yet(proposal) if look else None
        if confirm and st.button(
            _("Confirm"),
            type="primary",
            disabled=not_yet is not None,
            help=safe.inert(not_yet) if not_yet else None,
            key=f"confirm {proposal.id}",
        ):
            _settled(lambda: confirm(proposal.id, staff, now()), _("Confirmed and done."))
        offer_decline(f"decline {proposal.id}", lambda reason: _decline(proposal, look, reason, staff))


def _by_whom(proposal: Proposal) -> str:
    """Who proposed it and of which unit; a liaison has none."""
    if not proposal.from_unit:
        return proposal.proposed_by
    return _("{name} of {unit}").format(name=proposal.proposed_by, unit=unit_name(proposal.from_unit))


def _decline(proposal: Proposal, look: Look | None, reason: str, staff: Staff) -> None:
    decline = look.decline if look else _nothing_done
    said = _(look.declined) if look else _("The proposal is declined; nothing was changed.")
    _settled(lambda: decline(proposal, reason, staff, now()), said)


def _settled(settle: Callable[[], object], said: str) -> None:
    with errors_shown():
        settle()
        say_after_rerun(said)
