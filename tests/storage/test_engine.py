"""Every connection is durable and strict, instants have a zone, and the database itself refuses what must never be."""

from contextlib import ExitStack
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel

from hbcore.domain.known import micros
from hbcore.domain.permissions import Permission
from hbcore.domain.vocabulary import Role
from hbcore.services.acting import reading
from hbcore.storage import engine as engine_module
from hbcore.storage.engine import BUSY_MILLISECONDS, access_engine, engine
from hbcore.storage.tables import look_up_event
from tests import standing

AT = datetime(2020, 11, 23, 1, 40, 20, 123456, tzinfo=UTC)
STORES = {"desk": engine, "look-ups": access_engine}
FULL, ON = 2, 1
PROMISED = {"journal_mode": "wal", "synchronous": FULL, "foreign_keys": ON, "busy_timeout": BUSY_MILLISECONDS}


@pytest.mark.sqlite_only  # its pragmas
@pytest.mark.parametrize("store", STORES)
@pytest.mark.parametrize("writes", [False, True])
def test_every_connection_is_durable_strict_and_patient(store: str, writes: bool, database: Path) -> None:  # S34
    with ExitStack() as several:
        connections = [several.enter_context(STORES[store]().connect()) for _ in range(12)]  # more than the pool keeps

        for connection in connections:
            connection.execution_options(writes=writes and connection is connections[0])
            read = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in PROMISED}
            assert read == PROMISED


@pytest.mark.sqlite_only  # its own way to wait
def test_a_writer_holds_the_lock_from_its_first_moment_and_a_reader_does_not_wait(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with engine().connect().execution_options(writes=True) as writer, writer.begin():
        other = engine().connect().execution_options(writes=True)
        with other, engine().connect() as reader, reader.begin():
            read = reader.exec_driver_sql("SELECT count(*) FROM staff").scalar()
            monkeypatch.setattr(engine_module, "BUSY_MILLISECONDS", 50)
            with pytest.raises(sa.exc.OperationalError, match="locked"):
                other.begin()
            other.invalidate()  # its pragma is not what the pool promises

    assert read == 0


@pytest.mark.sqlite_only  # its own way to wait
def test_a_writer_that_cannot_begin_at_all_is_told_so_at_once(database: Path) -> None:
    with engine().connect().execution_options(writes=True) as writer:
        writer.connection.driver_connection.execute("BEGIN")  # a transaction in a transaction: no waiting would help

        with pytest.raises(sa.exc.OperationalError, match="within a transaction"):
            writer.begin()
        writer.invalidate()


@pytest.mark.postgresql_only
def test_statements_are_not_compiled_which_takes_longer_than_it_saves(database: Path) -> None:
    with engine().connect() as connection:
        assert connection.exec_driver_sql("SHOW jit").scalar() == "off"


@pytest.mark.postgresql_only
def test_writers_take_turns_and_neither_readers_nor_look_ups_wait_for_them(database: Path) -> None:
    with engine().connect().execution_options(writes=True) as writer, writer.begin():
        standing_before = writer.exec_driver_sql("SELECT count(*) FROM staff").scalar()
        with engine().connect() as reader, reader.begin():
            assert reader.exec_driver_sql("SELECT count(*) FROM staff").scalar() == standing_before
        with access_engine().connect().execution_options(writes=True) as looking_up, looking_up.begin():
            looking_up.execute(look_up_event.insert().values(_event()))
        with engine().connect() as other, other.begin():
            assert other.exec_driver_sql("SELECT pg_try_advisory_xact_lock(1)").scalar() is False

    with engine().connect() as other, other.begin():
        assert other.exec_driver_sql("SELECT pg_try_advisory_xact_lock(1)").scalar() is True


@pytest.mark.parametrize("store", STORES)
def test_an_exception_of_the_database_does_not_quote_what_people_told_us(store: str, database: Path) -> None:
    with STORES[store]().connect() as connection, pytest.raises(sa.exc.DBAPIError) as raised:
        connection.execute(sa.text("INSERT INTO nowhere VALUES (:name)"), {"name": "欧阳若溪"})

    assert "欧阳若溪" not in str(raised.value)


def test_an_instant_without_a_zone_is_refused(database: Path) -> None:
    event = _event(at=AT.replace(tzinfo=None))

    with access_engine().begin() as connection, pytest.raises(sa.exc.StatementError, match="zone"):
        connection.execute(look_up_event.insert().values(event))


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=8)), timezone(-timedelta(hours=9, minutes=30))])
def test_an_instant_is_kept_as_microseconds_and_comes_back_in_utc(zone: timezone, database: Path) -> None:
    with access_engine().connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(look_up_event.insert().values(_event(at=AT.astimezone(zone))))
        kept = connection.exec_driver_sql("SELECT at FROM look_up_event").scalar_one()
        read = connection.execute(sa.select(look_up_event.c.at)).scalar_one()

    assert kept == micros(AT)
    assert (read, read.tzinfo) == (AT, UTC)


def test_every_column_that_holds_an_instant_refuses_naive_ones() -> None:
    """No column is a plain date-time, which SQLite would hand back without a zone."""
    plain = [
        f"{table.name}.{column.name}"
        for table in (*SQLModel.metadata.tables.values(), look_up_event)
        for column in table.columns
        if isinstance(column.type, sa.DateTime) or (column.name.endswith("_at") and type(column.type).__name__ != "Instant")
    ]

    assert plain == []


def test_what_is_read_is_never_written(database: Path) -> None:
    """A service that forgets to open `acting` changes nothing: there would be no event of it (S19)."""
    by = standing.staff(Role.ADMINISTRATOR, AT)

    with reading(by, Permission.KEEP_STAFF, AT) as session:
        session.connection().exec_driver_sql("UPDATE staff SET role = 'auditor'")

    with engine().connect() as connection:
        assert connection.exec_driver_sql("SELECT role FROM staff").scalar() == "administrator"


def _event(**more: object) -> dict[str, object]:
    texts = dict.fromkeys(("act", "by_name", "role", "unit", "via", "subject", "figures"), "-")
    return {"seq": 1, "at": AT, **texts, "previous": b"", "hash": b""} | more
