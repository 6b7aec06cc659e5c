"""The statements of hot reads are index seeks: SQLite's own plan of what was run says so."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from hbcore.domain.issued_codes import CodeKind
from hbcore.domain.likeness import traits
from hbcore.domain.vocabulary import Outcome, RowCode
from hbcore.storage import (
    alarm_rows,
    application_figure_rows,
    application_rows,
    code_keys,
    code_rows,
    count_rows,
    count_span_rows,
    evidence_rows,
    fact_list_rows,
    fact_rows,
    gate_count_rows,
    issued_code_rows,
    lab_alarm_rows,
    likeness_rows,
    look_up_rows,
    national_rows,
    notice_rows,
    people_rows,
    result_rows,
    temperature_rows,
    tested_counts,
    trust_rows,
    waiting_rows,
    why_rows,
)
from hbcore.storage.engine import access_engine, engine
from hbcore.storage.look_up_rows import Sought
from hbcore.storage.people_rows import PERSONS
from hbcore.storage.staged_keys import staged
from hbcore.storage.tables import BIG
from tests import standing

pytestmark = pytest.mark.sqlite_only  # reads the plans of SQLite

AT = datetime(2020, 11, 23, 1, 40, tzinfo=UTC)
UNITS = ("420102", "420106")
SMALL = ("institution", "tube", "below")
"""May be read whole: a table of a few hundred rows; the two people at most that were found by a tube; the units below one."""


def plans(read: Callable[[sa.Connection], object], of: Callable[[], sa.Engine] = engine) -> dict[str, list[str]]:
    """The plan of each statement that `read` runs, as the driver itself was given it."""
    run: list[str] = []
    with of().connect() as connection:
        driver = connection.connection.driver_connection
        driver.set_trace_callback(run.append)
        read(connection)
        driver.set_trace_callback(None)
        return {
            statement: [row.detail for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}")]
            for statement in run
            if statement.startswith(("SELECT", "WITH"))
        }


def scans(lines: list[str]) -> list[str]:
    """What is read whole."""
    return [line for line in lines if line.startswith("SCAN") and line.split()[1] not in SMALL]


SOUGHT = Sought(receipt="A", number=1, document_keys=[b"1", b"2"], samples=("s", "S"))


def test_finding_whose_a_number_is_seeks_and_never_scans(database: Path):
    found = plans(lambda connection: look_up_rows.people_sought(connection, SOUGHT))

    ((_statement, lines),) = found.items()
    searched = [line for line in lines if line.startswith("SEARCH")]
    assert [line.split()[1] for line in searched] == ["document", "look_up_number", "application", "sample"]
    assert all("INDEX" in line or "PRIMARY KEY" in line for line in searched)
    assert scans(lines) == []


def test_reading_a_person_seeks_and_never_scans(database: Path):
    person = standing.person("420106199001011231", AT)

    found = plans(lambda connection: look_up_rows.read_person(connection, person, AT))

    assert len(found) == 4
    for statement, lines in found.items():
        assert scans(lines) == []
        assert all("INDEX" in line or "PRIMARY KEY" in line for line in lines if line.startswith("SEARCH"))
        assert f"person_id = {person}" in statement or f"person.id = {person}" in statement


@pytest.mark.parametrize("read", [why_rows.results, why_rows.facts, why_rows.applications])
def test_reading_what_stands_behind_a_code_seeks_and_never_scans(database: Path, read):
    person = standing.person("420106199001011231", AT)

    ((statement, lines),) = plans(lambda connection: read(connection, person)).items()

    assert scans(lines) == []
    assert f"person_id = {person}" in statement


def test_finding_who_may_be_an_applicant_seeks_and_never_scans(database: Path):
    one = traits(("CHAN TAI MAN",), (), (date(1980, 2, 3),), ("HKG",))

    ((_statement, lines),) = plans(lambda connection: likeness_rows.bearing(connection, [one])).items()

    assert scans(lines) == []
    assert any("person_token USING PRIMARY KEY (token=?)" in line for line in lines), lines


CODES = {
    "key that signs": lambda c: code_keys.signs_now(c, CodeKind.STATUS),
    "key of a code": lambda c: code_keys.one(c, b"-"),
    "taken back": lambda c: issued_code_rows.revoked(c, 1, b"-"),
    "taken back of a person": lambda c: issued_code_rows.revoked_of(c, 1, AT),
}
ISSUED = {
    "one": lambda c: issued_code_rows.one(c, b"-"),
    "of a person": lambda c: issued_code_rows.of_person(c, 1, AT),
}


@pytest.mark.parametrize(("store", "read"), [*((engine, one) for one in CODES), *((access_engine, one) for one in ISSUED)])
def test_a_code_and_its_key_are_sought_and_never_scanned(database: Path, store, read):
    ((_statement, lines),) = plans((CODES | ISSUED)[read], store).items()

    assert lines
    assert scans(lines) == []


COUNTS = {
    "results by unit": lambda c: count_rows.count_results(c, UNITS, day_of="recorded", day=18000, by_institution=False),
    "results by institution": lambda c: count_rows.count_results(c, UNITS, day_of="recorded", day=18000, by_institution=True),
    "people and tubes": lambda c: count_rows.count_tested(c, UNITS, day_of="recorded", day=18000, whole=True),
    "at an institution": lambda c: count_rows.count_tested_by_institution(c, "420100", day_of="recorded", day=18000),
    "results over days": lambda c: count_span_rows.count_results_by_day(c, UNITS, day_of="recorded", days=(18000, 18001)),
    "people over days": lambda c: count_span_rows.count_tested_by_day(c, "420106", day_of="recorded", days=(18000, 18001)),
    "codes over days": lambda c: count_span_rows.count_codes_by_day(c, UNITS, (26_000_000, 26_001_440)),
    "applications over days": lambda c: count_span_rows.count_applications_by_day(c, UNITS, first=18000, last=18001),
    "codes": lambda c: count_rows.count_codes(c, UNITS, minute=26_000_000),
    "applications": lambda c: count_rows.count_applications(c, UNITS, from_at=AT, until_at=AT, as_at=AT),
    "gates": lambda c: gate_count_rows.count_gates(c, UNITS, from_at=AT, until_at=AT, as_at=AT),
    "entries on the national code": lambda c: national_rows.of_day(c, UNITS, AT, AT, offset=0, limit=50),
    "who waits at a gate": lambda c: temperature_rows.by_staff(c, 1, AT, AT),
    "notices open": lambda c: temperature_rows.open_notices(c, "420106", AT, 10),
    "notices overdue": lambda c: temperature_rows.overdue(c, "420106", AT, 10),
    "notices settled": lambda c: temperature_rows.settled_lately(c, "420106", AT, AT, 10),
    "notices counted": lambda c: temperature_rows.counts(c, "420106", AT),
    "the notice of a list": lambda c: temperature_rows.of_list(c, 1),
}


@pytest.mark.parametrize("counted", COUNTS)
def test_the_daily_page_seeks_and_never_scans(database: Path, counted):
    found = plans(COUNTS[counted])

    assert found
    assert [line for lines in found.values() for line in scans(lines)] == []


ALARMS = {
    "positives counted": alarm_rows.POSITIVE_COUNTS[Outcome.POSITIVE],
    "positives listed": alarm_rows.POSITIVES[Outcome.POSITIVE],
    "pooled counted": alarm_rows.POSITIVE_COUNTS[Outcome.POOLED_POSITIVE],
    "pooled listed": alarm_rows.POSITIVES[Outcome.POOLED_POSITIVE],
    "mismatches counted": alarm_rows.MISMATCH_COUNT,
    "mismatches listed": alarm_rows.MISMATCHES,
    "overdue": alarm_rows.OVERDUE,
}
ASKED = {"unit": "420106", "earlier": 0, "later": 1, "limit": 10, "burst": 5}


@pytest.mark.parametrize("read", ALARMS)
def test_alarms_seek_and_never_scan(database: Path, read):
    ((_statement, lines),) = plans(lambda connection: list(ALARMS[read].rows(connection, ASKED))).items()

    assert scans(lines) == []
    found_by = "application_queue" if read in ("mismatches counted", "mismatches listed", "overdue") else "result_positive"
    assert any(f"INDEX {found_by}" in line for line in lines), lines


OF_LABORATORIES = {
    "recent": lambda c: lab_alarm_rows.sent_since(c, ("420106L01", "420502L01"), 0, 1),
    "before": lambda c: lab_alarm_rows.sent_before(c, "420106L01", 1, 14),
    "by day": lambda c: lab_alarm_rows.firsts(c, ("420106L01", "420502L01"), 0, 1),
}


@pytest.mark.parametrize("read", OF_LABORATORIES)
def test_alarms_of_laboratories_seek_their_uploads_by_time_and_never_scan(database: Path, read):
    ((_statement, lines),) = plans(OF_LABORATORIES[read]).items()

    assert scans(lines) == []
    assert any("INDEX upload_by_time (institution=? AND recorded_at" in line for line in lines), lines


def with_staged(read: Callable[[sa.Connection, sa.FromClause], object]) -> Callable[[sa.Connection], object]:
    """Read what belongs to two people whose ids are staged."""

    def run(connection: sa.Connection) -> object:
        with staged(connection, BIG, [1, 2]) as wanted:
            return read(connection, wanted)

    return run


SOME = {
    "evidence": with_staged(evidence_rows.evidence_of),
    "chains": with_staged(code_rows.segments_of),
    "results that count": lambda c: tested_counts.people_standing(c, [1, 2]),
    "results of samples": lambda c: result_rows.held_results(c, "420106L01", ["S1", "S2"], {19_304, 19_305}),
    "results in tubes": lambda c: result_rows.in_tubes(c, "420106L01", {("S1", 19_304), ("S2", 19_305)}),
    "results that count in tubes": lambda c: tested_counts.tubes_standing(c, "420106L01", ["S1", "S2"], {19_304, 19_305}),
    "facts": lambda c: fact_rows.standing_of(c, [1, 2], None, AT, ()),
    "facts proposed": lambda c: fact_list_rows.waiting_of(c, [1, 2], None, AT),
    "applications": lambda c: application_rows.many_rows(c, [1, 2]),
    "who an applicant may be": lambda c: likeness_rows.held_traits(c, [1, 2]),
    "who was told apart": lambda c: likeness_rows.told_apart(c, [1, 2]),
    "documents": lambda c: people_rows.owners_of(c, [bytes(8), bytes([1] * 8)]),
}


@pytest.mark.parametrize("read", SOME)
def test_some_keys_are_sought_in_a_table_and_never_the_whole_of_it_read(database: Path, read, monkeypatch):
    found: list[str] = []
    for asks_first in (result_rows, tested_counts):
        monkeypatch.setattr(asks_first, "are_new_tubes", lambda *_: False)

    def plan(_connection, cursor, statement, parameters, _context, _many) -> None:
        if statement.startswith("SELECT"):
            found.extend(row[-1] for row in cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters))

    with engine().connect() as connection, connection.begin():
        sa.event.listen(connection, "before_cursor_execute", plan)
        SOME[read](connection)

    assert any(line.startswith("SEARCH") for line in found)
    assert [line for line in scans(found) if not line.startswith("SCAN wanted_")] == []


@pytest.mark.parametrize("unit", ["420106", None])
def test_rows_held_for_days_are_found_among_the_held_ones_alone(database: Path, unit: str | None):
    ((_statement, lines),) = plans(lambda connection: lab_alarm_rows.held_before(connection, unit, ["420106L01"], 1)).items()

    assert [line for line in scans(lines) if "INDEX upload_row_held" not in line] == []
    assert any("INDEX upload_row_held" in line for line in lines), lines


def test_held_rows_that_say_positive_are_found_by_an_index_of_their_own(database: Path):
    ((_statement, lines),) = plans(
        lambda connection: lab_alarm_rows.held_before(connection, "420106", [], 1, positive=True)
    ).items()

    assert [line for line in scans(lines) if "INDEX upload_row_positive" not in line] == []
    assert any("INDEX upload_row_positive" in line for line in lines), lines


def test_rows_that_wait_are_sought_among_the_held_ones_alone(database: Path):
    kinds = (RowCode.CONTRADICTS, RowCode.SECOND_ACCOUNT_NEEDED)

    ((_statement, lines),) = plans(lambda connection: waiting_rows.waiting(connection, "420106L01", kinds)).items()

    assert scans(lines) == []
    assert any("INDEX upload_row_held (held_for=?" in line for line in lines), lines


def test_a_scan_is_found(database: Path):
    found = plans(lambda connection: connection.execute(sa.select(PERSONS.c.id).where(PERSONS.c.unit == "420106")))

    assert [scans(lines) for lines in found.values()] != [[]]


def test_what_is_due_in_the_outbox_and_what_failed_are_read_by_their_own_indexes(database: Path):
    asked = {"unit": "420000", "since": 0}

    due = plans(lambda connection: notice_rows.due(connection, AT, 100))
    failed = plans(lambda connection: list(notice_rows.FAILED.rows(connection, asked)))

    assert any("notice_next" in line for lines in due.values() for line in lines)
    assert any("notice_failed" in line for lines in failed.values() for line in lines)
    assert [line for lines in (*due.values(), *failed.values()) for line in scans(lines)] == []


def test_the_supervisors_figures_are_read_from_indexes_alone(database: Path):
    asked = {"unit": "420000", "from_at": 0, "until_at": 1, "at": 1}
    rows = application_figure_rows

    found = plans(
        lambda connection: [list(one.rows(connection, asked)) for one in (rows.DECIDED, rows.WITHIN_COUNT, rows.WAITING)]
    )
    asked_for = plans(lambda connection: list(rows.ASKED.rows(connection, asked)))

    used = [next(line for line in lines if " application " in line) for lines in found.values()]
    assert ["COVERING INDEX application_decided" in line for line in used] == [True, True, False]
    assert "COVERING INDEX application_queue" in used[2]
    assert any("application_step_asked" in line for lines in asked_for.values() for line in lines)
    assert [line for lines in (*found.values(), *asked_for.values()) for line in scans(lines)] == []


def test_the_key_that_a_foreign_code_names_is_sought_and_never_scanned_for(database: Path):
    ((_statement, lines),) = plans(lambda connection: list(trust_rows.named(connection, b"12345678"))).items()

    assert scans(lines) == []
    assert any("trusted_key_standing (kid=?)" in line for line in lines), lines
