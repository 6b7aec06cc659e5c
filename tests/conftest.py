"""What tests share: a home of their own for keys and database, and Hypothesis without a stopwatch."""

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from hypothesis import settings

from hbcore.services import passwords, set_up
from hbcore.storage.engine import access_engine, engine, engine_of
from tests.postgres import Server, programs, server

settings.register_profile("desk", deadline=None)
settings.load_profile("desk")

AS_SERVED, QUICK = passwords._hasher, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""How the desk hashes passwords, a tenth of a second each; and how tests do that ask for something else."""

ON_BOTH = {"storage", "services"}
"""The folders whose tests run on both databases: what lies above them knows of none."""


def without_server() -> bool:
    """Whether the tests on PostgreSQL are left out: no server is installed. Under CI=true they run and fail for want of it."""
    return programs() is None and os.environ.get("CI") != "true"


def pytest_report_header() -> str:
    """Say what is left out."""
    return "PostgreSQL: no server is installed, its tests are left out" if without_server() else "PostgreSQL: a server of our own"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what needs a home on SQLite, and the tests of storage and services on PostgreSQL as well."""
    if "backend" in metafunc.fixturenames:
        both = ("sqlite", "postgresql") if metafunc.definition.path.parent.name in ON_BOTH else ("sqlite",)
        only = [name for name in both if metafunc.definition.get_closest_marker(f"{name}_only")]
        chosen = [name for name in only or both if name == "sqlite" or not without_server()]
        metafunc.parametrize("backend", chosen, indirect=True)


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords hashed without the time and memory that hashing them is to cost."""
    monkeypatch.setattr(passwords, "_hasher", QUICK)


@pytest.fixture
def hashes_as_served(quick_hashes: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Passwords hashed as the desk does."""
    monkeypatch.setattr(passwords, "_hasher", AS_SERVED)
    passwords._nobodys_hash.cache_clear()
    yield
    passwords._nobodys_hash.cache_clear()


@pytest.fixture
def backend(request: pytest.FixtureRequest) -> str:
    """Which database a test runs on."""
    return str(getattr(request, "param", "sqlite"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server, started when the first test asks for it."""
    with server() as running:
        yield running


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, backend: str, request: pytest.FixtureRequest) -> Iterator[Path]:
    """An empty `HBCORE_HOME` and an empty database for one test; what it opened is closed afterwards."""
    folder = tmp_path / "home"
    folder.mkdir(mode=0o700)
    monkeypatch.setenv("HBCORE_HOME", str(folder))
    monkeypatch.delenv("HBCORE_DATABASE_URL", raising=False)
    if backend == "sqlite":
        yield folder
        close()
        return
    running: Server = request.getfixturevalue("postgres")
    # `database` starts from the one that `init` has made ready.
    ready = "database" in request.fixturenames
    name = request.getfixturevalue("made_postgres")[1] if ready else running.make()
    monkeypatch.setenv("HBCORE_DATABASE_URL", running.url(name))
    yield folder
    close()
    if ready:
        running.put_back(name)
    else:
        running.drop(name)


@pytest.fixture(scope="session")
def made_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home as `init` leaves it, made once and then only copied."""
    return _make(tmp_path_factory.mktemp("made") / "home", None)


@pytest.fixture(scope="session")
def made_postgres(tmp_path_factory: pytest.TempPathFactory, postgres: Server) -> tuple[Path, str]:
    """The same on PostgreSQL: its keys' folder, and the database that tests share and put back."""
    name = postgres.make()
    folder = _make(tmp_path_factory.mktemp("made") / "home", postgres.url(name))
    postgres.keep(name)
    return folder, name


def _make(folder: Path, url: str | None) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HBCORE_HOME", str(folder))
        patch.delenv("HBCORE_DATABASE_URL", raising=False)
        if url:
            patch.setenv("HBCORE_DATABASE_URL", url)
        set_up.init(at=datetime(2020, 4, 25, tzinfo=UTC))
        close()
    return folder


@pytest.fixture
def database(home: Path, backend: str, request: pytest.FixtureRequest) -> Path:
    """A home whose database and keys are ready, with units and policies and nobody in it."""
    made = request.getfixturevalue("made_home") if backend == "sqlite" else request.getfixturevalue("made_postgres")[0]
    shutil.copytree(made, home, dirs_exist_ok=True)
    return home


def close() -> None:
    """Close the two databases of the home in use."""
    engine().dispose()
    access_engine().dispose()
    engine_of.cache_clear()
