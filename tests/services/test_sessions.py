"""Signing in and staying so: tickets, cookies, ends, and tries that were wrong."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest
import sqlalchemy as sa

from hbcore.domain.errors import Refused
from hbcore.domain.vocabulary import Role
from hbcore.services import accounts, audit, passwords, session_ends, sessions, set_up
from hbcore.services.acting import IDLE, IN_ALL, Staff
from hbcore.storage.engine import engine
from hbcore.storage.tables import StaffRow, StaffSession
from tests.conftest import close

AT = datetime(2020, 11, 23, 1, 40, tzinfo=UTC)
PASSWORD = "correct horse battery"
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@pytest.fixture
def chen(database: Path) -> Staff:
    code = set_up.init(at=AT)
    return accounts.first_administrator(code or "", "chen", PASSWORD, at=AT)


def sign_in(password: str = PASSWORD, *, name: str = "chen", place: str = "here", at: datetime = AT) -> str:
    """A ticket, or the code of the refusal."""
    try:
        return sessions.sign_in(name, password, place=place, at=at)
    except Refused as refused:
        return refused.code


def cookie(at: datetime = AT) -> str:
    secret = sessions.trade(sign_in(at=at), at=at)
    assert secret
    return secret


def lives(secret: str, at: datetime, *, touch: bool = False) -> bool:
    return sessions.holder(secret, at=at, touch=touch) is not None


def test_s02_each_sign_in_gives_a_new_cookie_of_256_random_bits_of_which_only_a_hash_is_kept(chen):
    first, second = cookie(), cookie()

    with engine().connect() as connection:
        kept = [
            bytes(value)
            for value in connection.execute(sa.select(sa.column("id_hash")).select_from(sa.table("staff_session"))).scalars()
        ]
    assert first != second
    assert len(first) == 43
    assert all(first.encode() not in value and second.encode() not in value for value in kept)


def test_s02_a_planted_cookie_stays_a_strangers(chen):
    cookie()

    for planted in ("", "A" * 43, "chen", None):
        assert sessions.holder(planted, at=AT, touch=True) is None


def test_a_ticket_is_traded_once_and_within_thirty_seconds(chen):
    ticket, late = sign_in(), sign_in()

    assert sessions.trade(ticket, at=AT + 29 * SECOND)
    assert sessions.trade(ticket, at=AT + 29 * SECOND) is None
    assert sessions.trade(late, at=AT + 30 * SECOND) is None
    assert sessions.trade("A" * 43, at=AT) is None


def test_s37_twenty_trades_of_one_ticket_give_one_cookie(chen):
    ticket, cookies = sign_in(), []
    threads = [Thread(target=lambda: cookies.append(sessions.trade(ticket, at=AT))) for _ in range(20)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len([secret for secret in cookies if secret]) == 1


def test_s01_a_session_ends_after_15_idle_minutes_and_after_12_hours_in_all(chen):
    idle, busy = cookie(), cookie()

    assert lives(idle, AT + IDLE - SECOND)
    assert not lives(idle, AT + IDLE)
    for step in range(1, 72):
        assert lives(busy, AT + step * 10 * MINUTE, touch=True)
    assert not lives(busy, AT + IN_ALL)


def test_s01_the_sign_in_learns_how_a_session_ended_and_of_nothing_else(chen):
    idle, busy, left = cookie(), cookie(), cookie()
    for step in range(1, 72):
        lives(busy, AT + step * 10 * MINUTE, touch=True)
    sessions.sign_out(by=sessions.holder(left, at=AT, touch=False), at=AT)

    def told(secret: str | None, at: datetime) -> str | None:
        return session_ends.how_ended(secret, at=at)

    assert [told(idle, AT + IDLE - SECOND), told(idle, AT + IDLE), told(idle, AT + IN_ALL)] == [None, "ended-idle", "ended-idle"]
    assert [told(busy, AT + IN_ALL - SECOND), told(busy, AT + IN_ALL)] == [None, "ended-longest"]
    assert told(left, AT) == "ended"
    assert [told(nobodys, AT) for nobodys in (None, "", "A" * 43, "ended")] == [None] * 4
    assert [session_ends.last_word(one, at=AT + IN_ALL) for one in (idle, busy, left)] == ["ended-idle", "ended-longest", ""]


def test_s01_looking_does_not_put_off_the_end_and_working_does(chen):
    looked_at, worked = cookie(), cookie()

    lives(looked_at, AT + 10 * MINUTE)
    lives(worked, AT + 10 * MINUTE, touch=True)

    assert not lives(looked_at, AT + 16 * MINUTE)
    assert lives(worked, AT + 16 * MINUTE)


def test_the_last_sight_is_written_at_most_once_a_minute(chen):
    secret = cookie()

    lives(secret, AT + 59 * SECOND, touch=True)
    with engine().connect() as connection:
        first = connection.execute(sa.select(StaffSession.seen_at)).scalar_one()
    lives(secret, AT + 60 * SECOND, touch=True)
    with engine().connect() as connection:
        second = connection.execute(sa.select(StaffSession.seen_at)).scalar_one()

    assert (first, second) == (AT, AT + 60 * SECOND)


def test_s01_signing_out_ends_this_session_and_no_other(chen):
    mine, other = cookie(), cookie()
    holder = sessions.holder(mine, at=AT, touch=False)

    sessions.sign_out(by=holder, at=AT)
    sessions.sign_out(by=holder, at=AT)

    assert not lives(mine, AT)
    assert lives(other, AT)
    with engine().connect() as connection:
        acts = list(connection.execute(sa.select(audit.EVENTS.c.act)).scalars())
    assert acts.count("signed_out") == 1


def test_a_role_changed_meanwhile_shows_at_the_next_look(chen):
    secret = cookie()

    with engine().begin() as connection:
        connection.execute(sa.update(StaffRow).values(role="auditor"))

    assert sessions.holder(secret, at=AT, touch=False).role == Role.AUDITOR


def test_s04_after_five_wrong_tries_the_right_password_waits_15_minutes_here_and_nowhere_else(chen):
    for minute in range(5):
        assert sign_in("wrong wrong wrong", at=AT + minute * MINUTE) == "wrong_name_or_password"
    fifth = AT + 4 * MINUTE

    assert sign_in(at=fifth + SECOND) == "too_many_tries"
    assert sign_in(at=fifth + 15 * MINUTE - SECOND) == "too_many_tries"
    assert sessions.trade(sign_in(place="elsewhere", at=fifth), at=fifth)
    assert sessions.trade(sign_in(at=fifth + 15 * MINUTE), at=fifth + 15 * MINUTE)


def test_s04_the_throttle_survives_a_restart(chen):
    for _ in range(5):
        sign_in("wrong wrong wrong")

    close()

    assert sign_in() == "too_many_tries"


def test_s04_four_wrong_tries_before_a_right_one_are_forgotten(chen):
    for _ in range(2):
        for _ in range(4):
            assert sign_in("wrong wrong wrong") == "wrong_name_or_password"
        assert sessions.trade(sign_in(), at=AT)


def test_s04_twenty_tries_at_once_are_looked_at_five_times(chen, monkeypatch):
    looked_at, answers = [], []
    monkeypatch.setattr(passwords, "fits", lambda password, kept: looked_at.append(kept) or False)
    threads = [Thread(target=lambda: answers.append(sign_in("wrong wrong wrong"))) for _ in range(20)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(looked_at), answers.count("too_many_tries")) == (5, 15)


def test_s05_names_that_do_not_exist_are_answered_throttled_and_worked_on_like_others(hashes_as_served, chen, monkeypatch):
    verified, hasher = [], passwords._hasher
    passwords._nobodys_hash()

    class Counting:
        def verify(self, kept, password):
            verified.append(kept.split("$")[3])
            return hasher.verify(kept, password)

    monkeypatch.setattr(passwords, "_hasher", Counting())

    known = [sign_in("wrong wrong wrong", name="chen") for _ in range(6)]
    unknown = [sign_in("wrong wrong wrong", name="nobody") for _ in range(6)]

    assert known == unknown == ["wrong_name_or_password"] * 5 + ["too_many_tries"]
    assert verified[:5] == verified[5:] == ["m=49152,t=2,p=1"] * 5


def test_s05_a_disabled_account_is_answered_like_one_that_never_was(chen):
    with engine().begin() as connection:
        connection.execute(sa.update(StaffRow).values(disabled_at=AT))

    assert sign_in() == "wrong_name_or_password"


def test_s21_what_was_typed_as_a_name_is_on_record_nowhere(chen):
    sign_in("x", name="my-password-by-mistake")

    with engine().connect() as connection:
        rows = (
            connection.execute(sa.select(audit.EVENTS)).all() + connection.execute(sa.text("SELECT * FROM sign_in_attempt")).all()
        )
    assert "my-password-by-mistake" not in repr(rows)
