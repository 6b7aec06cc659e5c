"""The only room that changes a colour: whoever's facts or results changed is decided again, set-wise, in the same transaction."""

import json
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

import sqlalchemy as sa
from sqlmodel import Session

from hbcore.domain.errors import Refused
from hbcore.domain.known import micros
from hbcore.domain.policy import Policy, Segment, load_policy, segments_of_many
from hbcore.domain.vocabulary import PROVINCE
from hbcore.storage.code_rows import SegmentRow, replace_chains, segments_of
from hbcore.storage.known_rows import known_of
from hbcore.storage.staging import staged
from hbcore.storage.tables import BIG, PolicyRow

POLICIES: sa.Table = PolicyRow.__table__  # type: ignore[attr-defined]


@lru_cache(maxsize=32)
def _policy(id_: str, content: str) -> Policy:
    return load_policy(json.loads(content))


def policy_in_force(session: Session, at: datetime) -> Policy:
    """The policy published for the province that is in force at `at`. Policies are never edited, so a loaded one stays true.

    :raises Refused: `no_policy` where none is published.
    """
    c = POLICIES.c
    row = session.execute(
        sa.select(c.id, c.content).where(c.valid_from <= at, c.scope == PROVINCE).order_by(c.valid_from.desc()).limit(1)
    ).first()
    if row is None:
        raise Refused("no_policy")
    return _policy(row.id, row.content)


def decide_again(session: Session, people: Sequence[int], *, at: datetime, cause: int) -> Counter[str]:
    """Decide these people again and store what changed; how many codes went from one colour to another (`none>green`).

    Called inside the transaction that changed their results, facts or registration. `cause` is the id of the upload or
    application behind it. The stored chain is a cache of `decide`: equal chains are not written again.
    """
    connection = session.connection()
    policy = policy_in_force(session, at)
    with staged(connection, BIG, people) as wanted:
        known = known_of(connection, wanted)
        old = segments_of(connection, wanted)
    decided = segments_of_many(policy, [one.known for one in known.values()], at)
    at_micros = micros(at)
    new: dict[int, Sequence[SegmentRow]] = {}
    changes: Counter[str] = Counter()
    for (person, one), chain in zip(known.items(), decided, strict=True):
        before = old.get(person, ())
        after = _rows(person, one.unit, chain, policy.id, cause, _running(before, at_micros))
        if _differ(before, after, at_micros):
            new[person] = after
            changes[f"{_colour(before, at_micros)}>{_colour(after, at_micros)}"] += 1
    replace_chains(connection, old, new, at=at_micros, cause=cause)
    return Counter({change: n for change, n in sorted(changes.items()) if len(set(change.split(">"))) == 2})


def _running(chain: Sequence[SegmentRow], at: int) -> SegmentRow | None:
    return next((row for row in chain if row.from_at <= at and (row.until_at is None or at < row.until_at)), None)


def _colour(chain: Sequence[SegmentRow], at: int) -> str:
    running = _running(chain, at)
    return running.colour if running else "none"


def _rows(
    person: int, unit: str, chain: Sequence[Segment], policy: str, cause: int, running: SegmentRow | None
) -> list[SegmentRow]:
    rows = []
    for segment in chain:
        until = None if segment.until_at is None else micros(segment.until_at)
        row = SegmentRow(person, micros(segment.from_at), until, str(segment.colour), segment.row, policy, unit, cause)
        rows.append(row)
    if rows and running and (rows[0].row, policy, unit) == (running.row, running.policy, running.unit):
        rows[0] = rows[0]._replace(from_at=running.from_at, cause=running.cause)  # the same answer goes on: since stays
    return rows


def _differ(before: Sequence[SegmentRow], after: Sequence[SegmentRow], at: int) -> bool:
    ahead = [row for row in before if row.until_at is None or row.until_at > at]
    return [row[:7] for row in ahead] != [row[:7] for row in after]
