"""Whoever is known by a recalled upload alone has a code by no way, as if nobody had told of them, until something is told."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session

from hbcore.domain.known import micros
from hbcore.domain.policy import shipped
from hbcore.domain.vocabulary import FactKind, Purpose, Role
from hbcore.services import codes, people
from hbcore.services.acting import Staff
from hbcore.storage import policy_sql
from hbcore.storage.engine import engine
from tests import standing
from tests.services.applying import rows
from tests.services.counter_histories import HOUR, START
from tests.services.test_counters import counters_equal_a_scan
from tests.services.test_recalls import NEAR, Uploading, lone
from tests.standing import LAB

LATER = START + 3 * HOUR


@pytest.fixture
def desk(database: Path) -> Uploading:
    return Uploading()


@pytest.fixture
def number(desk: Uploading) -> str:
    """An upload of two people, of whom another tells of the second; it is recalled at `LATER`."""
    made = desk.upload(0, LAB, [lone(0), lone(1)])
    desk.upload(1, NEAR, [lone(1)])
    desk.recall(made, LATER)
    return made


@pytest.fixture
def clerk(desk: Uploading) -> Staff:
    return standing.staff(Role.DISTRICT_STAFF, START, unit="420000")


def by_each_way(at: datetime, clerk: Staff) -> list[dict[int, str | None]]:
    """The colour of everybody as the card, the table as SQL and the stored chain have it."""
    everybody = [person for (person,) in rows("SELECT id FROM person ORDER BY id")]
    cards = [people.open_by_id(person, purpose=Purpose.CODE_QUESTION, by=clerk, at=at).code for person in everybody]
    with engine().connect() as connection:
        found = connection.execute(policy_sql.decided(shipped()["hubei-2020-04"], micros(at))).all()
    running = f"from_at <= {micros(at)} AND (until_at IS NULL OR until_at > {micros(at)})"
    chains = dict(rows(f"SELECT person_id, colour FROM code_segment WHERE {running}"))  # noqa: S608
    return [
        {person: code and str(code.colour) for person, code in zip(everybody, cards, strict=True)},
        {row.person_id: row.colour for row in found},
        {person: chains.get(person) for person in everybody},
    ]


def test_no_card_no_count_and_no_policy_says_anything_of_them(desk: Uploading, number: str, clerk: Staff):
    colours = by_each_way(LATER, clerk)
    with engine().connect().execution_options(writes=True) as connection, connection.begin(), Session(connection) as session:
        later = LATER + timedelta(days=1)
        everybody = list(colours[0])
        changes = codes.decide_by_policy(session, everybody, policy="other", at=later, counted_at=later, cause=0)

    assert [sorted(one.values(), key=str) for one in colours] == [[None, "green"]] * 3
    assert changes == {}
    desk.at = LATER
    counters_equal_a_scan(desk)


def test_what_a_measure_would_change_of_them_is_what_it_changes(desk: Uploading, number: str, clerk: Staff):
    (gone,) = (person for person, colour in by_each_way(LATER, clerk)[0].items() if colour is None)
    exempt = (str(FactKind.TEST_EXEMPT), micros(LATER), None)
    with engine().connect().execution_options(writes=True) as connection, connection.begin(), Session(connection) as session:
        would = codes.would_change(session, [gone], at=LATER, more={gone: [exempt]})

    standing.fact(gone, FactKind.TEST_EXEMPT, LATER, LATER)

    assert would == {"none>green": 1}
    assert {colour[gone] for colour in by_each_way(LATER + HOUR, clerk)} == {"green"}


@pytest.mark.parametrize("how", ["put back", "told of again", "a fact"])
def test_with_something_on_record_they_are_registered_as_before(desk: Uploading, number: str, clerk: Staff, how: str):
    before = rows("SELECT id, registered_at FROM person ORDER BY id")
    (gone,) = (person for person, colour in by_each_way(LATER, clerk)[0].items() if colour is None)
    assert rows(f"SELECT registration FROM person WHERE id = {gone}") == [("none",)]  # noqa: S608

    at = LATER + HOUR
    match how:
        case "put back":
            desk.put_back(number, at)
        case "told of again":
            desk.upload(4, NEAR, [lone(0)])
        case "a fact":
            standing.fact(gone, FactKind.CLOSE_CONTACT, at, at)

    assert {colour[gone] for colour in by_each_way(at + HOUR, clerk)} == {"yellow" if how == "a fact" else "green"}
    assert rows(f"SELECT registration FROM person WHERE id = {gone}") == [("approved",)]  # noqa: S608
    assert rows("SELECT id, registered_at FROM person ORDER BY id") == before
    desk.at = at
    counters_equal_a_scan(desk)
