"""One-time passwords: shown once, good once and for 72 hours, and nothing but an own password comes after them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from hbcore.domain.errors import Refused
from hbcore.domain.permissions import BEFORE_OWN_PASSWORD, Permission
from hbcore.domain.signing_in import READABLE
from hbcore.domain.vocabulary import Role, Theme
from hbcore.services import account_changes, accounts, audit, own_account, passwords, sessions
from hbcore.services.accounts import NewAccount
from hbcore.services.acting import Staff, acting, reading
from hbcore.services.passwords import OneTimePassword
from hbcore.storage.engine import engine
from tests import standing

AT = datetime(2020, 11, 23, 1, 40, tzinfo=UTC)
HOURS = timedelta(hours=1)
PASSWORD = "correct horse battery"


@pytest.fixture
def administrator(database: Path) -> Staff:
    return standing.staff(Role.ADMINISTRATOR, AT, name="chen")


@pytest.fixture
def made(administrator: Staff) -> OneTimePassword:
    """The one-time password of a new auditor."""
    return accounts.add_with_one_time_password(NewAccount("li.jing", Role.AUDITOR), by=administrator, at=AT)


def enter(password: str, at: datetime = AT) -> Staff:
    """Sign in as the auditor."""
    cookie = sessions.trade(sessions.sign_in("li.jing", password, place="here", at=at), at=at)
    holder = sessions.holder(cookie, at=at, touch=False)
    assert holder
    return holder


def refusal(call) -> str:
    with pytest.raises(Refused) as caught:
        call()
    return caught.value.code


def test_it_is_made_of_letters_and_digits_that_nobody_mistakes_and_kept_as_a_hash(administrator, made):
    with engine().connect() as connection:
        kept = connection.execute(sa.text("SELECT password FROM staff WHERE name = 'li.jing'")).scalar_one()

    assert set(made.text) <= {*READABLE, "-"}
    assert len(made.text.replace("-", "")) == 15
    assert made.until == AT + 72 * HOURS
    assert kept.startswith("$argon2id$")


@pytest.mark.parametrize(
    "typed", [str, str.lower, lambda text: text.replace("-", ""), lambda text: f" {text.replace('-', ' ')} "]
)
def test_it_is_taken_however_its_groups_are_typed(made, typed):
    assert enter(typed(made.text)).password_change_needed


def test_it_signs_in_once(made):
    first, second = (sessions.sign_in("li.jing", made.text, place="here", at=AT) for _ in range(2))

    assert sessions.trade(first, at=AT)
    assert sessions.trade(second, at=AT) is None
    assert refusal(lambda: enter(made.text)) == "one_time_password_used"


def test_unused_after_72_hours_it_says_so_and_only_to_whoever_has_it(made):
    late = made.until

    assert refusal(lambda: enter(made.text, late)) == "one_time_password_expired"
    assert refusal(lambda: enter("wrong wrong wrong", late)) == "wrong_name_or_password"
    assert enter(made.text, late - timedelta(seconds=1))


@pytest.mark.parametrize("door", [acting, reading])
@pytest.mark.parametrize("permission", [one for one in Permission if one not in BEFORE_OWN_PASSWORD])
def test_until_an_own_password_is_chosen_every_door_is_shut(made, door, permission):
    holder = enter(made.text)

    with pytest.raises(Refused, match="password_change_needed"), door(holder, permission, AT):
        pytest.fail("let in")


def test_an_own_password_opens_the_doors_and_the_one_time_password_is_worthless(made):
    holder = enter(made.text)
    other = holder.session

    own_account.choose_password(PASSWORD, by=holder, at=AT)

    assert refusal(lambda: enter(made.text)) == "wrong_name_or_password"
    now_there = enter(PASSWORD)
    assert not now_there.password_change_needed
    assert now_there.session != other
    accounts.choose_theme(Theme.DARK, by=now_there, at=AT)
    assert accounts.staff_named("li.jing").theme == Theme.DARK


def test_the_one_time_password_itself_is_no_own_password(made):
    holder = enter(made.text)

    assert refusal(lambda: own_account.choose_password(made.text.lower(), by=holder, at=AT)) == "password_same"
    assert refusal(lambda: own_account.choose_password("1234567890", by=holder, at=AT)) == "password_too_common"


def test_whoever_has_an_own_password_is_not_let_past_the_old_one(administrator):
    assert refusal(lambda: own_account.choose_password(PASSWORD, by=administrator, at=AT)) == "has_own_password"


def test_a_reset_ends_every_session_and_the_old_password(administrator, made):
    own_account.choose_password(PASSWORD, by=enter(made.text), at=AT)
    cookie = sessions.trade(sessions.sign_in("li.jing", PASSWORD, place="here", at=AT), at=AT)

    again = account_changes.reset_password("Li.Jing", by=administrator, at=AT)

    assert sessions.holder(cookie, at=AT, touch=False) is None
    assert refusal(lambda: enter(PASSWORD)) == "wrong_name_or_password"
    assert refusal(lambda: enter(made.text)) == "wrong_name_or_password"
    assert enter(again.text).password_change_needed


def test_no_event_holds_the_password(administrator, made):  # S21
    again = account_changes.reset_password("li.jing", by=administrator, at=AT)

    with engine().connect() as connection:
        told = repr(connection.execute(sa.select(audit.EVENTS)).all())
    assert all(part not in told for one in (made, again) for part in one.text.split("-"))
    assert passwords.one_time(at=AT).text != again.text
