"""Many people made up at once, their evidence dated at and around every edge a rule counts to; put into a database."""

import os
import random
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import count

import sqlalchemy as sa

from hbcore.domain.known import HOUR, FactSeen, Known, ResultSeen, instant, micros
from hbcore.domain.vocabulary import Assay, FactKind, Outcome, Registration
from hbcore.storage import latest_tests, sampling_rows
from hbcore.storage.engine import engine
from hbcore.storage.evidence_rows import FACTS
from hbcore.storage.ids import new_ids
from hbcore.storage.people_rows import PERSONS
from hbcore.storage.result_rows import RESULTS, ResultLine
from hbcore.storage.sampling_rows import SamplingLine
from hbcore.storage.staged_keys import staged
from hbcore.storage.staging import add_rows
from hbcore.storage.tables import BIG
from tests.domain.people_in_tables import NOW
from tests.domain.strategies import FAMILIES

AT = micros(NOW)
HOURS = (0, 1, 24, 48, 72, 168, 192, 216, 240, 264, 336, 360, 504)
"""The ages that the two policies count to, and those at which two of them follow upon one another."""
MICROSECOND, MILLISECOND, SECOND = 1, 1_000, 1_000_000
ASSAYS = (*(Assay.NAAT,) * 5, *Assay)
OUTCOMES = (*(Outcome.NEGATIVE,) * 4, *Outcome)
REGISTRATIONS = (*(Registration.APPROVED,) * 8, *Registration)
UNITS = ("420106", "420102", "420902", "420502", "")


def how_many(usual: int) -> int:
    """How many people a test makes up: `HBCORE_TEST_PEOPLE`, else `usual`."""
    return int(os.environ.get("HBCORE_TEST_PEOPLE", usual))


def people(number: int, seed: int, finest: int = MICROSECOND) -> Iterator[Known]:
    """So many people, the same for the same seed. Half of their instants lie at an edge, others `finest` or a second beside it.

    Every tenth lies anywhere, one in twenty after `AT`. `finest`: microseconds of which every instant is a multiple.
    """
    drawn = Drawn(seed, finest)
    for _ in range(number):
        kinds = drawn.choice(FAMILIES)
        yield Known(
            registration=drawn.choice(REGISTRATIONS),
            unit=drawn.choice(UNITS),
            results=tuple(_result(drawn) for _ in range(drawn.choice((0, 1, 1, 2, 3, 5)))),
            facts=tuple(_fact(drawn, kinds) for _ in range(drawn.choice((0, 0, 0, 1, 2, 4)))),
            samples=tuple(drawn.instant() for _ in range(drawn.choice((0, 0, 1, 2)))),
        )


class Drawn(random.Random):
    """Draws instants besides, in steps of `finest` microseconds."""

    def __init__(self, seed: int, finest: int) -> None:
        super().__init__(seed)
        self.finest = finest

    def instant(self) -> datetime:
        """An edge, close to one, or anywhere."""
        if self.random() < 0.1:
            return instant(AT - self.randrange(-24 * HOUR, 504 * HOUR) // self.finest * self.finest)
        hours = self.choice(HOURS) if self.random() < 0.95 else -self.choice(HOURS)
        return instant(AT - hours * HOUR + self.choice((0, 0, 0, 0, self.finest, -self.finest, SECOND, -SECOND)))


def _result(drawn: Drawn) -> ResultSeen:
    return ResultSeen(drawn.choice(ASSAYS), drawn.choice(OUTCOMES), drawn.instant(), drawn.random() < 0.5)


def _fact(drawn: Drawn, kinds: Sequence[FactKind]) -> FactSeen:
    until = drawn.instant() if drawn.random() < 0.3 else None
    return FactSeen(drawn.choice(kinds), drawn.instant(), until)


def put_in(everybody: Sequence[Known]) -> list[int]:
    """Put people into the database, each beside a result, a fact and a sampling that have ended; their ids."""
    ids, rows = list(new_ids(len(everybody))), count(1)
    with engine().connect().execution_options(writes=True) as connection, connection.begin():
        _put_people(connection, ids, everybody)
        results = [line for id_, one in zip(ids, everybody, strict=True) for line in _results(id_, one, rows)]
        add_rows(connection, RESULTS, ResultLine._fields, sorted(results))
        _keep_latest_tests(connection, ids, everybody)
        facts = [line for id_, one in zip(ids, everybody, strict=True) for line in _facts(id_, one, rows)]
        add_rows(connection, FACTS, FACT_COLUMNS, facts)
        sampling_rows.add(
            connection, [line for id_, one in zip(ids, everybody, strict=True) for line in _samplings(id_, one, rows)]
        )
    return ids


def _keep_latest_tests(connection: sa.Connection, ids: Sequence[int], everybody: Sequence[Known]) -> None:
    tests = {
        id_: [micros(seen.sampled_at) for seen in one.results if seen.assay is Assay.NAAT]
        for id_, one in zip(ids, everybody, strict=True)
    }
    with staged(connection, BIG, ids) as wanted:
        latest_tests.keep(connection, wanted, {id_: max(sampled, default=None) for id_, sampled in tests.items()})


def _put_people(connection: sa.Connection, ids: Sequence[int], everybody: Sequence[Known]) -> None:
    columns = ("id", "unit", "unit_source", "registration", "number", "name_token", "sealed", "key_version", "recorded_at")
    rows = [
        (id_, one.unit or "", "residence", str(one.registration), id_, b"-", b"-", 1, AT)
        for id_, one in zip(ids, everybody, strict=True)
    ]
    add_rows(connection, PERSONS, columns, rows)


def _results(person: int, one: Known, rows: Iterator[int]) -> Iterator[ResultLine]:
    for seen in one.results:
        yield _line(person, seen, next(rows), None)
    yield _line(person, ResultSeen(Assay.NAAT, Outcome.POSITIVE, instant(AT - HOUR)), next(rows), AT)


def _line(person: int, seen: ResultSeen, id_: int, ended: int | None) -> ResultLine:
    how = None if ended is None else "withdrawn"
    what = (person, str(seen.assay), micros(seen.sampled_at), id_, str(seen.outcome), seen.single)
    return ResultLine(*what, None, None, AT, "-", f"S{id_}", None, 0, ended, how, None, "")


FACT_COLUMNS = (
    *("person_id", "id", "kind", "from_at", "until_at", "source", "evidence", "proposed_by", "confirmed_by"),
    *("recorded_at", "ended_at", "end_proposed_by", "end_confirmed_by"),
)


def _facts(person: int, one: Known, rows: Iterator[int]) -> Iterator[tuple[object, ...]]:
    said = ("desk", "-", 1, 2, AT)
    for fact in one.facts:
        until = None if fact.until_at is None else micros(fact.until_at)
        yield person, next(rows), str(fact.kind), micros(fact.from_at), until, *said, None, None, None
    yield person, next(rows), "confirmed", AT - HOUR, None, *said, AT, 1, 2


def _samplings(person: int, one: Known, rows: Iterator[int]) -> Iterator[SamplingLine]:
    for at, ended in [*((micros(at), None) for at in one.samples), (AT - HOUR, AT)]:
        yield SamplingLine(person, at, next(rows), "T", 0, True, None, "", 0, AT, ended, None if ended is None else 0)
