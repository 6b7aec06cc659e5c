"""The way to the mail server closed to others: what goes wrong is told, and the notice stays to be tried again."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from hbcore.domain.errors import Refused
from hbcore.domain.notices import MailFault, NoticeState
from hbcore.services import applications, mail_settings, outbox
from hbcore.services.mail_settings import Security
from tests.services.applying import AT, PERMIT, reviewer, rows
from tests.services.mail_servers import Login, certificate, mail_server
from tests.services.noticing import TEN, THEIRS

pytestmark = pytest.mark.usefixtures("database")

CLOSED = pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
USER, PASSWORD = "desk", "quite a long one"


@pytest.fixture
def due(database):
    """An approval that is to be told by letter."""
    id_ = applications.enter(replace(PERMIT, email=THEIRS), by=reviewer("clerk"), at=AT).id
    applications.approve(id_, by=reviewer("first"), at=AT)


@pytest.fixture
def trusted(monkeypatch, tmp_path):
    """What a server needs of a certificate that this machine trusts."""
    file, keys = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    return keys


def told(keeper, settings, **more) -> str:
    """The code with which trying the settings is refused; empty where the letter was taken."""
    mail_settings.change_mail(replace(settings, **more), by=keeper, at=AT)
    try:
        outbox.try_settings("me@example.net", by=keeper, at=AT)
    except Refused as refused:
        return str(refused.code)
    return ""


def stands() -> tuple[str, str, int]:
    """The only notice: its state, fault and tries."""
    ((state, fault, attempts),) = rows("SELECT state, fault, attempts FROM notice")
    return str(state), str(fault), int(attempts)


@CLOSED
def test_a_letter_goes_over_a_closed_way_with_user_and_password(keeper, due, trusted, monkeypatch, security):
    monkeypatch.setenv(mail_settings.PASSWORD, PASSWORD)
    login = Login(USER, PASSWORD)
    with mail_server(security, trusted, authenticator=login, auth_require_tls=security == Security.STARTTLS) as (
        taking,
        settings,
    ):
        mail_settings.change_mail(replace(settings, user=USER), by=keeper, at=AT)

        sent = outbox.send_due(at=AT + TEN)

    assert sent is not None
    assert sent.notices == Counter({NoticeState.SENT: 1})
    assert (taking.to, len(login.tried)) == ([THEIRS], 1)


@CLOSED
def test_a_wrong_password_is_told_and_the_notice_is_tried_again(keeper, due, trusted, monkeypatch, security):
    monkeypatch.setenv(mail_settings.PASSWORD, "another")
    login = Login(USER, PASSWORD)
    with mail_server(security, trusted, authenticator=login, auth_require_tls=security == Security.STARTTLS) as (
        taking,
        settings,
    ):
        code = told(keeper, settings, user=USER)
        sent = outbox.send_due(at=AT + TEN)
        first = stands()
        monkeypatch.setenv(mail_settings.PASSWORD, PASSWORD)
        again = outbox.send_due(at=AT + TEN + timedelta(minutes=2))

    assert code == "mail_not_let_in"
    assert sent is not None
    assert sent.faults == Counter({MailFault.NOT_LET_IN: 1})
    assert first == ("planned", "mail_not_let_in", 1)
    assert again is not None
    assert (stands()[0], taking.to) == ("sent", [THEIRS])


@pytest.mark.parametrize("password", ["pässwörd", None], ids=["letters it cannot send", "its file is gone"])
def test_a_password_that_cannot_be_used_is_told_as_such(keeper, due, trusted, monkeypatch, password):
    if password:
        monkeypatch.setenv(mail_settings.PASSWORD, password)
    else:
        monkeypatch.setenv(mail_settings.PASSWORD_FILE, "/nowhere/password")
    with mail_server(Security.TLS, trusted, authenticator=Login(USER, PASSWORD), auth_require_tls=False) as (_, settings):
        code = told(keeper, settings, user=USER)
        outbox.send_due(at=AT + TEN)

    assert code == "mail_not_let_in"
    assert stands() == ("planned", "mail_not_let_in", 1)


def test_a_name_that_cannot_be_said_is_told_as_letting_nobody_in(keeper, due, trusted, monkeypatch):
    monkeypatch.setenv(mail_settings.PASSWORD, PASSWORD)
    with mail_server(Security.TLS, trusted, authenticator=Login(USER, PASSWORD), auth_require_tls=False) as (_, settings):
        code = told(keeper, settings, user="管理员")
        outbox.send_due(at=AT + TEN)

    assert (code, stands()) == ("mail_not_let_in", ("planned", "mail_not_let_in", 1))


def test_a_server_whose_name_can_be_none_is_told_as_out_of_reach(keeper, due, trusted):
    with mail_server(Security.TLS, trusted) as (_, settings):
        code = told(keeper, settings, host="mail..example.com")
    outbox.send_due(at=AT + TEN)

    assert (code, stands()) == ("mail_unreachable", ("planned", "mail_unreachable", 1))


def test_a_server_that_asks_for_no_name_is_told_as_letting_nobody_in(keeper, trusted):
    with mail_server(Security.TLS, trusted) as (_, settings):
        assert told(keeper, settings, user=USER) == "mail_not_let_in"


@CLOSED
@pytest.mark.parametrize("bad", ["unknown", "expired", "of another"])
def test_a_certificate_that_cannot_be_trusted_is_refused_before_anything_is_sent(
    keeper, due, monkeypatch, tmp_path, security, bad
):
    monkeypatch.setenv(mail_settings.PASSWORD, PASSWORD)
    file, keys = certificate(tmp_path, "127.0.0.2" if bad == "of another" else "127.0.0.1", days=-1 if bad == "expired" else 2)
    if bad != "unknown":
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
    login = Login(USER, PASSWORD)
    with mail_server(security, keys, authenticator=login) as (taking, settings):
        code = told(keeper, settings, user=USER)
        sent = outbox.send_due(at=AT + TEN)

    assert code == "mail_not_secure"
    assert sent is not None
    assert sent.faults == Counter({MailFault.NOT_SECURE: 1})
    assert stands() == ("planned", "mail_not_secure", 1)
    assert (login.tried, taking.letters) == ([], [])


def test_a_server_that_cannot_close_the_way_gets_neither_password_nor_letter(keeper, due, monkeypatch):
    monkeypatch.setenv(mail_settings.PASSWORD, PASSWORD)
    login = Login(USER, PASSWORD)
    with mail_server(Security.NONE, authenticator=login, auth_require_tls=False) as (taking, settings):
        codes = [told(keeper, settings, user=USER, security=security) for security in (Security.STARTTLS, Security.TLS)]
        outbox.send_due(at=AT + TEN)

    assert codes == ["mail_not_secure", "mail_not_secure"]
    assert (stands()[0], login.tried, taking.letters) == ("planned", [], [])


def test_a_server_that_says_it_would_close_the_way_and_then_does_not_gets_nothing(keeper, trusted, monkeypatch):
    async def not_now(server: object, arg: str) -> None:
        await server.push("454 TLS not available due to temporary reason")  # type: ignore[attr-defined]

    monkeypatch.setattr("aiosmtpd.smtp.SMTP.smtp_STARTTLS", not_now)
    with mail_server(Security.STARTTLS, trusted) as (taking, settings):
        assert told(keeper, settings) == "mail_not_secure"

    assert taking.letters == []


@CLOSED
def test_a_server_that_is_gone_leaves_the_notice_to_be_tried_again(keeper, due, trusted, security):
    with mail_server(security, trusted) as (_, settings):
        pass

    assert told(keeper, settings) == "mail_unreachable"
    outbox.send_due(at=AT + TEN)

    assert stands() == ("planned", "mail_unreachable", 1)
