"""A key of codes revoked on the screen: proposed with a reason, and what waits for another administrator."""

from collections.abc import Mapping, Sequence

import streamlit as st

from hbcore.domain.code_revoking import KeyRevokeReason
from hbcore.services import code_keys_revoking
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.code_keys_kept import KeySeen
from hbcore.services.second_look import Proposal, Settled
from hbcore.ui import safe
from hbcore.ui.code_words import KEY_REASONS, KINDS
from hbcore.ui.errors import errors_shown, say_after_rerun
from hbcore.ui.settling import offer_settling
from hbcore.ui.words import N_, _, time_here

SAID = {
    Settled.CONFIRMED: N_("The key is revoked. Cards and status pages draw codes with another one."),
    Settled.DECLINED: N_("Declined; the key stands."),
    Settled.WITHDRAWN: N_("The proposal is withdrawn."),
}


def show_waiting(keys: Sequence[KeySeen], staff: Staff) -> None:
    """What another administrator is asked for, and what one proposed oneself."""
    by_number = {key.kid: key for key in keys}
    for proposal in code_keys_revoking.waiting(by=staff, at=now()):
        with st.container(border=True):
            _show(proposal, by_number, staff)


def offer_revoking(keys: Sequence[KeySeen], staff: Staff) -> None:
    """The form for a key that somebody else has."""
    standing = {key.kid: key for key in keys if key.revoked is None}
    with st.popover(_("Revoke a key…")):
        st.text(_("For a key that somebody else has. Every code that it has signed is refused at once, at every gate."))
        st.text(_("Holders get another code by looking at the status page again; certificates have to be printed again."))
        kid = st.selectbox(
            _("Key number"), list(standing), None, lambda one: _named(standing[one]), placeholder=_("Choose a key")
        )
        reason = st.selectbox(
            _("Why it is revoked"),
            [str(one) for one in KeyRevokeReason],
            None,
            lambda one: _(KEY_REASONS[one]),
            placeholder=_("Choose a reason"),
        )
        pressed = st.button(_("Propose to revoke it"), type="primary", disabled=kid is None or reason is None)
        if kid is None or reason is None:
            st.caption(_("Choose a key and a reason first."))
        elif pressed:
            with errors_shown():
                code_keys_revoking.propose(kid, reason, by=staff, at=now())
                say_after_rerun(_("Proposed: the key is revoked as soon as another administrator confirms it."))


def _show(proposal: Proposal, keys: Mapping[str, KeySeen], staff: Staff) -> None:
    key = keys.get(proposal.named)
    reason = _(KEY_REASONS[str(proposal.content["reason"])])
    words = _("Revoke the key {key}: {reason} · proposed by {name} {at} · void after {until}")
    at, until = time_here(proposal.proposed_at), time_here(proposal.expires_at)
    safe.text(
        words.format(key=_named(key) if key else proposal.named, reason=reason, name=proposal.proposed_by, at=at, until=until)
    )
    offer_settling(proposal, SAID, lambda how, reason: code_keys_revoking.settle(proposal.id, how, reason, by=staff, at=now()))


def _named(key: KeySeen) -> str:
    """A key's number and what it signs."""
    return f"{key.kid} · {_(KINDS[key.use])}"
