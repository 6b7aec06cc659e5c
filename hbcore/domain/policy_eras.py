"""Which policy holds where and when: the nearest scope's newest, each until the next takes its place."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from hbcore.domain.known import Known, instant, micros
from hbcore.domain.policy import NO_DETAILS, Decision, decide
from hbcore.domain.policy_table import Policy
from hbcore.domain.seen import seen_by
from hbcore.domain.segments import Segment, segments, standing
from hbcore.domain.sentence import Sentence


class Published(NamedTuple):
    """A published policy: it holds in the unit `scope` and all below it from `from_at` on (microseconds since 1970)."""

    scope: str
    from_at: int
    policy: Policy


class Era(NamedTuple):
    """A stretch of time in which one policy decides, `from_at` included, `until_at` left out (None: no end is known yet)."""

    from_at: int
    until_at: int | None
    policy: Policy


def eras(published: Sequence[Published], path: Sequence[str], from_at: int) -> tuple[Era, ...]:
    """The eras from `from_at` on for somebody who lives in `path[0]`, which lies in `path[1]`, and so on up to the province.

    A policy for a unit stands before one for a unit above it, however new that is; of one unit the newest holds. Empty where
    none holds; a time in which none holds is a gap.
    """
    edges = sorted({from_at, *(one.from_at for one in published if one.scope in path and one.from_at > from_at)})
    out: list[Era] = []
    for begin, end in pairwise([*edges, None]):
        policy = _in_force(published, path, begin or 0)
        if policy is None:
            continue
        if out and (out[-1].policy.id, out[-1].until_at) == (policy.id, begin):
            out[-1] = out[-1]._replace(until_at=end)
        else:
            out.append(Era(begin or 0, end, policy))
    return tuple(out)


def _in_force(published: Sequence[Published], path: Sequence[str], at: int) -> Policy | None:
    for scope in path:
        begun = [one for one in published if one.scope == scope and one.from_at <= at]
        if begun:
            return max(begun, key=_from).policy
    return None


def _from(one: Published) -> int:
    return one.from_at


def decide_over(
    eras_ahead: Sequence[Era], known: Known, at: datetime, *, details: Mapping[str, Sentence] = NO_DETAILS
) -> Decision:
    """`decide` by the policy of the first era, which holds at `at`; `until` also where a later policy answers otherwise."""
    decision = decide(eras_ahead[0].policy, known, at, details=details)
    until = decision.until
    for era, following in pairwise(eras_ahead):
        ends = instant(following.from_at)
        if until is not None and until <= ends:
            break
        row, goes_on = standing(following.policy, seen_by(following.policy, known), micros(ends))
        if era.until_at != following.from_at or (row.id if row else None) != decision.row:
            until = ends
            break
        until = goes_on
    return Decision(decision.colour, decision.row, decision.reason, until, decision.tried)


def segments_over(eras_ahead: Sequence[Era], known: Known, from_at: datetime) -> tuple[tuple[str, Segment], ...]:
    """The whole coming chain over all eras, each segment with the id of its policy; a change of policy parts two segments."""
    out = []
    for era in eras_ahead:
        begin, end = max(from_at, instant(era.from_at)), None if era.until_at is None else instant(era.until_at)
        for one in segments(era.policy, known, begin):
            if end is None or one.from_at < end:
                cut = one.until_at if end is None or (one.until_at is not None and one.until_at < end) else end
                out.append((era.policy.id, Segment(one.colour, one.row, one.from_at, cut)))
    return tuple(out)
