"""The marks of a population: of each person the latest instant of each sort of evidence that a policy asks for."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from hbcore.domain.conditions import Condition, Word
from hbcore.domain.known import HOUR
from hbcore.domain.marks import asked_in, facts_asked_for, facts_that_close, marks_of_results
from hbcore.domain.policy_table import FactRule, Policy
from hbcore.domain.seen import CLEARING
from hbcore.domain.vocabulary import Assay, FactKind, Outcome
from hbcore.storage.evidence_rows import FACTS
from hbcore.storage.instants import raw
from hbcore.storage.result_rows import RESULTS
from hbcore.storage.sampling_rows import SAMPLINGS

Test = sa.ColumnElement[bool]
Mark = sa.ColumnElement[int]

FACT, RESULT, OTHER = FACTS.c, RESULTS.c, RESULTS.alias("other").c
BEGUN, SAMPLED = raw(FACT.from_at), raw(RESULT.sampled_at)

BEYOND_RANKS = 8
RANKS = {Outcome.NEGATIVE: 0, Outcome.INVALID: 1, Outcome.INCONCLUSIVE: 2, Outcome.POOLED_POSITIVE: 3, Outcome.POSITIVE: 4}
"""Of one instant the worse result is the latest; of a negative and an invalid one the later recorded (`_rank`)."""


class Sought(NamedTuple):
    """Without a result of this assay, of one of these outcomes and younger than `hours`, a condition can't hold."""

    assay: Assay
    outcomes: Sequence[Outcome]
    hours: int | None = None


SOUGHT: Mapping[Word, Callable[[Condition], Sought]] = {
    Word.OPEN_POSITIVE: lambda _: Sought(Assay.NAAT, (Outcome.POSITIVE,)),
    Word.OPEN_POOLED: lambda _: Sought(Assay.NAAT, (Outcome.POOLED_POSITIVE,)),
    Word.OPEN_ANTIGEN: lambda _: Sought(Assay.ANTIGEN, (Outcome.POSITIVE,)),
    Word.OPEN_IGM: lambda _: Sought(Assay.IGM, (Outcome.POSITIVE,)),
    Word.LATEST_RESULT: lambda asked: Sought(asked.assay, asked.outcomes, asked.hours),
    Word.SAMPLED: lambda asked: Sought(Assay.NAAT, tuple(Outcome), asked.hours),
}


def marks(policy: Policy, at: int) -> sa.CTE:
    """A line with all marks at `at` (microseconds) of each person with facts, and of each with results that can matter.

    One table to be joined with people: each join costs about as much again as reading them.
    """
    asked = asked_in(policy)
    facts = _facts(policy, asked, at)
    results = _results(asked, at, facts)
    of_results, of_facts = ([column for column in one.c if column.name != "person_id"] for one in (results, facts))
    with_results = sa.select(results.c.person_id, *of_results, *of_facts).select_from(
        results.outerjoin(facts, facts.c.person_id == results.c.person_id)
    )
    nothing = (sa.null().cast(sa.BigInteger).label(column.name) for column in of_results)
    facts_alone = sa.select(facts.c.person_id, *nothing, *of_facts).where(
        facts.c.person_id.not_in(sa.select(results.c.person_id))
    )
    return with_results.union_all(facts_alone).cte("marked")


def registered(policy: Policy, at: int) -> sa.CTE | None:
    """`sampled`: the latest registered sampling of each person at `at`, no older than the policy asks; None where it does not."""
    ages = [one.hours or 0 for one in asked_in(policy) if one.word is Word.SAMPLED]
    if not ages:
        return None
    taken = raw(SAMPLINGS.c.sampled_at)
    young = (SAMPLINGS.c.ended_at.is_(None), at - max(ages) * HOUR < taken, at >= taken)
    select = sa.select(SAMPLINGS.c.person_id, sa.func.max(taken).label("sampled")).where(*young)
    return select.group_by(SAMPLINGS.c.person_id).cte("registered")


def _facts(policy: Policy, asked: Sequence[Condition], at: int) -> sa.CTE:
    """`alive_KIND`: the latest beginning of a kind among those whose own time is not over; `begun_KIND`: among all."""
    rules = facts_asked_for(policy, asked)
    columns = [_latest(BEGUN, _is(kind), _not_over(rule, at)).label(f"alive_{kind}") for kind, rule in rules.items()]
    columns += [_latest(BEGUN, _is(kind)).label(f"begun_{kind}") for kind in facts_that_close(asked, rules.values())]
    select = sa.select(FACT.person_id, *columns).where(FACT.ended_at.is_(None), at >= BEGUN)
    return select.group_by(FACT.person_id).cte("marked_facts")


