"""Where the desk keeps its files: `HBCORE_HOME` and `HBCORE_DATABASE_URL`."""

import os
from functools import lru_cache
from pathlib import Path


def home() -> Path:
    """The folder of database and keys: `HBCORE_HOME`, else `.hbcore/` in the project. Made on first use, mode 0700."""
    return _made(os.environ.get("HBCORE_HOME") or str(Path(__file__).parents[2] / ".hbcore"))


@lru_cache(maxsize=8)
def _made(folder: str) -> Path:
    # Asked for with every key: once a process is enough.
    made = Path(folder)
    made.mkdir(mode=0o700, parents=True, exist_ok=True)
    return made


def database_url() -> str:
    """`HBCORE_DATABASE_URL`, else SQLite in `home()`."""
    return os.environ.get("HBCORE_DATABASE_URL") or f"sqlite:///{home() / 'hbcore.db'}"


def access_url() -> str:
    """Where look-up events live: beside an SQLite database (an import must not make them wait), else in the same database."""
    main = database_url()
    return main.rpartition("/")[0] + "/access.db" if main.startswith("sqlite") else main
