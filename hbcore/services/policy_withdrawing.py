"""How a published policy is withdrawn before it begins: proposed by one at province level, confirmed by another.

It is neither deleted nor edited: it stands as withdrawn, and begins at no time. Whose coming codes it decided are decided again
in steps (`publications`); a card asks the published tables and is right at once.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from hbcore.domain.application_reasons import known_reasons
from hbcore.domain.errors import Refused
from hbcore.domain.permissions import Permission
from hbcore.domain.sentence import Sentence
from hbcore.domain.vocabulary import PROVINCE
from hbcore.services import audit, publications, second_look
from hbcore.services.acting import Staff, acting
from hbcore.services.policy_publishing import at_province
from hbcore.services.refusals import refusals_recorded
from hbcore.services.second_look import Settled, What
from hbcore.storage import policy_rows, proposal_rows
from hbcore.storage.ids import new_id
from hbcore.words import both


class WithdrawalReason(StrEnum):
    """Why a policy is withdrawn; a closed list, so that nothing personal is written down."""

    WRONG_TABLE = "wrong_table"
    WRONG_INSTANT = "wrong_instant"
    NOT_READY = "not_ready"
    DECIDED_OTHERWISE = "decided_otherwise"


WITHDRAWN_FOR: Mapping[str, Sentence] = {
    WithdrawalReason.WRONG_TABLE: Sentence(**both("the table is not right")),
    WithdrawalReason.WRONG_INSTANT: Sentence(**both("it begins at the wrong time")),
    WithdrawalReason.NOT_READY: Sentence(**both("those who carry it out are not ready")),
    WithdrawalReason.DECIDED_OTHERWISE: Sentence(**both("it was decided otherwise")),
}
"""Each reason as the pages, the events and the shell say it."""


def propose(policy: str, reason: str, *, by: Staff, at: datetime) -> int:
    """Propose to withdraw a policy that is published and has not begun; the proposal's id.

    :raises Refused: `province_only`, `unknown_reason`, `unknown_policy`, `policy_not_ahead`, `already_proposed`.
    """
    subject = f"policy {policy}"
    with refusals_recorded(by, at, subject), acting(by, Permission.KEEP_POLICIES, at) as session:
        at = max(at, audit.last_act_at(session) or at)
        if not known_reasons([reason], WithdrawalReason):
            raise Refused("unknown_reason")
        kept = _ahead(session, policy, at)
        content = {"policy": policy, "digest": kept.digest, "begins": kept.valid_from.isoformat(), "reason": reason}
        by = at_province(by)
        made = second_look.propose(session, What.WITHDRAW_POLICY, subject, unit=PROVINCE, content=content, by=by, at=at)
        audit.record(session, audit.Act.POLICY_WITHDRAWAL_PROPOSED, by=by, at=at, subject=subject, figures=content)
    return made


def withdraw(policy: str, *, by: Staff, at: datetime) -> None:
    """The second person withdraws it, as long as its instant has not come: another than who proposed to.

    Everybody whom it would have concerned is then decided again, in steps. One event with its digest and how many those are.

    :raises Refused: `province_only`, `unknown_policy`, `policy_not_ahead`, `proposal_gone` where nobody proposes it now,
        `own_proposal`.
    """
    subject = f"policy {policy}"
    with refusals_recorded(by, at, subject), acting(by, Permission.KEEP_POLICIES, at) as session:
        at = max(at, audit.last_act_at(session) or at)
        begins = _ahead(session, policy, at).valid_from
        proposal = proposal_rows.open_about(session.connection(), What.WITHDRAW_POLICY, subject)
        if proposal is None:
            raise Refused("proposal_gone")
        by = at_province(by)
        second_look.settle(session, proposal.id, Settled.CONFIRMED, by=by, at=at, what=What.WITHDRAW_POLICY)
        reason = proposal_rows.content_of(proposal)["reason"]
        hands = {"withdrawal_by": proposal.proposed_by, "withdrawn_by": by.id, "withdrawn_for": reason}
        if not policy_rows.withdraw(session.connection(), policy, hands, at):
            raise Refused("policy_not_ahead")
        row = policy_rows.published(session.connection(), policy)
        people = policy_rows.begin(session.connection(), new_id(), row, at)
        figures = {"policy": policy, "digest": row.digest, "unit": row.scope, "begins": begins.isoformat()}
        figures |= {"reason": reason, "people": people}
        audit.record(session, audit.Act.POLICY_WITHDRAWN, by=by, at=at, subject=subject, figures=figures)
    publications.WANTED.set()


def _ahead(session: Session, policy: str, at: datetime) -> policy_rows.Row:
    kept = policy_rows.one(session.connection(), policy)
    if kept is None:
        raise Refused("unknown_policy")
    if kept.valid_from is None or kept.valid_from <= at:
        raise Refused("policy_not_ahead")
    return kept
