"""The settings of the mail server: what is refused, tried out, kept where, and whose they are."""

from dataclasses import replace

import pytest

from hbcore.domain.errors import Refused
from hbcore.services import mail_settings, outbox
from tests.services.applying import AT, rows
from tests.services.mail_servers import PAGE, SENDER

pytestmark = pytest.mark.usefixtures("database")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"host": "mail.example.org\nX"}, "bad_mail_server"),
        ({"host": ""}, "bad_mail_server"),
        ({"port": 0}, "bad_mail_server"),
        ({"sender": "desk"}, "bad_mail_address"),
        ({"sender": "desk@example.org\nBcc: x@example.org"}, "bad_mail_address"),
        ({"status_page": "javascript:alert(1)"}, "bad_web_address"),
        ({"user": "desk"}, "password_in_the_open"),
        ({}, "nothing_changed"),
    ],
)
def test_settings_that_could_not_work_are_refused_and_the_old_ones_stay(keeper, change, code):
    good = mail_settings.MailSettings("mail.example.org", 25, mail_settings.Security.NONE, SENDER, PAGE)
    mail_settings.change_mail(good, by=keeper, at=AT)

    with pytest.raises(Refused, match=code):
        mail_settings.change_mail(replace(good, **change), by=keeper, at=AT)

    assert mail_settings.mail_now(by=keeper, at=AT) == good


def test_a_letter_to_oneself_says_whether_letters_leave_and_its_address_is_kept_nowhere(keeper, server):
    outbox.try_settings("me@example.net", by=keeper, at=AT)
    server.of_address = "550 no"
    with pytest.raises(Refused, match="mail_address_refused"):
        outbox.try_settings("me@example.net", by=keeper, at=AT)
    with pytest.raises(Refused, match="bad_mail_address"):
        outbox.try_settings("me@example.net\n", by=keeper, at=AT)

    assert server.to == ["me@example.net"]
    assert "example.net" not in str(rows("SELECT subject, figures FROM event"))


def test_a_password_is_read_from_the_machine_and_is_in_no_table(keeper, monkeypatch, tmp_path):
    monkeypatch.setenv(mail_settings.PASSWORD, "from the variable")
    assert mail_settings.password() == "from the variable"

    (tmp_path / "password").write_text("from the file\n")
    monkeypatch.setenv(mail_settings.PASSWORD_FILE, str(tmp_path / "password"))

    assert mail_settings.password() == "from the file"


def test_only_the_keeper_of_settings_sends_tries_and_changes(first):
    for act in (
        lambda: outbox.send_now(by=first, at=AT),
        lambda: outbox.try_again(by=first, at=AT),
        lambda: outbox.try_settings("me@example.net", by=first, at=AT),
        lambda: mail_settings.change_mail(None, by=first, at=AT),
    ):
        with pytest.raises(Refused, match="not_allowed"):
            act()
