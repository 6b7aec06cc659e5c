"""Signing in, staying out and getting out, in a real browser on a freshly started desk."""

import hmac
import json
import re
import sqlite3
import urllib.error
import urllib.request
from base64 import urlsafe_b64encode
from contextlib import closing

import pytest
from playwright.sync_api import Browser, Page, expect

from hbcore.domain.permissions import PAGES
from tests.browser.conftest import SCREENSHOTS, Desk

PASSWORD = "湖北健康码管理台的密码"
OTHER_PAGES = [name for name in PAGES if name != "Overview"]

pytestmark = pytest.mark.browser


def first_run(page: Page, desk: Desk) -> None:
    """Make the first administrator; ends on the overview."""
    page.goto(desk.url)
    page.get_by_label("初始化码", exact=True).fill(desk.setup_code)
    page.get_by_label("账号", exact=True).fill("Chen")
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_label("再次输入密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="建立账号").click()
    expect(page.get_by_role("button", name="退出登录")).to_be_visible()


def sign_in(page: Page, name: str, password: str) -> None:
    page.get_by_label("账号", exact=True).fill(name)
    page.get_by_label("密码", exact=True).fill(password)
    page.get_by_role("button", name="登录", exact=True).click()


def status(url: str, **headers: str) -> int:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as answer:  # noqa: S310 - our own address
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def look(page: Page, name: str) -> None:
    """Leave a screenshot as wide as a desk's screen and one as narrow as a phone's; nothing may stick out sideways."""
    for width, height in ((1440, 900), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(400)
        page.screenshot(path=SCREENSHOTS / f"{name}-{width}.png")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.set_viewport_size({"width": 1440, "height": 900})


def test_strangers_see_the_sign_in_at_every_address_of_a_fresh_desk(desk: Desk, page: Page):
    desk.shell("staff", "add", "chen", "--role", "administrator", typed=f"{desk.setup_code}\n{PASSWORD}\n")

    for name in [*OTHER_PAGES, ""]:
        page.goto(f"{desk.url}/{name}")

        expect(page.get_by_role("button", name="登录", exact=True)).to_be_visible()
        expect(page.get_by_role("navigation")).to_have_count(0)
        expect(page.get_by_role("dialog")).to_have_count(0)


def token(key: str) -> str:
    """The form's own token for `chen`, good until 2096, signed with `key`."""
    parts = [{"alg": "HS256", "typ": "JWT"}, {"username": "chen", "exp_date": 4_000_000_000}]
    signed = b".".join(urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in parts)
    return (signed + b"." + urlsafe_b64encode(hmac.digest(key.encode(), signed, "sha256")).rstrip(b"=")).decode()


def test_s03_the_forms_own_token_signs_nobody_in(desk: Desk, page: Page):
    desk.shell("staff", "add", "chen", "--role", "administrator", typed=f"{desk.setup_code}\n{PASSWORD}\n")

    for known in ("some_key", "unused", "x"):
        page.context.add_cookies(
            [{"name": name, "value": token(known), "url": desk.url} for name in ("unused", "some_cookie_name")]
        )
        page.goto(f"{desk.url}/Staff")

        expect(page.get_by_role("button", name="登录", exact=True)).to_be_visible()
        expect(page.get_by_role("navigation")).to_have_count(0)


def test_first_run_sign_out_and_the_old_cookie(desk: Desk, page: Page, browser: Browser):
    page.goto(desk.url)
    expect(page.get_by_label("初始化码", exact=True)).to_be_visible()
    look(page, "first-run")
    first_run(page, desk)
    cookie = next(kept for kept in page.context.cookies() if kept["name"] == "hbcore")

    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Strict"
    assert "hbcore" not in page.evaluate("document.cookie")
    assert page.evaluate("document.documentElement.lang") == "zh"
    assert status(f"{desk.url}/_stcore/metrics", Cookie=f"hbcore={cookie['value']}") == 200

    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_role("button", name="登录", exact=True)).to_be_visible()
    look(page, "sign-in")

    assert status(f"{desk.url}/_stcore/metrics", Cookie=f"hbcore={cookie['value']}") == 403
    again = browser.new_context(locale="en-GB")
    again.add_cookies([cookie])
    old = again.new_page()
    old.goto(f"{desk.url}/Staff")
    expect(old.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    again.close()


def test_after_signing_in_the_page_that_was_asked_for_opens_in_the_accounts_language(desk: Desk, page: Page):
    desk.shell("staff", "add", "chen", "--role", "administrator", typed=f"{desk.setup_code}\n{PASSWORD}\n")
    page.goto(f"{desk.url}/Staff?lang=en")
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    page.get_by_role("button", name="中文").click()

    sign_in(page, "chen", "wrong wrong wrong")
    expect(page.get_by_text("账号或密码不正确。")).to_be_visible()
    sign_in(page, " CHEN ", PASSWORD)

    expect(page.get_by_role("heading", name="人员账号")).to_be_visible()
    assert re.search(r"/Staff(\?|$)", page.url)
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Staff")).to_be_visible()
    look(page, "staff")
    page.reload()
    expect(page.get_by_role("heading", name="Staff")).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "en"


UNUSED = "UPDATE staff_session SET seen_at = seen_at - 900000000 WHERE ended_at IS NULL"
LONG = "UPDATE staff_session SET began_at = began_at - 43200000000 WHERE ended_at IS NULL"


def let_pass(desk: Desk, change: str) -> None:
    """As if time had passed for every session that is open."""
    with closing(sqlite3.connect(desk.home / "hbcore.db", timeout=10)) as connection:
        connection.execute(change)
        connection.commit()


def test_whoever_finds_the_sign_in_where_a_page_was_is_told_why_and_comes_back_to_the_page(desk: Desk, page: Page):
    desk.shell("staff", "add", "chen", "--role", "administrator", typed=f"{desk.setup_code}\n{PASSWORD}\n")
    page.goto(f"{desk.url}/Glossary")
    expect(page.get_by_role("button", name="登录", exact=True)).to_be_visible()
    expect(page.get_by_text("退出登录")).to_have_count(0)
    sign_in(page, "chen", PASSWORD)
    word = page.get_by_placeholder("输入中文或英文词语")
    word.fill("混检")
    word.press("Enter")
    page.wait_for_url(re.compile(r"\?word="))
    asked_for = page.url

    let_pass(desk, UNUSED)
    word.fill("单采")
    word.press("Enter")
    expect(page.get_by_text("15 分钟没有操作，系统已自动退出登录。")).to_be_visible()
    look(page, "signed-out-idle")
    page.reload()
    expect(page.get_by_text("15 分钟没有操作，系统已自动退出登录。")).to_be_visible()
    sign_in(page, "chen", PASSWORD)
    expect(word).to_have_value("混检")
    assert page.url == asked_for

    let_pass(desk, LONG)
    page.reload()
    expect(page.get_by_text("一次登录最长 12 小时")).to_be_visible()
    sign_in(page, "chen", PASSWORD)
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_text("已退出登录。")).to_be_visible()
    assert "chen" not in page.content()


def test_an_account_disabled_meanwhile_is_out_at_its_next_click_and_a_page_of_another_role_says_no(
    desk: Desk, page: Page, browser: Browser
):
    desk.shell("staff", "add", "chen", "--role", "administrator", typed=f"{desk.setup_code}\n{PASSWORD}\n")
    desk.shell("staff", "add", "li", "--role", "auditor", "--by", "chen", typed=f"{PASSWORD}\n")
    page.goto(f"{desk.url}/Staff")
    sign_in(page, "li", PASSWORD)

    expect(page.get_by_text("您的角色没有此项权限。")).to_be_visible()
    desk.shell("staff", "disable", "li", "--by", "chen")
    page.get_by_role("button", name="English").click()

    expect(page.get_by_role("button", name="登录", exact=True)).to_be_visible()
    said = "本次登录已结束：您已在其他窗口退出，或账号、密码、动态口令有变更。如无法登录，请联系系统管理员。"
    expect(page.get_by_text(said)).to_be_visible()


def test_an_administrator_adds_an_account_and_closes_it(desk: Desk, page: Page):
    first_run(page, desk)
    page.get_by_test_id("stTopNav").get_by_role("link", name="人员账号").click()
    expect(page.get_by_role("heading", name="人员账号")).to_be_visible()
    page.get_by_role("button", name="新增账号…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox", name="角色").click()
    page.get_by_role("option", name="审计员").click()
    expect(dialog.get_by_role("combobox", name="辖区")).to_have_count(0)  # an auditor has no unit
    dialog.get_by_role("textbox", name="账号").fill("li.jing")
    dialog.get_by_role("textbox", name="姓名").fill(":green-badge[李] ![](http://y.example)")

    dialog.get_by_role("button", name="新增账号").click()
    expect(dialog.get_by_text("此密码只显示这一次")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.get_by_test_id("stDataFrame").click(position={"x": 16, "y": 87})  # the box of the second row: tables are canvas
    page.get_by_role("button", name="停用…").click()
    expect(page.get_by_role("dialog").get_by_text(":green-badge[李] ![](http://y.example)")).to_be_visible()
    expect(page.locator("a[href*='example'], img[src*='example']")).to_have_count(0)
    page.get_by_role("dialog").get_by_role("button", name="停用账号").click()

    expect(page.get_by_text("账号 li.jing 已停用。")).to_be_visible()
