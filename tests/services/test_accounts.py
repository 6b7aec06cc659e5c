"""Accounts: the first one, who may be added, what ends with a disabled one."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from hbcore.domain.errors import Refused
from hbcore.domain.signing_in import COMMON, SHORTEST_PASSWORD, why_bad_password, why_bad_staff_name
from hbcore.domain.vocabulary import Role
from hbcore.services import accounts, audit, institutions, sessions, set_up
from hbcore.services.accounts import NewAccount
from hbcore.services.acting import Staff
from hbcore.storage.engine import engine
from hbcore.storage.tables import SignInTicket, StaffRow, StaffSession
from tests import standing
from tests.standing import JIANGAN, LAB

AT = datetime(2020, 11, 23, 1, 40, tzinfo=UTC)
PASSWORD = "correct horse battery"
LONG = "0aZ9bY8cX7dW6eV5fU4gT3hS2iR1jQ0kP9lO8mN7nM6oL5pK4qJ3rI2sH1tG0uF9"


@pytest.fixture
def administrator(database: Path) -> Staff:
    standing.institution(AT)
    return standing.staff(Role.ADMINISTRATOR, AT, name="chen")


def acts() -> list[str]:
    with engine().connect() as connection:
        return list(connection.execute(sa.select(audit.EVENTS.c.act).order_by(audit.EVENTS.c.seq)).scalars())


def refusal(call) -> str:
    with pytest.raises(Refused) as caught:
        call()
    return caught.value.code


def test_the_set_up_code_makes_one_administrator_and_no_second(database):
    code = set_up.init(at=AT)

    first = accounts.first_administrator(code.lower(), "Chen", PASSWORD, at=AT)

    assert (first.name, first.full_name, first.role) == ("chen", "Chen", Role.ADMINISTRATOR)
    assert refusal(lambda: accounts.first_administrator(code, "wang", PASSWORD, at=AT)) == "already_set_up"
    assert acts() == ["set_up"]


def test_a_second_init_voids_the_first_code_and_a_start_does_not(database):
    first, second = set_up.init(at=AT), set_up.init(at=AT)

    again = set_up.start(at=AT)

    assert again is None
    assert refusal(lambda: accounts.first_administrator(first, "chen", PASSWORD, at=AT)) == "wrong_setup_code"
    assert accounts.first_administrator(second, "chen", PASSWORD, at=AT)
    assert set_up.init(at=AT) is None


def test_the_very_first_start_makes_a_set_up_code(home):
    code = set_up.start(at=AT)

    assert code
    assert set_up.start(at=AT) is None


def test_a_code_that_is_not_good_leaves_no_account(database):
    set_up.init(at=AT)

    assert refusal(lambda: accounts.first_administrator("AAAAA-AAAAA-AAAAA-AAAAA", "chen", PASSWORD, at=AT)) == "wrong_setup_code"
    assert set_up.nobody_yet()


ACCOUNTS = """
    role             | unit   | institution | answer
    -----------------+--------+-------------+-------------------------
    district_staff   | 420102 |             | added
    district_staff   |        |             | unit_needed
    supervisor       | 420100 |             | added
    supervisor       |        |             | unit_needed
    supervisor       | 429000 |             | unit_without_staff
    supervisor       | 429004 |             | added
    district_staff   | 110101 |             | unknown_unit
    lab_liaison      |        | 420106L01   | added
    lab_liaison      |        |             | institution_needed
    lab_liaison      |        | 420106L09   | unknown_institution
    auditor          |        | 420106L01   | institution_not_for_role
    administrator    |        |             | added
    security_officer |        |             | added
    auditor          |        |             | added
    checkpoint_staff | 420102 |             | added
