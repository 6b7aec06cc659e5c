"""Many people: the table, its chain, the export and what is written plainly say the same, at every edge."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from hbcore.domain.certlogic import input_of, logic_of
from hbcore.domain.chains import chains, evidence_of
from hbcore.domain.known import HOUR, Known, instant, micros
from hbcore.domain.policy import Policy, Row, row_at, shipped
from hbcore.domain.policy_reach import unreached
from tests.domain.certlogic_engine import compiled
from tests.domain.plain_table import Plain
from tests.domain.policies_oracle import HUBEI, WUHAN, Oracle
from tests.domain.random_tables import LAST, drawn_policy, drawn_row
from tests.people_in_bulk import AT, MILLISECOND, how_many, people

POLICIES = [shipped()[name] for name in (HUBEI, WUHAN)]
NAMED = {"argvalues": POLICIES, "ids": [HUBEI, WUHAN]}
FORESEEN = {"grey-otherwise"}
"""Stands for states of a later version."""


def id_of(row: Row | None) -> str | None:
    return row.id if row else None


def table(policy: Policy, known: Known, at: int) -> str | None:
    return id_of(row_at(policy, known, instant(at)))


def plain(policy: Policy, known: Known, at: int) -> str | None:
    return id_of(Plain(policy, known, instant(at)).row())


def exported(policy: Policy) -> Callable[[Known, int], str | None]:
    logic = compiled(logic_of(policy))

    def said(known: Known, at: int) -> str | None:
        row: str = logic(input_of(known, instant(at)))
        return None if row == "none" else row

    return said


@pytest.mark.parametrize("policy", **NAMED)  # type: ignore[arg-type]
def test_table_export_and_oracle_say_the_same_of_everybody_and_reach_every_row(policy: Policy) -> None:
    say, reached = exported(policy), Counter[str | None]()
    for known in people(how_many(1_500), seed=5, finest=MILLISECOND):
        for at in (AT, AT - 1, AT + 1):
            row = Oracle(policy.id, known, instant(at)).row()
            reached[row] += 1
            assert (table(policy, known, at), say(known, at), plain(policy, known, at)) == (row, row, row), (known, at)

    print(policy.id, dict(reached))
    assert set(reached) == {None, *(row.id for row in policy.rows)} - FORESEEN


@pytest.mark.parametrize("policy", **NAMED)  # type: ignore[arg-type]
def test_a_chain_says_at_each_edge_of_its_evidence_what_the_oracle_says_there(policy: Policy) -> None:
    drawn, tried = random.Random(6), 0  # noqa: S311 - not a secret
    from_at = AT - 30 * 24 * HOUR
    everybody = list(people(how_many(1_500) // 10, seed=6))
    for known, chain in zip(everybody, chains(policy, map(evidence_of, everybody), from_at), strict=True):
        for at in (*edges(policy, known), *(AT + drawn.randrange(-504 * HOUR, 504 * HOUR) for _ in range(3))):
            standing = [row.id for begun, end, row in chain if begun <= at and (end is None or at < end)]
            row = plain(policy, known, at)
            tried += 1
            assert standing == ([] if row is None else [row]), (known, at)
    print(policy.id, "instants", tried)


def edges(policy: Policy, known: Known) -> Iterator[int]:
    """Each instant at which something may change, and a microsecond to either side."""
    dated = [micros(seen.sampled_at) for seen in known.results] + [micros(fact.from_at) for fact in known.facts]
    dated += map(micros, known.samples)
    hours = {part.hours or 0 for row in policy.rows for part, _ in row.parts} | {
        (rule.days or 0) * 24 for rule in policy.facts.values()
    }
    own = [micros(fact.until_at) for fact in known.facts if fact.until_at]
    for at in {*own, *(one + age * HOUR for one in dated for age in hours)}:
        yield from (at - 1, at, at + 1)


def test_tables_drawn_from_the_vocabulary_say_the_same_too() -> None:
    drawn, deciding = random.Random(7), Counter[bool]()  # noqa: S311 - not a secret
    for number in range(how_many(1_500) // 50):
        policy = drawn_policy(drawn)
        say = exported(policy)
        for known in people(50, seed=number, finest=MILLISECOND):
            row = plain(policy, known, AT)
            deciding[row not in (None, "last")] += 1
            assert (table(policy, known, AT), say(known, AT)) == (row, row), (policy, known)
            first = next(iter(chains(policy, [evidence_of(known)], AT)[0]), None)
            assert (first[2].id if first and first[0] <= AT else None) == row

    print("drawn tables", dict(deciding))
    assert deciding[True] > deciding[False]


def test_a_row_that_counts_as_unreachable_decides_for_nobody() -> None:
    drawn, found = random.Random(8), 0  # noqa: S311 - not a secret
    for number in range(how_many(1_500) // 25):
        rows = [drawn_row(drawn, place) for place in range(6)]
        never = unreached([*rows, LAST])
        if never is None:
            continue
        found += 1
        policy = replace(shipped()[WUHAN], rows=(*rows, LAST))
        for known in people(40, seed=number):
            assert plain(policy, known, AT) != rows[never.row - 1].id

    print("unreachable rows", found)
    assert found
