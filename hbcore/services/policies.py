"""Policies as they stand: which are kept, proposed, in force or past, and what differs between them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Session

from hbcore.domain import certlogic
from hbcore.domain.conditions import shortly
from hbcore.domain.errors import Refused
from hbcore.domain.known import micros
from hbcore.domain.permissions import Permission
from hbcore.domain.policy import Policy, load_policy
from hbcore.domain.policy_differences import Compared, compare
from hbcore.domain.vocabulary import PROVINCE
from hbcore.services import units
from hbcore.services.acting import Staff, reading
from hbcore.services.policies_published import eras_at, loaded
from hbcore.services.publications import Applied
from hbcore.services.second_look import What
from hbcore.storage import policy_rows, proposal_rows

LARGEST_MB = 1
"""So large may the file of a table be; the shipped ones have 10,000 bytes."""

JUST_BEFORE = timedelta(microseconds=1)


class PolicyState(StrEnum):
    """Where a policy stands at an instant."""

    KEPT = "kept"
    PROPOSED = "proposed"
    AHEAD = "ahead"
    IN_FORCE = "in_force"
    PAST = "past"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Withdrawal:
    """That a published policy never begins: why, by whom, and since when; `begins`: when it would have begun."""

    why: str
    proposed_by: str
    by: str
    at: datetime
    begins: datetime


@dataclass(frozen=True)
class WithdrawalProposed:
    """That somebody wants to withdraw a policy before it begins, and why; another person of the province confirms it."""

    proposal: int
    why: str
    proposed_by: str
    own: bool


@dataclass(frozen=True)
class PolicySeen:
    """A policy as it is kept. `proposal`: the one that waits for its second person. `until`: when the next takes its place."""

    policy: Policy
    content: str
    scope: str
    digest: str
    state: PolicyState
    valid_from: datetime | None
    until: datetime | None
    published_at: datetime | None
    proposed_by: str | None
    published_by: str | None
    proposal: int | None
    own: bool
    applied: Applied | None
    withdrawal: Withdrawal | None = None
    withdrawal_proposed: WithdrawalProposed | None = None

    @property
    def id(self) -> str:
        """Its id."""
        return self.policy.id


@dataclass(frozen=True)
class PolicyCompared:
    """A policy beside another (None: there is none): if published the one before it, else the one that decides in its place.

    `followed_by`: the published one of the same unit that takes its place, and when; None where there is none.
    """

    shown: PolicySeen
    before: str | None
    compared: Compared
    followed_by: tuple[str, datetime] | None


@dataclass(frozen=True)
class TableCompared:
    """A table that may be proposed, beside the policy that decides in its place now."""

    policy: Policy
    before: str | None
    compared: Compared


def text_of(content: bytes) -> str:
    """The text of a table's file.

    :raises Refused: `table_too_large`, `table_not_utf8`.
    """
    if len(content) > LARGEST_MB * 1024 * 1024:
        raise Refused("table_too_large", most=LARGEST_MB)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused("table_not_utf8") from error


def read_table(content: bytes) -> Policy:
    """A table from a file.

    :raises Refused: those of `text_of`; `not_a_policy` for what is no JSON object, `bad_policy` with its fault and row.
    """
    text = text_of(content)
    try:
        table = json.loads(text, object_pairs_hook=_each_once)
        if isinstance(table, Mapping):
            return load_policy(table)
    except (ValueError, RecursionError) as error:
        raise Refused("not_a_policy") from error
    raise Refused("not_a_policy")


def _each_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Refused("bad_policy", fault="key_repeated", row="-", key=shortly(twice))
    return found


def proposable(session: Session, content: bytes, at: datetime) -> tuple[Policy, bool]:
    """A table that may be proposed, and whether it is kept already.

    :raises Refused: those of `read_table`; `unknown_unit`, `policy_exists` for another table of that id, `already_published`,
        `policy_withdrawn`, `already_proposed`.
    """
    table, text = read_table(content), text_of(content)
    units.unit(session, table.applies_to)
    kept = policy_rows.one(session.connection(), table.id)
    if kept is None:
        return table, False
    if json.loads(kept.content) != json.loads(text):
        raise Refused("policy_exists")
    refuse_published(kept)
    if f"policy {table.id}" in _waiting(session, What.PUBLISH, at):
        raise Refused("already_proposed")
    return table, True


def refuse_published(kept: policy_rows.Row) -> None:
    """A policy is published once.

    :raises Refused: `policy_withdrawn` where it was and is withdrawn, `already_published`.
    """
    if kept.withdrawn_at is not None:
        raise Refused("policy_withdrawn")
    if kept.published_at is not None:
        raise Refused("already_published")


def as_certlogic(shown: PolicySeen) -> str:
    """The policy as a rule that anybody can run again, as JSON (codes part 1)."""
    return json.dumps(certlogic.rule_of(shown.policy, shown.valid_from), ensure_ascii=False, indent=1)


def listed(*, by: Staff, at: datetime) -> tuple[PolicySeen, ...]:
    """All policies: those not published first, then the newest."""
    with reading(by, Permission.SEE_POLICIES, at) as session:
        return _listed(session, by, at)


def shown(policy: str, *, begins: datetime | None = None, by: Staff, at: datetime) -> PolicyCompared:
    """One policy and what differs from another: if it is published the one before it, else the one that decides there when it
    `begins` (None: at `at`).

    :raises Refused: `unknown_policy`.
    """
    with reading(by, Permission.SEE_POLICIES, at) as session:
        kept = {one.id: one for one in _listed(session, by, at)}
        if policy not in kept:
            raise Refused("unknown_policy")
        one = kept[policy]
        from_at = max(begins or at, at)
        before = _holding(session, one.scope, one.valid_from - JUST_BEFORE if one.valid_from else from_at)
    after = one.valid_from or from_at
    ahead = [(other.valid_from, other.id) for other in kept.values() if other.scope == one.scope and other.valid_from]
    follows = min(((when, which) for when, which in ahead if when > after), default=None)
    followed_by = (follows[1], follows[0]) if follows else None
    return PolicyCompared(one, before.id if before else None, compare(before, one.policy), followed_by)


def before_table(content: bytes, *, by: Staff, at: datetime) -> TableCompared:
    """What a table would change, before it is proposed.

    :raises Refused: those of `proposable`.
    """
    with reading(by, Permission.SEE_POLICIES, at) as session:
        table, _ = proposable(session, content, at)
        before = _holding(session, table.applies_to, at)
    return TableCompared(table, before.id if before else None, compare(before, table))


def deciding(*, by: Staff, at: datetime) -> str | None:
    """The policy that decides in one's own unit at `at`; None where none does."""
    with reading(by, Permission.SEE_POLICIES, at) as session:
        policy = _holding(session, by.unit or PROVINCE, at)
    return policy.id if policy else None


