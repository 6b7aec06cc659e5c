"""`bench duplicates`: who an applicant may be among many, beside the driver's seeks and the decryption of as many candidates."""

import gc
import random
import sqlite3
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import partial
from statistics import median
from time import perf_counter_ns

from hbcore.bench.results_import import fresh_desk
from hbcore.domain.applicants import Applicant
from hbcore.domain.documents import UNKNOWN_COUNTRY, Document, with_check_digit
from hbcore.domain.known import micros
from hbcore.domain.names import name_key
from hbcore.domain.vocabulary import DocumentKind
from hbcore.services import set_up
from hbcore.services.clock import now
from hbcore.services.possible_duplicates import Sought, likenesses
from hbcore.storage import likeness_rows, people_rows, sealing, token_rows
from hbcore.storage.engine import PRAGMAS, engine
from hbcore.storage.home import home
from hbcore.storage.people_rows import NewPeople

SEED, SLICE = 1, 50_000
SHARING = 300
"""So many people bear each name; of those born on one day there are about as many as among real people."""

KIND = DocumentKind.HMT_RESIDENCE_PERMIT
FIRST_BORN, DAYS = date(1940, 1, 1), 29_000


def run(count: int, times: int = 300) -> dict[str, object]:
    """`times` applicants checked against `count` people who all have foreign or permit documents: the hardest there is.

    `bare`: the same tokens sought and as many candidates read and decrypted by the raw driver, nothing compared.
    """
    with fresh_desk():
        set_up.init(at=now())
        _filled(count)
        drawn = random.Random(SEED)  # noqa: S311 - not a secret
        wanted = [_applicant(drawn, count) for _ in range(times)]
        bare = _bare()
        # As served: what lives at the start is not walked by the collector, which took 250 ms of one check in a hundred.
        gc.collect()
        gc.freeze()
        taken: dict[str, list[float]] = {"checked": [], "bare": []}
        opened: list[int] = []
        with engine().connect() as connection:
            for one in wanted:
                taken["checked"].append(_milliseconds(partial(likenesses, connection, [Sought(0, None)], [one])))
                known = likeness_rows.of_applicant(one)
                opened.append(len(likeness_rows.bearing(connection, [known])[0]))
                taken["bare"].append(_milliseconds(partial(bare, token_rows.tokens_of([known])[0], opened[-1])))
    p50 = {name: median(values) for name, values in taken.items()}
    return {
        "people": count,
        "opened_median": int(median(opened)),
        "opened_most": max(opened),
        **{f"{name}_p50_ms": round(value, 2) for name, value in p50.items()},
        "checked_p99_ms": round(sorted(taken["checked"])[int(0.99 * (times - 1))], 2),
        "ratio": round(p50["checked"] / p50["bare"], 2),
    }


def _name(place: int, count: int) -> str:
    number = place % max(count // SHARING, 1)
    letters = "".join(chr(65 + number // 26**power % 26) for power in range(4))
    return f"CHAN {letters[:2]}EN {letters[2:]}ING"


def _born(place: int) -> date:
    return FIRST_BORN + timedelta(days=place * 7919 % DAYS)


def _number(place: int) -> str:
    return with_check_digit(f"810000{_born(place):%Y%m%d}{place // DAYS % 1000:03}")


def _filled(count: int) -> None:
    at = micros(now())
    for begun in range(0, count, SLICE):
        places = range(begun, min(begun + SLICE, count))
        names, numbers = [_name(place, count) for place in places], [_number(place) for place in places]
        kinds, n = [str(KIND)] * len(places), len(places)
        document_keys = sealing.document_keys(kinds, numbers)
        cells = (names, list(map(name_key, names)), kinds, numbers, [UNKNOWN_COUNTRY] * n, [None] * n, document_keys)
        new = NewPeople(*cells, "420106", "residence", at)
        with engine().connect().execution_options(writes=True) as connection, connection.begin():
            people_rows.add_people(connection, new)


def _applicant(drawn: random.Random, count: int) -> Applicant:
    """Somebody held, with a passport; half of them with a slip in the birth date."""
    place = drawn.randrange(count)
    born = _born(place) + timedelta(days=drawn.randrange(2))
    return Applicant(_name(place, count), Document(DocumentKind.PASSPORT, "X1234567", "HKG"), born, nationality="HKG")


def _bare() -> Callable[[Sequence[bytes], int], object]:
    connection = sqlite3.connect(home() / "hbcore.db", isolation_level=None)
    for pragma in PRAGMAS:
        connection.execute(pragma)

    def read(tokens: Sequence[bytes], most: int) -> object:
        people = {
            person
            for token in tokens
            for (person,) in connection.execute("SELECT person_id FROM person_token WHERE token = ?", (token,))
        }
        rows = [
            connection.execute("SELECT sealed, key_version FROM person WHERE id = ?", (person,)).fetchone()
            for person in list(people)[:most]
        ]
        return [sealing.unseal("person", "sealed", person, *row) for person, row in zip(people, rows, strict=False)]

    return read


def _milliseconds(call: Callable[[], object]) -> float:
    began = perf_counter_ns()
    call()
    return (perf_counter_ns() - began) / 1_000_000
