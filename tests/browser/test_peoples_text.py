"""What people typed is shown letter by letter on every page: nothing is rendered, linked or fetched (S23)."""

from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from hbcore.domain.permissions import PAGES, may
from hbcore.domain.vocabulary import Role
from hbcore.services import accounts, applications, lab_imports
from hbcore.services.accounts import NewAccount
from hbcore.services.clock import now
from hbcore.services.uploads import IncomingFile
from hbcore.ui.safe import inert
from tests.browser.conftest import Desk
from tests.browser.inside import LAB, PASSWORD, WUCHANG, Inside, inside
from tests.services.applying import PERMIT

pytestmark = pytest.mark.browser

PAYLOADS = (
    ":green-badge[GREEN]",
    "![x](http://127.0.0.1:9/x.png)",
    "<img/src=x/onerror=alert(1)>",
    "[a](javascript:alert(1))",
    "$x$",
    "**b**",
    "http://example.org",
)
SHORT = " ".join((":green-badge[GREEN]", "**b**", "$x$"))
LONG = f"![x](http://127.0.0.1:9/x.png) [a](javascript:alert(1)) $x$ {SHORT}"
NUMBERS = tuple(f"H9468438{digit}" for digit in range(len(PAYLOADS)))

RENDERED = ", ".join(
    (
        "img[src*='127.0.0.1'], img[src='x'], [onerror]",
        "a[href*='example'], a[href^='javascript'], a[href*='127.0.0.1:9']",
        ".stMarkdownBadge, .katex, main strong, header strong",
    )
)
"""What would stand on a page that took one of these for markdown or HTML."""


@pytest.fixture
def watched(browser: Browser, desk: Desk):
    """A desk full of such text, and a way to visit it that fails on anything asked of another address."""
    asked: list[str] = []
    with inside(desk, institution=LONG[:80], full_name=SHORT[:40]) as there:
        fill(there)

        def visit(role: Role) -> Page:
            page = there.visit(browser, role)
            page.on("request", lambda request: asked.append(request.url))
            page.on("dialog", lambda dialog: asked.append(f"dialog {dialog.message}"))
            return page

        yield visit
    ours = urlsplit(desk.url).netloc
    assert [url for url in asked if urlsplit(url).netloc != ours and not url.startswith(("data:", "blob:"))] == []
    assert not [url for url in asked if url.endswith(("/x", "/x.png"))]


def fill(there: Inside) -> None:
    """An application for each payload, by name where a name may hold it and by address, and a laboratory file of that name."""
    colleague = NewAccount("colleague", Role.DISTRICT_STAFF, WUCHANG)  # nobody decides on what they entered themselves
    clerk = accounts.add_staff(colleague, PASSWORD, by=there.staff[Role.ADMINISTRATOR], at=now())
    for number, payload in zip(NUMBERS, PAYLOADS, strict=True):
        name = "LEE WING" if "*" in payload else f"{payload} LEE"
        draft = replace(PERMIT, document_number=number, name=name, address=f"{payload} {LONG}")
        applications.enter(draft, by=clerk, at=now())
    rows = "\n".join(f"{payload} WONG,护照,E1234567{n},{now():%Y-%m-%d},S{n},阴性" for n, payload in enumerate(PAYLOADS))
    content = f"姓名,证件类型,证件号码,采样时间,样本编号,检测结果\n{rows}\n".encode()
    for n, payload in enumerate(PAYLOADS):
        file = IncomingFile(content + b"\n" * n, f"{payload}.csv", LAB)
        lab_imports.commit(file, by=there.staff[Role.LAB_LIAISON], at=now())


def assert_letter_by_letter(page: Page) -> None:
    expect(page.locator("[data-stale=true]")).to_have_count(0)
    page.wait_for_timeout(300)  # a picture or a formula would be drawn after the text
    assert page.locator(RENDERED).count() == 0, page.locator(RENDERED).first.evaluate("shown => shown.outerHTML")


@pytest.mark.timeout(400)  # every page of every role
def test_no_page_renders_or_fetches_what_people_typed(watched, desk: Desk):
    for role in Role:
        page = watched(role)
        for name in (name for name, permission in PAGES.items() if may(role, permission)):
            opened(page, desk, name)
            if role != Role.ADMINISTRATOR:  # the first account has no other name; a link's label cannot show marks
                expect(page.get_by_text(inert(SHORT[:40])).first).to_be_visible(timeout=30_000)
            assert_letter_by_letter(page)
        if role in DEEPER:
            DEEPER[role](page, desk)
        page.context.close()


def opened(page: Page, desk: Desk, name: str) -> None:
    page.goto(f"{desk.url}/{name}")
    expect(page.get_by_role("heading").first).to_be_visible()


def look_everybody_up(page: Page, desk: Desk) -> None:
    """Each applicant's card, then one application in full with the dialog that names the applicant."""
    opened(page, desk, "Person")
    page.get_by_role("combobox", name="查询理由").click()
    page.get_by_role("option", name="咨询健康码").click()
    for number, payload in zip(NUMBERS, PAYLOADS, strict=True):
        page.get_by_role("textbox", name="号码", exact=True).fill(number)
        page.keyboard.press("Enter")
        expect(page.get_by_text("LEE W***" if "*" in payload else f"{payload} L***")).to_be_visible()
        assert_letter_by_letter(page)
    opened(page, desk, "Applications")
    page.get_by_test_id("stDataFrame").first.click(position={"x": 16, "y": 52})  # the box of the first row: tables are canvas
    page.get_by_role("button", name="显示完整信息").click()
    expect(page.get_by_test_id("stDataFrame")).to_have_count(2)
    assert_letter_by_letter(page)
    page.get_by_role("button", name="退回补正…").click()
    expect(page.get_by_role("dialog").get_by_text(PAYLOADS[0])).to_be_visible()
    assert_letter_by_letter(page)


def drop_a_file(page: Page, desk: Desk) -> None:
    """A file whose name and rows are of that kind; its institution is named above."""
    opened(page, desk, "Lab_results")
    content = "姓名,证件类型,证件号码,采样时间,样本编号,检测结果\n**b** $x$,护照,**b**,昨天,S,:green-badge[GREEN]\n"
    page.locator("input[type=file]").set_input_files({"name": f"{SHORT}.csv", "mimeType": "text/csv", "buffer": content.encode()})
    expect(page.get_by_text("需更正或核实")).to_be_visible()
    expect(page.get_by_text(LONG[:80])).to_be_visible()
    assert_letter_by_letter(page)


def count_by_institution(page: Page, desk: Desk) -> None:
    opened(page, desk, "Daily_counts")
    page.get_by_role("combobox", name="分行方式").click()
    page.get_by_role("option", name="检测机构").click()
    expect(page.get_by_role("heading", name="检测机构")).to_be_visible()
    assert_letter_by_letter(page)


def close_an_account(page: Page, desk: Desk) -> None:
    opened(page, desk, "Staff")
    page.get_by_test_id("stDataFrame").click(position={"x": 16, "y": 87})  # the box of the second row: tables are canvas
    page.get_by_role("button", name="停用…").click()
    expect(page.get_by_role("dialog").get_by_text(SHORT[:40])).to_be_visible()
    assert_letter_by_letter(page)


DEEPER = {
    Role.DISTRICT_STAFF: look_everybody_up,
    Role.LAB_LIAISON: drop_a_file,
    Role.SUPERVISOR: count_by_institution,
    Role.ADMINISTRATOR: close_an_account,
}
"""What stands behind a click."""
