"""What is committed while much is written comes into its place before the log is full."""

import shutil
import sqlite3
import threading
from pathlib import Path
from time import monotonic, sleep

import pytest
import sqlalchemy as sa

from hbcore.storage import copied_beside
from hbcore.storage.engine import engine
from hbcore.storage.tables import Setting

pytestmark = pytest.mark.sqlite_only

SETTINGS: sa.Table = Setting.__table__  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copied_beside, "EVERY", 0.01)


def set_down(name: str) -> None:
    with engine().connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(SETTINGS.insert().values(name=name, value="-"))


def in_the_file_itself(home: Path, folder: Path) -> set[str]:
    """The names in a copy of the file without its log."""
    copy = shutil.copy(home / "hbcore.db", folder / "copy.db")
    with sqlite3.connect(copy) as alone:
        return {name for (name,) in alone.execute("SELECT name FROM setting")}


def until_in_the_file(name: str, home: Path, folder: Path) -> bool:
    until = monotonic() + 10
    while name not in in_the_file_itself(home, folder):
        if monotonic() > until:
            return False
        sleep(0.02)
    return True


def test_what_is_committed_meanwhile_comes_into_its_place(database: Path, tmp_path: Path) -> None:
    set_down("before")
    assert "before" not in in_the_file_itself(database, tmp_path)

    with copied_beside.copied_beside():
        set_down("meanwhile")

        assert until_in_the_file("meanwhile", database, tmp_path)


def test_a_writer_goes_on_meanwhile_and_nothing_copies_after_it_whatever_happened(database: Path) -> None:
    def held_open_and_broken_off() -> None:
        with copied_beside.copied_beside(), engine().connect().execution_options(writes=True) as connection, connection.begin():
            connection.execute(SETTINGS.insert().values(name="held open", value="-"))
            sleep(0.1)
            raise LookupError

    with pytest.raises(LookupError):
        held_open_and_broken_off()

    assert not [one.name for one in threading.enumerate() if one.name.startswith("copying")]
