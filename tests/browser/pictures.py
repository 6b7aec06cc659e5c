"""The pictures of the README, taken anew: `python -m tests.browser.pictures [NAME ...]` photographs a demonstration."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, FilePayload, Page, expect, sync_playwright

from hbcore.domain.application_reasons import AskReason
from hbcore.domain.numbers import look_up_number
from hbcore.domain.public_form import PublicForm
from hbcore.domain.vocabulary import Purpose
from hbcore.services import accounts, applications, public_applications, sessions
from hbcore.services.applications import Receipt
from hbcore.services.clock import day_of, now
from hbcore.services.demo.files import comma_separated
from hbcore.services.sessions import COOKIE
from hbcore.storage.code_rows import SEGMENTS
from hbcore.storage.engine import engine
from hbcore.storage.people_rows import PERSONS
from hbcore.storage.upload_rows import UPLOADS
from hbcore.ui.person_words import PURPOSES
from hbcore.ui.words import LANGUAGE_NAMES
from hbcore.words import translate
from tests.browser.conftest import ROOT, chromium, free_port, stop, surroundings, wait_until_healthy
from tests.browser.gate_pictures import take_gate
from tests.browser.paper_pictures import somebody_certified, take_paper
from tests.conftest import close
from tests.services.numbers import resident_number

PICTURES = ROOT / "docs" / "pictures"
WIDTH = 1440


@dataclass(frozen=True)
class Picture:
    """A page, by whose eyes it is seen, and how many pixels of it are shown. `then`: what is pressed once it has opened;
    `asked`: the rest of its address; `row`: whether the first line of its first table is chosen; `file`: what is dropped;
    `number`: who is looked up; `typed`: what goes into its text box."""

    page: str
    account: str
    then: tuple[str, ...] = ()
    height: int = 900
    asked: Callable[[], str] = str
    row: bool = False
    file: Callable[[], bytes] | None = None
    number: Callable[[], str] | None = None
    typed: Callable[[], str] | None = None


LAB, CENTRE = "420106L01", "武昌中北医学检验所"
HEADINGS = ["姓名", "证件类型", "证件号码", "联系电话", "采样时间", "检测时间", "报告时间"]
HEADINGS += ["采样点", "检测机构", "检测项目", "检测结果", "样本编号"]


def export() -> bytes:
    """A laboratory's file of today with faults of several kinds, as its system writes it."""
    sampled, tested, reported = (f"{now() - timedelta(hours=hours):%Y-%m-%d %H:%M}" for hours in (9, 4, 2))
    names = ("王芳", "李伟", "张敏", "刘洋", "陈静", "杨磊", "赵强", "黄丽", "周军", "吴娟", "徐涛", "孙艳")
    about = ["", sampled, tested, reported, "中北路", CENTRE, "核酸", "阴性"]
    lines = [[name, "居民身份证", resident_number(900 + place), *about, f"WC{place:04d}"] for place, name in enumerate(2 * names)]
    for place in (4, 8, 9, 10):
        lines[place][2] = lines[place][2][:-1] + ("0" if lines[place][2][-1] != "0" else "1")
    lines[12][2], lines[14][4], lines[17][5], lines[19][11], lines[21][10] = "4.20106E+17", "昨天", "2020-04-25 08:00", "", "阳性"
    return comma_separated([[f"{CENTRE} 检测结果"], HEADINGS, *lines]).encode("gb18030")


def unfamiliar() -> bytes:
    """A laboratory's file under headings and with words of its own."""
    at = f"{now() - timedelta(hours=9):%Y-%m-%d %H:%M}"
    names = ("王芳", "李伟", "张敏", "刘洋", "陈静", "杨磊")
    lines = [[name, resident_number(950 + place), at, f"WC{place:04d}", "未检出", "东门"] for place, name in enumerate(names)]
    return comma_separated([["受检者", "居民证号", "采集时刻", "管码", "判读", "窗口"], *lines]).encode("gb18030")


def with_a_positive() -> str:
    """The address of the newest upload that has one."""
    wanted = sa.select(UPLOADS.c.number).where(
        UPLOADS.c.institution == LAB, UPLOADS.c.positives > 0, UPLOADS.c.status == "committed"
    )
    with engine().connect() as connection:
        return f"upload={connection.execute(wanted.order_by(UPLOADS.c.number.desc())).scalars().first()}"