"""


@pytest.mark.parametrize("line", ACCOUNTS.strip().splitlines()[2:])
def test_each_role_is_placed_where_it_works(administrator, line):
    role, unit, institution, answer = (cell.strip() for cell in line.split("|"))
    new = NewAccount("li.jing", Role(role), unit or None, (institution,) if institution else ())

    if answer == "added":
        accounts.add_staff(new, PASSWORD, by=administrator, at=AT)

        kept = {account.name: account for account in accounts.listed(by=administrator, at=AT)}["li.jing"]
        assert (kept.role, kept.unit, kept.institutions) == (role, unit or None, (institution,) if institution else ())
    else:
        assert refusal(lambda: accounts.add_staff(new, PASSWORD, by=administrator, at=AT)) == answer


@pytest.mark.parametrize("name", ["李静", "li.jing", "Li-Jing_2", "ли", "ａｂ"])
def test_a_name_of_letters_of_any_script_is_taken(name):
    assert why_bad_staff_name(name) is None


@pytest.mark.parametrize("name", ["", "a", "a" * 41, "li jing", "li/jing", "li\u202ejing", "<b>", "li\x00"])
def test_any_other_name_is_refused(name):
    assert why_bad_staff_name(name) == "bad_staff_name"


PASSWORDS = (
    ("short", "password_too_short"),
    ("123456789", "password_too_short"),
    ("1234567890", "password_too_common"),
    ("WoAiNi1314520", "password_too_common"),
    ("ababababababab", "password_too_common"),
    ("chen2020202020", "password_too_common"),
    ("x" * 257, "password_too_long"),
    ("湖北健康码管理台的密码", None),
    ("a sentence is easy to remember", None),
    ("k7!" * 21 + "z", "password_too_common"),
    (LONG, None),
)


@pytest.mark.parametrize(("password", "why_not"), PASSWORDS)
def test_s06_short_and_common_passwords_are_refused_and_sentences_in_any_script_taken(password, why_not):
    assert why_bad_password(password, "chen") == why_not


def test_s06_every_password_on_the_list_could_otherwise_be_chosen():
    assert all(len(password) >= SHORTEST_PASSWORD for password in COMMON)


@pytest.mark.parametrize(
    "password", ["湖北健康码管理台的密码", "0aZ9bY8cX7dW6eV5fU4gT3hS2iR1jQ0kP9lO8mN7nM6oL5pK4qJ3rI2sH1tG0uF9"]
)
def test_s06_chinese_and_64_character_passwords_sign_in_and_are_kept_as_argon2id_of_46_mib_or_more(
    administrator, hashes_as_served, password
):
    accounts.add_staff(NewAccount("li.jing", Role.AUDITOR), password, by=administrator, at=AT)

    ticket = sessions.sign_in("li.jing", password, place="here", at=AT)

    with engine().connect() as connection:
        kept = connection.execute(sa.select(StaffRow.password).where(StaffRow.name == "li.jing")).scalar_one()
    assert ticket
    assert kept.startswith("$argon2id$v=19$m=49152,")


def test_a_name_is_given_once_however_it_is_written(administrator):
    accounts.add_staff(NewAccount("Li.Jing", Role.AUDITOR), PASSWORD, by=administrator, at=AT)

    assert (
        refusal(lambda: accounts.add_staff(NewAccount("li.jing", Role.AUDITOR), PASSWORD, by=administrator, at=AT))
        == "name_taken"
    )


@pytest.mark.parametrize("full_name", ["x" * 41, "two\nlines", "li\u202ejing"])
def test_s28_a_name_that_is_too_long_or_hides_something_is_refused(administrator, full_name):
    new = NewAccount("li.jing", Role.AUDITOR, full_name=full_name)

    assert refusal(lambda: accounts.add_staff(new, PASSWORD, by=administrator, at=AT)) == "bad_full_name"


def test_s01_disabling_ends_sessions_and_tickets_at_once(administrator):
    accounts.add_staff(NewAccount("li.jing", Role.AUDITOR), PASSWORD, by=administrator, at=AT)
    cookie = sessions.trade(sessions.sign_in("li.jing", PASSWORD, place="here", at=AT), at=AT)
    ticket = sessions.sign_in("li.jing", PASSWORD, place="here", at=AT)
    assert sessions.holder(cookie, at=AT, touch=False)

    accounts.disable_staff("LI.jing", by=administrator, at=AT)

    with engine().connect() as connection:
        ended = list(connection.execute(sa.select(StaffSession.ended_at)).scalars())
        used = list(connection.execute(sa.select(SignInTicket.used_at)).scalars())
    assert (ended, used) == ([AT], [AT, AT])
    assert sessions.holder(cookie, at=AT, touch=False) is None
    assert sessions.trade(ticket, at=AT) is None
    assert refusal(lambda: accounts.staff_named("li.jing")) == "unknown_staff"
    assert refusal(lambda: accounts.disable_staff("li.jing", by=administrator, at=AT)) == "unknown_staff"


def test_the_last_administrator_stays(administrator):
    assert refusal(lambda: accounts.disable_staff("chen", by=administrator, at=AT)) == "last_administrator"

    accounts.add_staff(NewAccount("wang", Role.ADMINISTRATOR), PASSWORD, by=administrator, at=AT)
    accounts.disable_staff("chen", by=administrator, at=AT)

    assert accounts.staff_named("wang")


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_nobody_but_administrators_keeps_accounts_and_institutions(administrator, role):
    other = standing.staff(role, AT, name="other", unit=JIANGAN)

    for attempt in (
        lambda: accounts.add_staff(NewAccount("new", Role.AUDITOR), PASSWORD, by=other, at=AT),
        lambda: accounts.disable_staff("chen", by=other, at=AT),
        lambda: accounts.listed(by=other, at=AT),
        lambda: institutions.add("X1", "X", JIANGAN, by=other, at=AT),
        lambda: institutions.suspend(LAB, "closed", by=other, at=AT),
        lambda: institutions.listed(by=other, at=AT),
    ):
        assert refusal(attempt) == "not_allowed"

    assert acts() == ["refused"] * 6


def test_s09_an_administrator_disabled_meanwhile_adds_nobody_and_the_try_is_on_record(administrator):
    second = standing.staff(Role.ADMINISTRATOR, AT, name="wang")
    accounts.disable_staff("chen", by=second, at=AT)

    assert (
        refusal(lambda: accounts.add_staff(NewAccount("new", Role.AUDITOR), PASSWORD, by=administrator, at=AT)) == "session_ended"
    )
    assert acts() == ["staff_disabled", "refused"]


INSTITUTIONS = (
    ("420106L02", "武昌第二检验所", JIANGAN, None),
    ("420106l03", "another", JIANGAN, None),
    (LAB, "another", JIANGAN, "institution_taken"),
    ("420106L02", "武昌医学检验所", JIANGAN, "institution_taken"),
    ("L 2", "another", JIANGAN, "bad_institution_code"),
    ("L2", "", JIANGAN, "bad_institution_name"),
    ("L2", "two\nlines", JIANGAN, "bad_institution_name"),
    ("L2", "another", "999999", "unknown_unit"),
)


@pytest.mark.parametrize(("code", "name", "unit", "why_not"), INSTITUTIONS)
def test_an_institution_has_a_code_and_a_name_of_its_own_and_a_unit(administrator, code, name, unit, why_not):
    if why_not is None:
        added = institutions.add(code, name, unit, by=administrator, at=AT)

        assert added in institutions.listed(by=administrator, at=AT)
        assert added.code == code.upper()
    else:
        assert refusal(lambda: institutions.add(code, name, unit, by=administrator, at=AT)) == why_not


def test_an_institution_is_suspended_once_and_for_a_reason(administrator):
    later = AT + timedelta(hours=1)

    suspended = institutions.suspend(LAB, "closed", by=administrator, at=later)

    assert (suspended.suspended_at, suspended.suspended_reason) == (later, "closed")
    assert refusal(lambda: institutions.suspend(LAB, "closed", by=administrator, at=AT)) == "already_suspended"
    assert refusal(lambda: institutions.suspend(LAB, " ", by=administrator, at=AT)) == "reason_needed"
    assert refusal(lambda: institutions.suspend("X9", "closed", by=administrator, at=AT)) == "unknown_institution"


def test_the_language_is_kept_with_the_account(administrator):
    accounts.choose_language("en", by=administrator, at=AT)

    assert accounts.staff_named("chen").language == "en"
    assert refusal(lambda: accounts.choose_language("fr", by=administrator, at=AT)) == "unknown_language"
