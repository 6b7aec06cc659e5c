"""The evidence of a population that a policy asks for, and the marks that each piece gives; of a person the latest count."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import sqlalchemy as sa

from hbcore.domain.conditions import Condition, Word
from hbcore.domain.known import HOUR
from hbcore.domain.marks import asked_in, facts_asked_for, facts_that_close, marks_of_results
from hbcore.domain.policy_table import FactRule, Policy
from hbcore.domain.seen import CLEARING
from hbcore.domain.vocabulary import Assay, FactKind, Outcome
from hbcore.storage.evidence_rows import FACTS
from hbcore.storage.instants import raw
from hbcore.storage.latest_tests import later_than
from hbcore.storage.people_rows import PERSONS
from hbcore.storage.result_rows import RESULTS
from hbcore.storage.sampling_rows import SAMPLINGS
from hbcore.storage.tables.results import NOT_NEGATIVE

Test = sa.ColumnElement[bool]
Mark = sa.ColumnElement[int]

FACT, RESULT, OTHER = FACTS.c, RESULTS.c, RESULTS.alias("other").c
BEGUN, SAMPLED, TAKEN = raw(FACT.from_at), raw(RESULT.sampled_at), raw(SAMPLINGS.c.sampled_at)

BEYOND_RANKS = 8
RANKS = {Outcome.NEGATIVE: 0, Outcome.INVALID: 1, Outcome.INCONCLUSIVE: 2, Outcome.POOLED_POSITIVE: 3, Outcome.POSITIVE: 4}
"""Of one instant the worse result is the latest; of a negative and an invalid one the later recorded (`_rank`)."""


class Sought(NamedTuple):
    """Without a result of this assay, of one of these outcomes and younger than `hours`, a condition can't hold."""

    assay: Assay
    outcomes: Sequence[Outcome]
    hours: int | None = None

    @property
    def common(self) -> bool:
        """Whether so many people have one that their other results are not to be read."""
        return self.hours is not None and Outcome.NEGATIVE in self.outcomes


SOUGHT: Mapping[Word, Callable[[Condition], Sought]] = {
    Word.OPEN_POSITIVE: lambda _: Sought(Assay.NAAT, (Outcome.POSITIVE,)),
    Word.OPEN_POOLED: lambda _: Sought(Assay.NAAT, (Outcome.POOLED_POSITIVE,)),
    Word.OPEN_ANTIGEN: lambda _: Sought(Assay.ANTIGEN, (Outcome.POSITIVE,)),
    Word.OPEN_IGM: lambda _: Sought(Assay.IGM, (Outcome.POSITIVE,)),
    Word.LATEST_RESULT: lambda asked: Sought(asked.assay, asked.outcomes, asked.hours),
    Word.SAMPLED: lambda asked: Sought(Assay.NAAT, tuple(Outcome), asked.hours),
}


def evidence(policy: Policy, at: int) -> sa.Subquery:
    """The facts and results at `at` (microseconds) of all people of whom one can matter, each with the marks that it gives.

    Left out is who has nothing but young negatives: those are asked for by `young`.
    """
    asked = asked_in(policy)
    of_facts, of_results = _of_facts(policy, asked, at), {name: MARKS[name] for name in marks_of_results(asked)}
    with_facts = _facts_count(of_facts, at)
    columns = [*of_results, *of_facts]
    return sa.union_all(
        sa.select(RESULT.person_id, *_marked(columns, of_results)).where(
            RESULT.person_id.in_(_special(asked, with_facts, at)), *_results_count(at)
        ),
        sa.select(FACT.person_id, *_marked(columns, {name: _where(BEGUN, test) for name, test in of_facts.items()})).where(
            *with_facts
        ),
    ).subquery("evidence")


def _marked(columns: Sequence[str], marks: Mapping[str, Mark]) -> list[sa.Label[int]]:
    nothing = sa.null().cast(sa.BigInteger)
    return [marks.get(name, nothing).label(name) for name in columns]


