"""Accounts changed, closed and opened again; what is changed of one's own."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from hbcore.domain.errors import Refused
from hbcore.domain.vocabulary import Role
from hbcore.services import account_changes, accounts, audit, own_account, sessions
from hbcore.services.accounts import NewAccount
from hbcore.services.acting import Staff
from hbcore.storage.engine import engine
from tests import standing
from tests.standing import LAB, WUCHANG

AT = datetime(2020, 11, 23, 1, 40, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PASSWORD, OTHER = "correct horse battery", "湖北健康码管理台的密码"


@pytest.fixture
def administrator(database: Path) -> Staff:
    standing.institution(AT)
    by = standing.staff(Role.ADMINISTRATOR, AT, name="chen")
    accounts.add_staff(NewAccount("li.jing", Role.DISTRICT_STAFF, WUCHANG), PASSWORD, by=by, at=AT)
    return by


def enter(password: str = PASSWORD, at: datetime = AT, name: str = "li.jing") -> Staff:
    cookie = sessions.trade(sessions.sign_in(name, password, place="here", at=at), at=at)
    holder = sessions.holder(cookie, at=at, touch=False)
    assert holder
    return holder


def refusal(call) -> str:
    with pytest.raises(Refused) as caught:
        call()
    return caught.value.code


def figures(act: str) -> str:
    with engine().connect() as connection:
        return str(connection.execute(sa.select(audit.EVENTS.c.figures).where(audit.EVENTS.c.act == act)).scalars().all()[-1])


def test_s01_a_change_of_role_or_place_ends_the_session_and_says_before_and_after(administrator):
    session = enter()

    account_changes.change("li.jing", Role.LAB_LIAISON, None, [LAB], by=administrator, at=AT)

    with engine().connect() as connection:
        ended = connection.execute(sa.text("SELECT ended_at FROM staff_session")).scalars().all()
    changed = accounts.staff_named("li.jing")
    assert None not in ended
    assert refusal(lambda: own_account.own_sessions(by=session, at=AT)) == "session_ended"
    assert (changed.role, changed.unit, changed.institutions) == (Role.LAB_LIAISON, None, (LAB,))
    assert figures("staff_changed") == (
        '{"after": {"institutions": ["420106L01"], "role": "lab_liaison", "unit": ""},'
        ' "before": {"institutions": [], "role": "district_staff", "unit": "420106"}}'
    )


CHANGES = (
    ("li.jing", Role.DISTRICT_STAFF, WUCHANG, (), "nothing_changed"),
    ("li.jing", Role.DISTRICT_STAFF, None, (), "unit_needed"),
    ("li.jing", Role.DISTRICT_STAFF, "429000", (), "unit_without_staff"),
    ("li.jing", Role.AUDITOR, None, (LAB,), "institution_not_for_role"),
    ("chen", Role.AUDITOR, None, (), "last_administrator"),
    ("nobody", Role.AUDITOR, None, (), "unknown_staff"),
)


@pytest.mark.parametrize(("name", "role", "unit", "works_for", "why_not"), CHANGES)
def test_what_cannot_be_changed_says_why(administrator, name, role, unit, works_for, why_not):
    assert refusal(lambda: account_changes.change(name, role, unit, works_for, by=administrator, at=AT)) == why_not


def test_a_disabled_account_is_opened_again_with_a_one_time_password(administrator):
    assert refusal(lambda: account_changes.enable("li.jing", by=administrator, at=AT)) == "not_disabled"
    accounts.disable_staff("li.jing", by=administrator, at=AT)

    made = account_changes.enable("li.jing", by=administrator, at=AT)

    assert refusal(enter) == "wrong_name_or_password"
    assert enter(made.text).unit == WUCHANG
    assert refusal(lambda: account_changes.enable("nobody", by=administrator, at=AT)) == "unknown_staff"


def test_s01_a_change_of_password_ends_the_other_sessions_and_keeps_this_one(administrator):
    mine, other = enter(), enter()

    own_account.change_password(PASSWORD, OTHER, by=mine, at=AT)

    assert [one.is_this for one in own_account.own_sessions(by=mine, at=AT)] == [True]
    assert refusal(lambda: own_account.own_sessions(by=other, at=AT)) == "session_ended"
    assert refusal(enter) == "wrong_name_or_password"
    assert enter(OTHER)


@pytest.mark.parametrize(
    ("old", "new", "why_not"),
    [
        ("wrong wrong wrong", OTHER, "wrong_password"),
        (PASSWORD, PASSWORD, "password_same"),
        (PASSWORD, "1234567890", "password_too_common"),
        (PASSWORD, "short", "password_too_short"),
    ],
)
def test_a_password_is_changed_with_the_old_one_to_a_good_new_one(administrator, old, new, why_not):
    mine = enter()

    assert refusal(lambda: own_account.change_password(old, new, by=mine, at=AT)) == why_not
    assert enter()


def test_s04_whoever_sits_at_a_desk_left_open_tries_five_passwords(administrator):
    mine = enter()

    tried = [refusal(lambda: own_account.change_password("wrong wrong wrong", OTHER, by=mine, at=AT)) for _ in range(6)]

    assert tried == ["wrong_password"] * 5 + ["too_many_tries"]
    assert refusal(lambda: own_account.change_password(PASSWORD, OTHER, by=mine, at=AT + MINUTE)) == "too_many_tries"


def test_s01_a_session_is_ended_by_its_holder_and_nobody_else(administrator):
    mine, other, stranger = enter(at=AT), enter(at=AT + MINUTE), accounts.staff_named("chen")
    listed = own_account.own_sessions(by=mine, at=AT + MINUTE)
    assert [(one.began_at, one.is_this) for one in listed] == [(AT + MINUTE, False), (AT, True)]

    assert refusal(lambda: own_account.end_session(listed[0].ref, by=stranger, at=AT)) == "unknown_session"
    own_account.end_session(listed[0].ref, by=mine, at=AT + MINUTE)

    assert refusal(lambda: own_account.own_sessions(by=other, at=AT + MINUTE)) == "session_ended"
    assert [one.is_this for one in own_account.own_sessions(by=mine, at=AT + MINUTE)] == [True]


def test_sign_ins_and_failed_tries_are_shown_to_their_account(administrator):
    mine = enter()
    refusal(lambda: enter("wrong wrong wrong", AT + MINUTE))

    seen = own_account.own_sign_ins(by=mine, at=AT + MINUTE)

    assert [(one.at, one.succeeded) for one in seen] == [(AT + MINUTE, False), (AT, True)]
    kept = {account.name: account.signed_in_at for account in accounts.listed(by=administrator, at=AT)}
    assert kept == {"chen": None, "li.jing": AT}


def test_an_own_password_is_reset_at_no_desk(administrator):
    accounts.add_staff(NewAccount("wang", Role.ADMINISTRATOR), PASSWORD, by=administrator, at=AT)

    assert refusal(lambda: account_changes.reset_password("wang", by=enter(name="wang"), at=AT)) == "own_account"
    assert account_changes.reset_password("wang", by=accounts.staff_named("wang"), at=AT)
