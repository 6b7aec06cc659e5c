"""`bench look-up`: one person read and shown, beside the raw driver's seeks of the same rows in the same run."""

import random
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter_ns
from typing import NamedTuple

import sqlalchemy as sa

from hbcore.bench.lab_file import INSTITUTION, lab_csv, resident_numbers
from hbcore.bench.results_import import fresh_desk, liaison
from hbcore.domain.vocabulary import Purpose, Role
from hbcore.services import accounts, audit, lab_imports, people
from hbcore.services.accounts import NewAccount
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.sought import sought
from hbcore.services.uploads import IncomingFile
from hbcore.storage.engine import PRAGMAS, engine
from hbcore.storage.look_up_rows import Sought, people_sought, read_person
from hbcore.storage.sealing import document_key

SEED = 1
WARM_UP = 100
SEEKS = (
    "SELECT * FROM person WHERE id = ?",
    "SELECT * FROM result WHERE person_id = ? AND ended_at IS NULL",
    "SELECT * FROM fact WHERE person_id = ? AND ended_at IS NULL",
    "SELECT * FROM code_segment WHERE person_id = ? ORDER BY from_at DESC LIMIT 1",
)


class Wanted(NamedTuple):
    """One person to be found: the number as typed, its readings, the key of the document it is."""

    number: str
    rows: Sought
    key: bytes


def run(count: int, times: int = 2_000) -> dict[str, object]:
    """`times` people out of `count`, drawn at random; every way takes each of them in turn, so that all meet the same caches.

    `read`: from the readings of a text to all rows of the person; `read_and_event`: with its event. `shown`: the whole
    service, so also readings, authority and decision. The yardsticks: the driver's seek for each of the same rows; the same
    and one durable insert.
    """
    with fresh_desk() as folder:
        by = _filled(count)
        drawn = random.Random(SEED).choices(resident_numbers(count, SEED), k=times + WARM_UP)  # noqa: S311 - not a secret
        wanted = [Wanted(number, sought(number).rows, document_key("resident_id", number)) for number in drawn]
        with engine().connect() as connection:
            raw, durable = _raw(folder), _durable(folder)
            ways: dict[str, Callable[[Wanted], object]] = {
                "read": lambda wanted: _read(connection, wanted),
                "raw_seeks": lambda wanted: raw(wanted.key),
                "read_and_event": lambda wanted: [_read(connection, wanted), _event(by)],
                "shown": lambda wanted: people.find(wanted.number, purpose=Purpose.COUNT_CHECK, by=by, at=now()),
                "raw_seeks_and_insert": lambda wanted: (raw(wanted.key), durable()),
            }
            taken = _measured(ways, wanted)
    p50 = {name: _at(one, 0.5) for name, one in taken.items()}
    return {
        "people": count,
        **{f"{name}_p50_us": round(p50[name], 1) for name in ways},
        **{f"{name}_p99_us": round(_at(one, 0.99), 1) for name, one in taken.items()},
        "read_ratio": round(p50["read"] / p50["raw_seeks"], 2),
        "read_and_event_ratio": round(p50["read_and_event"] / p50["raw_seeks_and_insert"], 2),
        "shown_ratio": round(p50["shown"] / p50["raw_seeks_and_insert"], 2),
    }


def _filled(count: int) -> Staff:
    by, at = liaison(), now()
    file = IncomingFile(lab_csv(count, seed=SEED), "bench.csv", INSTITUTION[0], by_shell=True)
    lab_imports.commit(file, by=by, at=at)
    administrator = accounts.staff_named("bench-administrator")
    new = NewAccount("bench-reviewer", Role.DISTRICT_STAFF, unit=INSTITUTION[2])
    return accounts.add_staff(new, "a bench's own password", by=administrator, at=at)


def _read(connection: sa.Connection, wanted: Wanted) -> object:
    (person,) = people_sought(connection, wanted.rows)
    return read_person(connection, person, now())


def _event(by: Staff) -> object:
    audit.record_look_up(audit.Act.PERSON_LOOKED_UP, by=by, at=now(), subject="person 1", figures={"purpose": "count_check"})
    return None


def _raw(folder: Path) -> Callable[[bytes], object]:
    connection = _connected(folder / "hbcore.db")

    def seek(key: bytes) -> object:
        (person,) = connection.execute("SELECT person_id FROM document WHERE key = ?", (key,)).fetchone()
        return [connection.execute(statement, (person,)).fetchall() for statement in SEEKS]

    return seek


def _durable(folder: Path) -> Callable[[], object]:
    connection = _connected(folder / "yardstick.db")
    connection.execute("CREATE TABLE line (id INTEGER PRIMARY KEY, text TEXT)")
    return lambda: connection.execute("INSERT INTO line (text) VALUES (?)", ("x" * 300,))


def _connected(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, isolation_level=None)
    for pragma in PRAGMAS:
        connection.execute(pragma)
    return connection


def _measured(ways: dict[str, Callable[[Wanted], object]], people_wanted: Sequence[Wanted]) -> dict[str, list[float]]:
    """Microseconds of each call; the first people only warm up."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for place, wanted in enumerate(people_wanted):
        for name, way in ways.items():
            began = perf_counter_ns()
            way(wanted)
            if place >= WARM_UP:
                taken[name].append((perf_counter_ns() - began) / 1000)
    return taken


def _at(values: Sequence[float], share: float) -> float:
    return sorted(values)[int(share * (len(values) - 1))]
