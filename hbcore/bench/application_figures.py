"""`bench application-figures`: the supervisor's view over 30 days, beside a plain scan of the same applications."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from statistics import median
from time import perf_counter

import numpy as np
import sqlalchemy as sa
from sqlmodel import Session

from hbcore.bench import postgres
from hbcore.bench.results_import import fresh_desk, liaison
from hbcore.domain.applications import Act, ApplicationState
from hbcore.domain.known import micros
from hbcore.domain.vocabulary import PROVINCE, Role
from hbcore.services import accounts, application_figures, units
from hbcore.services.accounts import NewAccount
from hbcore.services.acting import Staff
from hbcore.services.clock import day_of, now
from hbcore.storage.application_rows import APPLICATIONS
from hbcore.storage.application_work_rows import Step, add_steps
from hbcore.storage.engine import engine
from hbcore.storage.ids import new_ids
from hbcore.storage.staging import add_rows

DAYS, BEFORE = 30, 30
"""The span, and as many days before it, which the view must not read."""

REVIEWERS = 50
HOUR = 3_600_000_000
KINDS = (("passport", ("FRA", "JPN", "KOR", "RUS", "USA", "GBR")), ("hk_macau_permit", ("HKG",)), ("taiwan_permit", ("TWN",)))
SCAN = (
    "SELECT count(*), max(unit), max(state), max(document_kind), max(country), max(decided_by), max(decided_at), max(due_at),"
    " max(reasons) FROM application WHERE decided_at + 0 >= :begin"
)
"""What no index helps: every application is looked at, and of those of the span each column that the view needs."""


def run(applications: int, times: int = 5, *, on_postgresql: bool = False) -> dict[str, object]:
    """`applications` decided in the span, as many before it, a tenth waiting; medians of seconds in turns, and the ratio."""
    with postgres.database_url(on_postgresql) as url, fresh_desk(url):
        liaison()
        administrator, at = accounts.staff_named("bench-administrator"), now()
        new = NewAccount("bench-supervisor", Role.SUPERVISOR, unit=PROVINCE)
        by = accounts.add_staff(new, "a bench's own password", by=administrator, at=at)
        _fill(applications, at)
        begin = day_of(at) - timedelta(days=DAYS - 1)
        ways: dict[str, Callable[[], object]] = {
            "view": lambda: application_figures.figures(begin, day_of(at), by=by, at=at),
            "scan": lambda: _scan(micros(at) - DAYS * 24 * HOUR),
        }
        taken: dict[str, list[float]] = {name: [] for name in ways}
        for _turn in range(times):
            for name, way in ways.items():
                began = perf_counter()
                way()
                taken[name].append(perf_counter() - began)
        decided = _agree(by, begin, at)
    seconds = {name: median(one) for name, one in taken.items()}
    return {
        "decided": decided,
        **{f"{name}_seconds": round(one, 3) for name, one in seconds.items()},
        "view_over_scan": round(seconds["view"] / seconds["scan"], 2),
    }


def _agree(by: Staff, begin: date, at: datetime) -> int:
    seen = application_figures.figures(begin, day_of(at), by=by, at=at)
    if sum(one.part.decided for one in seen.units) != seen.whole.decided or sum(seen.waiting.values()) == 0:
        raise AssertionError("the lines do not add up")
    return seen.whole.decided


def _scan(begin: int) -> object:
    with engine().connect() as connection:
        return connection.execute(sa.text(SCAN), {"begin": begin}).all()


def _fill(applications: int, at: datetime) -> None:
    """Applications as they stand after a decision, in every county; nothing in them is opened by the view."""
    drawn = np.random.default_rng(1)
    with engine().connect().execution_options(writes=True) as connection, connection.begin():
        counties = [one.code for one in units.all_units(Session(connection)).values() if one.level == "county"]
        decided, waiting = 2 * applications, max(applications // 10, 1)
        ids = list(new_ids(decided + waiting))
        span = (DAYS + BEFORE) * 24 * HOUR
        when = np.sort(micros(at) - drawn.integers(0, span, decided)).tolist()
        hours = (drawn.gamma(2.0, 3.0, decided) * HOUR).astype(int).tolist()
        rows = [_row(id_, drawn, counties, at_, at_ - took) for id_, at_, took in zip(ids, when, hours, strict=False)]
        begun = (micros(at) - drawn.integers(0, 30 * HOUR, waiting)).tolist()
        rows += [_row(id_, drawn, counties, None, began) for id_, began in zip(ids[decided:], begun, strict=True)]
        add_rows(connection, APPLICATIONS, list(rows[0]), [tuple(row.values()) for row in rows])
        asked = [_asked(row) for row in rows[:decided:10]]
        add_steps(connection, asked)


def _row(
    id_: int, drawn: np.random.Generator, counties: list[str], decided_at: int | None, submitted_at: int
) -> dict[str, object]:
    kind, countries = KINDS[int(drawn.integers(0, len(KINDS)))]
    refused = decided_at is not None and drawn.random() < 0.1
    state = ApplicationState.WAITING if decided_at is None else ApplicationState.REFUSED if refused else ApplicationState.APPROVED
    return {
        "id": id_,
        "receipt": f"B{id_}",
        "secret_hash": b"",
        "person_id": id_,
        "unit": counties[int(drawn.integers(0, len(counties)))],
        "state": str(state),
        "channel": "counter",
        "document_kind": kind,
        "document_key": id_.to_bytes(16, "big"),
        "country": countries[int(drawn.integers(0, len(countries)))],
        "sealed": b"x" * 300,
        "key_version": 1,
        "filing_check": "not_required",
        "filing_fields": "[]",
        "submitted_at": submitted_at,
        "due_at": submitted_at + 24 * HOUR,
        "decided_by": None if decided_at is None else int(drawn.integers(1, REVIEWERS)),
        "decided_at": decided_at,
        "reasons": '["document_expired"]' if refused else "[]",
        "recorded_at": submitted_at,
    }


def _asked(row: dict[str, object]) -> Step:
    at = int(str(row["submitted_at"])) + HOUR
    states = str(ApplicationState.WAITING), str(ApplicationState.ASKED)
    return Step(int(str(row["id"])), Act.ASK, *states, str(row["unit"]), ("address", "contact"), 1, at)
