"""Ids are ours: never the same twice, rising, and such that every database can hold them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import count, pairwise
from pathlib import Path

import pytest

from hbcore.domain.known import micros
from hbcore.storage import ids, people_rows
from hbcore.storage.people_rows import LOOK_UP_NUMBERS
from tests import standing


def test_ids_rise_and_never_come_twice_whoever_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    backwards = count(2**60, -1_000_000)
    monkeypatch.setattr(ids.time, "time_ns", lambda: next(backwards))  # a clock that is put back all the time

    with ThreadPoolExecutor(8) as asking:
        drawn = list(asking.map(lambda _: ids.new_ids(5_000), range(40)))

    assert len({one for some in drawn for one in some}) == 200_000
    assert all(one.stop <= later.start for one, later in pairwise(sorted(drawn, key=lambda some: some.start)))


def test_an_id_rises_with_the_clock_and_fits_every_database() -> None:
    before = ids.new_id()

    assert before < ids.new_id() < 2**63
    assert micros(datetime(2041, 1, 1, tzinfo=UTC)) << ids._BITS < 2**63


def test_a_look_up_number_that_is_taken_is_drawn_again(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = datetime(2020, 11, 23, 1, 40, tzinfo=UTC)
    draws = iter([7, 7, 8])
    monkeypatch.setattr(people_rows.secrets, "token_bytes", lambda _: next(draws).to_bytes(8, "little"))

    first = standing.person("420106199001011231", at)
    second = standing.person("422801196007307804", at)

    with standing.engine().connect() as connection:
        assert sorted(map(tuple, connection.execute(LOOK_UP_NUMBERS.select()))) == [(7, first), (8, second)]
        numbers = connection.exec_driver_sql("SELECT number FROM person ORDER BY id").scalars().all()
    assert numbers == [7, 8]
