"""`backup` and `restore`: counts, chains and sign-in are right afterwards (S38); the keys are not in it (S41)."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from threading import Event, Thread
from zipfile import ZipFile

import pytest
from typer.testing import CliRunner

from hbcore.cli import app
from hbcore.domain.vocabulary import DocumentKind, Role
from hbcore.services import accounts, sessions
from hbcore.services.accounts import NewAccount
from hbcore.services.clock import now
from hbcore.storage import backup
from hbcore.storage.engine import access_engine, engine
from tests import standing
from tests.conftest import close

PASSWORD, NUMBER = "lantern-harbour-7", "420106199001011231"


@pytest.fixture
def desk(database: Path) -> Path:
    administrator = standing.staff(Role.ADMINISTRATOR, now(), name="chen")
    accounts.add_staff(NewAccount("shen", Role.AUDITOR, None, (), "Shen"), PASSWORD, by=administrator, at=now())
    standing.person(NUMBER, now(), name="欧阳若兰")
    return database


def shell(*arguments: str) -> tuple[int, dict]:
    ran = CliRunner().invoke(app, [*arguments, "--json"])
    assert "Traceback" not in ran.output
    return ran.exit_code, json.loads(ran.stdout)


def refusal(*arguments: str) -> str:
    code, answer = shell(*arguments)
    assert code == 1
    assert set(answer["error"]["text"]) == {"zh", "en"}
    return str(answer["error"]["code"])


def counted(table: str) -> int:
    with engine().connect() as connection:
        return int(connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())  # noqa: S608


def signs_in() -> str | None:
    return sessions.sign_in("shen", PASSWORD, place="127.0.0.1", at=now())


def test_the_desk_is_as_it_was_and_what_was_there_is_kept(desk, tmp_path):
    copy = str(tmp_path / "copy.zip")
    code, made = shell("backup", copy, "--by", "chen")
    assert (code, made["bytes"]) == (0, Path(copy).stat().st_size)
    people, events = counted("person"), counted("event")
    standing.person("420106199001011311", now(), name="李四")
    standing.staff(Role.AUDITOR, now(), name="late")

    code, done = shell("restore", copy)

    assert code == 0
    assert counted("person") == people
    assert counted("event") == events  # that it was made is not in it, that it was put back is
    assert shell("audit", "verify")[0] == 0
    assert signs_in()
    with closing(sqlite3.connect(Path(done["replaced"]) / "hbcore.db")) as before:
        assert before.execute("SELECT count(*) FROM person").fetchone() == (people + 1,)
    assert refusal("backup", str(tmp_path / "other.zip"), "--by", "late") == "unknown_staff"


def test_sessions_that_lived_when_it_was_made_have_ended(desk, tmp_path):
    cookie = sessions.trade(str(signs_in()), at=now())
    assert sessions.holder(cookie, at=now(), touch=False)
    shell("backup", str(tmp_path / "copy.zip"), "--by", "chen")

    shell("restore", str(tmp_path / "copy.zip"))

    assert sessions.holder(cookie, at=now(), touch=False) is None


def test_writers_go_on_while_it_is_made_and_one_moment_is_copied(desk, tmp_path, monkeypatch):
    monkeypatch.setattr(backup, "STEP", 1)
    begun, over, added = Event(), Event(), [0]

    def write() -> None:
        begun.wait(10)
        while not over.is_set():
            standing.person(f"E{added[0]:08}", now(), kind=DocumentKind.PASSPORT, name="WANG WU")
            added[0] += 1

    writer = Thread(target=write)
    writer.start()
    people = counted("person")
    told: list[float] = []

    def hear(share: float) -> None:
        told.append(share)
        begun.set()
        while added[0] == 0:
            pass

    backup.write(tmp_path / "copy.zip", now().isoformat(), hear)
    over.set()
    writer.join()

    assert added[0] > 0
    assert told == sorted(told)
    assert told[-1] == 1
    shell("restore", str(tmp_path / "copy.zip"))
    assert counted("person") == people


def test_neither_keys_nor_anybody_is_in_it(desk, tmp_path):
    shell("backup", str(tmp_path / "copy.zip"), "--by", "chen")

    with ZipFile(tmp_path / "copy.zip") as packed:
        assert sorted(packed.namelist()) == ["desk.db", "look_ups.db", "manifest.json"]
        everything = b"".join(packed.read(name) for name in packed.namelist())
    for key in (desk / "keys").iterdir():
        assert key.read_bytes() not in everything
    assert "欧阳若兰".encode() not in everything
    assert NUMBER.encode() not in everything


def test_it_is_put_back_on_a_machine_that_has_nothing_but_the_keys(desk, tmp_path, monkeypatch):
    shell("backup", str(tmp_path / "copy.zip"), "--by", "chen")
    people = counted("person")
    close()
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    monkeypatch.setenv("HBCORE_HOME", str(fresh))
    assert refusal("restore", str(tmp_path / "copy.zip")) == "keys_missing"
    shutil.copytree(desk / "keys", fresh / "keys")

    assert shell("restore", str(tmp_path / "copy.zip"))[1]["replaced"] is None

    assert counted("person") == people
    close()


@pytest.mark.parametrize("opened", [engine, access_engine])
def test_a_database_in_use_is_left_alone(desk, tmp_path, opened):
    shell("backup", str(tmp_path / "copy.zip"), "--by", "chen")
    people = counted("person")

    with closing(sqlite3.connect(str(opened().url.database))) as other:
        other.execute("SELECT count(*) FROM sqlite_master").fetchall()
        assert refusal("restore", str(tmp_path / "copy.zip")) == "database_in_use"

    assert counted("person") == people
    assert not list(desk.glob("replaced-*"))
    assert shell("restore", str(tmp_path / "copy.zip"))[0] == 0


def test_what_is_no_whole_backup_changes_nothing(desk, tmp_path):
    shell("backup", str(tmp_path / "copy.zip"), "--by", "chen")
    whole = (tmp_path / "copy.zip").read_bytes()
    people = counted("person")
    bad = tmp_path / "bad.zip"

    assert refusal("restore", str(bad)) == "no_such_file"
    middle = len(whole) // 2
    turned = whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :]
    for damaged in (b"", b"no archive", whole[:-1000], turned):
        bad.write_bytes(damaged)
        assert refusal("restore", str(bad)) == "not_a_backup"
    with ZipFile(bad, "w") as packed:
        packed.writestr("manifest.json", "{}")
    assert refusal("restore", str(bad)) == "not_a_backup"
    assert counted("person") == people
    assert sorted(one.name for one in desk.iterdir() if one.name.startswith((".restore", "replaced"))) == []


def test_a_backup_of_a_newer_desk_is_refused(desk, tmp_path, monkeypatch):
    shell("backup", str(tmp_path / "copy.zip"), "--by", "chen")
    monkeypatch.setattr("hbcore.storage.upgrade.newest", lambda: ("0001", "0001"))
    assert refusal("restore", str(tmp_path / "copy.zip")) == "backup_of_newer_desk"


@pytest.mark.parametrize("key", ["index.key", "sealing-1.key"])
def test_a_backup_of_other_keys_is_refused(desk, tmp_path, monkeypatch, key):
    shell("backup", str(tmp_path / "copy.zip"), "--by", "chen")
    close()
    other = tmp_path / "other"
    shutil.copytree(desk / "keys", other / "keys")
    (other / "keys" / key).write_bytes(b"x" * 32)
    monkeypatch.setenv("HBCORE_HOME", str(other))
    assert refusal("restore", str(tmp_path / "copy.zip")) == "backup_of_other_keys"
    close()


def test_it_needs_an_administrator_and_a_new_file(desk, tmp_path):
    assert refusal("backup", str(tmp_path / "copy.zip"), "--by", "shen") == "not_allowed"
    assert not (tmp_path / "copy.zip").exists()
    (tmp_path / "copy.zip").write_bytes(b"mine")
    assert refusal("backup", str(tmp_path / "copy.zip"), "--by", "chen") == "file_exists"
    assert (tmp_path / "copy.zip").read_bytes() == b"mine"
    assert refusal("backup", str(tmp_path / "nowhere" / "copy.zip"), "--by", "chen") == "file_not_written"
    assert sorted(one.name for one in tmp_path.iterdir() if one.name.startswith(".")) == []


def test_its_event_has_its_fingerprint(desk, tmp_path):
    _, made = shell("backup", str(tmp_path / "copy.zip"), "--by", "chen")
    with engine().connect() as connection:
        asked = "SELECT by_name, figures FROM event WHERE act = 'backed_up'"
        by, figures = connection.exec_driver_sql(asked).one()
    assert by == "chen"
    assert json.loads(figures) == {"sha256": made["sha256"], "bytes": made["bytes"]}
    shell("restore", str(tmp_path / "copy.zip"))
    with engine().connect() as connection:
        asked = "SELECT by_name, via FROM event WHERE act = 'restored'"
        assert connection.exec_driver_sql(asked).one() == ("", "shell")


def test_a_folder_without_room_is_told_as_such(desk, tmp_path, monkeypatch):
    def full(*_args):
        raise OSError(28, "No space left on device")

    shell("backup", str(tmp_path / "copy.zip"), "--by", "chen")
    monkeypatch.setattr(backup, "put_in_place", full)

    assert refusal("restore", str(tmp_path / "copy.zip")) == "home_unusable"
