"""Each sort of what takes two people: as a sentence, with a link to what it is about, and how it is confirmed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from hbcore.domain.vocabulary import PROVINCE, RowCode
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
from hbcore.services.policy_withdrawing import WITHDRAWN_FOR
from hbcore.services.second_look import Proposal, What
from hbcore.ui.application_words import here, reason_name, state_name_of
from hbcore.ui.certificate_more import more_words
from hbcore.ui.code_looks import revoking_words, show_whose
from hbcore.ui.fact_looks import confirm_facts, fact_look_words, list_not_yet, show_fact_look
from hbcore.ui.held_words import reason_words
from hbcore.ui.locale_words import number_here
from hbcore.ui.outside_results import look_words, show_paper, why_not_yet
from hbcore.ui.recalls import confirm, effect_not_seen, proposal_words, show_effect
from hbcore.ui.releases import rows_not_seen, show_rows
from hbcore.ui.removals import removal_not_seen, show_removal_look
from hbcore.ui.request_words import ground_name
from hbcore.ui.unit_names import unit_name
from hbcore.ui.words import N_, _, _n, time_here


def nothing_done(proposal: Proposal, reason: str, by: Staff, at: datetime) -> None:
    """Declined, where that does nothing else."""
    second_look.decline(proposal.id, reason, by=by, at=at)


def withdrawn(proposal: int, by: Staff, at: datetime) -> None:
    """Withdrawn, where that does nothing else."""
    second_look.withdraw(proposal, by=by, at=at)


@dataclass(frozen=True)
class Look:
    """One sort of proposal: what confirming does, in words of the session, by which service, and where to look before.

    `address`: the part of the address in which `page` takes what the proposal is about, by what `names` it; `tab`: which of its
    lists has it while it waits.
    Where the second person may not open a page about it, `page` is empty; `shows` shows what it is about, `rows` beside the
    buttons. `confirm` None: it is confirmed on that page, because more has to be chosen than yes or no; `not_yet`: why it can't
    be confirmed as long as nothing was looked at. `decline`, with what `declined` then says, and `withdraw`: where these do
    something, too. What confirming did is said by `look_done`.
    """

    words: Callable[[Proposal], str]
    confirm: Callable[[int, Staff, datetime], object] | None
    page: str = ""
    address: str = ""
    link: str = ""
    tab: str = ""
    names: Callable[[Proposal], str] = lambda proposal: proposal.named
    rows: Callable[[Proposal, Staff], None] | None = None
    shows: Callable[[Proposal, Staff], None] | None = None
    not_yet: Callable[[Proposal], str | None] = lambda _proposal: None
    decline: Callable[[Proposal, str, Staff, datetime], object] = nothing_done
    declined: str = N_("The proposal is declined; nothing was changed.")
    withdraw: Callable[[int, Staff, datetime], object] = withdrawn


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
    n = int(str(content["rows"]))
    words = _n(
        "Upload {number}: {n} positive beyond the limit of the shift is recorded, and the code decided.",
        "Upload {number}: {n} positives beyond the limit of the shift are recorded, and their codes decided.",
        n,
    )
    return words.format(number=content["number"], n=number_here(n))


def _removal(proposal: Proposal) -> str:
    content = proposal.content
    word = content.get("held_for", RowCode.SECOND_ACCOUNT_NEEDED) != RowCode.SECOND_ACCOUNT_NEEDED
    taken = (
        _("Upload {number}, row {row}: what the file says is taken in, a positive ends, and the code is decided again. {reason}")
        if word
        else _("Upload {number}, row {row}: the positive it takes away ends, and the code is decided again. {reason}")
    )
    kept = (
        _("Upload {number}, row {row}: the positive in the file is put aside, the row counts as not recorded. {reason}")
        if word
        else _("Upload {number}, row {row}: the positive stays, the row counts as not recorded. {reason}")
    )
    words = taken if content["take"] else kept
    return words.format(number=content["number"], row=content["row"], reason=reason_words(str(content["reason"])))


def _recolour(proposal: Proposal) -> str:
    words = _("Recolouring request, reviewed in {unit}: {ground}. Its page shows what it rests on and what changes.")
    return words.format(unit=unit_name(proposal.from_unit or PROVINCE), ground=ground_name(str(proposal.content["ground"])))


def _publish(proposal: Proposal) -> str:
    return _("Policy {policy} is published, from an instant that you choose.").format(policy=proposal.named)


def _withdraw_policy(proposal: Proposal) -> str:
    said = _("Policy {policy}, published from {time} on, is withdrawn before it begins: {why}.")
    begins = datetime.fromisoformat(str(proposal.content["begins"]))
    why = here(WITHDRAWN_FOR[str(proposal.content["reason"])])
    return said.format(policy=proposal.named, time=time_here(begins), why=why)


LOOKS: dict[What, Look] = {
    What.REVOKE: Look(
        _revoke,
        lambda proposal, by, at: applications.confirm_revoke(proposal, by=by, at=at),
        "Applications",
        "application",
        N_("Open the application →"),
    ),
    What.UNDO: Look(
        _undo,
        lambda proposal, by, at: applications.confirm_undo(proposal, by=by, at=at),
        "Applications",
        "application",
        N_("Open the application →"),
    ),
    What.JOIN: Look(
        _join,
        lambda proposal, by, at: joining.join(proposal, by=by, at=at),
        "Person",
        "person",
        N_("Look at both rows →"),
    ),
    What.PART: Look(
        _part,
        lambda proposal, by, at: joining.part(proposal, by=by, at=at),
        "Person",
        "person",
        N_("Look at both rows →"),
    ),
    What.DECLARED: Look(
        _declared,
        lambda proposal, by, at: declared.confirm_declared(proposal, by=by, at=at),
        "Applications",
        "application",
        N_("Open the application →"),
    ),
    **{
        what: Look(
            fact_look_words,
            confirm_facts,
            "Facts",
            "list",
            N_("Look at the people and the reason →"),
            names=lambda proposal: str(proposal.content["list"]),
            shows=show_fact_look,
            not_yet=list_not_yet,
        )
        for what in (What.FACTS, What.END_FACT, What.EXTEND_FACT)
    },
    What.RELEASE_POSITIVES: Look(
        _release,
        lambda proposal, by, at: releases.release(proposal, by=by, at=at),
        rows=lambda proposal, by: show_rows(proposal.about, by),
        not_yet=lambda proposal: rows_not_seen(proposal.about),
        decline=lambda proposal, reason, by, at: releases.decline(proposal.id, reason, by=by, at=at),
        declined=N_("Declined: the rows count as not recorded."),
    ),
    What.REMOVE_POSITIVE: Look(
        _removal,
        lambda proposal, by, at: removals.settle(proposal, by=by, at=at),
        shows=show_removal_look,
        not_yet=removal_not_seen,
    ),
    **{
        what: Look(
            proposal_words,
            confirm,
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
        N_("Open the request and confirm it →"),
        tab="reviewed",
        decline=lambda proposal, reason, by, at: recolouring.send_back(proposal.about, reason, by=by, at=at),
        declined=N_("Declined: the request is with the county again."),
        withdraw=lambda proposal, by, at: recolouring.take_back(proposal, by=by, at=at),
    ),
    **{
        what: Look(
            revoking_words,
            lambda proposal, by, at: code_revoking.confirm(proposal, by=by, at=at),
            shows=show_whose,
        )
        for what in (What.REVOKE_CODE, What.REVOKE_CODES)
    },
    What.CERTIFICATES: Look(
        more_words,
        lambda proposal, by, at: certificates_more.confirm(proposal, by=by, at=at),
    ),
    What.WITHDRAW_POLICY: Look(_withdraw_policy, None, "Policies", "policy", N_("Look at it and withdraw it →")),
    What.PUBLISH: Look(_publish, None, "Policies", "policy", N_("Look at it, simulate and publish →")),
    What.OUTSIDE_RESULT: Look(
        look_words,
        lambda proposal, by, at: outside_results.confirm(proposal, by=by, at=at),
        shows=show_paper,
        not_yet=why_not_yet,
    ),
}
"""Whoever adds a sort of proposal adds its line here; one without a line waits, and can only be withdrawn or declined."""