def _special(asked: Sequence[Condition], with_facts: Sequence[Test], at: int) -> sa.Select[int] | sa.CompoundSelect[int]:
    """The people all of whose results matter: few have one that is not negative, and an index has those."""
    sought = [SOUGHT[one.word](one) for one in asked if one.word in SOUGHT]
    # Of an assay that a young negative is sought of, any other answer counts: the latest is asked what it says.
    matters = sa.or_(sa.false(), *(_younger_than(one, at) if one.common else _matches(one, at) for one in sought))
    found = sa.select(RESULT.person_id).where(sa.literal_column(NOT_NEGATIVE), at >= SAMPLED, matters)
    common = [one.assay for one in sought if one.common]
    more: list[sa.Select[int]] = []
    if common or any(one.no_later for one in asked):
        more.append(sa.select(FACT.person_id).where(*with_facts))
    if Assay.NAAT in common:
        more.append(later_than(at))  # a row that says when that was says nothing of the tests before
    return found.union_all(*more) if more else found


def young_naat(sought: Sought, at: int) -> Test:
    """Whether somebody's latest nucleic-acid test is young; of who is not marked it is a negative one."""
    latest = raw(PERSONS.c.naat_at)
    return sa.and_(at - (sought.hours or 0) * HOUR < latest, at >= latest)


def young(sought: Sought, at: int) -> sa.Select[int]:
    """Who has a young result of another assay; the same holds of it."""
    return sa.select(RESULT.person_id).where(_younger_than(sought, at), *_results_count(at))


def registered(hours: int | None, at: int) -> sa.Select[int]:
    """Who has a registered sampling younger than `hours`."""
    counts = (SAMPLINGS.c.ended_at.is_(None), at - (hours or 0) * HOUR < TAKEN, at >= TAKEN)
    return sa.select(SAMPLINGS.c.person_id).where(*counts)


def _of_facts(policy: Policy, asked: Sequence[Condition], at: int) -> dict[str, Test]:
    """Which facts give a mark. `alive_KIND`: those whose own time is not over, `begun_KIND`: all of a kind."""
    rules = facts_asked_for(policy, asked)
    alive = {f"alive_{kind}": sa.and_(_is(kind), _not_over(rule, at)) for kind, rule in rules.items()}
    return alive | {f"begun_{kind}": _is(kind) for kind in facts_that_close(asked, rules.values())}


def _facts_count(of_facts: Mapping[str, Test], at: int) -> tuple[Test, ...]:
    return FACT.ended_at.is_(None), at >= BEGUN, sa.or_(sa.false(), *of_facts.values())


def _results_count(at: int) -> tuple[Test, Test]:
    return RESULT.ended_at.is_(None), at >= SAMPLED


def _is(kind: FactKind) -> Test:
    return FACT.kind == kind.value


def _not_over(rule: FactRule, at: int) -> Test:
    own = raw(FACT.until_at)
    by_rule = sa.true() if rule.days is None else at - rule.days * 24 * HOUR < BEGUN
    return sa.or_(own > at, sa.and_(own.is_(None), by_rule))


def _younger_than(sought: Sought, at: int) -> Test:
    of_assay = RESULT.assay == sought.assay.value
    # What rules out most results is asked first.
    return of_assay if sought.hours is None else sa.and_(at - sought.hours * HOUR < SAMPLED, of_assay)


def _matches(sought: Sought, at: int) -> Test:
    return sa.and_(RESULT.outcome.in_(sought.outcomes), _younger_than(sought, at))


def _where(value: Mark, *tests: Test) -> Mark:
    return sa.case((sa.and_(*tests), value))


def _of(assay: Assay, outcomes: Sequence[Outcome], *more: Test) -> Mark:
    return _where(SAMPLED, RESULT.assay == assay.value, RESULT.outcome.in_(outcomes), *more)


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
    **{f"latest_{assay}": _where(SAMPLED * BEYOND_RANKS + _rank(), RESULT.assay == assay.value) for assay in Assay},
}
"""What each result gives to a mark: its instant, where it is of that sort; to `latest_ASSAY` with its rank in the last bits."""
