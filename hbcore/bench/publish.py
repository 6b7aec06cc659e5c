"""`bench publish`: a policy published for everybody, look-ups meanwhile; beside the bare writing of as many segments."""

import json
import resource
import sqlite3
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter, sleep

from sqlmodel import Session

from hbcore.bench.lab_file import INSTITUTION, lab_csv, resident_numbers
from hbcore.bench.meanwhile import again_and_again, at_share, look_up
from hbcore.bench.population import fill
from hbcore.bench.results_import import fresh_desk, liaison
from hbcore.domain.sentence import TABLES
from hbcore.domain.vocabulary import PROVINCE, Role
from hbcore.services import accounts, codes, lab_imports, policy_publishing, publications, units
from hbcore.services.accounts import NewAccount
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.publications import Applied
from hbcore.services.uploads import IncomingFile
from hbcore.storage.engine import PRAGMAS, engine
from hbcore.storage.people_rows import PERSONS

KNOWN = 2_000
"""People whose texts can be opened: those are looked up."""

AT_A_TIME = 20_000
TABLE = "wuhan-2022-09"


def run(count: int) -> dict[str, object]:
    """The 48-hour rule for the whole province over `count` people, from when it is published; look-ups all the while.

    `look_up_p95_ms`: the whole service, its event included, while the publication runs; `quiet_p95_ms`: before it. The
    yardstick writes the same number of segments with the bare driver, sorted, in one transaction.
    """
    with fresh_desk() as folder:
        first, second, by = _staff()
        _fill(count)
        numbers = resident_numbers(KNOWN, 1)
        with again_and_again(look_up(numbers, by)) as quiet:
            sleep(3)
        policy_publishing.propose(_table(), by=first, at=now())
        before, most = _memory(), Peak()
        with again_and_again(look_up(numbers, by)) as meanwhile:
            policy_publishing.publish("bench", valid_from=None, by=second, at=now())
            began = perf_counter()
            applied = publications.apply_all(most.look)
            seconds = perf_counter() - began
        written, raw = _raw(folder)
    if applied is None or applied.done < count:
        raise AssertionError("not everybody was decided")
    return {
        "people": count,
        "seconds": round(seconds, 1),
        "people_per_second": round(count / seconds),
        "turned": _turned(applied),
        "segments": written,
        "bare_writing_seconds": round(raw, 2),
        "ratio": round(seconds / raw, 1),
        "look_ups": len(meanwhile),
        "look_up_p95_ms": round(at_share(meanwhile, 0.95), 1),
        "quiet_p95_ms": round(at_share(quiet, 0.95), 1),
        "memory_grown_mb": most.seen - before,
    }


def _staff() -> tuple[Staff, Staff, Staff]:
    liaison()
    administrator, at = accounts.staff_named("bench-administrator"), now()

    def added(name: str, role: Role, unit: str) -> Staff:
        return accounts.add_staff(NewAccount(name, role, unit=unit), "a bench's own password", by=administrator, at=at)

    return (
        added("bench-first", Role.SUPERVISOR, PROVINCE),
        added("bench-second", Role.SUPERVISOR, PROVINCE),
        added("bench-reviewer", Role.DISTRICT_STAFF, INSTITUTION[2]),
    )


def _fill(count: int) -> None:
    """A desk's people with their codes under the policy in force."""
    file = IncomingFile(lab_csv(KNOWN, seed=1), "bench.csv", INSTITUTION[0], by_shell=True)
    lab_imports.commit(file, by=accounts.staff_named("bench"), at=now() - timedelta(hours=1))
    with engine().connect().execution_options(writes=True) as connection, connection.begin():
        counties = [one.code for one in units.all_units(Session(connection)).values() if one.level == "county"]
        fill(connection, count - KNOWN, counties, now())
        ids = list(connection.execute(PERSONS.select().with_only_columns(PERSONS.c.id).order_by(PERSONS.c.id)).scalars())
    for begun in range(0, len(ids), AT_A_TIME):
        _decided(ids[begun : begun + AT_A_TIME], now())


def _decided(people_ids: list[int], at: datetime) -> None:
    with engine().connect().execution_options(writes=True) as connection, connection.begin(), Session(connection) as session:
        codes.decide_again(session, people_ids, at=at, cause=0)
        session.flush()


def _table() -> bytes:
    table = json.loads((TABLES / "policies" / f"{TABLE}.json").read_text("utf-8"))
    return json.dumps(table | {"id": "bench", "applies_to": PROVINCE}).encode()


def _raw(folder: Path) -> tuple[int, float]:
    """How many segments stand, and the seconds in which the bare driver writes as many."""
    connection = sqlite3.connect(folder / "hbcore.db", isolation_level=None)
    for pragma in PRAGMAS:
        connection.execute(pragma)
    rows = connection.execute("SELECT * FROM code_segment ORDER BY person_id, from_at").fetchall()
    made = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'code_segment'").fetchone()[0]
    connection.execute(made.replace("code_segment", "yardstick"))
    began = perf_counter()
    connection.execute("BEGIN")
    connection.executemany("INSERT INTO yardstick VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
    connection.execute("COMMIT")
    return len(rows), perf_counter() - began


def _turned(applied: Applied) -> int:
    return sum(applied.changes.values())


class Peak:
    """The most memory seen after any step."""

    seen = 0

    def look(self, _applied: Applied) -> None:
        """Look at the memory in use now."""
        self.seen = max(self.seen, _memory())


def _memory() -> int:
    """Megabytes in use now, as Linux tells a process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() // 1024**2
