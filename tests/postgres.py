"""A PostgreSQL server of the tests' own: one for each process of a test run, on a socket, a database for each test."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg

from hbcore.bench import postgres
from hbcore.bench.postgres import programs as programs

# What it holds lives for one test: nothing has to reach the disk.
SETTINGS = (
    *("listen_addresses=", "fsync=off", "full_page_writes=off", "synchronous_commit=off"),
    *("autovacuum=off", "max_connections=200", "wal_level=minimal", "max_wal_senders=0"),
)


@dataclass
class Server:
    """A running server: its socket's folder, the numbers of the databases made so far, and a connection to each put back."""

    socket: Path
    made: Iterator[int] = field(default_factory=lambda: count(1))
    warm: dict[str, psycopg.Connection] = field(default_factory=dict)
    """A new connection would read its catalogue anew, which takes ten times as long as the work."""

    def url(self, database: str) -> str:
        """A database's address as `HBCORE_DATABASE_URL` takes it."""
        return postgres.url(self.socket, database)

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
        """Every table as `keep` found it: a fiftieth of the time that another database takes."""
        if database not in self.warm:
            self.warm[database] = self._connected(database)
            self.warm[database].execute("SET session_replication_role = replica")  # whatever points to what
        connection = self.warm[database]
        tables = self._tables(connection)
        full_up = connection.execute("SELECT conrelid::regclass::text FROM pg_constraint WHERE conname = 'full_up'")
        statements = [f"ALTER TABLE {table} DROP CONSTRAINT full_up" for (table,) in full_up]
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
    """A server until the block ends."""
    with postgres.server(SETTINGS) as socket:
        running = Server(socket)
        yield running
        for connection in running.warm.values():
            connection.close()
