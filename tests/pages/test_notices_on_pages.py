"""Notices on pages: an application says what its applicant was told and when; the mail server is set on the page of units."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hbcore.domain.vocabulary import Role
from hbcore.services import applications, mail_settings, outbox
from hbcore.services.clock import now
from tests.pages.reviewing import in_dialog, press, said
from tests.services.applying import PERMIT, reviewer
from tests.services.mail_servers import PAGE, SENDER, mail_server
from tests.standing import staff

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def keeper(database):
    return staff(Role.ADMINISTRATOR, now(), name="keeper")


def decided(minutes: int) -> int:
    at = now() - timedelta(minutes=minutes)
    id_ = applications.enter(replace(PERMIT, email="chan@example.com"), by=reviewer("clerk"), at=at).id
    applications.approve(id_, by=reviewer("first"), at=at)
    return id_


def test_an_application_says_that_its_notice_is_planned(visit):
    id_ = decided(minutes=1)

    page = visit(reviewer("colleague"), application=str(id_))

    assert "@ 通过通知 · 待发送" in said(page)


def test_an_application_says_why_its_notice_was_not_sent(visit):
    id_ = decided(minutes=11)
    outbox.send_all(at=now())

    page = visit(reviewer("colleague"), application=str(id_))

    assert "@ 通过通知 · 未发出：未设邮件服务器，可在进度查询页查看" in said(page)


def test_a_mail_server_is_set_and_tried_on_the_page_of_units(visit, keeper):
    with mail_server() as (taking, settings):
        page = visit(keeper, on="Units")
        assert "未设置邮件服务器" in said(page)

        def fill(page):
            host, user, sender, address = page.text_input
            host.set_value(settings.host)
            user.set_value("")
            sender.set_value(SENDER)
            address.set_value(PAGE)
            page.number_input[0].set_value(settings.port)
            page.selectbox[0].set_value("none")

        page.button(key="mail").click().run()
        fill(page)
        page.button(key="mail").click()
        press(page, "保存")
        assert mail_settings.mail_now(by=keeper, at=now()) == settings

        in_dialog(visit(keeper, on="Units"), "试发", "发一封给我", lambda page: page.text_input[0].set_value("me@example.net"))

    assert taking.to == ["me@example.net"]


def test_what_cannot_be_a_server_is_said_and_nothing_is_kept(visit, keeper):
    page = visit(keeper, on="Units")
    page.button(key="mail").click().run()
    page.text_input[0].set_value("mail server")
    page.button(key="mail").click()
    press(page, "保存")

    assert "请填写邮件服务器的名称或地址" in "".join(one.value for one in page.error)
    assert mail_settings.mail_now(by=keeper, at=now()) is None
