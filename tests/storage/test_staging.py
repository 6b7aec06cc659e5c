"""Keys to join with come back as they were given, whatever they are; rows are written one and all."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from hbcore.storage.code_rows import SEGMENTS
from hbcore.storage.engine import engine
from hbcore.storage.instants import raw
from hbcore.storage.people_rows import DOCUMENTS, LOOK_UP_NUMBERS
from hbcore.storage.staged_keys import staged
from hbcore.storage.staging import MANY, TOGETHER, add_missing, add_rows
from hbcore.storage.tables import BIG

KEYS = {
    "none": (BIG, []),
    "numbers": (BIG, [0, -1, 2**63 - 1, 10**11]),
    "texts": (sa.String(), ["", "O'Brien", '"quoted"', "back\\slash", "张三", "𠮷", "a\tb\nc", "[1, 2]"]),
    "bytes": (sa.LargeBinary(), [bytes(16), b"\xff" * 16, b"\x00\x01" * 8]),
    "no bytes": (sa.LargeBinary(), []),
}


@pytest.mark.parametrize("kind", KEYS)
def test_keys_are_joined_as_they_were_given_each_once(database: Path, kind: str):
    type_, keys = KEYS[kind]
    with engine().connect() as connection, staged(connection, type_, [*keys, *keys]) as wanted:
        found = [key for (key,) in connection.execute(sa.select(wanted.c.key))]

    assert sorted(found) == sorted(keys)
    assert all(type(key) is type(keys[0]) for key in found)


def test_two_sets_of_keys_stand_side_by_side(database: Path):
    with engine().connect() as connection, staged(connection, BIG, [1, 2, 3]) as some:  # noqa: SIM117
        with staged(connection, BIG, [2, 3, 4]) as others:
            both = sa.select(some.c.key).where(some.c.key.in_(sa.select(others.c.key)))
            found = [key for (key,) in connection.execute(both.order_by(some.c.key))]

    assert found == [2, 3]


@pytest.mark.parametrize("count", [1, TOGETHER - 1, TOGETHER, 2 * TOGETHER + 3])
def test_rows_are_written_one_and_all_however_many_go_together(database: Path, count: int):
    rows = [(number, -number) for number in range(1, count + 1)]
    with engine().connect() as connection, connection.begin():
        add_rows(connection, LOOK_UP_NUMBERS, ("number", "person_id"), rows)
        more = add_missing(connection, LOOK_UP_NUMBERS, ("number", "person_id"), [*rows, (count + 1, 7)])
        found = list(map(tuple, connection.execute(sa.select(LOOK_UP_NUMBERS).order_by(LOOK_UP_NUMBERS.c.number))))

    assert more == 1
    assert found == [*rows, (count + 1, 7)]


@pytest.mark.parametrize("until", [None, 9])
def test_many_rows_that_differ_in_one_number_alone_are_written_all(database: Path, until: int | None):
    same = (5, until, "green", "it's green", "policy", "420106", 2**53 + 1)
    rows = [(person, *same) for person in range(2**62, 2**62 + MANY)]
    with engine().connect() as connection, connection.begin():
        add_rows(connection, SEGMENTS, [column.name for column in SEGMENTS.columns], rows)
        cells = [raw(column) for column in SEGMENTS.columns]
        found = list(map(tuple, connection.execute(sa.select(*cells).order_by(SEGMENTS.c.person_id))))

    assert found == rows


def test_many_rows_that_are_equal_but_for_bytes_are_written_all(database: Path):
    rows = [(number.to_bytes(16), "CHN", 1, "passport", 3, "upload") for number in range(MANY)]
    columns = ("key", "country", "person_id", "kind", "recorded_at", "source")
    with engine().connect() as connection, connection.begin():
        add_rows(connection, DOCUMENTS, columns, rows)
        found = connection.execute(sa.select(DOCUMENTS.c.key).order_by(DOCUMENTS.c.key)).scalars().all()

    assert list(found) == [key for key, *_ in rows]
