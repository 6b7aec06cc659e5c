"""A life as a policy colours it: each stretch as the table and a plain oracle say it, and of many people at once as of each."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hbcore.domain.chains import chains, evidence_of
from hbcore.domain.known import FactSeen, Known, ResultSeen, instant, micros
from hbcore.domain.policy import Policy, Segment, decide, segments, shipped
from hbcore.domain.vocabulary import Assay, Outcome, Registration
from tests.domain.people_in_tables import NOW, ago, person
from tests.domain.policies_oracle import HUBEI, WUHAN, Oracle, changes
from tests.domain.strategies import EDGE, POLICIES, instants, people


@settings(deadline=None, max_examples=250)
@given(POLICIES, people(), instants(), st.lists(instants(), max_size=5))
def test_the_chain_says_what_is_decided_at_every_edge(
    policy: str, known: Known, from_at: datetime, others: list[datetime]
) -> None:
    chain = segments(shipped()[policy], known, from_at)

    edges = [at for segment in chain for at in (segment.from_at, segment.until_at) if at] + changes(policy, known) + others
    for at in {at + shift for at in edges for shift in (-EDGE, timedelta(0), EDGE)}:
        if at >= from_at:
            standing = [
                segment.row for segment in chain if segment.from_at <= at and not (segment.until_at and segment.until_at <= at)
            ]
            row = Oracle(policy, known, at).row()
            assert standing == ([] if row is None else [row])


@settings(deadline=None, max_examples=150)
@given(POLICIES, people(), instants())
def test_neighbours_in_a_chain_never_share_a_row_and_the_first_ends_when_the_decision_does(
    policy: str, known: Known, from_at: datetime
) -> None:
    chain = segments(shipped()[policy], known, from_at)
    decision = decide(shipped()[policy], known, from_at)

    for one, following in pairwise(chain):
        assert one.until_at is not None
        assert one.until_at <= following.from_at
        assert one.row != following.row or one.until_at < following.from_at
    begins = chain[0].from_at if chain else None
    assert decision.until == (chain[0].until_at if chain and begins == from_at else begins)


@settings(deadline=None, max_examples=60)
@given(POLICIES, st.lists(people(), max_size=5), st.timedeltas(timedelta(0), timedelta(days=2)), instants())
def test_many_chains_at_once_are_each_persons_own(policy: str, some: list[Known], apart: timedelta, from_at: datetime) -> None:
    everybody = some + [_shifted(known, apart) for known in some]

    at_once = chains_at_once(shipped()[policy], everybody, from_at)

    assert at_once == [segments(shipped()[policy], known, from_at) for known in everybody]


@pytest.mark.parametrize("policy", shipped())
@pytest.mark.parametrize("hours", [(), (1,), (1, 1), (60, 30, 1), (60, -2), (1, 500), (170, 169, 49)])
def test_of_negatives_alone_the_newest_counts(policy: str, hours: tuple[int, ...]) -> None:
    """A shorter way that most people take; later samplings and everything else go the long way."""
    known = person("approved", ", ".join(f"naat negative {ago}h" for ago in hours) or "nothing")

    assert chains_at_once(shipped()[policy], [known], NOW) == [segments(shipped()[policy], known, NOW)]


def chains_at_once(policy: Policy, everybody: list[Known], from_at: datetime) -> list[tuple[Segment, ...]]:
    """What `chains` gives, as `segments` says it."""
    return [
        tuple(Segment(row.colour, row.id, instant(begin), None if end is None else instant(end)) for begin, end, row in chain)
        for chain in chains(policy, map(evidence_of, everybody), micros(from_at))
    ]


def _shifted(known: Known, by: timedelta) -> Known:
    return Known(
        known.registration,
        known.unit,
        tuple(ResultSeen(seen.assay, seen.outcome, seen.sampled_at + by, seen.single) for seen in known.results),
        tuple(FactSeen(fact.kind, fact.from_at + by, fact.until_at and fact.until_at + by) for fact in known.facts),
        tuple(at + by for at in known.samples),
    )


ALIKE = person("approved", "naat negative 1d")
ALMOST_ALIKE = [
    person("waiting", "naat negative 1d"),
    person("approved", "naat invalid 1d"),
    person("approved", "antigen negative 1d"),
    person("approved", "naat negative 1d, naat negative 3d shared, naat pooled 4d shared"),
    person("approved", "naat negative 1d, naat negative 3d, naat pooled 4d shared"),
    person("approved", "naat pooled 1d shared, lives 420106, fever 3d"),
    person("approved", "naat pooled 1d shared, lives 420902, fever 3d"),
    person("approved", "naat negative 1d, fever 3d until 2d"),
    person("approved", "naat negative 1d, fever 3d"),
    person("approved", "naat negative 1d, sampled 1h"),
]


@pytest.mark.parametrize("policy", [HUBEI, WUHAN])
def test_people_alike_but_for_one_thing_do_not_share_a_chain(policy: str) -> None:
    everybody = [ALIKE, *ALMOST_ALIKE]

    at_once = chains_at_once(shipped()[policy], everybody, NOW)

    assert at_once == [segments(shipped()[policy], known, NOW) for known in everybody]


def test_a_single_specimen_and_a_shared_one_of_the_same_instant_are_two_things() -> None:
    policy = shipped()[HUBEI]
    shared = replace(ALIKE.results[0], outcome=Outcome.POOLED_POSITIVE, single=False)
    everybody = [
        Known(Registration.APPROVED, results=(shared, replace(ALIKE.results[0], sampled_at=NOW, single=single)))
        for single in (True, False)
    ]

    at_once = chains_at_once(policy, everybody, NOW)

    assert [chain[0].row for chain in at_once] == ["green-default", "yellow-pooled"]


def test_a_life_goes_on_as_the_table_says_without_anything_new() -> None:
    known = person("approved", "close_contact 6d, naat negative 1d")

    chain = segments(shipped()[WUHAN], known, NOW)

    assert [(segment.row, segment.until_at) for segment in chain] == [
        ("red-quarantine", NOW + timedelta(days=1)),
        ("yellow-home", NOW + timedelta(days=4)),
        ("grey-overdue", None),
    ]


def test_a_measure_that_follows_upon_its_like_is_one_stretch() -> None:
    known = person("approved", "close_contact 20d, close_contact 6d")

    chain = segments(shipped()[HUBEI], known, ago("10d"))

    assert [(segment.row, segment.until_at) for segment in chain] == [("yellow-contact", ago("-8d")), ("green-default", None)]


def test_between_two_measures_an_unregistered_person_has_no_code() -> None:
    known = person("none", "self_declared 20d, close_contact -2d")

    chain = segments(shipped()[HUBEI], known, ago("10d"))

    assert [(segment.row, segment.from_at) for segment in chain] == [
        ("yellow-declared", ago("10d")),
        ("yellow-contact", ago("-2d")),
    ]
    assert chain[0].until_at == ago("6d")


def test_an_instant_means_the_same_in_any_zone() -> None:
    here = NOW.astimezone(timezone(timedelta(hours=8)))
    seen = ResultSeen(Assay.NAAT, Outcome.NEGATIVE, here - timedelta(hours=1))
    known = Known(Registration.APPROVED, results=(seen, ResultSeen(Assay.NAAT, Outcome.NEGATIVE, NOW - timedelta(hours=9))))

    [chain] = chains_at_once(shipped()[WUHAN], [known], here)

    assert chain == segments(shipped()[WUHAN], known, NOW)
    assert chain[0].until_at == NOW + timedelta(hours=47)


def test_a_naive_instant_is_refused() -> None:
    naive = NOW.replace(tzinfo=None)

    with pytest.raises(TypeError):
        segments(shipped()[HUBEI], person("approved", "nothing"), naive)
