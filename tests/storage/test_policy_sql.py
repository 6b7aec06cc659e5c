"""The table as SQL says of everybody what the table says of each, on both databases."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from hbcore.bench.lab_file import resident_numbers
from hbcore.domain.known import Known, instant
from hbcore.domain.marks import asked_in
from hbcore.domain.policy import Policy, decide, load_policy, shipped
from hbcore.domain.vocabulary import FactKind, Outcome
from hbcore.storage import policy_sql
from hbcore.storage.engine import engine
from hbcore.storage.people_rows import PERSONS
from hbcore.storage.policy_holds import BITS
from tests import standing
from tests.domain.people_in_tables import NOW, ago, person
from tests.domain.plain_table import Plain
from tests.domain.policies_oracle import HUBEI, WUHAN
from tests.domain.random_tables import drawn_policy, row, table
from tests.people_in_bulk import AT, how_many, people, put_in

POLICIES = (HUBEI, WUHAN)


def asked(select: sa.Select[Any]) -> Sequence[sa.Row[Any]]:
    with engine().connect() as connection:
        return connection.execute(select).all()


def by_sql(policy: Policy, at: int) -> dict[int, tuple[str | None, str | None]]:
    return {row.person_id: (row.row, row.colour) for row in asked(policy_sql.decided(policy, at))}


def one_by_one(policy: Policy, known: Known, at: int) -> tuple[str | None, str | None]:
    row = Plain(policy, known, instant(at)).row()
    return (row.id, row.colour) if row else (None, None)


def different(policy: Policy, ids: list[int], everybody: list[Known], at: int) -> list[object]:
    said = by_sql(policy, at)
    assert set(said) == set(ids)
    both = [(known, said[id_], one_by_one(policy, known, at)) for id_, known in zip(ids, everybody, strict=True)]
    return [one for one in both if one[1] != one[2]]


def either(hours: int) -> dict[str, Any]:
    """A young test that settles nothing, or a young fever."""
    test = {"is": "latest_result", "assay": "naat", "outcomes": ["inconclusive"], "within_hours": hours}
    return {"is": "any_of", "of": [test, {"is": "fact_in_force", "kinds": ["fever"], "within_hours": hours}]}


@pytest.mark.parametrize("policy", [shipped()[name] for name in POLICIES], ids=POLICIES)
def test_sql_answers_for_everybody_as_the_table_does_and_every_row_is_reached(database: Path, policy: Policy) -> None:
    everybody = list(people(how_many(4_000), seed=1))
    ids = put_in(everybody)

    assert [different(policy, ids, everybody, at) for at in (AT, AT - 1, AT + 1)] == [[], [], []]

    reached = Counter(row for row, _ in by_sql(policy, AT).values())
    print(policy.id, dict(reached))
    assert set(reached) == {None, *(row.id for row in policy.rows)} - {"grey-otherwise"}  # for states of a later version
    known = everybody[0]
    assert (decide(policy, known, NOW).row, decide(policy, known, NOW).colour) == one_by_one(policy, known, AT)


def test_sql_of_tables_drawn_from_the_vocabulary_says_what_they_say(database: Path) -> None:
    drawn, deciding = random.Random(9), Counter[bool]()  # noqa: S311 - not a secret
    everybody = list(people(how_many(6_000) // 20, seed=9))
    ids = put_in(everybody)

    for _ in range(20):
        policy = drawn_policy(drawn)
        assert different(policy, ids, everybody, AT) == []
        deciding.update(row not in (None, "last") for row, _ in by_sql(policy, AT).values())

    assert deciding[True] > deciding[False]


def test_a_table_of_more_conditions_than_a_number_has_bits_is_decided_as_well(database: Path) -> None:
    policy = load_policy(table([*(row(f"row-{hours}", [either(hours)]) for hours in range(8, 361, 8)), row("last", [])]))
    everybody = list(people(how_many(6_000) // 20, seed=4))
    ids = put_in(everybody)

    assert len(asked_in(policy)) > BITS
    assert different(policy, ids, everybody, AT) == []
    assert {"row-32", "row-264", "row-336"} <= {row for row, _ in by_sql(policy, AT).values()}


@pytest.mark.sqlite_only
@pytest.mark.parametrize("of_everybody", [policy_sql.decided, policy_sql.counted, policy_sql.changed])
def test_results_of_all_time_are_sought_by_an_index_and_marks_too(database: Path, of_everybody: Any) -> None:
    plans, carried = {}, {}
    for name in POLICIES:
        statement = of_everybody(shipped()[name], AT).compile(engine(), compile_kwargs={"literal_binds": True})
        with engine().connect() as connection:
            plans[name] = [row.detail for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}")]
            steps = connection.exec_driver_sql(f"EXPLAIN {statement}").all()
        carried[name] = [step.p2 for step in steps if step.opcode == "OpenAutoindex"]

    for plan in plans.values():
        assert "SCAN result USING INDEX result_not_negative" in plan
        assert any(line.startswith("SEARCH marked USING AUTOMATIC COVERING INDEX") for line in plan), plan
        assert "SCAN result" not in plan
    assert set(map(tuple, carried.values())) == {(3,)}  # the person, their bits, and the line's own number: no marks


def test_a_later_answer_that_nobody_asks_for_takes_a_negative_s_place(database: Path) -> None:
    without_sampled = replace(shipped()[WUHAN], rows=tuple(row for row in shipped()[WUHAN].rows if row.id != "green-sampled"))
    everybody = [
        person("approved", "naat negative 1d"),
        person("approved", "naat negative 1d, naat inconclusive 2h"),
        person("approved", "naat negative 1d, igg negative 2h"),
    ]
    ids = put_in(everybody)

    said = by_sql(without_sampled, AT)

    assert [said[one][0] for one in ids] == ["green-negative", "grey-overdue", "green-negative"]
    assert different(without_sampled, ids, everybody, AT) == []


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
    (WUHAN, "naat negative -1s", "grey-overdue"),
    (WUHAN, "naat negative 1d, naat negative -1s", "green-negative"),
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
    (WUHAN, "sampled 48h", "grey-overdue"),
    (WUHAN, "sampled 48h less 1s", "green-sampled"),
    (WUHAN, "sampled -1s", "grey-overdue"),
    (WUHAN, "sampled 1d, naat negative 3d", "green-sampled"),
    (WUHAN, "sampled 3d, naat negative 1d", "green-negative"),
    (WUHAN, "sampled 1h, naat positive 3d", "red-positive"),
]


@pytest.mark.parametrize("newest_known", [True, False])
def test_edges_are_those_of_the_table_also_where_nobody_wrote_down_the_newest_test(database: Path, newest_known: bool) -> None:
    ids = put_in([person("approved", evidence) for _, evidence, _ in EDGES])
    if not newest_known:
        with engine().connect().execution_options(writes=True) as connection, connection.begin():
            connection.execute(sa.text("DELETE FROM newest_sampling"))

    said = {name: by_sql(shipped()[name], AT) for name in POLICIES}

    assert [(name, evidence, said[name][id_][0]) for id_, (name, evidence, _) in zip(ids, EDGES, strict=True)] == EDGES
