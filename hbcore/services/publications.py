"""Applying a published policy, or its withdrawal, to everybody it concerns, in steps of about 100 ms, gone on with after a stop.

A card asks the published tables themselves and is right from the policy's instant on, whatever has been applied. What is applied
here is the stored chain, from which the counts come.
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import Event
from time import perf_counter, sleep

from sqlmodel import Session

from hbcore.services import codes
from hbcore.services.clock import now
from hbcore.services.collecting import no_collecting
from hbcore.services.slicing import PAUSE
from hbcore.storage import policy_rows
from hbcore.storage.copied_beside import copied_beside
from hbcore.storage.engine import engine
from hbcore.trouble import log_trouble

STEP = 0.1
"""Seconds for which one step holds the right to write: with half of it all takes a third longer, with twice look-ups wait."""

LEAST, MOST = 500, 5_000
"""People in a step: with fewer its own work outweighs theirs, more only fill memory."""

LOOKED_FOR_EVERY = 20.0
WANTED = Event()
"""Set when something has been published in this process; what others publish is found within 20 s."""


@dataclass(frozen=True)
class Applied:
    """How far a publication has come: `done` of `people`, and how many codes go from one colour to another (`green>grey`) at
    the policy's instant, if nothing else happens before. `withdrawal`: it is decided without the policy, which was withdrawn."""

    policy: str
    people: int
    done: int
    changes: Mapping[str, int]
    finished_at: datetime | None
    withdrawal: bool = False


def step(*, at: datetime, most: int) -> Applied | None:
    """Apply the earliest unfinished publication to the next `most` people, in one transaction; None where there is none.

    Two that work at once take turns by the write lock and share the work.
    """
    writing = engine().connect().execution_options(writes=True)
    with no_collecting(), writing as connection, connection.begin(), Session(connection) as session:
        row = policy_rows.unfinished(connection)
        if row is None:
            return None
        people = policy_rows.next_people(connection, row, most)
        changed = _decide(session, row, people, at)
        changes = Counter(json.loads(row.changes)) + changed
        finished = at if len(people) < most else None
        policy_rows.gone_on(
            connection,
            row.id,
            {
                "done": row.done + len(people),
                "done_to": people[-1] if people else row.done_to,
                "changes": json.dumps(changes, sort_keys=True),
                "finished_at": finished,
            },
        )
        session.flush()
    return Applied(row.policy, row.people, row.done + len(people), changes, finished, row.withdrawal)


def _decide(session: Session, row: policy_rows.Row, people: list[int], at: datetime) -> Counter[str]:
    named = {"policy": row.policy, "counted_at": row.begins, "cause": row.id}
    if row.withdrawal:
        return codes.decide_without(session, people, withdrawn_at=row.began_at, at=at, **named)
    return codes.decide_by_policy(session, people, at=min(at, max(row.begins, row.began_at)), **named)


def apply_all(said: Callable[[Applied], object] = lambda _applied: None) -> Applied | None:
    """Apply whatever is published and unfinished; how the last one ended, None where there was none. `said` hears each step."""
    most, last = LEAST, None
    with copied_beside():
        while True:
            began = perf_counter()
            applied = step(at=now(), most=most)
            if applied is None:
                return last
            took = perf_counter() - began
            most = max(LEAST, min(MOST, int(most * min(2.0, STEP / took))))
            last = applied
            said(applied)
            sleep(PAUSE)


def keep_applying() -> None:
    """Apply what is published as long as the process runs: for a thread of the server, so that a restart goes on with it."""
    while True:
        try:
            apply_all()
        except Exception as error:  # a full disk, say: tried again, and the pages go on meanwhile
            log_trouble(error)
        WANTED.wait(LOOKED_FOR_EVERY)
        WANTED.clear()


def in_progress() -> Applied | None:
    """The publication being applied now, for whoever is shown counts; None where all is applied. Public: needs no permission."""
    with engine().connect() as connection:
        row = policy_rows.unfinished(connection)
    return None if row is None else Applied(row.policy, row.people, row.done, json.loads(row.changes), None, row.withdrawal)
