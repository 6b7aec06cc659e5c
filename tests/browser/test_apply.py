"""A phone in somebody's hand: applied, asked, answered, approved, the code shown and found by staff; axe throughout."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO

import pytest
import zxingcpp
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from hbcore.domain.application_reasons import AskReason
from hbcore.domain.mrz import check_digit
from hbcore.domain.vocabulary import Role
from hbcore.services import applications, filings
from hbcore.services.clock import now
from hbcore.services.uploads import IncomingFile
from tests.browser.conftest import SCREENSHOTS, Desk
from tests.browser.inside import Inside, inside
from tests.browser.test_journey import choose, says
from tests.services.applying import rows
from tests.services.strangers import picture
from tests.standing import staff

pytestmark = pytest.mark.browser

NUMBER, BORN, EXPIRES = "C50078212", "880312", "300101"
FILED = f"护照号码,国籍,姓名,出生日期,性别,入境日期,住址\n{NUMBER},法国,MARTIN ANNE,1988-03-12,女,,\n"


def zone() -> str:
    """The lines of a French passport that nobody holds."""
    second = f"{NUMBER}{check_digit(NUMBER)}FRA{BORN}{check_digit(BORN)}F{EXPIRES}{check_digit(EXPIRES)}{'<' * 14}0"
    whole = second[:10] + second[13:20] + second[21:]
    return f"{'P<FRAMARTIN<<ANNE':<<44}\n{second}{check_digit(whole)}"


@dataclass
class Phone:
    """A page 390 pixels wide, and what axe found on it so far."""

    page: Page
    desk: Desk
    found: list[str] = field(default_factory=list)
    looked: int = 0

    def open(self, path: str) -> None:
        self.page.goto(f"{self.desk.url}{path}")

    def look(self, name: str) -> None:
        """Keep a picture and ask axe, in light and in dark; nothing may stand out to the right."""
        for scheme in ("dark", "light"):
            self.page.emulate_media(color_scheme=scheme)
            violations = Axe().run(self.page).response["violations"]
            self.found += [f"{name} {scheme}: {one['id']}: {one['nodes'][0]['html'][:160]}" for one in violations]
            self.looked += 1
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        self.found += [f"{name}: {wide} pixels wide"] if wide > 390 else []
        SCREENSHOTS.mkdir(exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"apply-{name}.png", full_page=True)

    def heading(self, text: str) -> None:
        expect(self.page.get_by_role("heading", name=text, level=1)).to_be_visible()

    def fill(self, **fields: str) -> None:
        for name, text in fields.items():
            self.page.locator(f"#{name}").fill(text)

    def choose(self, **fields: str) -> None:
        for name, value in fields.items():
            self.page.locator(f"select#{name}").select_option(value)

    def declare_well(self) -> None:
        for name in ("symptoms", "contact"):
            self.page.locator(f'input[name="{name}"][value="no"]').check()

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def receipt(self) -> dict[str, str]:
        number, secret = self.page.locator(".numbers dd").all_inner_texts()
        return {"receipt": number, "secret": secret}


@contextmanager
def phone(browser: Browser, desk: Desk, *, script: bool = True) -> Iterator[Phone]:
    """A phone with an English browser."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="en-GB", java_script_enabled=script)
    context.set_default_timeout(10_000)
    yield Phone(context.new_page(), desk)
    context.close()


def only_application() -> int:
    return int(str(rows("SELECT id FROM application")[0][0]))


def approve(there: Inside) -> None:
    """The police's list arrives, and a reviewer approves."""
    at_prefecture = staff(Role.DISTRICT_STAFF, now(), name="prefecture", unit="420100")
    filings.import_filings(IncomingFile(FILED.encode(), "filings.csv"), by=at_prefecture, at=now())
    applications.approve(only_application(), by=there.staff[Role.DISTRICT_STAFF], at=now())


def find(page: Page, desk: Desk, digits: str) -> None:
    """A colleague types the digits of the code on the page of a person."""
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{desk.url}/Person")
    choose(page, "查询理由", "咨询健康码")
    page.get_by_role("textbox", name="号码", exact=True).fill(digits)
    page.keyboard.press("Enter")
    says(page, "MARTIN A***")
    says(page, "绿码")


