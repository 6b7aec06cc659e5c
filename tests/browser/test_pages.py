"""Every page in each role at both widths, and once in English: its heading, nothing broken, nothing sticking out."""

import pytest
from playwright.sync_api import Browser, Page, expect

from hbcore.domain.permissions import PAGES, may
from hbcore.domain.vocabulary import Role
from hbcore.ui.words import PAGE_TITLES
from hbcore.words import translate
from tests.browser.conftest import Desk
from tests.browser.inside import inside

pytestmark = pytest.mark.browser

WIDTHS = (1440, 390)
NOT_YOURS = {"zh": "您的角色没有此项权限。", "en": "Your role does not allow this."}
QUOTE = """() => {
    const mark = document.createElement("span")
    mark.textContent = "“"
    document.querySelector("[data-testid=stApp]").append(mark)
    const wide = mark.getBoundingClientRect().width / parseFloat(getComputedStyle(mark).fontSize)
    mark.remove()
    return wide
}"""
"""How wide a quotation mark is, as a part of its height: a Chinese one takes all of a character's square."""

BROKEN = "Traceback|Error|Exception|系统出错|Something broke"


@pytest.mark.timeout(400)
def test_every_page_in_each_role_shows_its_heading_at_both_widths_and_once_in_english(desk: Desk, browser: Browser):
    not_in_english = set(PAGES)
    with inside(desk) as there:
        for role in Role:
            page = there.visit(browser, role)
            allowed = [name for name, permission in PAGES.items() if may(role, permission)]
            refused = [name for name in PAGES if name not in allowed][:1]
            show_pages(page, desk, allowed, refused, "zh")
            if fresh := [name for name in allowed if name in not_in_english]:
                page.get_by_role("button", name="English", exact=True).click()
                expect(page.locator("html")).to_have_attribute("lang", "en")
                assert page.evaluate(QUOTE) < 0.7
                show_pages(page, desk, fresh, refused, "en")
                not_in_english.difference_update(fresh)
            page.context.close()
    assert not_in_english == set()


def show_pages(page: Page, desk: Desk, allowed: list[str], refused: list[str], language: str) -> None:
    """Pages that the role may see, and one that it may not, which says so."""
    for name in [*allowed, *refused]:
        page.goto(f"{desk.url}/{name}")
        title = translate(PAGE_TITLES[name], language)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            expect(page.get_by_role("heading", name=title, exact=True).first).to_be_visible()
        expect(page.get_by_text(NOT_YOURS[language])).to_have_count(int(name in refused))
        assert_whole(page)


def assert_whole(page: Page) -> None:
    """Nothing broke, and at the narrow width nothing sticks out sideways."""
    text = page.locator("body").inner_text()
    assert not [word for word in BROKEN.split("|") if word in text], text
    assert page.get_by_test_id("stException").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS[-1]


def test_an_address_without_a_page_opens_the_overview_where_the_auditor_verifies_the_chains(desk: Desk, browser: Browser):
    with inside(desk) as there:
        page = there.visit(browser, Role.AUDITOR)

        for address in ("nowhere", "Overview", "Staff/nowhere"):
            page.goto(f"{desk.url}/{address}")
            expect(page.get_by_role("heading", name="首页", exact=True)).to_be_visible()
            expect(page.get_by_role("dialog")).to_have_count(0)
            assert page.url == f"{desk.url}/"
        page.get_by_role("button", name="校验事件链").click()

        expect(page.get_by_text("事件链完整")).to_be_visible()
