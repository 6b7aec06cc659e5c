"""A PostgreSQL server of the tests' own: one for each process of a test run, on a socket, a database for each test."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg

NEW = ("-U", "postgres", "-E", "UTF8", "--locale=C")
PROGRAMS = ("initdb", "pg_ctl")
# What it holds lives for one test: nothing has to reach the disk.
SETTINGS = (
    *("listen_addresses=", "fsync=off", "full_page_writes=off", "synchronous_commit=off"),
    *("autovacuum=off", "max_connections=200", "wal_level=minimal", "max_wal_senders=0"),
)


def programs() -> Path | None:
    """The folder of the newest server's programs; None where there is no server."""
    on_path = [str(Path(found).parent) for program in PROGRAMS if (found := shutil.which(program))]
    folders = [Path(folder) for folder in on_path] + sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if all((folder / program).exists() for program in PROGRAMS)), None)


@dataclass
class Server:
    """A running server: its socket's folder, and the numbers of the databases made so far."""

    socket: Path
    made: Iterator[int] = field(default_factory=lambda: count(1))

    def url(self, database: str) -> str:
        """A database's address as `HBCORE_DATABASE_URL` takes it."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.socket}"

    def make(self, template: str = "template0", more: str = "") -> str:
        """A new database's name, made as `template` is."""
        name = f"made_{next(self.made)}"
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{template}" {more}')
        return name

    def keep(self, database: str) -> None:
        """Remember what stands in each table, for `put_back`."""
        with self._connected(database) as connection:
            connection.execute("CREATE SCHEMA kept")
            for table in self._tables(connection):
                connection.execute(f'CREATE TABLE kept."{table}" AS TABLE public."{table}"'.encode())

    def put_back(self, database: str) -> None:
        """Every table as `keep` found it: a tenth of the time that another database takes."""
        with self._connected(database) as connection:
            tables = self._tables(connection)
            statements = ["SET session_replication_role = replica"]  # whatever points to what
            statements += [f'ALTER TABLE "{table}" DROP CONSTRAINT IF EXISTS full_up' for table in tables if "event" in table]
            # Names out of the database's own catalogue.
            statements += [f'DELETE FROM "{table}"' for table in tables]  # noqa: S608
            statements += [f'INSERT INTO public."{table}" SELECT * FROM kept."{table}"' for table in tables]  # noqa: S608
            connection.execute(";".join(statements).encode())

    def drop(self, database: str) -> None:
        """Drop a database, whoever is still connected."""
        self._run(f'DROP DATABASE "{database}" WITH (FORCE)')

    def _run(self, statement: str) -> None:
        with self._connected("postgres") as connection:
            connection.execute(statement.encode())

    def _connected(self, database: str) -> psycopg.Connection:
        return psycopg.connect(host=str(self.socket), user="postgres", dbname=database, autocommit=True)

    @staticmethod
    def _tables(connection: psycopg.Connection) -> list[str]:
        rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
        return [name for (name,) in rows]


@contextmanager
def server() -> Iterator[Server]:
    """A server until the block ends. Started by root it runs as `postgres`, for it refuses to run as root."""
    folder, found = Path(tempfile.mkdtemp(prefix="pg")), programs()  # a socket's path is short
    if found is None:
        raise AssertionError("no PostgreSQL server is installed")
    as_postgres = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if as_postgres:
        shutil.chown(folder, "postgres")
    options = " ".join(f"-c {one}" for one in (*SETTINGS, f"unix_socket_directories={folder}"))
    control = [*as_postgres, str(found / "pg_ctl"), "-D", str(folder / "data"), "-l", str(folder / "log"), "-w"]
    try:
        _quietly([*as_postgres, str(found / "initdb"), "-N", "-A", "trust", *NEW, "-D", str(folder / "data")])
        _quietly([*control, "-o", options, "start"])
        yield Server(folder)
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], capture_output=True)
        shutil.rmtree(folder, ignore_errors=True)


def _quietly(command: list[str]) -> None:
    ran = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd="/", text=True)
    assert ran.returncode == 0, ran.stdout
