"""The main job in a real browser: set up, approve, upload, search, count, sign out."""

import re
from io import BytesIO
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import SCREENSHOTS, Desk

pytestmark = pytest.mark.browser

PASSWORD = "江城 correct horse 樱花"
LAB_FILE = Path(__file__).parents[1] / "data" / "lab" / "excel_gb18030.csv"
LAB = ("420106L01", "武昌医学检验所", ("武汉市", "武昌区"))
STAFF = (
    # account, role, unit
    ("li.jing", "审核员", ("武汉市", "武昌区")),
    ("wang.wei", "审核员", ("武汉市", "武昌区")),
    ("chen.yu", "检测联络员", None),
    ("zhao.min", "统计主管", ("武汉市",)),
)
HONG_KONG = ("CHAN TAI MAN", "H94684388")
"""The Hong Kong resident of the laboratory's file."""

SLOW = 10_000
"""Milliseconds a page may take before the journey gives up."""


@pytest.mark.timeout(300)
def test_the_main_job_from_set_up_to_sign_out(desk: Desk, browser: Browser) -> None:
    administrator = new_page(browser)
    set_up(administrator, desk)
    add_institution(administrator)
    go(administrator, "人员账号")
    made = {account: add_account(administrator, account, role, unit) for account, role, unit in STAFF}
    kept(administrator, "2-staff")

    supervisor = sign_in(browser, desk, "zhao.min", made)
    before = counted(supervisor)
    enters = sign_in(browser, desk, "li.jing", made)
    enter_application(enters)
    approve(sign_in(browser, desk, "wang.wei", made))
    upload(sign_in(browser, desk, "chen.yu", made))
    after = counted(supervisor)

    assert before == {"green": 0, "negative": 0, "approved": 0}
    assert after == {"green": 10, "negative": 12, "approved": 1}
    search(enters, desk)
    sign_out_for_good(enters, desk)


def new_page(browser: Browser) -> Page:
    """A browser of one's own."""
    context = browser.new_context(viewport={"width": 1440, "height": 1000}, locale="zh-CN", timezone_id="Asia/Shanghai")
    page = context.new_page()
    page.set_default_timeout(SLOW)
    return page


def sign_in(browser: Browser, desk: Desk, name: str, made: dict[str, str]) -> Page:
    """With the one-time password that was made, and then with a password of one's own."""
    page = new_page(browser)
    page.goto(desk.url)
    type_in(page, "账号", name)
    type_in(page, "密码", made[name])
    press(page, "登录")
    type_in(page, "新密码", PASSWORD)
    type_in(page, "再次输入密码", PASSWORD)
    press(page, "保存密码")
    expect(page.get_by_role("button", name="退出登录")).to_be_visible(timeout=SLOW)
    return page


def set_up(page: Page, desk: Desk) -> None:
    page.goto(desk.url)
    type_in(page, "初始化码", desk.setup_code)
    type_in(page, "账号", "admin")
    type_in(page, "密码", PASSWORD)
    type_in(page, "再次输入密码", PASSWORD)
    kept(page, "1-first-run")
    press(page, "建立账号")
    expect(page.get_by_role("button", name="退出登录")).to_be_visible(timeout=SLOW)


def add_institution(page: Page) -> None:
    go(page, "检测机构")
    press(page, "新增检测机构…")
    dialog = page.get_by_role("dialog")
    code, name, unit = LAB
    type_in(dialog, "机构代码", code)
    type_in(dialog, "机构名称", name)
    choose_unit(dialog, unit)
    press(dialog, "新增机构")
    says(page, f"检测机构 {code} 已新增")


def add_account(page: Page, account: str, role: str, unit: tuple[str, ...] | None) -> str:
    """The one-time password that was made for it."""
    press(page, "新增账号…")
    dialog = page.get_by_role("dialog")
    choose(dialog, "角色", role)
    settled(page)  # the form is drawn anew for the role
    if unit:
        choose_unit(dialog, unit)
    else:
        choose(dialog, "检测机构", LAB[1])
        page.keyboard.press("Tab")
    type_in(dialog, "账号", account)
    press(dialog, "新增账号")
    expect(dialog.get_by_text(f"账号 {account}。")).to_be_visible(timeout=SLOW)
    made = dialog.locator("code").inner_text()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    return made


def choose_unit(where: Locator, unit: tuple[str, ...]) -> None:
    """Step by step, from the prefecture down."""
    for label, name in zip(("辖区", "下级辖区"), unit, strict=False):
        choose(where, label, name)
        settled(where.page)


