"""Random histories of a few people, carried out on the database and, beside it, by the plain rule `segments` alone."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from hypothesis import strategies as some
from sqlmodel import Session

from hbcore.domain.known import FactSeen, Known, ResultSeen, micros
from hbcore.domain.policy import Policy
from hbcore.domain.segments import Segment, segments
from hbcore.domain.vocabulary import Assay, DocumentKind, FactKind, Outcome, Registration
from hbcore.services import codes
from hbcore.services.policies_published import eras_at
from hbcore.storage import result_rows
from hbcore.storage.evidence_rows import FACTS
from hbcore.storage.ids import new_id
from hbcore.storage.people_rows import PERSONS
from hbcore.storage.result_rows import RESULTS, Uploaded
from tests import standing
from tests.domain.strategies import FAMILIES

START = datetime(2020, 11, 23, 1, 40, 20, tzinfo=UTC)
NUMBERS = ("C50078212", "C50078213", "C50078214")
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
EDGE = timedelta(microseconds=1)

GAPS = (timedelta(), EDGE, 20 * SECOND, HOUR, DAY - EDGE, DAY, 5 * DAY)
AGES = (timedelta(), EDGE, HOUR, 7 * DAY - EDGE, 7 * DAY, 15 * DAY)
BEGINS = (-14 * DAY, -DAY, -EDGE, timedelta(), 90 * SECOND, 2 * DAY)
LASTS = (None, None, HOUR, 3 * DAY, 14 * DAY)
PLACES = (standing.WUCHANG, standing.JIANGAN, standing.YICHANG)

REGISTRATIONS = some.tuples(some.just("registration"), some.sampled_from((Registration.APPROVED, *Registration)))
RESULTS_SEEN = some.tuples(
    some.just("result"),
    some.sampled_from((Assay.NAAT, Assay.NAAT, *Assay)),
    some.sampled_from(Outcome),
    some.booleans(),
    some.sampled_from(AGES),
)
FACTS_SEEN = some.sampled_from(FAMILIES).flatmap(
    lambda kinds: some.tuples(some.just("fact"), some.sampled_from(kinds), some.sampled_from(BEGINS), some.sampled_from(LASTS))
)
ENDS = some.tuples(some.sampled_from(("end_result", "end_fact")), some.integers(0, 9))
MOVES = some.tuples(some.just("move"), some.sampled_from(PLACES))
CHANGES = some.one_of(REGISTRATIONS, RESULTS_SEEN, RESULTS_SEEN, FACTS_SEEN, FACTS_SEEN, ENDS, MOVES, some.just(("nothing",)))
STEPS = some.tuples(some.sampled_from(GAPS), some.lists(some.tuples(some.integers(0, 2), CHANGES), min_size=1, max_size=3))
HISTORIES = some.lists(STEPS, min_size=1, max_size=9)


@dataclass
class Life:
    """One person as the test knows them: the evidence by row id, and every decision so far as (at, unit, chain)."""

    id: int
    known: Known
    results: dict[int, ResultSeen] = field(default_factory=dict)
    facts: dict[int, FactSeen] = field(default_factory=dict)
    decided: list[tuple[datetime, str, tuple[Segment, ...]]] = field(default_factory=list)

    def decide(self, policy: Policy, at: datetime) -> tuple[Segment, ...]:
        """The chain the plain rule gives from `at`."""
        known = replace(self.known, results=tuple(self.results.values()), facts=tuple(self.facts.values()))
        return segments(policy, known, at)

    def lived(self) -> list[tuple[str, Segment]]:
        """Every stretch as it came to be: each decision counts until the next one."""
        ends: list[datetime | None] = [*(at for at, _, _ in self.decided), None][1:]
        return [
            (unit, replace(one, until_at=_earlier(one.until_at, end)))
            for (_, unit, chain), end in zip(self.decided, ends, strict=False)
            for one in chain
            if end is None or one.from_at < end
        ]


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((at for at in (one, other) if at is not None), default=None)


class Histories:
    """The database and the lives beside it; `step` carries the same changes out on both."""

    def __init__(self, connection: sa.Connection) -> None:
        self.connection, self.session, self.at, self.steps = connection, Session(connection), START, 0
        self.policy = eras_at(self.session, "", START)[0].policy
        self.lives = [self._born(number) for number in NUMBERS]

    def _born(self, number: str) -> Life:
        id_ = standing.add_person(self.connection, number, START, kind=DocumentKind.PASSPORT)
        return Life(id_, Known(Registration.NONE, standing.WUCHANG))

    def step(self, gap: timedelta, changes: Sequence[tuple[int, tuple[Any, ...]]]) -> tuple[Counter[str], Counter[str]]:
        """One transaction's work at a later instant; the codes that changed as the desk and as the plain rule count them."""
        self.at, self.steps = self.at + gap, self.steps + 1
        for place, (what, *values) in changes:
            getattr(self, f"_{what}")(self.lives[place], *values)
        touched = [self.lives[place] for place in sorted({place for place, _ in changes})]
        counted = codes.decide_again(self.session, [life.id for life in touched], at=self.at, cause=self.steps)
        wanted: Counter[str] = Counter()
        for life in touched:
            was = _colour_at(life.decided[-1][2] if life.decided else (), self.at)
            life.decided.append((self.at, life.known.unit or "", life.decide(self.policy, self.at)))
            wanted[f"{was}>{_colour_at(life.decided[-1][2], self.at)}"] += 1
        return counted, Counter({key: n for key, n in wanted.items() if len(set(key.split(">"))) == 2})

    def _nothing(self, life: Life) -> None:
        """Decided again with nothing new."""

    def _registration(self, life: Life, registration: Registration) -> None:
        life.known = replace(life.known, registration=registration)
        self._change(life, registration=str(registration))

    def _move(self, life: Life, unit: str) -> None:
        life.known = replace(life.known, unit=unit)
        self._change(life, unit=unit)

    def _change(self, life: Life, **values: str) -> None:
        self.connection.execute(sa.update(PERSONS).where(PERSONS.c.id == life.id).values(**values))

    def _result(self, life: Life, assay: Assay, outcome: Outcome, single: bool, age: timedelta) -> None:
        id_, sampled_at = new_id(), self.at - age
        life.results[id_] = ResultSeen(assay, outcome, sampled_at, single)
        added = {"person_id": life.id, "assay": str(assay), "sampled_at": micros(sampled_at), "id": id_, "outcome": str(outcome)}
        added |= {"single": single, "tested_at": None, "reported_at": None, "sample_number": "S1", "sampling_site": None}
        added["unit"] = life.known.unit
        columns = {name: [value] for name, value in (added | {"ended_how": None}).items()}
        result_rows.add_results(self.connection, columns, Uploaded(self.steps, standing.LAB, micros(self.at)))

    def _fact(self, life: Life, kind: FactKind, begins: timedelta, lasts: timedelta | None) -> None:
        id_, from_at = new_id(), self.at + begins
        life.facts[id_] = FactSeen(kind, from_at, None if lasts is None else from_at + lasts)
        values = {"person_id": life.id, "id": id_, "kind": str(kind), "from_at": from_at, "until_at": life.facts[id_].until_at}
        values |= {"source": "desk", "evidence": "-", "proposed_by": 1, "confirmed_by": 2, "recorded_at": self.at}
        self.connection.execute(FACTS.insert().values(**values))

    def _end_result(self, life: Life, place: int) -> None:
        self._end(RESULTS, life.results, place, ended_at=self.at, ended_how="corrected")

    def _end_fact(self, life: Life, place: int) -> None:
        self._end(FACTS, life.facts, place, ended_at=self.at, end_proposed_by=1, end_confirmed_by=2)

    def _end(self, table: sa.Table, rows: dict[int, Any], place: int, **values: object) -> None:
        if rows:
            id_ = sorted(rows)[place % len(rows)]
            del rows[id_]
            self.connection.execute(sa.update(table).where(table.c.id == id_).values(**values))


def _colour_at(chain: Sequence[Segment], at: datetime) -> str:
    return next((str(one.colour) for one in chain if one.from_at <= at and (one.until_at is None or at < one.until_at)), "none")