def _holding(session: Session, unit: str, at: datetime) -> Policy | None:
    try:
        era = eras_at(session, unit, at)[0]
    except Refused:  # none holds there, now or later
        return None
    return era.policy if era.from_at <= micros(at) else None


def _waiting(session: Session, what: What, at: datetime) -> dict[str, proposal_rows.Row]:
    return {row.subject: row for row in proposal_rows.open_of(session.connection(), what, at)}


def _listed(session: Session, by: Staff, at: datetime) -> tuple[PolicySeen, ...]:
    rows = policy_rows.listed(session.connection())
    waiting, leaving = (_waiting(session, what, at) for what in (What.PUBLISH, What.WITHDRAW_POLICY))
    seen = (_seen(row, rows, waiting.get(f"policy {row.id}"), by, at) for row in rows)
    return tuple(replace(one, withdrawal_proposed=_wanted_back(leaving.get(f"policy {one.id}"), by)) for one in seen)


def _wanted_back(proposal: proposal_rows.Row | None, by: Staff) -> WithdrawalProposed | None:
    if proposal is None:
        return None
    why = str(proposal_rows.content_of(proposal)["reason"])
    return WithdrawalProposed(proposal.id, why, proposal.full_name, proposal.proposed_by == by.id)


def _withdrawal(row: policy_rows.Row) -> Withdrawal | None:
    if row.withdrawn_at is None:
        return None
    return Withdrawal(row.withdrawn_for, row.withdrawal_proposer, row.withdrawer, row.withdrawn_at, row.withdrawn_from)


def _seen(
    row: policy_rows.Row, rows: list[policy_rows.Row], proposal: proposal_rows.Row | None, by: Staff, at: datetime
) -> PolicySeen:
    later = [
        one.valid_from for one in rows if one.scope == row.scope and one.valid_from and one.valid_from > (row.valid_from or at)
    ]
    until = min(later, default=None) if row.valid_from else None
    applied = None
    if row.applied_people is not None:
        counted = json.loads(row.applied_changes)
        withdrawn = row.withdrawn_at is not None
        applied = Applied(row.id, row.applied_people, row.applied_done, counted, row.applied_finished_at, withdrawn)
    return PolicySeen(
        policy=loaded(row.id, row.digest, lambda: row.content),
        content=row.content,
        scope=row.scope,
        digest=row.digest,
        state=_state(row, until, proposal is not None, at),
        valid_from=row.valid_from,
        until=until,
        published_at=row.published_at,
        proposed_by=row.proposer,
        published_by=row.publisher,
        proposal=proposal.id if proposal else None,
        own=proposal is not None and proposal.proposed_by == by.id,
        applied=applied,
        withdrawal=_withdrawal(row),
    )


def _state(row: policy_rows.Row, until: datetime | None, proposed: bool, at: datetime) -> PolicyState:
    if row.withdrawn_at is not None:
        return PolicyState.WITHDRAWN
    if row.valid_from is None:
        return PolicyState.PROPOSED if proposed else PolicyState.KEPT
    if at < row.valid_from:
        return PolicyState.AHEAD
    return PolicyState.PAST if until is not None and until <= at else PolicyState.IN_FORCE
