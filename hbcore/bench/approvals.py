"""`bench approvals`: many clean applications approved in one act, beside the bare writing of the rows that this changes."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from hbcore.bench import waiting
from hbcore.bench.results_import import fresh_desk, liaison
from hbcore.domain.vocabulary import Role
from hbcore.services import accounts, applications
from hbcore.services.accounts import NewAccount
from hbcore.services.acting import Staff
from hbcore.services.applications import MOST, Question
from hbcore.services.clock import now
from hbcore.storage.engine import PRAGMAS

UNITS = ("420106", "420102", "420502")
BARE = (
    "UPDATE application SET state = 'approved', decided_by = 1, decided_at = 1 WHERE id = ? AND state = 'waiting'",
    "INSERT INTO application_step (application_id, id, act, before, after, unit, reasons, by_id, at)"
    " VALUES (?, 1, 'approve', 'waiting', 'approved', '420106', '[]', 1, 1)",
    "UPDATE person SET registration = 'approved' WHERE id = (SELECT person_id FROM application WHERE id = ?)",
    "INSERT INTO code_segment (person_id, from_at, colour, row, policy, unit, cause)"
    " SELECT person_id, 1, 'green', '-', '-', '420106', 1 FROM application WHERE id = ?",
)


def run(count: int = 10_000) -> dict[str, object]:
    """The first page of a queue of `count`, how many are clean, and as many of those as may be approved at once."""
    with fresh_desk() as folder:
        by = _reviewer()
        waiting.put(count, UNITS, now())
        began = perf_counter()
        seen = applications.counts_and_queue(Question(), by=by, at=now())
        page = perf_counter() - began
        lines = applications.queue(by=by, at=now(), limit=count)
        clean = [line.id for line in lines if line.clean]
        began = perf_counter()
        made = applications.approve_many(clean[:MOST], by=by, at=now())
        approved = perf_counter() - began
        bare = _bare(folder, clean[MOST : 2 * MOST])
    return {
        "waiting": count,
        "page_ms": round(page * 1000, 1),
        "clean_of_the_first": seen.clean,
        "approved": len(made.approved),
        "approved_seconds": round(approved, 3),
        "bare_seconds": round(bare, 3),
        "ratio": round(approved / bare, 1),
    }


def _reviewer() -> Staff:
    liaison()
    administrator = accounts.staff_named("bench-administrator")
    new = NewAccount("bench-reviewer", Role.DISTRICT_STAFF, unit="420000")
    return accounts.add_staff(new, "a bench's own password", by=administrator, at=now())


def _bare(folder: Path, ids: Sequence[int]) -> float:
    connection = sqlite3.connect(folder / "hbcore.db", isolation_level=None)
    for pragma in PRAGMAS:
        connection.execute(pragma)
    began = perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    for statement in BARE:
        connection.executemany(statement, [(id_,) for id_ in ids])
    connection.execute("COMMIT")
    return perf_counter() - began