def somebody_red() -> str:
    """The look-up number of somebody whose code is red now."""
    red = (SEGMENTS.c.colour == "red") & SEGMENTS.c.until_at.is_(None)
    with engine().connect() as connection:
        number = connection.execute(sa.select(PERSONS.c.number).join(SEGMENTS, SEGMENTS.c.person_id == PERSONS.c.id).where(red))
        return look_up_number(f"{number.scalars().first():011}")


def somebody_green() -> str:
    """The look-up number of somebody green whose result can be certified."""
    return somebody_certified().look_up


def live_text() -> str:
    """The text of their live code."""
    live = somebody_certified().live
    return live.text if live else ""


SHOWN = {
    "Overview": Picture("Overview", "district_staff"),
    "Applications": Picture("Applications", "district_staff"),
    "Person": Picture("Person", "district_staff", number=somebody_red),
    "Person_why": Picture("Person", "district_staff", ("Why?",), 1300, number=somebody_red),
    "Daily_counts": Picture("Daily_counts", "supervisor", asked=lambda: f"on={day_of(now()) - timedelta(days=1)}"),
    "Lab_results_preview": Picture("Lab_results", "lab_liaison", (), 1060, lambda: f"institution={LAB}", file=export),
    "Lab_results_conflict": Picture(
        "Lab_results", "supervisor_wuhan", ("Show side by side",), 1150, lambda: "held=contradicts", row=True
    ),
    "Lab_results_mapping": Picture("Lab_results", "lab_liaison", (), 1150, lambda: f"institution={LAB}", file=unfamiliar),
    "Lab_results_recall": Picture("Lab_results", "lab_liaison", ("Recall this upload…",), asked=with_a_positive),
    "Application_figures": Picture("Application_figures", "supervisor", (), 1150),
    "Facts": Picture("Facts", "reviewer_wuchang"),
    "Policies": Picture("Policies", "supervisor", ("Simulate on today's people",), 1300, lambda: "policy=wuhan-2022-09"),
    "Second_looks": Picture("Second_looks", "supervisor_wuhan"),
    "Person_certificate": Picture("Person", "district_staff", ("Print certificate…",), number=somebody_green),
    "Codes": Picture("Codes", "district_staff", ("Read the code",), 800, typed=live_text),
    "Temperatures": Picture("Temperatures", "reviewer_wuchang", (), 800, row=True),
}
PHONE, GATE, PAPER = "apply", "gate", "paper"
APPLICANT = PublicForm(
    document_kind="hk_macau_permit",
    document_number="H01234567",
    name="CHAN SIU MING",
    birth_date="1984-05-06",
    sex="male",
    nationality="HKG",
    phone="+852 9123 4567",
    unit="420106",
    address="Zhongnan Road 1, building 2, room 301",
    symptoms="no",
    contact="no",
    consent=True,
)
LANGUAGES = {"zh": "zh-CN", "en": "en-GB"}
PATIENCE = 60_000


