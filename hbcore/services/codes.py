"""The only room that changes a colour: whoever's facts or results changed is decided again, set-wise, in the same transaction."""

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import Session

from hbcore.domain.chains import Evidence, Stretch, chains
from hbcore.domain.errors import Refused
from hbcore.domain.known import micros
from hbcore.domain.policy import Policy, load_policy
from hbcore.domain.vocabulary import PROVINCE
from hbcore.services import audit
from hbcore.storage.code_rows import SegmentRow, cause_of, replace_chains, segments_of
from hbcore.storage.evidence_rows import evidence_of
from hbcore.storage.instants import raw
from hbcore.storage.prepared import Prepared
from hbcore.storage.staging import staged
from hbcore.storage.tables import BIG, PolicyRow

POLICIES: sa.Table = PolicyRow.__table__  # type: ignore[attr-defined]


_c = POLICIES.c


class PolicySeen(NamedTuple):
    """A policy as it is stored."""

    id: str
    content: str


_IN_FORCE = Prepared(
    sa.select(_c.id, _c.content)
    .where(raw(_c.valid_from) <= sa.bindparam("at", type_=BIG), _c.scope == PROVINCE)
    .order_by(_c.valid_from.desc())
    .limit(1),
    PolicySeen,
)


@lru_cache(maxsize=32)
def _policy(id_: str, content: str) -> Policy:
    return load_policy(json.loads(content))


def policy_in_force(session: Session, at: datetime) -> Policy:
    """The policy published for the province that is in force at `at`. Policies are never edited, so a loaded one stays true.

    :raises Refused: `no_policy` where none is published.
    """
    row = next(_IN_FORCE.rows(session.connection(), {"at": micros(at)}), None)
    if row is None:
        raise Refused("no_policy")
    return _policy(*row)


def policies_named(session: Session, ids: Collection[str]) -> dict[str, Policy]:
    """The policies of these ids, published or not."""
    c = POLICIES.c
    return {row.id: _policy(row.id, row.content) for row in session.execute(sa.select(c.id, c.content).where(c.id.in_(ids)))}


def decide_again(
    session: Session,
    people: Sequence[int],
    *,
    at: datetime,
    cause: int | Mapping[int, int],
    added: Mapping[int, tuple[str, Evidence]] | None = None,
) -> Counter[str]:
    """Decide these people again and store what changed; how many codes went from one colour to another (`none>green`).

    Called inside the transaction that changed their results, facts or registration. `cause` is the id of the upload or
    application behind it, or of each person's. `added`: people the same transaction made, with all that is known of them:
    nothing is read for those. The stored chain is a cache of `decide`: equal chains are not written again.
    """
    connection = session.connection()
    at = max(at, audit.last_act_at(session) or at)  # it may have waited for the lock behind a later one: time goes one way
    at_micros = micros(at)
    policy = policy_in_force(session, at)
    with staged(connection, BIG, people) as wanted:
        evidence = evidence_of(connection, wanted)
        old = segments_of(connection, wanted)
    evidence |= added or {}
    decided = chains(policy, (one for _, one in evidence.values()), at_micros)
    new: dict[int, Sequence[SegmentRow]] = {}
    changes: Counter[tuple[str, str]] = Counter()
    for (person, (unit, _)), chain in zip(evidence.items(), decided, strict=True):
        before = old.get(person)
        if before is None:
            if first := _rows(person, unit, chain, policy.id, cause_of(cause, person), None):
                new[person] = first
                changes["none", first[0].colour if first[0].from_at <= at_micros else "none"] += 1
            continue
        running = running_at(before, at_micros)
        goes_on = running if chain and chain[0][0] == at_micros else None  # a gap now: what comes later is no going on
        after = _rows(person, unit, chain, policy.id, cause_of(cause, person), goes_on)
        if _differ(before, after, at_micros):
            new[person] = after
            changes[_colour(running), _colour(running_at(after, at_micros))] += 1
    replace_chains(connection, old, new, at=at_micros, cause=cause)
    return Counter({f"{was}>{now}": n for (was, now), n in sorted(changes.items()) if was != now})


def running_at(chain: Sequence[SegmentRow], at: int) -> SegmentRow | None:
    """The segment of a chain that runs at an instant in microseconds; None where there is no code."""
    for row in chain:
        if row.from_at <= at and (row.until_at is None or at < row.until_at):
            return row
    return None


def _colour(running: SegmentRow | None) -> str:
    return running.colour if running else "none"


def _rows(
    person: int, unit: str, chain: Sequence[Stretch], policy: str, cause: int, goes_on: SegmentRow | None
) -> list[SegmentRow]:
    rows = [SegmentRow(person, begin, end, row.colour.value, row.id, policy, unit, cause) for begin, end, row in chain]
    if goes_on and (rows[0].row, policy, unit) == (goes_on.row, goes_on.policy, goes_on.unit):
        rows[0] = rows[0]._replace(from_at=goes_on.from_at, cause=goes_on.cause)  # the same answer goes on: since stays
    return rows


def _differ(before: Sequence[SegmentRow], after: Sequence[SegmentRow], at: int) -> bool:
    ahead = [row for row in before if row.until_at is None or row.until_at > at]
    return [row[:7] for row in ahead] != [row[:7] for row in after]
