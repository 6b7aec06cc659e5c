"""A policy that has not begun is withdrawn on its page: one proposes why, another withdraws it."""

from functools import partial

import streamlit as st

from hbcore.domain.permissions import Permission, may
from hbcore.domain.vocabulary import PROVINCE
from hbcore.services import policy_withdrawing, second_look
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.policies import PolicySeen, WithdrawalProposed
from hbcore.services.policy_withdrawing import WITHDRAWN_FOR, WithdrawalReason
from hbcore.ui import safe
from hbcore.ui.application_words import here
from hbcore.ui.decline_words import offer_decline
from hbcore.ui.errors import errors_shown, say_after_rerun
from hbcore.ui.words import N_, _

WHY_NOT = {
    "province": N_("Two people at province level withdraw a policy that has not begun."),
    "own": N_("You proposed it yourself: another account of the province withdraws it."),
}


def may_act(staff: Staff) -> bool:
    """Whether somebody may propose, publish and withdraw."""
    return may(staff.role, Permission.KEEP_POLICIES) and staff.unit == PROVINCE


def show_withdrawing(one: PolicySeen, staff: Staff) -> None:
    """The way to withdraw it, or what somebody has proposed."""
    if one.withdrawal_proposed is None:
        _offer(one, staff)
    else:
        _show_proposed(one, one.withdrawal_proposed, staff)


def _offer(one: PolicySeen, staff: Staff) -> None:
    able = may_act(staff)
    with st.popover(_("Withdraw before it begins…"), disabled=not able, help=None if able else _(WHY_NOT["province"])):
        st.text(_("It then never begins, and stays in the list as withdrawn. Another person of the province confirms it."))
        reason = st.selectbox(
            _("Reason"),
            [str(one) for one in WithdrawalReason],
            None,
            lambda reason: here(WITHDRAWN_FOR[reason]),
            placeholder=_("Choose a reason"),
            key="why withdraw policy",
        )
        if st.button(_("Propose to withdraw it"), disabled=reason is None, key="propose withdrawal") and reason:
            with errors_shown():
                policy_withdrawing.propose(one.id, reason, by=staff, at=now())
                say_after_rerun(_("Proposed: another person of the province withdraws it, before it begins."))


def _show_proposed(one: PolicySeen, proposed: WithdrawalProposed, staff: Staff) -> None:
    said = _("{name} proposes to withdraw it before it begins: {why}.")
    safe.text(said.format(name=proposed.proposed_by, why=here(WITHDRAWN_FOR[proposed.why])))
    able = may_act(staff) and not proposed.own
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(
            _("Withdraw the policy"),
            type="primary",
            disabled=not able,
            help=None if able else _(WHY_NOT["own" if proposed.own else "province"]),
            key="withdraw published",
        ):
            with errors_shown():
                policy_withdrawing.withdraw(one.id, by=staff, at=now())
                say_after_rerun(_("Policy {policy} is withdrawn and never begins.").format(policy=one.id))
        if proposed.own and st.button(_("Withdraw the proposal"), key="take withdrawal back"):
            with errors_shown():
                second_look.withdraw(proposed.proposal, by=staff, at=now())
                say_after_rerun(_("The proposal is withdrawn."))
        if able:
            offer_decline("decline withdrawal", partial(_decline, proposed, staff))
    if proposed.own:
        st.caption(safe.inert(_(WHY_NOT["own"])))


def _decline(proposed: WithdrawalProposed, staff: Staff, reason: str) -> None:
    with errors_shown():
        second_look.decline(proposed.proposal, reason, by=staff, at=now())
        say_after_rerun(_("The proposal is declined; nothing was changed."))
