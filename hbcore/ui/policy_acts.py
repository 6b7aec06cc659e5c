"""What can be done with a policy: propose it, publish what another proposed, withdraw; how far a publication has come."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import partial
from hashlib import sha256

import streamlit as st

from hbcore.domain.errors import Refused
from hbcore.domain.permissions import Permission, may
from hbcore.domain.policy_differences import Compared
from hbcore.domain.policy_table import Policy
from hbcore.domain.vocabulary import SHANGHAI
from hbcore.services import policies, policy_publishing, second_look
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.policies import PolicySeen, PolicyState
from hbcore.ui import safe
from hbcore.ui.decline_words import offer_decline
from hbcore.ui.errors import errors_shown, say_after_rerun
from hbcore.ui.locale_words import number_here
from hbcore.ui.policy_shown import show_differing
from hbcore.ui.policy_simulated import forget_tried, show_tried, turns_in_words
from hbcore.ui.policy_withdrawing import may_act, show_withdrawing
from hbcore.ui.publication_progress import show_progress
from hbcore.ui.unit_names import unit_name
from hbcore.ui.words import N_, N_n, _, _n, time_here

LINK = "policy"
"""`?policy=`: the id of the one that is shown."""

DONE = {
    PolicyState.AHEAD: N_n(
        "Worked out {time} for {n} person; codes that will turn when it begins, if nothing else happens: {turns}",
        "Worked out {time} for {n} people; codes that will turn when it begins, if nothing else happens: {turns}",
    ),
    PolicyState.WITHDRAWN: N_n(
        "Worked out {time} for {n} person without it; codes that are then not what it would have said: {turns}",
        "Worked out {time} for {n} people without it; codes that are then not what it would have said: {turns}",
    ),
}
WHY_NOT = {
    "province": N_("Two people at province level propose and publish; you may look and simulate."),
    "own": N_("You proposed it yourself: another account of the province publishes it."),
}


def show_propose(staff: Staff) -> None:
    """The way to a new table."""
    if not may(staff.role, Permission.KEEP_POLICIES):
        return
    able = may_act(staff)
    if st.button(_("Propose a new table…"), disabled=not able, help=None if able else _(WHY_NOT["province"]), width="stretch"):
        st.dialog(_("Propose a new table"), width="large")(_propose_new)(staff)


def say_why_not(staff: Staff) -> None:
    """Why the buttons of this page are grey for who keeps policies elsewhere than at province level."""
    if may(staff.role, Permission.KEEP_POLICIES) and not may_act(staff):
        st.caption(safe.inert(_(WHY_NOT["province"])))


def _propose_new(staff: Staff) -> None:
    st.text(_("Take a table shown here as a pattern (download it), change it, give it an id of its own, and put the file here."))
    file = st.file_uploader(_("Table as JSON"), ["json"], max_upload_size=policies.LARGEST_MB, key="table file")
    if file is None:
        return
    with errors_shown():
        content = file.getvalue()
        told = policies.before_table(content, by=staff, at=now())
        said = _("{policy} for {unit}: the table is sound and may be proposed. Rows: {rows}.")
        table = told.policy
        safe.text(said.format(policy=table.id, unit=unit_name(table.applies_to), rows=len(table.rows)))
        _show_differing(told.before, told.compared, table)
        show_tried(table, staff, place="proposing", tried=sha256(content).hexdigest())
        if st.button(_("Propose it to a second person"), type="primary", key="propose table"):
            policy_publishing.propose(content, by=staff, at=now())
            st.query_params[LINK] = table.id
            say_after_rerun(_("Policy {policy} is proposed.").format(policy=table.id))


def _show_differing(before: str | None, compared: Compared, policy: Policy, begins: datetime | None = None) -> None:
    """What differs from the one that decides now, or when this one `begins`."""
    if before is None:
        st.text(_("No policy decides there then.") if begins else _("No policy decides there now."))
    elif compared.same:
        same = _("Nothing differs from {before}, which decides there then.")
        safe.text((same if begins else _("Nothing differs from {before}, which decides there now.")).format(before=before))
    else:
        said = _("Rows that differ from {before}: {differing}").format(before=before, differing=len(compared.differing))
        with st.expander(safe.inert(said)):
            show_differing(compared, policy)


def show_acts(one: PolicySeen, staff: Staff) -> None:
    """What may be done with this policy now, and how far it has been applied."""
    show_progress()
    if one.applied and one.applied.finished_at:
        n = one.applied.done
        done = _n(
            *DONE.get(
                one.state,
                N_n("Applied to {n} person; codes that turned: {turns}", "Applied to {n} people; codes that turned: {turns}"),
            ),
            n,
        )
        turned = turns_in_words({_pair(change): n for change, n in one.applied.changes.items()})
        worked_out = time_here(one.applied.finished_at)
        safe.text(done.format(n=number_here(n), turns=turned, time=worked_out))
    if not may(staff.role, Permission.KEEP_POLICIES):
        return
    if one.state == PolicyState.AHEAD:
        show_withdrawing(one, staff)
    if one.state not in (PolicyState.KEPT, PolicyState.PROPOSED):
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        if one.state == PolicyState.KEPT:
            _offer_proposing(one, staff)
        else:
            _offer_publishing(one, staff)
    if one.own:
        st.caption(safe.inert(_(WHY_NOT["own"])))


def _pair(change: str) -> tuple[str, str]:
    was, _arrow, becomes = change.partition(">")
    return was, becomes


def _offer_proposing(one: PolicySeen, staff: Staff) -> None:
    able = may_act(staff)
    if st.button(
        _("Propose to publish"),
        type="primary",
        disabled=not able,
        help=None if able else _(WHY_NOT["province"]),
        key="propose kept",
    ):
        with errors_shown():
            policy_publishing.propose_kept(one.id, by=staff, at=now())
            say_after_rerun(_("Policy {policy} is proposed.").format(policy=one.id))


def _offer_publishing(one: PolicySeen, staff: Staff) -> None:
    able = may_act(staff) and not one.own
    if st.button(
        _("Publish…"),
        type="primary",
        disabled=not able,
        help=None if able else _(WHY_NOT["own" if one.own else "province"]),
        key="publish",
    ):
        forget_tried(one.id, place="publishing")
        st.dialog(_("Publish the policy"), width="large")(_publish)(one, staff)
    if one.own and st.button(_("Withdraw the proposal"), key="withdraw policy"):
        _end(one, second_look.withdraw, _("The proposal is withdrawn."), staff)
    if able:
        said = _("The proposal is declined; nothing was changed.")
        offer_decline("decline policy", lambda reason: _end(one, partial(second_look.decline, reason=reason), said, staff))
    safe.text(_("Proposed by {name}").format(name=one.proposed_by or "–"))


def _end(one: PolicySeen, end: Callable[..., None], said: str, staff: Staff) -> None:
    with errors_shown():
        end(one.proposal, by=staff, at=now())
        say_after_rerun(said)


def _publish(one: PolicySeen, staff: Staff) -> None:
    st.text(_("From then on it decides for everybody where it applies. It is never edited; only a later one takes its place."))
    with errors_shown():
        show_tried(one.policy, staff, place="publishing", at_once=True)
    at_once = st.toggle(_("At once"), key="at once")
    begins = None if at_once else _instant()
    with errors_shown():
        told = policies.shown(one.id, begins=begins, by=staff, at=now())
        _show_differing(told.before, told.compared, one.policy, begins)
        if told.followed_by:
            follows = _("Only until {time}: then {policy}, published already, takes its place.")
            safe.text("! " + follows.format(policy=told.followed_by[0], time=time_here(told.followed_by[1])))
    said = _("Publish it at once") if begins is None else _("Publish it from {time} on").format(time=time_here(begins))
    if st.button(safe.inert(said), type="primary", key="publish now"):
        with errors_shown():
            valid_from = policy_publishing.publish(one.id, valid_from=begins, by=staff, at=now())
            say_after_rerun(_("Policy {policy} is in force from {time} on.").format(policy=one.id, time=time_here(valid_from)))


def _instant() -> datetime:
    tomorrow = now().astimezone(SHANGHAI).date() + timedelta(days=1)
    day, hour = st.columns(2)
    first, last = tomorrow - timedelta(days=1), tomorrow + policy_publishing.AHEAD - timedelta(days=2)
    on = day.date_input(_("Day"), tomorrow, min_value=first, max_value=last, format="YYYY-MM-DD", key="from day")
    clock = hour.time_input(_("Time"), time(), key="from time")
    if not isinstance(on, date) or clock is None:
        raise Refused("not_an_instant")
    return datetime.combine(on, clock, SHANGHAI)
