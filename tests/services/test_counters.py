"""The counters equal a scan of the rows after every step of random histories: results, people, tubes, uploads, codes."""

import importlib.util
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, example, given, settings

from hbcore.domain.counting import ENDED, OUTCOMES, DayOf
from hbcore.domain.known import micros
from hbcore.domain.vocabulary import PROVINCE, Assay, Colour
from hbcore.services.clock import day_of
from hbcore.services.daily_counts import count_day
from hbcore.storage import sealing
from hbcore.storage.code_rows import BUCKETS, MINUTE
from hbcore.storage.engine import engine
from hbcore.storage.result_counts import TEST_COUNTS, UPLOAD_COUNTS
from hbcore.storage.tested_counts import TESTED_COUNTS
from tests.services.counter_histories import (
    HISTORIES,
    HOUR,
    OTHER_LAB,
    RUNS,
    Desk,
    Line,
    days,
    scanned_codes,
    scanned_results,
    scanned_tested,
    stored,
)
from tests.standing import JIANGAN, LAB, YICHANG


class At(Protocol):
    """A desk at an instant."""

    at: datetime


AROUND = (timedelta(days=-2), -HOUR, timedelta(), HOUR, timedelta(days=3), timedelta(days=14), timedelta(days=15))


@pytest.fixture
def desk(database: Path) -> Desk:
    return Desk()


def counted(table: sa.Table) -> dict[tuple[Any, ...], list[int]]:
    """A table of counters by its key; keys that have come to nothing are left out."""
    key = len(table.primary_key.columns)
    with engine().connect() as connection:
        rows = connection.execute(sa.select(table)).all()
    return {tuple(row[:key]): list(row[key:]) for row in rows if any(row[key:])}


