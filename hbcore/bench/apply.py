"""`bench apply`: applications from the public form, each written, beside a bare insert and commit of as many bytes."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from itertools import count
from pathlib import Path
from time import perf_counter

import sqlalchemy as sa

from hbcore.bench import postgres
from hbcore.bench.results_import import fresh_desk, liaison
from hbcore.domain.public_form import PublicForm
from hbcore.services import public_applications
from hbcore.services.clock import now
from hbcore.services.proof_of_work import BITS
from hbcore.storage.application_rows import APPLICATIONS
from hbcore.storage.engine import engine

WARM_UP = 50
AT_ONCE = 12
"""So many submissions the public pages work on at once (`web.apply.asked.LANES`)."""

UNITS = ("420106", "420102", "420111", "420502", "420606", "421002")
LINE = sa.Table("bench_line", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True), sa.Column("sealed", sa.LargeBinary))
PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 0


@dataclass(frozen=True)
class Sent:
    """A form and where it comes from: each from a network of its own."""

    form: PublicForm
    address: str


def run(forms: int = 1_000, at_once: int = AT_ONCE, *, on_postgresql: bool = False) -> dict[str, object]:
    """`forms` applications one after the other, then as many from `at_once` threads; memory over the second half of the first.

    The yardstick: one insert of a sealed row's bytes and its commit, as often, on the same database.
    """
    with postgres.database_url(on_postgresql) as url, fresh_desk(url):
        liaison()
        sent = [_sent(place) for place in range(2 * forms + WARM_UP)]
        _seconds(_submit, sent[:WARM_UP])
        half = WARM_UP + forms // 2
        first = _seconds(_submit, sent[WARM_UP:half])
        before = _resident()
        second = _seconds(_submit, sent[half : WARM_UP + forms])
        after = _resident()
        with ThreadPoolExecutor(at_once) as pool:
            began = perf_counter()
            list(pool.map(_submit, sent[WARM_UP + forms :]))
            together = perf_counter() - began
        bare = _bare(forms)
        written, proof = _written(), _proof()
    one_by_one = first + second
    return {
        "database": "postgresql" if on_postgresql else "sqlite",
        "forms": forms,
        "written": written,
        "a_second": round(forms / one_by_one, 1),
        "a_second_at_once": round(forms / together, 1),
        "bare_commits_a_second": round(forms / bare, 1),
        "ratio": round(one_by_one / bare, 2),
        "proof_ms": round(proof * 1000, 1),
        "memory_grown_kb": (after - before) // 1024,
    }


def _sent(place: int) -> Sent:
    letters = "".join(chr(65 + place // 26**power % 26) for power in range(4))
    form = PublicForm(
        document_kind="passport",
        document_number=f"E{30_000_000 + place}",
        country="FRA",
        name=f"BENCH {letters}",
        birth_date="1988-03-12",
        sex="female",
        nationality="FRA",
        email=f"{letters.lower()}@example.org",
        unit=UNITS[place % len(UNITS)],
        address="武昌区中南路1号",
        entry_date="2020-02-11",
        symptoms="no",
        contact="no",
        consent=True,
    )
    return Sent(form, f"10.{place >> 16}.{place >> 8 & 255}.{place & 255}")


def _submit(one: Sent) -> object:
    return public_applications.submit(one.form, language="en", address=one.address, at=now())


def _seconds(act: Callable[[Sent], object], sent: Sequence[Sent]) -> float:
    began = perf_counter()
    for one in sent:
        act(one)
    return perf_counter() - began


def _bare(times: int) -> float:
    """Seconds for so many inserts of a row's bytes, each with its commit, past everything of ours but the engine."""
    with engine().connect().execution_options(writes=True) as connection, connection.begin():
        LINE.create(connection)
        content = connection.execute(sa.select(APPLICATIONS.c.sealed).limit(1)).scalar_one()
    began = perf_counter()
    for _ in range(times):
        with engine().connect() as connection, connection.begin():
            connection.execute(LINE.insert().values(sealed=content))
    return perf_counter() - began


def _written() -> int:
    with engine().connect() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(APPLICATIONS)).scalar_one()


def _proof() -> float:
    """Seconds that solving one challenge takes this machine; a phone's browser takes several times as long."""
    given, began = public_applications.challenge(now()), perf_counter()
    for number in count():
        if not int.from_bytes(sha256(f"{given}:{number}".encode()).digest(), "big") >> (256 - BITS):
            break
    return perf_counter() - began


def _resident() -> int:
    """Bytes of memory in use; 0 where the system does not say."""
    told = Path("/proc/self/statm")
    return int(told.read_text().split()[1]) * PAGE if told.exists() else 0
