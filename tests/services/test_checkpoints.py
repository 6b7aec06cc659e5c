"""A checkpoint that was kept elsewhere finds what the chains alone cannot: a cut end, an older copy, a chain rewritten whole."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from hbcore.domain.errors import Refused
from hbcore.domain.vocabulary import Role
from hbcore.services import audit, checkpoints
from hbcore.services.acting import Staff
from hbcore.services.audit import Act
from hbcore.storage import chain, sealing
from hbcore.storage.engine import access_engine, engine
from hbcore.storage.home import home
from hbcore.storage.tables import look_up_event
from tests import standing

AT = datetime(2020, 11, 23, 1, 40, tzinfo=UTC)
STORES = {"events": (engine, audit.EVENTS), "look_ups": (access_engine, look_up_event)}


@pytest.fixture
def auditor(database: Path) -> Staff:
    """An auditor, six acts and six look-ups."""
    by = standing.staff(Role.AUDITOR, AT, name="shen")
    go_on(by, 6)
    return by


def go_on(by: Staff, number: int) -> None:
    for minute in range(number):
        at = AT + timedelta(minutes=minute)
        audit.record_alone(Act.REFUSED, by=by, at=at, figures={"why": "late"})
        audit.record_look_up(Act.PERSON_LOOKED_UP, by=by, at=at, subject=f"person {minute}")


def found(kept: str) -> list[tuple[str, object, object]]:
    return [(why.code, why.values["chain"], why.values["event"]) for why in checkpoints.compare(checkpoints.read(kept))]


def cut(store: str, last: int) -> None:
    of, table = STORES[store]
    with of().connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(sa.delete(table).where(table.c.seq > last))


def copied(store: str) -> list[dict[str, object]]:
    of, table = STORES[store]
    with of().connect() as connection:
        return [dict(row._mapping) for row in connection.execute(sa.select(table))]


def put_back(store: str, rows: list[dict[str, object]]) -> None:
    of, table = STORES[store]
    with of().connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(sa.delete(table))
        connection.execute(sa.insert(table), rows)


def test_nothing_is_found_while_both_chains_only_go_on(auditor):
    kept = checkpoints.make(by=auditor, at=AT)

    assert found(kept) == []
    go_on(auditor, 3)
    assert found(kept) == []
    made = checkpoints.read(kept)
    assert ({name: head.seq for name, head in made.heads.items()}, made.at) == ({"events": 7, "look_ups": 6}, AT)


@pytest.mark.parametrize(("store", "head"), [("events", 7), ("look_ups", 6)])
def test_s20_a_cut_end_is_found_and_named(auditor, store, head):
    kept = checkpoints.make(by=auditor, at=AT)

    cut(store, 4)

    assert all(state.broken_at is None for state in audit.verify())  # the chain itself says nothing
    assert found(kept) == [("chain_cut", store, head)]


@pytest.mark.parametrize(("store", "head"), [("events", 7), ("look_ups", 6)])
def test_s20_an_older_copy_put_back_is_found_at_once_and_when_it_was_written_on(auditor, store, head):
    cut(store, 4)
    older = copied(store)
    go_on(auditor, 2)
    kept = checkpoints.make(by=auditor, at=AT)

    put_back(store, older)
    heads = {name: one.seq for name, one in checkpoints.read(kept).heads.items()}
    assert found(kept) == [("chain_cut", store, heads[store])]
    of, table = STORES[store]
    with of().connect().execution_options(writes=True) as connection, connection.begin():
        for row in older * 2:
            chain.append(connection, table, {**{name: row[name] for name in chain.FIELDS[1:]}, "via": "desk"})
    assert all(state.broken_at is None for state in audit.verify())
    assert found(kept) == [("chain_replaced", store, heads[store])]


def test_s20_a_chain_that_was_rewritten_whole_is_found(auditor):
    kept = checkpoints.make(by=auditor, at=AT)
    rows = copied("events")

    cut("events", 0)
    with engine().connect().execution_options(writes=True) as connection, connection.begin():
        for row in rows:
            chain.append(connection, audit.EVENTS, {**{name: row[name] for name in chain.FIELDS[1:]}, "by_name": "nobody"})

    assert all(state.broken_at is None for state in audit.verify())
    assert found(kept) == [("chain_replaced", "events", 7)]


def test_a_checkpoint_of_empty_chains_finds_nothing_in_fuller_ones(database):
    by = standing.staff(Role.AUDITOR, AT)
    kept = checkpoints.make(by=by, at=AT)
    assert checkpoints.read(kept).heads["look_ups"].seq == 0

    go_on(by, 2)

    assert found(kept) == []


def changed(kept: str, **values: object) -> str:
    return json.dumps({**json.loads(kept), **values})


def test_what_was_changed_or_signed_by_another_is_not_believed(auditor):
    kept = checkpoints.make(by=auditor, at=AT)
    heads = json.loads(kept)["chains"]

    for text in (
        changed(kept, at=(AT + timedelta(days=1)).isoformat()),
        changed(kept, chains={**heads, "events": {**heads["events"], "event": 3}}),
        changed(kept, signature="00" * 64),
        changed(kept, chains={}),
    ):
        assert refusal(text) == "checkpoint_not_signed_here"
    assert refusal(changed(kept, more="words")) == "checkpoint_not_signed_here"
    (home() / "keys" / sealing.SIGNING_KEY).unlink()
    assert refusal(kept) == "checkpoint_not_signed_here"


@pytest.mark.parametrize("text", ["", "x", "[]", "{}", '{"signature": "zz"}', '{"signature": "00", "chains": 1, "at": "x"}'])
def test_what_is_no_checkpoint_says_so(database, text):
    assert refusal(text) == "checkpoint_unreadable"


def refusal(text: str) -> str:
    with pytest.raises(Refused) as caught:
        checkpoints.read(text)
    return caught.value.code


def test_the_signing_key_is_the_desks_own_and_nobody_else_may_read_it(auditor):
    checkpoints.make(by=auditor, at=AT)

    key = home() / "keys" / sealing.SIGNING_KEY
    assert key.stat().st_mode & 0o777 == 0o600
    assert key.read_bytes() not in {(home() / "keys" / name).read_bytes() for name in sealing.KEY_FILES}


@pytest.mark.parametrize("role", [role for role in Role if role != Role.AUDITOR])
def test_nobody_else_makes_one(database, role):
    with pytest.raises(Refused, match="not_allowed"):
        checkpoints.make(by=standing.staff(role, AT), at=AT)