@contextmanager
def demonstration() -> Iterator[tuple[str, str]]:
    """A demonstration that is served: its address, and the password of its accounts."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        home = Path(folder) / "home"
        patch.setenv("HBCORE_HOME", str(home))
        patch.delenv("HBCORE_DATABASE_URL", raising=False)
        filled = subprocess.run(
            [sys.executable, "-m", "hbcore", "demo", "--json"],
            cwd=ROOT,
            env=surroundings(home),
            stdout=subprocess.PIPE,
            check=True,
        )
        told = json.loads(filled.stdout)
        port = free_port()
        served = subprocess.Popen(
            [sys.executable, "-m", "hbcore", "serve", "--port", str(port)], cwd=ROOT, env=surroundings(home)
        )
        try:
            wait_until_healthy(f"http://127.0.0.1:{port}", served)
            yield f"http://127.0.0.1:{port}", told["password"]
        finally:
            stop(served)
            close()


def visit(browser: Browser, url: str, shown: Picture, password: str) -> Page:
    """A page of somebody signed in."""
    secret = sessions.trade(sessions.sign_in(shown.account, password, place="pictures", at=now()), at=now())
    context = browser.new_context(
        viewport={"width": WIDTH, "height": shown.height}, locale=LANGUAGES["zh"], timezone_id="Asia/Shanghai"
    )
    context.add_cookies([{"name": COOKIE, "value": secret or "", "url": url}])
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    return page


def settled(page: Page) -> None:
    """Wait until everything is drawn."""
    page.wait_for_timeout(500)
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning", timeout=PATIENCE)
    page.wait_for_timeout(1500)


def speak(page: Page, language: str) -> None:
    """Have the page in a language: the account may have chosen the other one before."""
    settled(page)
    if page.locator("html").get_attribute("lang") != language:
        page.get_by_role("button", name=LANGUAGE_NAMES[language], exact=True).click()
        settled(page)


def open_something(page: Page, shown: Picture, language: str) -> None:
    """Open a line of the queue, or look somebody up; then press what is to be pressed."""
    if shown.file:
        sent = FilePayload(name="WC_export.csv", mimeType="text/csv", buffer=shown.file())
        page.locator('input[type="file"]').set_input_files(sent)
    if shown.row or shown.page == "Applications":
        page.get_by_test_id("stDataFrame").first.click(position={"x": 16, "y": 52})
    if shown.typed:
        page.locator("textarea").first.fill(shown.typed())
        page.keyboard.press("Tab")
    if shown.number:
        page.get_by_role("combobox", name=translate("Purpose", language)).click()
        page.get_by_role("option", name=translate(PURPOSES[Purpose.CODE_QUESTION], language), exact=True).click()
        settled(page)
        page.get_by_role("textbox", name=translate("Number", language), exact=True).fill(shown.number())
        page.keyboard.press("Enter")
    settled(page)
    for pressed in shown.then:
        said = translate(pressed, language)
        page.get_by_role("button", name=said).or_(page.get_by_role("radio", name=said)).first.click()
        settled(page)


def take_phone(browser: Browser, url: str) -> None:
    """The public pages on a phone: the form in four languages, something needed, and the code of who was approved."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="en-GB", device_scale_factor=1)
    page, folder = context.new_page(), PICTURES / PHONE
    folder.mkdir(parents=True, exist_ok=True)
    for language in ("zh", "en", "ja", "ru"):
        page.goto(f"{url}/apply?lang={language}")
        page.screenshot(path=folder / f"form_{language}.png")
    by = accounts.staff_named("reviewer_wuchang")
    given = public_applications.submit(APPLICANT, language="en", address="203.0.113.7", at=now())
    applications.ask(given.id, [AskReason.ADDRESS, AskReason.CONTACT], by=by, at=now())
    look_at_status(page, url, given)
    page.screenshot(path=folder / "needed_en.png")
    public_applications.answer(given.number, given.secret, APPLICANT, address="203.0.113.7", at=now())
    applications.approve(given.id, by=by, at=now())
    for language in ("en", "zh"):
        look_at_status(page, url, given, language)
        page.screenshot(path=folder / f"code_{language}.png")
    context.close()


def look_at_status(page: Page, url: str, given: Receipt, language: str = "en") -> None:
    """How an application stands, for who has its receipt and secret."""
    page.goto(f"{url}/apply/status?lang={language}")
    page.locator("#receipt").fill(given.number)
    page.locator("#secret").fill(given.secret)
    page.locator("button.main").click()


def take(only: Sequence[str] = ()) -> None:
    """Every picture in both languages, or those whose names are given."""
    with demonstration() as (url, password), sync_playwright() as playwright:
        browser = chromium(playwright)
        for name, shown in SHOWN.items():
            if only and name not in only:
                continue
            page = visit(browser, url, shown, password)
            for language in LANGUAGES:
                page.goto(f"{url}/{shown.page}?{shown.asked()}")
                speak(page, language)
                open_something(page, shown, language)
                (PICTURES / language).mkdir(parents=True, exist_ok=True)
                page.screenshot(path=PICTURES / language / f"{name}.png")
            page.context.close()
        if not only or PHONE in only:
            take_phone(browser, url)
        if not only or GATE in only:
            take_gate(browser, url, password, PICTURES / GATE)
        if not only or PAPER in only:
            take_paper(PICTURES / PAPER)
        browser.close()


if __name__ == "__main__":
    take(sys.argv[1:])
