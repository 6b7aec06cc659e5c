"""Keys that sign codes: one at a time for each use, kept for their owner alone."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from hbcore.domain.issued_codes import CodeKind
from hbcore.storage import code_keys
from hbcore.storage.code_keys import KEYS
from hbcore.storage.engine import engine
from hbcore.storage.sealing import make_keys
from hbcore.storage.upgrade import upgrade

AT = datetime(2020, 11, 23, 1, 40, tzinfo=UTC)

MAKE = """
from datetime import UTC, datetime
from hbcore.storage import code_keys
from hbcore.storage.engine import engine
with engine().connect().execution_options(writes=True) as connection, connection.begin():
    code_keys.make_missing(connection, datetime(2020, 11, 23, tzinfo=UTC))
"""


def test_two_processes_that_make_the_first_keys_make_one_of_each_use(home: Path):
    upgrade()
    make_keys()

    both = [subprocess.Popen([sys.executable, "-c", MAKE], env=os.environ) for _ in range(2)]
    assert [one.wait() for one in both] == [0, 0]

    with engine().connect() as connection:
        kept = code_keys.listed(connection)
    assert sorted(key.use for key in kept) == ["certificate", "status"]
    assert len(list((home / "keys").glob("code-*.key"))) == 2


def test_private_halves_are_their_owners_alone(database: Path):
    files = list((database / "keys").glob("code-*.key"))

    assert len(files) == 2
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}


def test_two_keys_never_sign_one_use_at_a_time(database: Path):
    with engine().connect().execution_options(writes=True) as connection, connection.begin():
        row = {"kid": b"another1", "use": "status", "public": b"-", "from_at": AT}

        with pytest.raises(sa.exc.IntegrityError):
            connection.execute(KEYS.insert().values(**row))


def test_rotating_ends_the_key_before_and_begins_the_next(database: Path):
    with engine().connect().execution_options(writes=True) as connection, connection.begin():
        first = code_keys.signs_now(connection, CodeKind.CERTIFICATE)

        second = code_keys.rotate(connection, CodeKind.CERTIFICATE, AT)

        assert code_keys.signs_now(connection, CodeKind.CERTIFICATE) == second != first
        old = code_keys.one(connection, first)
        assert old.until_at - old.signs_until == timedelta(days=30) / timedelta(microseconds=1)
