"""What is kept beside the rows says what the rows say, after whatever was done: chains, history, counters."""

from collections import defaultdict
from itertools import pairwise

import sqlalchemy as sa
from sqlmodel import Session

from hbcore.services import codes
from hbcore.storage.code_rows import HISTORY, SEGMENTS
from hbcore.storage.engine import engine
from hbcore.storage.forgotten_rows import nothing_known
from hbcore.storage.people_rows import PERSONS
from tests.services.one_hand.accounts import Accounts
from tests.services.test_counters import counters_equal_a_scan

STRETCH = ("person_id", "from_at", "until_at")


def check_whole(desk: Accounts) -> None:
    """Deciding everybody anew changes nothing, nobody has two codes at once or ever had, and counters equal a scan."""
    with engine().connect().execution_options(writes=True) as connection, connection.begin() as work:
        everybody = set(connection.execute(sa.select(PERSONS.c.id)).scalars())
        known = sorted(everybody - nothing_known(connection, everybody))
        before = sorted(map(tuple, connection.execute(sa.select(SEGMENTS))))
        with Session(connection) as session:
            changes = codes.decide_again(session, known, at=desk.at, cause=0)
        assert not changes, f"somebody was not decided again: {changes}"
        assert sorted(map(tuple, connection.execute(sa.select(SEGMENTS)))) == before, "a chain is not what the rule says"
        _check_stretches(connection)
        work.rollback()
    counters_equal_a_scan(desk)


def _check_stretches(connection: sa.Connection) -> None:
    of_person = defaultdict(list)
    for table in (HISTORY, SEGMENTS):
        for person, begins, ends in connection.execute(sa.select(*(table.c[name] for name in STRETCH))):
            of_person[person].append((begins, ends))
    for stretches in of_person.values():
        for (_, ends), (begins, _) in pairwise(sorted(stretches, key=lambda one: one[0])):
            assert ends is not None, "a code has no end, and another follows"
            assert ends <= begins, "somebody had two codes at once"