def counted_codes(at: Any) -> dict[tuple[str, str], int]:
    sums = sa.select(BUCKETS.c.unit, BUCKETS.c.colour, sa.func.sum(BUCKETS.c.n)).where(BUCKETS.c.minute <= micros(at) // MINUTE)
    with engine().connect() as connection:
        rows = connection.execute(sums.group_by(BUCKETS.c.unit, BUCKETS.c.colour)).all()
    return {(unit, colour): n for unit, colour, n in rows if n}


def scanned_uploads() -> dict[tuple[Any, ...], list[int]]:
    found: Counter[tuple[Any, ...]] = Counter()
    for one in stored():
        found.update((*of_day, one.unit, one.assay, one.outcome, one.upload_id) for of_day in days(one))
    return {key: [n] for key, n in found.items()}


LATEST_TESTS = sa.text(
    "SELECT id, naat_at AS kept, (SELECT max(sampled_at) FROM result"
    " WHERE person_id = person.id AND assay = 'naat' AND ended_at IS NULL) AS scanned FROM person"
)
NEWEST = sa.text("SELECT sampled_at FROM newest_sampling WHERE assay = 'naat'")


def latest_tests_are_those_of_the_rows() -> None:
    with engine().connect() as connection:
        rows = connection.execute(LATEST_TESTS).all()
        newest = connection.execute(NEWEST).scalar_one()
    assert not (wrong := [row for row in rows if row.kept != row.scanned]), f"a person's latest test is another: {wrong}"
    assert newest >= max((row.kept for row in rows if row.kept is not None), default=0)


def counters_equal_a_scan(desk: At) -> None:
    latest_tests_are_those_of_the_rows()
    assert not (wrong := differing(counted(TEST_COUNTS), scanned_results())), f"results are counted otherwise: {wrong}"
    assert not (wrong := differing(counted(TESTED_COUNTS), scanned_tested())), f"people or tubes are counted otherwise: {wrong}"
    assert not (wrong := differing(counted(UPLOAD_COUNTS), scanned_uploads())), f"an upload is counted otherwise: {wrong}"
    for later in AROUND:
        wrong = differing(counted_codes(desk.at + later), scanned_codes(desk.at + later))
        assert not wrong, f"codes are counted otherwise: {wrong}"


def rows_add_up(desk: Desk) -> None:
    """Totals of the rows are the whole: of the province and of a prefecture, by unit and by institution."""
    on = day_of(desk.at)
    for unit, by_institution, of_day in product((PROVINCE, "420100"), (False, True), DayOf):
        counts = count_day(on, unit=unit, by_institution=by_institution, day_of=of_day, by=desk.supervisor, at=desk.at)
        for assay, figure in product(Assay, (*OUTCOMES, *ENDED)):
            assert sum(row.figures.results[assay][figure] for row in counts.rows) == counts.figures.results[assay][figure]
        if not by_institution:
            for colour in Colour:
                assert sum(row.figures.codes[colour] for row in counts.rows) == counts.figures.codes[colour]


def differing(one: Mapping[Any, Any], other: Mapping[Any, Any]) -> dict[Any, tuple[Any, Any]]:
    """The keys whose counts differ, with both counts."""
    return {key: (one.get(key), other.get(key)) for key in one.keys() | other.keys() if one.get(key) != other.get(key)}


def line(person: int, tube: str = "S1", outcome: str = "阴性", status: str = "终审", hours: int = 2) -> Line:
    return Line(person, hours, True, tube, "核酸", outcome, status)


MOVED_BETWEEN = [
    (HOUR, ("upload", LAB, [line(0), line(1)])),
    (HOUR, ("move", 0, YICHANG)),
    (HOUR, ("upload", OTHER_LAB, [line(0, "S2")])),
    (HOUR, ("upload", LAB, [line(0, outcome="可疑", status="更正", hours=4)])),
]
"""Tested at two laboratories on one day, between them a change of residence; then the first result is corrected."""

JOINED = [
    (HOUR, ("upload", LAB, [line(0), line(1), line(2, "S2")])),
    (HOUR, ("move", 1, JIANGAN)),
    (HOUR, ("join", 0, 1)),
    (HOUR, ("upload", LAB, [line(1, "S2"), line(2, "S2", status="作废", hours=4)])),
]

JOINED_WITH_ONE_TUBE = [
    (HOUR, ("upload", OTHER_LAB, [line(1, "S2")])),
    (HOUR, ("upload", LAB, [line(0), line(1)])),
    (HOUR, ("join", 1, 0)),
    (HOUR, ("upload", LAB, [line(2, hours=4)])),
]
"""Two of one tube, who live in two units, turn out to be one: both results stand, and the tube counts for each unit once."""

WITHDRAWN_THEN_CORRECTED = [
    (
        HOUR,
        ("upload", LAB, [line(0, outcome="可疑"), line(1, "S2"), line(1, "S2", status="作废"), line(1, "S2", "可疑", "更正")]),
    ),
    (HOUR, ("upload", LAB, [line(0, outcome="可疑", status="作废", hours=3), line(0, status="更正", hours=3)])),
]
"""In one file a result is withdrawn and then corrected: it ends once, by the first of the two."""


@settings(max_examples=RUNS, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(steps=MOVED_BETWEEN)
@example(steps=JOINED)
@example(steps=JOINED_WITH_ONE_TUBE)
@example(steps=WITHDRAWN_THEN_CORRECTED)
@given(steps=HISTORIES)
def test_after_every_step_of_a_random_history_the_counters_equal_a_scan(steps: Any, desk: Desk) -> None:
    desk.empty()
    for gap, (what, *values) in steps:
        desk.step(gap, what, *values)
        counters_equal_a_scan(desk)
    rows_add_up(desk)


def migration() -> ModuleType:
    file = Path(sealing.__file__).parent / "migrations/versions/0006_people_and_tubes_counted.py"
    spec = importlib.util.spec_from_file_location("migration", file)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_an_upgrade_counts_the_results_that_are_there_as_the_desk_would_have(desk: Desk) -> None:
    for gap, (what, *values) in (*MOVED_BETWEEN, *JOINED):
        desk.step(gap, what, *values)
    tables = (TEST_COUNTS, TESTED_COUNTS, UPLOAD_COUNTS)
    before = [counted(table) for table in tables]

    of = migration()
    with engine().connect().execution_options(writes=True) as connection, connection.begin():
        for table, counters in zip(tables, (of.RESULTS, of.TESTED, of.UPLOADS), strict=True):
            connection.execute(sa.delete(table))
            connection.exec_driver_sql(of.DAYS + counters)

    assert [differing(counted(table), were) for table, were in zip(tables, before, strict=True)] == [{}, {}, {}]
    assert all(before)
