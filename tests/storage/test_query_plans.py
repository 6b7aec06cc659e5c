"""The statements of hot reads are index seeks: SQLite's own plan of what was run says so."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from hbcore.storage import count_rows, look_up_rows
from hbcore.storage.engine import engine
from hbcore.storage.look_up_rows import Sought
from hbcore.storage.people_rows import PERSONS
from tests import standing

AT = datetime(2020, 11, 23, 1, 40, tzinfo=UTC)
UNITS = ("420102", "420106")
SMALL = ("institution",)
"""Tables of a few hundred rows that may be read whole."""

Run = list[tuple[str, object]]


@contextmanager
def watched() -> Iterator[Run]:
    """Every statement run meanwhile, with its parameters."""
    run: Run = []

    def keep(_connection, _cursor, statement, parameters, _context, _many):
        run.append((statement, parameters))

    sa.event.listen(engine(), "before_cursor_execute", keep)
    yield run
    sa.event.remove(engine(), "before_cursor_execute", keep)


def plans(read: Callable[[sa.Connection], object]) -> dict[str, list[str]]:
    """The plan of each statement that `read` runs."""
    with watched() as run, engine().connect() as connection:
        read(connection)
    with engine().connect() as connection:
        return {
            statement: [row.detail for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
            for statement, values in run
            if statement.startswith("SELECT")
        }


def scans(lines: list[str]) -> list[str]:
    """What is read whole."""
    return [line for line in lines if line.startswith("SCAN") and line.split()[1] not in SMALL]


SOUGHT = Sought(receipt="A", number=1, document_keys=[b"1", b"2"], samples=("s", "S"))


def test_finding_whose_a_number_is_seeks_and_never_scans(database: Path):
    found = plans(lambda connection: look_up_rows.people_sought(connection, SOUGHT))

    assert len(found) == 4
    for lines in found.values():
        assert scans(lines) == []
        assert any("SEARCH" in line and ("INDEX" in line or "PRIMARY KEY" in line) for line in lines)


def test_reading_a_person_seeks_and_never_scans(database: Path):
    person = standing.person("420106199001011231", AT)

    found = plans(lambda connection: look_up_rows.read_person(connection, person, AT))

    assert len(found) == 4
    for statement, lines in found.items():
        assert scans(lines) == []
        assert any("SEARCH" in line and ("INDEX" in line or "PRIMARY KEY" in line) for line in lines)
        assert "person_id = ?" in statement or "person.id = ?" in statement


COUNTS = {
    "results by unit": lambda c: count_rows.count_results(c, UNITS, day_of="recorded", day=18000, by_institution=False),
    "results by institution": lambda c: count_rows.count_results(c, UNITS, day_of="recorded", day=18000, by_institution=True),
    "codes": lambda c: count_rows.count_codes(c, UNITS, minute=26_000_000),
    "applications": lambda c: count_rows.count_applications(c, UNITS, from_at=AT, until_at=AT, as_at=AT),
}


@pytest.mark.parametrize("counted", COUNTS)
def test_the_daily_page_seeks_and_never_scans(database: Path, counted):
    found = plans(COUNTS[counted])

    assert found
    assert [line for lines in found.values() for line in scans(lines)] == []


def test_a_scan_is_found(database: Path):
    found = plans(lambda connection: connection.execute(sa.select(PERSONS.c.id).where(PERSONS.c.unit == "420106")))

    assert [scans(lines) for lines in found.values()] != [[]]
