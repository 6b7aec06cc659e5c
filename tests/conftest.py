"""What tests share: a home of their own for keys and database, and Hypothesis without a stopwatch."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings

from hbcore.services import set_up
from hbcore.storage.engine import access_engine, engine, engine_of

settings.register_profile("desk", deadline=None)
settings.load_profile("desk")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty `HBCORE_HOME` for one test; what it opened is closed afterwards."""
    folder = tmp_path / "home"
    folder.mkdir(mode=0o700)
    monkeypatch.setenv("HBCORE_HOME", str(folder))
    monkeypatch.delenv("HBCORE_DATABASE_URL", raising=False)
    yield folder
    close()


@pytest.fixture(scope="session")
def made_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home as `init` leaves it, made once and then only copied."""
    folder = tmp_path_factory.mktemp("made") / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HBCORE_HOME", str(folder))
        patch.delenv("HBCORE_DATABASE_URL", raising=False)
        set_up.init(at=datetime(2020, 4, 25, tzinfo=UTC))
        close()
    return folder


@pytest.fixture
def database(home: Path, made_home: Path) -> Path:
    """A home whose database and keys are ready, with units and policies and nobody in it."""
    shutil.copytree(made_home, home, dirs_exist_ok=True)
    return home


def close() -> None:
    """Close the two databases of the home in use."""
    engine().dispose()
    access_engine().dispose()
    engine_of.cache_clear()
