"""A PostgreSQL server for the moment: a folder, a socket, gone when the block ends."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from hbcore.domain.errors import Refused

NEW = ("-U", "postgres", "-E", "UTF8", "--locale=C")
PROGRAMS = ("initdb", "pg_ctl")
TUNED = ("listen_addresses=", "shared_buffers=2GB", "max_wal_size=8GB", "wal_compression=lz4")
"""As a server of the desk's own is set up, and durable: what is measured has reached the disk (performance)."""


def programs() -> Path | None:
    """The folder of the newest server's programs; None where there is no server."""
    on_path = [str(Path(found).parent) for program in PROGRAMS if (found := shutil.which(program))]
    folders = [Path(folder) for folder in on_path] + sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if all((folder / program).exists() for program in PROGRAMS)), None)


@contextmanager
def server(settings: Sequence[str] = TUNED) -> Iterator[Path]:
    """The folder of its socket. Started by root it runs as `postgres`, for it refuses to run as root.

    :raises Refused: `no_postgresql` where none is installed.
    """
    folder, found = Path(tempfile.mkdtemp(prefix="pg")), programs()  # a socket's path is short
    if found is None:
        raise Refused("no_postgresql")
    as_postgres = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if as_postgres:
        shutil.chown(folder, "postgres")
    options = " ".join(f"-c {one}" for one in (*settings, f"unix_socket_directories={folder}"))
    control = [*as_postgres, str(found / "pg_ctl"), "-D", str(folder / "data"), "-l", str(folder / "log"), "-w"]
    try:
        _quietly([*as_postgres, str(found / "initdb"), "-N", "-A", "trust", *NEW, "-D", str(folder / "data")])
        _quietly([*control, "-o", options, "start"])
        yield folder
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], capture_output=True)  # noqa: S603
        shutil.rmtree(folder, ignore_errors=True)


def url(socket: Path, database: str) -> str:
    """A database's address as `HBCORE_DATABASE_URL` takes it."""
    return f"postgresql+psycopg://postgres@/{database}?host={socket}"


@contextmanager
def database_url(wanted: bool) -> Iterator[str | None]:
    """The address of an empty database on a server for the moment; None where it is not `wanted`, for SQLite.

    :raises Refused: as `server`.
    """
    if not wanted:
        yield None
        return
    with server() as socket:
        yield url(socket, "postgres")


def _quietly(command: list[str]) -> None:
    ran = subprocess.run(  # noqa: S603
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd="/", text=True
    )
    if ran.returncode:
        raise AssertionError(ran.stdout)