def apply_with_a_photo(hand: Phone) -> dict[str, str]:
    """The form, filled in from a photo, sent once with faults and once without; receipt and secret."""
    page = hand.page
    hand.open("/apply")
    hand.heading("Apply for a health code")
    hand.look("form")
    page.get_by_text("Fill in from the machine-readable lines").click()
    page.locator("#photo").set_input_files({"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": picture()})
    hand.fill(zone=zone())
    hand.press("Fill in")
    expect(page.locator("#held-photo")).to_contain_text("Photo received.")
    expect(page.locator("#name")).to_have_value("MARTIN ANNE")
    hand.press("Send the application")
    expect(page.locator("#summary")).to_be_focused()
    hand.look("faults")

    page.get_by_role("link", name=re.compile("^Address")).click()
    expect(page.locator("#address")).to_be_focused()
    hand.fill(address="Zhongnan Road", phone="+33 6 12 34 56 78", entry_date="2026-11-02")
    hand.choose(unit="420106")
    hand.declare_well()
    page.locator("#consent").check()
    expect(page.locator('[name="proof"]')).not_to_have_value("", timeout=20_000)
    hand.press("Send the application")
    hand.heading("Your application has been sent")
    hand.look("receipt")
    return hand.receipt()


def answer_what_is_needed(hand: Phone, given: dict[str, str]) -> None:
    """From the receipt to the status page, and the corrections sent."""
    page = hand.page
    page.get_by_role("link", name="See how the application stands").click()
    expect(page.locator("#receipt")).to_have_value(given["receipt"])
    hand.look("ask")
    hand.fill(secret=given["secret"])
    hand.press("See how it stands")
    hand.heading("Something is needed from you")
    hand.look("needed")
    hand.fill(address="Zhongnan Road 1, building 2, room 301")
    hand.press("Send the corrections")
    hand.heading("Under review")
    hand.look("answered")


def shown_code(hand: Phone, given: dict[str, str]) -> str:
    """The status page once approved: its picture is read, and the digits under it are handed back."""
    page = hand.page
    hand.open("/apply/status")
    hand.fill(**given)
    page.keyboard.press("Enter")
    hand.heading("Approved")
    hand.look("code")
    [code] = zxingcpp.read_barcodes(Image.open(BytesIO(page.locator("[data-live] .picture").screenshot())))
    assert code.text.startswith("HC1:")
    return "".join(re.findall(r"\d", page.locator(".look-up").inner_text()))[-12:]


@pytest.mark.timeout(180)
def test_somebody_applies_on_a_phone_is_asked_answers_and_shows_the_code_that_staff_find(desk: Desk, browser: Browser) -> None:
    with inside(desk) as there, phone(browser, desk) as hand:
        given = apply_with_a_photo(hand)
        applications.ask(only_application(), [AskReason.ADDRESS], by=there.staff[Role.DISTRICT_STAFF], at=now())
        answer_what_is_needed(hand, given)
        approve(there)
        find(there.visit(browser, Role.DISTRICT_STAFF), desk, shown_code(hand, given))

    print(f"axe: {hand.looked} views of the public pages, {len(hand.found)} violations")
    assert hand.found == []


def test_everything_works_without_a_script(desk: Desk, browser: Browser) -> None:
    with inside(desk), phone(browser, desk, script=False) as hand:
        page = hand.page
        hand.open("/apply?lang=fr")
        hand.fill(document_number="H94684388", name="CHAN TAI MAN", birth_date="19800203", email="chan@host.example")
        hand.choose(document_kind="hk_macau_permit", sex="male", nationality="HKG", unit="420106")
        page.get_by_role("button", name="Español").click()
        expect(page.locator("#name")).to_have_value("CHAN TAI MAN")
        page.get_by_role("button", name="English").click()
        expect(page.locator("#unit")).to_have_value("420106")
        expect(page.locator("#country")).to_be_hidden()
        hand.fill(address="Zhongnan Road 1")
        hand.declare_well()
        page.locator("#consent").check()
        page.locator("#photo").set_input_files({"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": picture()})
        hand.fill(name="")
        page.locator("#address").press("Enter")
        expect(page.locator("#held-photo")).to_contain_text("Photo received.")
        hand.fill(name="CHAN TAI MAN")
        page.locator("#address").press("Enter")
        hand.heading("Your application has been sent")
        assert rows("SELECT kind FROM application_photo") == [("document",)]
        given = hand.receipt()

        page.get_by_role("link", name="See how the application stands").click()
        hand.fill(**given)
        hand.press("See how it stands")
        hand.heading("Under review")
        hand.press("Withdraw the application…")
        hand.press("Withdraw it")
        hand.heading("Withdrawn")
        page.get_by_role("button", name="日本語").click()
        hand.heading("取り下げ済み")