def enter_application(page: Page) -> None:
    go(page, "申领审核")
    page.get_by_role("radio", name="窗口录入").click()
    name, number = HONG_KONG
    choose(page, "证件类型", "港澳居民来往内地通行证")
    settled(page)  # the form is drawn anew for the kind of document
    for label, text in (
        ("证件号码", number),
        ("姓名（与证件一致）", name),
        ("出生日期", "1975-06-01"),
        ("手机号（境内外均可）", "+852 9123 4567"),
        ("在鄂住址", "中南路 1 号"),
    ):
        type_in(page, label, text)
    choose(page, "性别", "男")
    choose(page, "国籍（地区）", "香港")
    choose(page, "辖区", "武昌区")
    for question in ("14 天内是否有发热", "14 天内是否接触过"):
        answers = page.get_by_role("radiogroup", name=re.compile(question))
        answers.get_by_text("否", exact=True).click()
        expect(answers.get_by_role("radio", name="否")).to_be_checked()
    press(page, "提交申领")
    says(page, "回执号")
    kept(page, "3-entered")


def approve(page: Page) -> None:
    go(page, "申领审核")
    expect(page.get_by_text("CHAN T*** M***").first).to_be_attached(timeout=SLOW)
    kept(page, "4-queue")
    page.get_by_test_id("stDataFrame").first.click(position={"x": 16, "y": 52})  # the box of the first row: tables are canvas
    button = page.get_by_role("button", name=re.compile("^通过"))
    expect(button).to_be_enabled(timeout=SLOW)
    kept(page, "4-application")
    button.click()
    says(page, "已通过")


def upload(page: Page) -> None:
    go(page, "检测结果")
    page.locator("input[type=file]").set_input_files(LAB_FILE)
    says(page, "GB18030 · 表头在第 2 行")
    kept(page, "5-preview")
    press(page, "提交 12 行")
    says(page, "已提交，批次号")
    kept(page, "6-committed")


def counted(page: Page) -> dict[str, int]:
    """What the supervisor's page of the day says: greens, negative nucleic-acid results, applications approved."""
    go(page, "首页")
    go(page, "每日统计")
    says(page, "截至")
    kept(page, "7-counts")
    return {
        "green": metric(page, "绿码"),
        "negative": cell(page, "检测结果", row=0, column=1),
        "approved": metric(page, "已通过"),
    }


def search(page: Page, desk: Desk) -> None:
    go(page, "个人查询")
    choose(page, "查询理由", "咨询健康码")
    type_in(page, "号码", HONG_KONG[1])
    page.keyboard.press("Enter")
    says(page, "CHAN T*** M***")
    kept(page, "8-person")

    says(page, "绿码")
    says(page, LAB[1])
    shown = page.locator("main img").first.screenshot()
    [code] = zxingcpp.read_barcodes(Image.open(BytesIO(shown)))
    assert desk.shell("code", "check", code.text)["verdict"] == "registered"
    expect(page.get_by_text(re.compile(r"^\d{3}( \d{3}){3}$")).first).to_be_visible()


def sign_out_for_good(page: Page, desk: Desk) -> None:
    cookies = page.context.cookies()
    assert any(cookie["httpOnly"] for cookie in cookies)
    press(page, "退出登录")
    expect(page.get_by_role("textbox", name="密码")).to_be_visible(timeout=SLOW)
    page.context.add_cookies(cookies)  # type: ignore[arg-type]

    page.goto(f"{desk.url}/Person")

    expect(page.get_by_role("textbox", name="密码")).to_be_visible(timeout=SLOW)
    assert page.get_by_text("CHAN").count() == 0


def choose(where: Page | Locator, label: str, option: str) -> None:
    """Pick `option` in the select box labelled `label`."""
    box = where.get_by_role("combobox", name=label)
    box.click()
    box.fill(option)
    page = where if isinstance(where, Page) else where.page
    page.get_by_role("option", name=option, exact=True).or_(page.get_by_role("option", name=option)).first.click()


def settled(page: Page) -> None:
    """Wait until the run that was just asked for has been drawn."""
    page.wait_for_timeout(300)
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')


def type_in(where: Page | Locator, label: str, text: str) -> None:
    where.get_by_role("textbox", name=label, exact=True).fill(text)


def press(where: Page | Locator, name: str) -> None:
    where.get_by_role("button", name=name, exact=True).click()


def go(page: Page, title: str) -> None:
    """To a page by the menu."""
    page.get_by_role("link", name=title).first.click()
    expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible(timeout=SLOW)


def says(page: Page, text: str) -> None:
    expect(page.get_by_text(text).first).to_be_visible(timeout=SLOW)


def metric(page: Page, label: str) -> int:
    box = page.get_by_test_id("stMetric").filter(has_text=label).first
    return int(box.get_by_test_id("stMetricValue").inner_text().replace(",", ""))


def cell(page: Page, heading: str, *, row: int, column: int) -> int:
    """A cell of the table under a heading: the canvas has a table beside it for those who do not see."""
    table = page.locator("canvas table").first
    return int(table.locator("tbody tr").nth(row).locator("td").nth(column).inner_text().replace(",", ""))


def kept(page: Page, name: str) -> None:
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"journey-{name}.png", full_page=True)
