"""Over random histories: two rows joined and parted again are as they were, with their codes and the counters."""

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as some

from hbcore.domain.known import micros
from hbcore.domain.vocabulary import FactKind, Registration
from hbcore.services import codes, joining
from hbcore.storage import join_rows
from hbcore.storage.code_rows import SEGMENTS
from hbcore.storage.engine import engine
from hbcore.storage.instants import raw
from hbcore.storage.people_rows import PERSONS
from tests.services.counter_histories import HISTORIES, HOUR, JIANGAN, LAB, RUNS, Desk
from tests.services.test_counters import counters_equal_a_scan, line
from tests.services.test_joining import everything


def chains_ahead(at: Any) -> list[tuple[Any, ...]]:
    """Everybody's coming codes from `at` on."""
    columns = [raw(SEGMENTS.c[name]) for name in ("person_id", "from_at", "until_at", "colour", "row", "policy", "unit")]
    with engine().connect() as connection:
        found = connection.execute(sa.select(*columns)).all()
    now = micros(at)
    return sorted((one[0], max(one[1], now), *one[2:]) for one in found if one[2] is None or one[2] > now)


STANDINGS = some.tuples(some.sampled_from(Registration), some.booleans(), some.sampled_from(("residence", "institution")))
FACTS = some.lists(some.tuples(some.booleans(), some.sampled_from((FactKind.HOME_OBSERVATION, FactKind.CONFIRMED))), max_size=3)


@pytest.fixture
def desk(database: Path) -> Desk:
    return Desk()


def make_stand(desk: Desk, place: int, registration: Registration, dated: bool, source: str, facts: list[FactKind]) -> None:
    """Somebody's registration, where their unit comes from, and facts about them."""
    with desk._writing() as (session, ids):
        if place < len(ids):
            since = desk.at - HOUR if dated else None
            values = {"registration": str(registration), "registered_at": since, "unit_source": source, "unit": JIANGAN}
            session.execute(sa.update(PERSONS).where(PERSONS.c.id == ids[place]).values(**values))
            for kind in facts:
                fact = {"person_id": ids[place], "id": joining.new_id(), "kind": str(kind), "from_at": desk.at - HOUR}
                fact |= {"source": "desk", "evidence": "-", "proposed_by": 1, "confirmed_by": 2, "recorded_at": desk.at}
                session.execute(sa.insert(join_rows.FACTS).values(**fact))
            codes.decide_again(session, [ids[place]], at=desk.at, cause=1)


SAME_TUBE = [(HOUR, ("upload", LAB, [line(0), line(1), line(1, "S2", "阳性")]))]


@settings(max_examples=RUNS, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(
    steps=SAME_TUBE, standings=((Registration.NONE, False, "residence"), (Registration.APPROVED, True, "institution")), facts=[]
)
@given(steps=HISTORIES, standings=some.tuples(STANDINGS, STANDINGS), facts=FACTS)
def test_joining_then_parting_gives_the_state_before_codes_and_counters_too(
    steps: Any, standings: Any, facts: Any, desk: Desk
) -> None:
    desk.empty()
    for gap, (what, *values) in steps:
        desk.step(gap, what, *values)
    for place, (registration, dated, source) in enumerate(standings):
        make_stand(desk, place, registration, dated, source, [kind for of_first, kind in facts if of_first == (place == 0)])
    with desk._writing() as (_, ids):
        pass
    if len(ids) < 2:
        return
    desk.at += HOUR
    before, ahead = everything(), chains_ahead(desk.at)

    with desk._writing() as (session, ids):
        done, _ = joining.carry_out(session, ids[0], ids[1], 0, by=desk.liaison, at=desk.at)
    counters_equal_a_scan(desk)
    joined = everything()
    with desk._writing() as (session, _):
        joining.undo(session, done.id, by=desk.liaison, at=desk.at)

    assert {one[0] for one in joined["sample"]} == {one[0] for one in before["sample"]}
    assert everything() == before
    assert chains_ahead(desk.at) == ahead
    counters_equal_a_scan(desk)
