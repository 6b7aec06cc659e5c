"""A test's home is its own: nothing it stores reaches the developer's desk or another test."""

import os
from pathlib import Path

from sqlmodel import Session, select

from hbcore.storage import home as places
from hbcore.storage.engine import engine
from hbcore.storage.tables import StaffRow, Unit


def test_an_empty_home_is_temporary_and_in_use(home, tmp_path):
    assert home.is_relative_to(tmp_path)
    assert places.home() == home
    assert Path(places.database_url().removeprefix("sqlite:///")).parent == home
    assert "HBCORE_DATABASE_URL" not in os.environ


def test_a_ready_database_has_units_and_keys_and_nobody_in_it(database):
    with Session(engine()) as session:
        assert session.exec(select(Unit).limit(1)).first()
        assert session.exec(select(StaffRow)).all() == []

    assert {key.stat().st_mode & 0o777 for key in (database / "keys").iterdir()} == {0o600}
