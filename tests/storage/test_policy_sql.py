"""The table as SQL says of everybody what the table says of each, on both databases."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from hbcore.bench.lab_file import resident_numbers
from hbcore.domain.known import Known, instant
from hbcore.domain.policy import Policy, decide, shipped
from hbcore.domain.vocabulary import FactKind, Outcome
from hbcore.storage import policy_sql
from hbcore.storage.engine import engine
from hbcore.storage.people_rows import PERSONS
from tests import standing
from tests.domain.people_in_tables import NOW, ago, person
from tests.domain.policies_oracle import HUBEI, WUHAN
from tests.people_in_bulk import AT, how_many, people, put_in

POLICIES = (HUBEI, WUHAN)


def asked(select: sa.Select[Any]) -> Sequence[sa.Row[Any]]:
    with engine().connect() as connection:
        return connection.execute(select).all()


def by_sql(policy: Policy, at: int) -> dict[int, tuple[str | None, str | None]]:
    return {row.person_id: (row.row, row.colour) for row in asked(policy_sql.decided(policy, at))}


def by_table(policy: Policy, known: Known, at: int) -> tuple[str | None, str | None]:
    decision = decide(policy, known, instant(at))
    return decision.row, decision.colour


@pytest.mark.parametrize("policy", [shipped()[name] for name in POLICIES], ids=POLICIES)
def test_sql_answers_for_everybody_as_the_table_does_and_every_row_is_reached(database: Path, policy: Policy) -> None:
    everybody = list(people(how_many(6_000), seed=1))
    ids = put_in(everybody)

    said = by_sql(policy, AT)

    expected = {id_: by_table(policy, known, AT) for id_, known in zip(ids, everybody, strict=True)}
    different = [
        (known, said[id_], expected[id_]) for id_, known in zip(ids, everybody, strict=True) if said[id_] != expected[id_]
    ]
    assert different == []
    assert set(said) == set(ids)
    reached = Counter(row for row, _ in said.values())
    assert set(reached) == {None, *(row.id for row in policy.rows)} - {"grey-otherwise"}  # for states of a later version


def test_counts_are_those_of_everybody_by_unit_row_and_colour(database: Path) -> None:
    put_in(list(people(300, seed=2)))
    policy = shipped()[HUBEI]

    counted = asked(policy_sql.counted(policy, AT))

    one_by_one = Counter((row.unit, row.row, row.colour) for row in asked(policy_sql.decided(policy, AT)))
    assert {(row.unit, row.row, row.colour): row.people for row in counted} == one_by_one
    assert len(counted) == len(one_by_one)


def test_a_unit_has_those_of_the_units_below_it(database: Path) -> None:
    put_in(list(people(300, seed=3)))

    within = asked(policy_sql.decided(shipped()[HUBEI], AT, within="420100"))

    everybody = asked(policy_sql.decided(shipped()[HUBEI], AT))
    assert sorted(within) == sorted(row for row in everybody if row.unit in ("420102", "420106"))


def test_what_runs_now_stands_beside_what_the_policy_says(database: Path) -> None:
    units = ("420106", "420106", "420106", "420502")
    numbers = resident_numbers(len(units), seed=1)
    ill, contact, tested, _ = (standing.person(one, NOW, unit=unit) for one, unit in zip(numbers, units, strict=True))
    standing.result(ill, standing.Sampled(Outcome.POSITIVE, ago("3d"), sample_number="S1"), NOW)
    standing.fact(contact, FactKind.CLOSE_CONTACT, ago("3d"), NOW)
    standing.result(tested, standing.Sampled(Outcome.NEGATIVE, ago("1d"), sample_number="S2"), NOW)

    changed = asked(policy_sql.changed(shipped()[WUHAN], AT))

    assert {(row.unit, row.was, row.row, row.colour): row.people for row in changed} == {
        ("420106", "red", "red-positive", "red"): 1,
        ("420106", "yellow", "red-quarantine", "red"): 1,
        ("420106", "green", "green-negative", "green"): 1,
        ("420502", None, "grey-overdue", "grey"): 1,
    }


def test_a_row_that_only_points_to_somebody_is_nobody(database: Path) -> None:
    survivor, pointer = (standing.person(number, NOW) for number in resident_numbers(2, seed=1))
    with engine().connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(sa.update(PERSONS).where(PERSONS.c.id == pointer).values(joined_to=survivor))

    said = by_sql(shipped()[HUBEI], AT)

    assert set(said) == {survivor}


EDGES = [
    (WUHAN, "naat negative 48h", "grey-overdue"),
    (WUHAN, "naat negative 48h less 1s", "green-negative"),
    (HUBEI, "naat negative 1d, naat invalid 1d", "green-retest"),
    (HUBEI, "naat invalid 1d, naat negative 1d", "green-default"),
    (HUBEI, "naat inconclusive 1d, naat negative 1d", "green-retest"),
    (HUBEI, "naat positive -1s", "green-default"),
    (HUBEI, "naat positive 0s", "red-positive"),
    (HUBEI, "naat pooled 1d shared, naat negative 1d", "yellow-pooled"),
    (HUBEI, "igm positive 1d, naat negative 1d", "green-default"),
    (HUBEI, "naat positive 1d, positive_excluded 1d", "red-positive"),
    (HUBEI, "confirmed 2d, recovered 2d", "red-case"),
    (HUBEI, "close_contact 14d", "green-default"),
    (HUBEI, "close_contact 20d until -1d", "yellow-contact"),
    (HUBEI, "close_contact 3d until 0s", "green-default"),
    (WUHAN, "fever 2d, naat negative 2d", "yellow-fever"),
]


def test_edges_are_those_of_the_table(database: Path) -> None:
    ids = put_in([person("approved", evidence) for _, evidence, _ in EDGES])

    said = {name: by_sql(shipped()[name], AT) for name in POLICIES}

    assert [(name, evidence, said[name][id_][0]) for id_, (name, evidence, _) in zip(ids, EDGES, strict=True)] == EDGES
