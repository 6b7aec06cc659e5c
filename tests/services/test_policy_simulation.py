"""A policy tried on the people there are says what publishing it does, to the last code (dry run = commit)."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from hbcore.domain.errors import Refused
from hbcore.domain.known import Known
from hbcore.domain.policy import decide, load_policy, shipped
from hbcore.domain.sentence import TABLES
from hbcore.domain.vocabulary import Registration, Role
from hbcore.services import policy_publishing, policy_simulation
from hbcore.services.acting import Staff
from tests import standing
from tests.services.publishing import AT, DAY, LATER, WUHAN, applied_at, settle_in
from tests.standing import YICHANG

TABLE = shipped()[WUHAN]


@pytest.fixture
def first(database: Path) -> Staff:
    return standing.staff(Role.SUPERVISOR, AT - DAY, name="first", unit="420000")


@pytest.fixture
def second(database: Path) -> Staff:
    return standing.staff(Role.SUPERVISOR, AT - DAY, name="second", unit="420000")


def test_a_simulation_says_who_would_turn_where(first: Staff):
    settle_in()

    tried = policy_simulation.simulate(TABLE, by=first, at=AT)

    assert (tried.unit, tried.people) == ("420100", 4)
    assert tried.changes == {"green>grey": 2, "yellow>red": 1}
    assert {one.unit: (one.people, one.turned) for one in tried.units} == {"420106": (3, 3), "420102": (1, 0)}
    assert tried.rows == {"grey-overdue": 2, "green-negative": 1, "red-quarantine": 1}


def test_what_was_simulated_is_what_publishing_does(first: Staff, second: Staff):
    settle_in()
    tried = policy_simulation.simulate(TABLE, as_of=LATER, by=first, at=AT)
    policy_publishing.propose_kept(WUHAN, by=first, at=AT)
    policy_publishing.publish(WUHAN, valid_from=LATER, by=second, at=AT)

    done = applied_at(LATER, most=100)[-1]

    assert tried.changes == done.changes
    assert policy_simulation.simulate(TABLE, by=first, at=LATER).changes == {}


def test_the_longest_a_table_may_speak_of_can_be_reckoned_with(first: Staff):
    settle_in()
    table = json.loads((TABLES / "policies" / f"{WUHAN}.json").read_text("utf-8"))
    for row in table["rows"]:
        row["when"] = [{**one, "within_hours": 87_600} if "within_hours" in one else one for one in row["when"]]
    for kind in table["facts"]:
        table["facts"][kind]["days"] = 3_650
    policy = load_policy({**table, "travel": {**table["travel"], "hours": 87_600}})

    assert policy_simulation.simulate(policy, by=first, at=AT).rows["green-negative"] == 2
    assert decide(policy, Known(Registration.APPROVED), AT).row == "grey-overdue"


def test_people_under_a_policy_of_a_nearer_scope_are_not_concerned(first: Staff, second: Staff):
    settle_in()
    policy_publishing.propose_kept(WUHAN, by=first, at=AT)
    policy_publishing.publish(WUHAN, valid_from=AT, by=second, at=AT)

    tried = policy_simulation.simulate(shipped()["hubei-2020-04"], by=first, at=LATER)

    assert (tried.unit, tried.people) == ("420000", 1)


def test_a_supervisor_simulates_in_the_own_unit_alone(first: Staff):
    settle_in()
    below = standing.staff(Role.SUPERVISOR, AT - DAY, name="below", unit="420106")

    assert policy_simulation.simulate(TABLE, by=below, at=AT).people == 3
    with pytest.raises(Refused, match="not_your_unit"):
        policy_simulation.simulate(TABLE, unit="420102", by=below, at=AT)
    with pytest.raises(Refused, match="policy_elsewhere"):
        policy_simulation.simulate(TABLE, unit=YICHANG, by=first, at=AT + timedelta(hours=1))