def _is(kind: FactKind) -> Test:
    return FACT.kind == kind.value


def _not_over(rule: FactRule, at: int) -> Test:
    own = raw(FACT.until_at)
    by_rule = sa.true() if rule.days is None else at - rule.days * 24 * HOUR < BEGUN
    return sa.or_(own > at, sa.and_(own.is_(None), by_rule))


def _results(asked: Sequence[Condition], at: int, facts: sa.CTE) -> sa.CTE:
    noted = _noted(asked, at, facts).cte("noted")
    columns = [MARKS[name].label(name) for name in marks_of_results(asked)]
    of_noted = RESULT.person_id.in_(sa.select(noted.c.person_id))
    select = sa.select(RESULT.person_id, *columns).where(of_noted, RESULT.ended_at.is_(None), at >= SAMPLED)
    return select.group_by(RESULT.person_id).cte("marked_results")


def _noted(asked: Sequence[Condition], at: int, facts: sa.CTE) -> sa.Select[Any] | sa.CompoundSelect[Any]:
    """Those with a result that some condition looks for; and with a fact, where a later result can end one."""
    sought = [SOUGHT[one.word](one) for one in asked if one.word in SOUGHT]
    tests = (_may_match(sought, at), RESULT.ended_at.is_(None), at >= SAMPLED)
    select = sa.select(RESULT.person_id).where(*tests, sa.or_(sa.false(), *(_matches(one, at) for one in sought)))
    if any(one.no_later for one in asked):
        return select.union_all(sa.select(facts.c.person_id))
    return select


def _may_match(sought: Sequence[Sought], at: int) -> Test:
    """What rules out most results, asked first and alone: of most people there is nothing more to be asked."""
    ever, lately = ({outcome for one in sought if bool(one.hours) == aged for outcome in one.outcomes} for aged in (False, True))
    youngest = max((one.hours for one in sought if one.hours), default=0)
    young = sa.and_(at - youngest * HOUR < SAMPLED, RESULT.outcome.in_(sorted(lately)))
    return sa.or_(RESULT.outcome.in_(sorted(ever)), young)


def _matches(sought: Sought, at: int) -> Test:
    young = sa.true() if sought.hours is None else at - sought.hours * HOUR < SAMPLED
    return sa.and_(RESULT.assay == sought.assay.value, RESULT.outcome.in_(sought.outcomes), young)


def _latest(value: Mark, *tests: Test) -> Mark:
    return sa.func.max(sa.case((sa.and_(*tests), value)))


def _of(assay: Assay, outcomes: Sequence[Outcome], *more: Test) -> Mark:
    return _latest(SAMPLED, RESULT.assay == assay.value, RESULT.outcome.in_(outcomes), *more)


def _rank() -> Mark:
    """The last bits of a result's instant: what of one instant makes the latest."""
    same_instant = (OTHER[name] == RESULT[name] for name in ("person_id", "assay", "sampled_at"))
    negative_later = sa.exists().where(
        *same_instant, OTHER.id > RESULT.id, OTHER.outcome == Outcome.NEGATIVE.value, OTHER.ended_at.is_(None)
    )
    counts_as = (RESULT.outcome == Outcome.INVALID.value) & negative_later.correlate(RESULTS)
    ranks = [(RESULT.outcome == outcome.value, rank) for outcome, rank in RANKS.items()]
    return sa.case((counts_as, RANKS[Outcome.NEGATIVE]), *ranks)


MARKS: Mapping[str, Mark] = {
    **{f"naat_{outcome}": _of(Assay.NAAT, (outcome,)) for outcome in Outcome},
    "antigen_positive": _of(Assay.ANTIGEN, (Outcome.POSITIVE,)),
    "retested": _of(Assay.NAAT, CLEARING, RESULT.single.is_(True)),
    "single_negative": _of(Assay.NAAT, (Outcome.NEGATIVE,), RESULT.single.is_(True)),
    **{f"latest_{assay}": _latest(SAMPLED * BEYOND_RANKS + _rank(), RESULT.assay == assay.value) for assay in Assay},
}
"""Each the latest instant of some of a person's results; `latest_ASSAY` with its outcome's rank in the last bits."""
