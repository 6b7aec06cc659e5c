"""A whole population of invented people with results and facts, put straight into the tables."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from itertools import repeat
from typing import Any, TypeVar

import numpy as np
import sqlalchemy as sa

from hbcore.domain.known import HOUR, FactSeen, Known, ResultSeen, instant, micros
from hbcore.domain.vocabulary import Assay, FactKind, FactSource, Outcome, Registration
from hbcore.storage import latest_tests
from hbcore.storage.evidence_rows import FACTS
from hbcore.storage.ids import new_id, new_ids
from hbcore.storage.people_rows import PERSONS
from hbcore.storage.result_rows import Uploaded, add_results
from hbcore.storage.staging import add_rows

W = TypeVar("W", bound=StrEnum)

SEED = 3
SLICE = 100_000
"""People put in at a time, so that memory stays small."""
REGISTRATIONS = {Registration.APPROVED: 0.95, Registration.NONE: 0.02, Registration.WAITING: 0.02, Registration.MISMATCH: 0.01}
ASSAYS = {Assay.NAAT: 0.98, Assay.ANTIGEN: 0.01, Assay.IGM: 0.005, Assay.IGG: 0.005}
OUTCOMES = {Outcome.NEGATIVE: 0.995, Outcome.POSITIVE: 0.002, Outcome.POOLED_POSITIVE: 0.001, Outcome.INCONCLUSIVE: 0.002}
MIXED = {Outcome.NEGATIVE: 0.8, Outcome.POSITIVE: 0.05, Outcome.POOLED_POSITIVE: 0.05, Outcome.INCONCLUSIVE: 0.1}
RESULTS_EACH = (0.15, 0.6, 0.2, 0.05)
"""How many people in one have no result, one, two, three."""
WITH_FACT = 0.01
DAYS = 15
_SEALED = bytes(160)
_TOKEN = bytes(16)


def fill(connection: sa.Connection, count: int, units: list[str], at: datetime) -> None:
    """`count` people in `units`, their results and facts of the last 15 days before `at`; the same for the same count.

    Their sealed texts are zeros of the usual length: nobody opens them.
    """
    drawn = np.random.default_rng(SEED)
    for begun in range(0, count, SLICE):
        _slice(connection, drawn, min(SLICE, count - begun), units, micros(at))


def _slice(connection: sa.Connection, drawn: np.random.Generator, count: int, units: list[str], at: int) -> None:
    ids = np.asarray(new_ids(count), dtype=np.int64)
    living = drawn.choice(units, count).tolist()
    registered, latest = _drawn(drawn, REGISTRATIONS, count), _results(connection, drawn, ids, at)
    columns = ("id", "unit", "unit_source", "registration", "number",
               "name_token", "sealed", "key_version", "recorded_at", "naat_at")  # fmt: skip
    cells = (ids.tolist(), living, repeat("residence"), registered, ids.tolist(),
             repeat(_TOKEN), repeat(_SEALED), repeat(1), repeat(at), map(latest.get, ids.tolist()))  # fmt: skip
    add_rows(connection, PERSONS, columns, list(zip(*cells, strict=False)))
    latest_tests.see(connection, latest.values())
    _facts(connection, drawn, ids[drawn.random(count) < WITH_FACT], at)


def _drawn(drawn: np.random.Generator, shares: Mapping[Any, float], count: int) -> list[str]:
    words = [str(word) for word in shares]
    return [words[place] for place in drawn.choice(len(words), count, p=list(shares.values())).tolist()]


def _before(drawn: np.random.Generator, count: int, at: int) -> list[int]:
    aged: list[int] = (at - drawn.integers(0, DAYS * 24 * HOUR, count)).tolist()
    return aged


def _results(connection: sa.Connection, drawn: np.random.Generator, ids: np.ndarray, at: int) -> dict[int, int]:
    """Put them in; when each person's latest nucleic-acid test was sampled."""
    people = np.repeat(ids, drawn.choice(len(RESULTS_EACH), len(ids), p=RESULTS_EACH)).tolist()
    count = len(people)
    sampled = _before(drawn, count, at)
    added = {
        "person_id": people,
        "assay": _drawn(drawn, ASSAYS, count),
        "sampled_at": sampled,
        "id": list(new_ids(count)),
        "outcome": _drawn(drawn, OUTCOMES, count),
        "single": (drawn.random(count) < 0.5).tolist(),
        "tested_at": sampled,
        "reported_at": sampled,
        "sample_number": [f"S{place:011}" for place in range(count)],
        "sampling_site": [None] * count,
        "unit": ["420106"] * count,
        "ended_how": [None] * count,
    }
    add_results(connection, added, Uploaded(new_id(), "420106L01", at))
    latest: dict[int, int] = {}
    for person, assay, taken in zip(people, added["assay"], sampled, strict=True):
        if assay == Assay.NAAT:
            latest[person] = max(taken, latest.get(person, 0))
    return latest


def _facts(connection: sa.Connection, drawn: np.random.Generator, people: np.ndarray, at: int) -> None:
    kinds, count = list(FactKind), len(people)
    drawn_kinds = [str(kinds[place]) for place in drawn.integers(0, len(kinds), count).tolist()]
    columns = ("person_id", "id", "kind", "from_at", "source", "evidence", "proposed_by", "confirmed_by", "recorded_at")
    said = (repeat(str(FactSource.DESK)), repeat("-"), repeat(1), repeat(2), repeat(at))
    cells = (people.tolist(), new_ids(count), drawn_kinds, _before(drawn, count, at), *said)
    add_rows(connection, FACTS, columns, list(zip(*cells, strict=False)))


def known_people(count: int, at: datetime) -> list[Known]:
    """`count` people as a decision sees them, with more on record than most have: a third have facts."""
    drawn, begin = np.random.default_rng(SEED), micros(at)

    def dated(most: int) -> list[datetime]:
        return [instant(begin - one) for one in drawn.integers(0, DAYS * 24 * HOUR, drawn.integers(0, most)).tolist()]

    def one_of(words: type[W]) -> W:
        return list(words)[int(drawn.integers(0, len(words)))]

    return [
        Known(
            Registration(_drawn(drawn, REGISTRATIONS, 1)[0]),
            "420106",
            tuple(ResultSeen(one_of(Assay), Outcome(_drawn(drawn, MIXED, 1)[0]), sampled) for sampled in dated(4)),
            tuple(FactSeen(one_of(FactKind), begun) for begun in dated(2 if drawn.random() < 0.5 else 1)),
        )
        for _ in range(count)
    ]
