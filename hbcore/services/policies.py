"""Policies as they stand: which are kept, proposed, in force or past, and what differs between them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from hbcore.domain import certlogic
from hbcore.domain.errors import Refused
from hbcore.domain.permissions import Permission
from hbcore.domain.policy import Policy, load_policy
from hbcore.domain.policy_differences import Compared, compare
from hbcore.domain.vocabulary import PROVINCE
from hbcore.services.acting import Staff, reading
from hbcore.services.publications import Applied
from hbcore.services.second_look import What
from hbcore.storage import policy_rows, proposal_rows

LARGEST = 200_000
"""Bytes of a table; the shipped ones have 10,000."""


class PolicyState(StrEnum):
    """Where a policy stands at an instant."""

    KEPT = "kept"
    PROPOSED = "proposed"
    AHEAD = "ahead"
    IN_FORCE = "in_force"
    PAST = "past"


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

    @property
    def id(self) -> str:
        """Its id."""
        return self.policy.id


@dataclass(frozen=True)
class PolicyCompared:
    """A policy beside the one that decides in its place now (None: it is that one, or there is none)."""

    shown: PolicySeen
    before: str | None
    compared: Compared


def read_table(content: bytes) -> Policy:
    """A table from a file.

    :raises Refused: `not_a_policy` for what is no JSON object, `too_large`, `bad_policy` with its fault and row.
    """
    if len(content) > LARGEST:
        raise Refused("too_large")
    try:
        table = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise Refused("not_a_policy") from error
    if not isinstance(table, Mapping):
        raise Refused("not_a_policy")
    return load_policy(table)


def as_certlogic(shown: PolicySeen) -> str:
    """The policy as a rule that anybody can run again, as JSON (codes part 1)."""
    return json.dumps(certlogic.rule_of(shown.policy), ensure_ascii=False, indent=1)


def listed(*, by: Staff, at: datetime) -> tuple[PolicySeen, ...]:
    """All policies: those not published first, then the newest."""
    with reading(by, Permission.SEE_POLICIES, at) as session:
        return _listed(session, by, at)


def shown(policy: str, *, by: Staff, at: datetime) -> PolicyCompared:
    """One policy, and what differs from the one that decides in its scope at `at`, or did before it.

    :raises Refused: `unknown_policy`.
    """
    with reading(by, Permission.SEE_POLICIES, at) as session:
        kept = {one.id: one for one in _listed(session, by, at)}
    if policy not in kept:
        raise Refused("unknown_policy")
    one = kept[policy]
    before = _before(one, list(kept.values()))
    return PolicyCompared(one, before.id if before else None, compare(before.policy if before else None, one.policy))


def before_table(table: Policy, *, by: Staff, at: datetime) -> tuple[str | None, Compared]:
    """What a table that is not kept yet would change: the id of the policy in its place, and what differs."""
    with reading(by, Permission.SEE_POLICIES, at) as session:
        kept = [one for one in _listed(session, by, at) if one.state == PolicyState.IN_FORCE]
    own = [one for one in kept if one.scope == table.applies_to] or [one for one in kept if one.scope == PROVINCE]
    return (own[0].id if own else None), compare(own[0].policy if own else None, table)


def _listed(session: Session, by: Staff, at: datetime) -> tuple[PolicySeen, ...]:
    connection = session.connection()
    rows = policy_rows.listed(connection)
    waiting = {row.subject: row for row in proposal_rows.open_of(connection, What.PUBLISH, at)}
    return tuple(_seen(row, rows, waiting.get(f"policy {row.id}"), by, at) for row in rows)


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
        applied = Applied(row.id, row.applied_people, row.applied_done, counted, row.applied_finished_at)
    return PolicySeen(
        policy=load_policy(json.loads(row.content)),
        content=row.content,
        scope=row.scope,
        digest=row.digest,
        state=_state(row.valid_from, until, proposal is not None, at),
        valid_from=row.valid_from,
        until=until,
        published_at=row.published_at,
        proposed_by=row.proposer,
        published_by=row.publisher,
        proposal=proposal.id if proposal else None,
        own=proposal is not None and proposal.proposed_by == by.id,
        applied=applied,
    )


def _state(valid_from: datetime | None, until: datetime | None, proposed: bool, at: datetime) -> PolicyState:
    if valid_from is None:
        return PolicyState.PROPOSED if proposed else PolicyState.KEPT
    if at < valid_from:
        return PolicyState.AHEAD
    return PolicyState.PAST if until is not None and until <= at else PolicyState.IN_FORCE


def _before(one: PolicySeen, kept: list[PolicySeen]) -> PolicySeen | None:
    """What decides where `one` would, or did just before it: of its own scope, else of the province."""
    for scope in (one.scope, PROVINCE):
        begun = [(other.valid_from, other) for other in kept if other.scope == scope and other.valid_from and other.id != one.id]
        earlier = {begins: other for begins, other in begun if one.valid_from is None or begins < one.valid_from}
        if earlier:
            return earlier[max(earlier)]
    return None
