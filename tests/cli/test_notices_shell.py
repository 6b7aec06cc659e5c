"""Notices from the shell: the mail server is set and tried, what is due is sent, what was given up is sent again."""

from datetime import timedelta

import pytest

from hbcore.domain.vocabulary import Role
from hbcore.services import applications
from hbcore.services.clock import now
from tests.cli.test_applications_shell import shell
from tests.services.applying import PERMIT, reviewer, rows
from tests.services.mail_servers import PAGE, SENDER, mail_server
from tests.standing import staff

pytestmark = pytest.mark.usefixtures("database")

LONG_AGO = timedelta(minutes=11)


@pytest.fixture(autouse=True)
def keeper(database):
    return staff(Role.ADMINISTRATOR, now() - timedelta(hours=1), name="keeper")


def approve(email: str) -> None:
    draft = applications.Draft(**{**PERMIT.__dict__, "email": email})
    id_ = applications.enter(draft, by=reviewer("clerk"), at=now() - LONG_AGO).id
    applications.approve(id_, by=reviewer("first"), at=now() - LONG_AGO)


def test_a_server_is_set_tried_and_sends_what_is_due():
    approve("chan@example.com")

    with mail_server() as (taking, settings):
        where = ("--host", settings.host, "--port", str(settings.port), "--security", "none", "--sender", SENDER)
        kept = shell("notices", "server", "--by", "keeper", *where, "--status-page", PAGE)
        tried = shell("notices", "test", "-", "--by", "keeper", typed="me@example.net\n")
        sent = shell("notices", "send", "--by", "keeper")

    assert (kept[0], kept[1]["server"]["host"]) == (0, "127.0.0.1")
    assert tried == (0, {"sent": True})
    assert sent == (0, {"notices": {"sent": 1}, "faults": {}})
    assert taking.to == ["me@example.net", "chan@example.com"]


def test_an_empty_host_ends_the_letters_and_only_the_status_page_answers():
    approve("chan@example.com")

    assert shell("notices", "server", "--by", "keeper") == (0, {"server": None})
    assert shell("notices", "send", "--by", "keeper") == (0, {"notices": {"status_page_only": 1}, "faults": {}})
    code, refused = shell("notices", "test", "me@example.net", "--by", "keeper")

    assert (code, refused["error"]["code"]) == (1, "no_mail_server")


def test_what_was_given_up_is_sent_again():
    approve("chan@example.com")
    with mail_server() as (taking, settings):
        taking.of_address = "550 no"
        where = ("--host", settings.host, "--port", str(settings.port), "--security", "none", "--sender", SENDER)
        shell("notices", "server", "--by", "keeper", *where, "--status-page", PAGE)
        shell("notices", "send", "--by", "keeper")
        taking.of_address = "250 OK"

        again = shell("notices", "again", "--by", "keeper")
        sent = shell("notices", "send", "--by", "keeper")

    assert (again, sent) == ((0, {"put_back": 1}), (0, {"notices": {"sent": 1}, "faults": {}}))
    assert rows("SELECT state FROM notice") == [("sent",)]
