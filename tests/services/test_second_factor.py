"""The second factor: codes used once, recovery codes for a lost phone, tries that are throttled (S06)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pyotp
import pytest
import sqlalchemy as sa

from hbcore.domain.errors import Refused
from hbcore.domain.vocabulary import Role
from hbcore.services import accounts, audit, own_account, second_factor, sessions
from hbcore.services.accounts import NewAccount
from hbcore.services.acting import Staff
from hbcore.services.sessions import CodeNeeded
from hbcore.storage.engine import engine
from tests import standing

AT = datetime(2020, 11, 23, 1, 40, tzinfo=UTC)
STEP = timedelta(seconds=30)
PASSWORD = "correct horse battery"


@pytest.fixture
def administrator(database: Path) -> Staff:
    by = standing.staff(Role.ADMINISTRATOR, AT, name="chen")
    accounts.add_staff(NewAccount("li.jing", Role.AUDITOR), PASSWORD, by=by, at=AT)
    return by


@pytest.fixture
def mine(administrator: Staff) -> Staff:
    """The auditor, signed in with the password alone."""
    ticket = sessions.sign_in("li.jing", PASSWORD, place="here", at=AT)
    assert isinstance(ticket, str)
    holder = sessions.holder(sessions.trade(ticket, at=AT), at=AT, touch=False)
    assert holder
    return holder


@pytest.fixture
def letters(mine: Staff) -> str:
    """The secret of a second factor that was begun."""
    second_factor.begin(PASSWORD, by=mine, at=AT)
    guard = second_factor.own(by=mine, at=AT)
    assert guard
    assert guard.secret
    return guard.secret.letters


def code(letters: str, at: datetime) -> str:
    return pyotp.TOTP(letters).at(at)


def step(at: datetime) -> str:
    """A sign-in whose password was right."""
    needed = sessions.sign_in("li.jing", PASSWORD, place="here", at=at)
    assert isinstance(needed, CodeNeeded)
    return needed.step


def enter(typed: str, at: datetime) -> str | None:
    return sessions.trade(second_factor.enter(step(at), typed, at=at), at=at)


def refusal(call) -> str:
    with pytest.raises(Refused) as caught:
        call()
    return caught.value.code


def test_until_it_is_confirmed_the_password_is_enough_and_afterwards_a_code_is_asked_for(mine, letters):
    assert isinstance(sessions.sign_in("li.jing", PASSWORD, place="here", at=AT), str)

    made = second_factor.confirm(code(letters, AT), by=mine, at=AT)

    later = AT + STEP
    assert len(set(made)) == 10
    assert enter(code(letters, later), later)
    guard = second_factor.own(by=mine, at=AT)
    assert (guard.confirmed_at, guard.secret, guard.codes_left) == (AT, None, 10)


def test_it_is_confirmed_by_a_code_of_its_own_and_other_sessions_end(mine, letters):
    other = sessions.trade(sessions.sign_in("li.jing", PASSWORD, place="here", at=AT), at=AT)

    assert refusal(lambda: second_factor.confirm("000000", by=mine, at=AT)) == "wrong_code"
    second_factor.confirm(code(letters, AT), by=mine, at=AT)

    assert sessions.holder(other, at=AT, touch=False) is None
    assert own_account.own_sessions(by=mine, at=AT)


def test_s06_a_code_is_taken_once_and_none_before_it(mine, letters):
    second_factor.confirm(code(letters, AT), by=mine, at=AT)
    later = AT + 2 * STEP

    assert refusal(lambda: enter(code(letters, AT), AT)) == "wrong_code"
    assert enter(code(letters, later), later)
    assert refusal(lambda: enter(code(letters, later), later)) == "wrong_code"
    assert refusal(lambda: enter(code(letters, later - STEP), later)) == "wrong_code"


@pytest.mark.parametrize(("off", "fits"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_clocks_may_differ_by_one_code(mine, letters, off, fits):
    second_factor.confirm(code(letters, AT), by=mine, at=AT)
    later = AT + 10 * STEP

    if fits:
        assert enter(code(letters, later + off * STEP), later)
    else:
        assert refusal(lambda: enter(code(letters, later + off * STEP), later)) == "wrong_code"


def test_s06_each_recovery_code_opens_once_however_it_is_typed(mine, letters):
    first, second, *_ = second_factor.confirm(code(letters, AT), by=mine, at=AT)

    assert enter(first.lower().replace("-", " "), AT)
    assert refusal(lambda: enter(first, AT)) == "wrong_code"
    assert enter(second, AT)
    assert second_factor.own(by=mine, at=AT).codes_left == 8


def test_s06_twenty_tries_at_once_with_one_recovery_code_give_one_ticket(mine, letters, monkeypatch):
    monkeypatch.setattr("hbcore.services.passwords.TRIES", 100)
    spare, *_ = second_factor.confirm(code(letters, AT), by=mine, at=AT)
    held, tickets = step(AT), []

    def attempt() -> None:
        try:
            tickets.append(second_factor.enter(held, spare, at=AT))
        except Refused:
            tickets.append(None)

    threads = [Thread(target=attempt) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len([ticket for ticket in tickets if ticket]) == 1


def test_s04_codes_are_throttled_from_everywhere_and_after_a_new_password_too(mine, letters):
    second_factor.confirm(code(letters, AT), by=mine, at=AT)
    later = AT + 2 * STEP

    assert [refusal(lambda: enter("000000", later)) for _ in range(5)] == ["wrong_code"] * 5
    assert refusal(lambda: enter(code(letters, later), later)) == "too_many_tries"
    waited = later + timedelta(minutes=15)
    assert enter(code(letters, waited), waited)


def test_a_step_is_good_once_and_for_five_minutes(mine, letters):
    spare, other, *_ = second_factor.confirm(code(letters, AT), by=mine, at=AT)
    held, late = step(AT), step(AT)

    second_factor.enter(held, spare, at=AT)

    assert refusal(lambda: second_factor.enter(held, other, at=AT)) == "sign_in_again"
    assert refusal(lambda: second_factor.enter(late, other, at=AT + sessions.STEP_LIFE)) == "sign_in_again"
    assert refusal(lambda: second_factor.enter("A" * 43, other, at=AT)) == "sign_in_again"


def test_the_password_is_asked_for_before_it_is_set_up_or_taken_off(mine):
    assert refusal(lambda: second_factor.begin("wrong wrong wrong", by=mine, at=AT)) == "wrong_password"
    assert refusal(lambda: second_factor.confirm("000000", by=mine, at=AT)) == "second_factor_not_begun"
    second_factor.begin(PASSWORD, by=mine, at=AT)
    letters = second_factor.own(by=mine, at=AT).secret.letters
    second_factor.confirm(code(letters, AT), by=mine, at=AT)
    assert refusal(lambda: second_factor.begin(PASSWORD, by=mine, at=AT)) == "second_factor_on"
    assert refusal(lambda: second_factor.turn_off("wrong wrong wrong", by=mine, at=AT)) == "wrong_password"

    second_factor.turn_off(PASSWORD, by=mine, at=AT)

    assert second_factor.own(by=mine, at=AT) is None
    assert isinstance(sessions.sign_in("li.jing", PASSWORD, place="here", at=AT), str)


def test_an_administrator_takes_it_off_and_ends_the_sessions(administrator, mine, letters):
    second_factor.confirm(code(letters, AT), by=mine, at=AT)
    assert {one.name: one.second_factor for one in accounts.listed(by=administrator, at=AT)} == {"chen": False, "li.jing": True}

    second_factor.reset("li.jing", by=administrator, at=AT)

    assert refusal(lambda: own_account.own_sessions(by=mine, at=AT)) == "session_ended"
    assert isinstance(sessions.sign_in("li.jing", PASSWORD, place="here", at=AT), str)
    assert refusal(lambda: second_factor.reset("li.jing", by=administrator, at=AT)) == "second_factor_not_begun"


@pytest.mark.sqlite_only  # reads the files that SQLite keeps
def test_s21_neither_secret_nor_codes_are_in_the_database_as_they_are(mine, letters, database):
    made = second_factor.confirm(code(letters, AT), by=mine, at=AT)

    with engine().connect() as connection:
        connection.execute(sa.text("PRAGMA wal_checkpoint(TRUNCATE)"))
        told = repr(connection.execute(sa.select(audit.EVENTS)).all())
    held = b"".join(file.read_bytes() for file in database.iterdir() if file.is_file())
    for secret in (letters, *made):
        assert secret not in told
        assert secret.encode() not in held
