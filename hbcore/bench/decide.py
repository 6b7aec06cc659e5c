"""`bench decide` and `bench decide-population`: a decision beside the row alone, and everybody's beside a plain scan."""

from collections.abc import Callable, Iterable
from statistics import mean, median
from time import perf_counter_ns
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from hbcore.bench import postgres
from hbcore.bench.population import fill, known_people
from hbcore.bench.results_import import fresh_desk, liaison
from hbcore.domain.known import micros
from hbcore.domain.policy import Policy, decide, row_at, shipped
from hbcore.services import units
from hbcore.services.clock import now
from hbcore.storage import policy_sql
from hbcore.storage.engine import engine

WARM_UP = 100
SCANS = (
    "SELECT count(*), max(unit), max(registration), count(joined_to) FROM person",
    "SELECT count(*), max(assay), max(outcome), max(sampled_at), max(ended_at), count(CASE WHEN single THEN 1 END) FROM result",
    "SELECT count(*), max(kind), max(from_at), max(until_at), max(ended_at) FROM fact",
)
"""What a decision must read at the least: the same columns of the same rows."""


def run(people: int) -> dict[str, object]:
    """`people` mixed people decided with both policies: microseconds with reasons and all conditions tried; the row alone."""
    at = now()
    everybody = known_people(people + WARM_UP, at)
    figures: dict[str, object] = {"people": people}
    for name, policy in shipped().items():
        with_reasons, alone = [], []
        for known in everybody:
            with_reasons.append(_micros(lambda known=known, policy=policy: decide(policy, known, at)))  # type: ignore[misc]
            alone.append(_micros(lambda known=known, policy=policy: row_at(policy, known, at)))  # type: ignore[misc]
        ours, yardstick = with_reasons[WARM_UP:], alone[WARM_UP:]
        figures |= {
            f"{name}_mean_us": round(mean(ours), 1),
            f"{name}_p50_us": round(median(ours), 1),
            f"{name}_p99_us": round(sorted(ours)[int(0.99 * (len(ours) - 1))], 1),
            f"{name}_row_alone_mean_us": round(mean(yardstick), 1),
            f"{name}_ratio": round(mean(ours) / mean(yardstick), 2),
        }
    return figures


def run_population(people: int, times: int = 3, *, on_postgresql: bool = False) -> dict[str, object]:
    """`people` people in a desk of their own, decided in the database and scanned in turns; the medians and the ratio."""
    with postgres.database_url(on_postgresql) as url, fresh_desk(url):
        liaison()
        at = now()
        with engine().connect().execution_options(writes=True) as connection, connection.begin():
            counties = [one.code for one in units.all_units(Session(connection)).values() if one.level == "county"]
            fill(connection, people, counties, at)
        if on_postgresql:
            with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("VACUUM ANALYZE")  # as a server does by itself after a while
        with engine().connect() as connection:
            return {"people": people, **_measured(connection, micros(at), times)}


def _measured(connection: sa.Connection, at: int, times: int) -> dict[str, object]:
    ways: dict[str, Callable[[], object]] = {"scan": lambda: [connection.execute(sa.text(scan)).all() for scan in SCANS]}
    for name, policy in shipped().items():
        ways[name] = lambda policy=policy: connection.execute(_everybody(policy, at)).all()  # type: ignore[misc]
        ways[f"{name}_by_unit"] = lambda policy=policy: connection.execute(policy_sql.counted(policy, at)).all()  # type: ignore[misc]
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _turn in range(times):
        for name, way in ways.items():
            taken[name].append(_micros(way) / 1e6)
    seconds = {name: median(one) for name, one in taken.items()}
    ratios = {f"{name}_ratio": round(median(_ratios(taken[name], taken["scan"])), 2) for name in ways if name != "scan"}
    return {**{f"{name}_seconds": round(one, 2) for name, one in seconds.items()}, **ratios}


def _everybody(policy: Policy, at: int) -> sa.Select[*tuple[Any, ...]]:
    """Everybody decided; of the answers one is handed back, so that no time goes into fetching them."""
    decided = policy_sql.decided(policy, at).subquery()
    return sa.select(sa.func.count(), sa.func.max(decided.c.row)).select_from(decided)


def _ratios(ours: Iterable[float], yardstick: Iterable[float]) -> list[float]:
    return [one / other for one, other in zip(ours, yardstick, strict=True)]


def _micros(call: Callable[[], object]) -> float:
    began = perf_counter_ns()
    call()
    return (perf_counter_ns() - began) / 1000
