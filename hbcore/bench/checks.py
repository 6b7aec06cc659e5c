"""`bench checks`: codes checked at many gates at once, each with its event; beside bare events and bare reads in the same run."""

import resource
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from time import perf_counter

import sqlalchemy as sa
from sqlmodel import Session

from hbcore.bench import postgres
from hbcore.bench.lab_file import INSTITUTION, lab_csv
from hbcore.bench.meanwhile import at_share
from hbcore.bench.results_import import fresh_desk, liaison
from hbcore.domain.numbers import look_up_number
from hbcore.domain.presented import Way
from hbcore.domain.vocabulary import Role
from hbcore.services import accounts, audit, gate_shifts, lab_imports, presenting, sessions
from hbcore.services.accounts import NewAccount
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.uploads import IncomingFile
from hbcore.storage import chain
from hbcore.storage.engine import access_engine, engine
from hbcore.storage.people_rows import PERSONS
from hbcore.storage.tables import look_up_event

SEED, THREADS = 1, 8
PASSWORD = "a bench's own password"  # noqa: S105 - of a desk that lives for a minute


def run(checks: int = 6_000, people: int = 5_000, *, on_postgresql: bool = False) -> dict[str, object]:
    """`checks` checks of `people` people's 12 digits from 8 gates at once, the whole service with session, authority, event.

    `bare_events_per_second`: one durable row a time by one thread; `bare_reads_per_second`: what a gate sees of a person, read
    and decided by one thread, nothing written. Memory is that of the second half.
    """
    with postgres.database_url(on_postgresql) as url, fresh_desk(url):
        gates, numbers = _filled(people)
        _at_once(gates, numbers, checks // 2)
        before = _memory()
        seconds, taken = _at_once(gates, numbers, checks)
        grown = _memory() - before
        bare_events, bare_reads = _per_second(lambda turn: _bare_event(gates[0], turn)), _per_second(_bare_reads())
        states = audit.verify()
    if any(state.broken_at for state in states) or states[1].events < checks + checks // 2:
        raise AssertionError("a check left no event")
    return {
        "database": "postgresql" if on_postgresql else "sqlite",
        "checks": checks,
        "gates": THREADS,
        "checks_per_second": round(checks / seconds),
        "p50_ms": round(at_share(taken, 0.5), 1),
        "p95_ms": round(at_share(taken, 0.95), 1),
        "bare_events_per_second": round(bare_events),
        "bare_reads_per_second": round(bare_reads),
        "memory_grown_mb": grown,
    }


def _filled(people: int) -> tuple[list[Staff], list[str]]:
    """A member of staff at each of eight gates, signed in; the 12 digits of everybody."""
    by, at = liaison(), now()
    lab_imports.commit(IncomingFile(lab_csv(people, seed=SEED), "bench.csv", INSTITUTION[0], by_shell=True), by=by, at=at)
    administrator = accounts.staff_named("bench-administrator")
    gates = []
    for gate in range(THREADS):
        new = NewAccount(f"bench-gate-{gate}", Role.CHECKPOINT_STAFF, unit=INSTITUTION[2])
        accounts.add_staff(new, PASSWORD, by=administrator, at=at)
        ticket = sessions.sign_in(new.name, PASSWORD, place=str(gate), at=now())
        staff = sessions.holder(sessions.trade(str(ticket), at=now()), at=now(), touch=True)
        if staff is None:
            raise AssertionError("nobody signed in")
        gates.append(staff)
        gate_shifts.begin(f"gate {gate}", by=staff, at=now())
    with engine().connect() as connection:
        return gates, [look_up_number(f"{number:011}") for number in connection.scalars(sa.select(PERSONS.c.number))]


def _at_once(gates: Sequence[Staff], numbers: Sequence[str], checks: int) -> tuple[float, list[float]]:
    """Seconds of all, milliseconds of each."""

    def work(gate: int) -> list[float]:
        taken = []
        for turn in range(gate, checks, len(gates)):
            began = perf_counter()
            presenting.present(numbers[turn * 7919 % len(numbers)], way=Way.CAMERA, by=gates[gate], at=now())
            taken.append((perf_counter() - began) * 1000)
        return taken

    began = perf_counter()
    with ThreadPoolExecutor(len(gates)) as pool:
        each = list(pool.map(work, range(len(gates))))
    return perf_counter() - began, [one for taken in each for one in taken]


def _bare_event(by: Staff, turn: int) -> None:
    row = {"at": now(), "act": "code_checked", "by_id": by.id, "by_name": by.name, "role": "", "unit": "", "via": "desk"}
    with access_engine().connect().execution_options(writes=True) as connection, connection.begin():
        chain.append(connection, look_up_event, {**row, "subject": f"person {turn}", "figures": "{}"})


def _bare_reads() -> Callable[[int], object]:
    with engine().connect() as connection:
        ids = list(connection.scalars(sa.select(PERSONS.c.id)))

    def read(turn: int) -> object:
        with engine().connect() as connection, Session(connection) as session:
            return presenting.holder_of(session, ids[turn * 7919 % len(ids)], now())

    return read


def _per_second(act: Callable[[int], object], seconds: float = 2.0) -> float:
    began = perf_counter()
    for done in count(1):
        act(done)
        if perf_counter() - began > seconds:
            return done / (perf_counter() - began)
    raise AssertionError("never done")


def _memory() -> int:
    """The most that was ever held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
