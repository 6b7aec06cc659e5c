"""`bench counts`: the daily page's figures from the counters, beside a scan of the rows that they count, in the same run."""

from collections.abc import Callable
from datetime import datetime, timedelta
from time import perf_counter

import numpy as np
import sqlalchemy as sa
from sqlmodel import Session

from hbcore.bench.lab_file import INSTITUTION
from hbcore.bench.results_import import fresh_desk, liaison
from hbcore.domain.counting import day_span, net
from hbcore.domain.known import micros
from hbcore.domain.vocabulary import PROVINCE, Assay, Colour, Outcome, Role
from hbcore.services import accounts, daily_counts, units
from hbcore.services.accounts import NewAccount
from hbcore.services.acting import Staff
from hbcore.services.clock import day_of, now
from hbcore.storage import code_rows, result_counts, result_rows
from hbcore.storage.code_rows import SegmentRow
from hbcore.storage.engine import engine
from hbcore.storage.ids import new_id, new_ids
from hbcore.storage.result_rows import Uploaded

DAYS = 30
LABS = 5
SCANS = (
    "SELECT unit, assay, outcome, sum(ended_at IS NULL), sum(ended_how = 'corrected'), sum(ended_how = 'withdrawn'),"
    " count(DISTINCT person_id) FROM result WHERE recorded_at >= :begin AND recorded_at < :end GROUP BY unit, assay, outcome",
    "SELECT unit, colour, count(*) FROM code_segment WHERE from_at <= :at AND (until_at IS NULL OR until_at > :at)"
    " GROUP BY unit, colour",
)
"""What the page would have to read without counters: the results of the day, everybody's codes."""


def run(rows: int, times: int = 5) -> dict[str, object]:
    """`rows` results of 30 days, five institutions and every county; the page of yesterday by counters and by scans; medians."""
    with fresh_desk():
        liaison()
        administrator, at = accounts.staff_named("bench-administrator"), now()
        by = accounts.add_staff(
            NewAccount("bench-supervisor", Role.SUPERVISOR, unit=PROVINCE), "a bench's own password", by=administrator, at=at
        )
        held = _fill(rows, at)
        on = day_of(at) - timedelta(days=1)
        counters = _median(lambda: daily_counts.count_day(on, by=by, at=at), times)
        scan = _median(lambda: _scan(at - timedelta(days=1), at), times)
        _agree(by, at)
    return {
        "results": held,
        "counters_ms": round(counters * 1000, 2),
        "scan_ms": round(scan * 1000, 1),
        "scan_over_counters": round(scan / counters, 1),
    }


def _fill(rows: int, at: datetime) -> int:
    """Results as uploads bring them, with their counters; a code for each person."""
    drawn, per_upload = np.random.default_rng(1), rows // (DAYS * LABS)
    with engine().connect().execution_options(writes=True) as connection, connection.begin():
        counties = [one.code for one in units.all_units(Session(connection)).values() if one.level == "county"]
        for day in range(DAYS):
            for lab in range(LABS):
                recorded = micros(at - timedelta(days=DAYS - 1 - day))
                _upload(connection, drawn, counties, per_upload, Uploaded(new_id(), f"{INSTITUTION[0]}{lab}", recorded))
    return per_upload * DAYS * LABS


def _upload(connection: sa.Connection, drawn: np.random.Generator, counties: list[str], rows: int, upload: Uploaded) -> None:
    people = list(new_ids(rows))
    sampled = upload.at - int(timedelta(hours=12).total_seconds()) * 1_000_000
    outcomes = np.array([Outcome.NEGATIVE, Outcome.POSITIVE, Outcome.INCONCLUSIVE])[
        drawn.choice(3, rows, p=(0.998, 0.001, 0.001))
    ].tolist()
    units_of = [counties[place] for place in drawn.integers(0, len(counties), rows).tolist()]
    added = {
        "person_id": people,
        "assay": [str(Assay.NAAT)] * rows,
        "sampled_at": [sampled] * rows,
        "sampled_day": [result_counts.shanghai_day(sampled)] * rows,
        "id": list(new_ids(rows)),
        "outcome": outcomes,
        "single": [True] * rows,
        "tested_at": [None] * rows,
        "reported_at": [None] * rows,
        "sample_number": [f"B{person}" for person in people],
        "sampling_site": [None] * rows,
        "unit": units_of,
        "ended_how": [None] * rows,
    }
    result_counts.count(connection, added, upload, new_people=people)
    result_rows.add_results(connection, added, upload)
    chains = {
        person: [SegmentRow(person, upload.at, None, str(Colour.GREEN), "green-default", "hubei-2020-04", unit, upload.id)]
        for person, unit in zip(people, units_of, strict=True)
    }
    code_rows.replace_chains(connection, {}, chains, at=upload.at, cause=upload.id)


def _scan(on: datetime, at: datetime) -> list[list[tuple[object, ...]]]:
    begin, end = day_span(day_of(on))
    asked = {"begin": micros(begin), "end": micros(end), "at": micros(at)}
    with engine().connect() as connection:
        return [[tuple(row) for row in connection.execute(sa.text(scan), asked)] for scan in SCANS]


def _agree(by: Staff, at: datetime) -> None:
    results, codes = _scan(at, at)
    counted = daily_counts.count_day(day_of(at), by=by, at=at).figures
    scanned = sum(int(str(row[3])) for row in results), sum(int(str(row[2])) for row in codes)
    if scanned != (net(counted.results[Assay.NAAT]), sum(counted.codes.values())):
        raise AssertionError("the counters are not what was scanned")


def _median(call: Callable[[], object], times: int) -> float:
    taken = []
    for _turn in range(times):
        began = perf_counter()
        call()
        taken.append(perf_counter() - began)
    return sorted(taken)[times // 2]
