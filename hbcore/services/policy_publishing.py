"""How a table becomes a policy: proposed by one at province level, published by another from an instant on."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session

from hbcore.domain.errors import Refused
from hbcore.domain.permissions import Permission
from hbcore.domain.vocabulary import PROVINCE
from hbcore.services import audit, publications, second_look
from hbcore.services.acting import Staff, acting
from hbcore.services.policies import proposable, refuse_published, text_of
from hbcore.services.policies_published import digest_of
from hbcore.services.refusals import refusals_recorded
from hbcore.services.second_look import Settled, What
from hbcore.storage import policy_rows, proposal_rows
from hbcore.storage.ids import new_id

AHEAD = timedelta(days=366)
"""So far ahead may a policy begin at most: what is meant for later is proposed later."""


def propose(content: bytes, *, by: Staff, at: datetime) -> int:
    """Propose a table to a second person at province level; the proposal's id. The table is kept as it is, and never edited.

    The same table may be proposed again once an earlier proposal has ended. One that is kept already, as the shipped ones
    are, is proposed by handing it in, however its lines are broken, or by `propose_kept`.

    :raises Refused: those of `policies.proposable`; `province_only`.
    """
    subject = "policy"
    with refusals_recorded(by, at, subject), acting(by, Permission.KEEP_POLICIES, at) as session:
        table, kept = proposable(session, content, at)
        if not kept:
            text = text_of(content)
            values = {"id": table.id, "scope": table.applies_to, "content": text, "digest": digest_of(text)}
            policy_rows.add(session.connection(), {**values, "recorded_at": at})
        return _propose(session, table.id, by, at)


def propose_kept(policy: str, *, by: Staff, at: datetime) -> int:
    """Propose a table that is kept and not published; the proposal's id.

    :raises Refused: `unknown_policy`, and those of `propose`.
    """
    with refusals_recorded(by, at, f"policy {policy}"), acting(by, Permission.KEEP_POLICIES, at) as session:
        return _propose(session, policy, by, at)


def publish(policy: str, *, valid_from: datetime | None, by: Staff, at: datetime) -> datetime:
    """The second person publishes what is proposed, from an instant on (None: at once); from when it decides.

    Everybody it concerns is then decided again, in steps (`publications`). One event with its digest and how many those are.

    :raises Refused: `province_only`, `unknown_policy`, `already_published`, `policy_withdrawn`, `proposal_gone` where nobody
        proposes it now, `own_proposal`, `policy_from_past`, `policy_too_far`, `policy_same_instant`.
    """
    subject = f"policy {policy}"
    try:
        with refusals_recorded(by, at, subject), acting(by, Permission.KEEP_POLICIES, at) as session:
            at = max(at, audit.last_act_at(session) or at)
            begins = valid_from or at
            if begins < at:
                raise Refused("policy_from_past")
            if begins > at + AHEAD:
                raise Refused("policy_too_far")
            proposal = _waiting(session, policy)
            second_look.settle(session, proposal, Settled.CONFIRMED, by=at_province(by), at=at, what=What.PUBLISH)
            _published(session, policy, begins, by, at)
    except sa.exc.IntegrityError as error:  # two at one instant: the index lets one through
        raise Refused("policy_same_instant") from error
    publications.WANTED.set()
    return begins


def _published(session: Session, policy: str, begins: datetime, by: Staff, at: datetime) -> None:
    connection = session.connection()
    if not policy_rows.publish(connection, policy, valid_from=begins, by=by.id, at=at):
        raise Refused("already_published")
    row = policy_rows.published(connection, policy)
    people = policy_rows.begin(connection, new_id(), row, at)
    figures = {"policy": policy, "digest": row.digest, "unit": row.scope, "begins": begins.isoformat(), "people": people}
    audit.record(session, audit.Act.POLICY_PUBLISHED, by=by, at=at, subject=f"policy {policy}", figures=figures)


def _propose(session: Session, policy: str, by: Staff, at: datetime) -> int:
    connection = session.connection()
    content = {"policy": policy, "digest": _unpublished(session, policy).digest}
    made = second_look.propose(
        session, What.PUBLISH, f"policy {policy}", unit=PROVINCE, content=content, by=at_province(by), at=at
    )
    policy_rows.proposed_anew(connection, policy, by.id)
    audit.record(session, audit.Act.POLICY_PROPOSED, by=by, at=at, subject=f"policy {policy}", figures=content)
    return made


def _unpublished(session: Session, policy: str) -> policy_rows.Row:
    kept = policy_rows.one(session.connection(), policy)
    if kept is None:
        raise Refused("unknown_policy")
    refuse_published(kept)
    return kept


def at_province(staff: Staff) -> Staff:
    """Whoever publishes or withdraws policies works at province level.

    :raises Refused: `province_only`.
    """
    if staff.unit != PROVINCE:
        raise Refused("province_only")
    return staff


def _waiting(session: Session, policy: str) -> int:
    _unpublished(session, policy)
    found = proposal_rows.open_about(session.connection(), What.PUBLISH, f"policy {policy}")
    if found is None:
        raise Refused("proposal_gone")
    return int(found.id)
