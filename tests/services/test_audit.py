"""An act and its event stand or fall together, and whoever touches the record of events is found."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from hbcore.domain.errors import Refused
from hbcore.domain.permissions import Permission
from hbcore.domain.vocabulary import Role
from hbcore.services import audit, institutions
from hbcore.services.acting import Staff, acting, reading
from hbcore.storage.engine import access_engine, engine
from hbcore.storage.tables import Institution
from tests import standing

AT = datetime(2020, 11, 23, 1, 40, tzinfo=UTC)
STORES = {"events": (engine, "event"), "look_ups": (access_engine, "look_up_event")}
EVENTS = 6


@pytest.fixture
def administrator(database: Path) -> Staff:
    return standing.staff(Role.ADMINISTRATOR, AT, name="zhao")


@pytest.fixture
def recorded(administrator: Staff) -> None:
    """Six events in each chain."""
    for number in range(EVENTS):
        at = AT + timedelta(minutes=number)
        audit.record_alone(audit.Act.REFUSED, by=administrator, at=at, subject=f"application {number}", figures={"why": "late"})
        audit.record_look_up(audit.Act.PERSON_LOOKED_UP, by=administrator, at=at, subject=f"person {number}", figures={"n": 1})


def tamper(store: str, *statements: str) -> None:
    of, table = STORES[store]
    with of().connect().execution_options(writes=True) as connection, connection.begin():
        for statement in statements:
            connection.exec_driver_sql(statement.replace("{table}", table))


def broken(store: str) -> int | None:
    return next(state.broken_at for state in audit.verify() if state.name == store)


SWAP = (
    "UPDATE {table} SET seq = 99 WHERE seq = 3",
    "UPDATE {table} SET seq = 3 WHERE seq = 4",
    "UPDATE {table} SET seq = 4 WHERE seq = 99",
)
MOVED_UP = (
    "UPDATE {table} SET seq = 3 WHERE seq = 4",
    "UPDATE {table} SET seq = 4 WHERE seq = 5",
    "UPDATE {table} SET seq = 5 WHERE seq = 6",
)
ADDED = (
    "INSERT INTO {table} SELECT 7, at, act, by_id, by_name, role, unit, via, subject, figures, previous, hash"
    " FROM {table} WHERE seq = 6"
)

# What somebody did to the store of events, and the event at which it shows.
TAMPERED = [
    *((f"SET {field} = 'x' WHERE seq = 3", 3) for field in ("act", "by_name", "role", "unit", "via", "subject", "figures")),
    ("SET at = at + 1 WHERE seq = 3", 3),
    ("SET by_id = 5 WHERE seq = 3", 3),
    ("SET by_id = NULL WHERE seq = 3", 3),
    ("SET hash = previous WHERE seq = 3", 3),
    ("SET previous = hash WHERE seq = 3", 3),
    ("SET act = 'x' WHERE seq = 1", 1),
    ("SET act = 'x' WHERE seq = 6", 6),
    ("SET at = 'yesterday' WHERE seq = 3", 3),
    ("SET at = 9e99 WHERE seq = 3", 3),
    ("SET act = x'FF' WHERE seq = 3", 3),
    ("SET act = CAST(x'FF' AS TEXT) WHERE seq = 3", 3),
    ("SET hash = 'x' WHERE seq = 3", 3),
]


@pytest.mark.parametrize("store", STORES)
def test_an_untouched_chain_is_whole(store: str, recorded: None) -> None:
    assert audit.ChainState(store, EVENTS, None) in audit.verify()


@pytest.mark.parametrize("store", STORES)
@pytest.mark.parametrize(("change", "shows_at"), TAMPERED)
def test_a_changed_field_is_found_and_named(change: str, shows_at: int, store: str, recorded: None, backend: str) -> None:  # S20
    try:
        tamper(store, f"UPDATE {{table}} {change}")
    except sa.exc.DBAPIError:
        assert backend == "postgresql"  # whose columns take no value of another sort
        return

    assert broken(store) == shows_at


@pytest.mark.parametrize("store", STORES)
@pytest.mark.parametrize(
    ("what", "statements", "shows_at"),
    [
        ("deleted", ("DELETE FROM {table} WHERE seq = 3",), 3),
        ("the first deleted", ("DELETE FROM {table} WHERE seq = 1",), 1),
        ("deleted, the rest moved up", ("DELETE FROM {table} WHERE seq = 3", *MOVED_UP), 3),
        ("two swapped", SWAP, 3),
        ("one put in", (ADDED,), 7),
    ],
)  # fmt: skip
def test_an_event_taken_away_moved_or_put_in_is_found_and_named(
    what: str, statements: tuple[str, ...], shows_at: int, store: str, recorded: None
) -> None:  # S20
    tamper(store, *statements)

    assert broken(store) == shows_at


def test_touching_one_chain_leaves_the_other_whole(recorded: None) -> None:
    tamper("events", "UPDATE {table} SET act = 'x' WHERE seq = 3")

    assert (broken("events"), broken("look_ups")) == (3, None)


def add_laboratory(by: Staff) -> None:
    institutions.add(standing.LAB, "武昌医学检验所", standing.WUCHANG, by=by, at=AT)


def laboratories() -> int:
    with engine().connect() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(Institution)).scalar_one())


def acts() -> list[tuple[str, str]]:
    with engine().connect() as connection:
        return [tuple(row) for row in connection.execute(sa.select(audit.EVENTS.c.act, audit.EVENTS.c.figures))]  # type: ignore[misc]


def test_an_act_that_forgets_its_event_is_undone(administrator: Staff) -> None:  # S19
    with pytest.raises(AssertionError, match="no event"), acting(administrator, Permission.KEEP_INSTITUTIONS, AT) as session:
        session.add(Institution(code=standing.LAB, name="武昌医学检验所", unit=standing.WUCHANG, recorded_at=AT))

    assert (laboratories(), acts()) == (0, [])


def test_an_act_whose_event_cannot_be_written_is_undone(administrator: Staff) -> None:  # S19
    standing.no_more_events(engine(), "event")

    with pytest.raises(sa.exc.IntegrityError):
        add_laboratory(administrator)

    assert laboratories() == 0


def test_an_act_that_breaks_after_its_event_leaves_neither(administrator: Staff) -> None:  # S19
    def breaks() -> None:
        with acting(administrator, Permission.KEEP_INSTITUTIONS, AT) as session:
            session.add(Institution(code=standing.LAB, name="武昌医学检验所", unit=standing.WUCHANG, recorded_at=AT))
            audit.record(session, audit.Act.INSTITUTION_ADDED, by=administrator, at=AT)
            raise OSError("later")

    with pytest.raises(OSError, match="later"):
        breaks()

    assert (laboratories(), acts()) == (0, [])


def test_a_look_up_whose_event_cannot_be_written_is_refused(administrator: Staff) -> None:  # S16, S36
    standing.no_more_events(access_engine(), "look_up_event")

    with pytest.raises(Refused) as refused:
        audit.record_look_up(audit.Act.PERSON_LOOKED_UP, by=administrator, at=AT, subject="person 1")

    assert refused.value.code == "look_up_not_recorded"


CHANGED_MEANWHILE = {
    "UPDATE staff SET role = 'auditor'": "authority_changed",
    "UPDATE staff SET unit = '420106'": "authority_changed",
    "UPDATE staff SET disabled_at = 1": "session_ended",
    "DELETE FROM staff": "session_ended",
}


@pytest.mark.parametrize(("statement", "code"), CHANGED_MEANWHILE.items())
@pytest.mark.parametrize("press", [add_laboratory, lambda by: institutions.listed(by=by, at=AT)], ids=["act", "read"])
def test_an_old_button_is_refused_and_recorded(
    statement: str, code: str, press: Callable[[Staff], object], administrator: Staff
) -> None:  # S09
    tamper("events", statement)

    with pytest.raises(Refused) as refused:
        press(administrator)

    assert refused.value.code == code
    assert laboratories() == 0
    assert acts() == [("refused", f'{{"why": "{code}"}}')]


@pytest.mark.parametrize("door", [acting, reading])
def test_a_role_without_the_permission_is_refused_and_recorded(door: Callable[..., object], administrator: Staff) -> None:
    with pytest.raises(Refused) as refused, door(administrator, Permission.LOOK_UP_PEOPLE, AT):  # type: ignore[attr-defined]
        pytest.fail("let in")

    assert refused.value.code == "not_allowed"
    assert acts() == [("refused", '{"why": "not_allowed"}')]
    assert audit.verify()[0].broken_at is None
