"""The check page as a phone at a gate shows it: four colours in Chinese, one in English; the thermometer's keys in both."""

from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from hbcore.domain.vocabulary import Colour
from hbcore.services import accounts, sessions
from hbcore.services.clock import now
from hbcore.services.demo.gate_checks import STAFF, numbers_of
from hbcore.services.sessions import COOKIE
from hbcore.storage.engine import engine
from hbcore.words import translate

SIZE = {"width": 390, "height": 844}
TAKEN = {"zh": tuple(Colour), "en": (Colour.GREEN,)}
PATIENCE = 60_000


def take_gate(browser: Browser, url: str, password: str, folder: Path) -> None:
    """Each colour as it stands after a scan, in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for language, colours in TAKEN.items():
        by = accounts.staff_named(STAFF)
        if by.language != language:
            accounts.choose_language(language, by=by, at=now())
        secret = sessions.trade(str(sessions.sign_in(STAFF, password, place="pictures", at=now())), at=now())
        context = browser.new_context(viewport=SIZE, locale="zh-CN", timezone_id="Asia/Shanghai", device_scale_factor=2)
        context.add_cookies([{"name": COOKIE, "value": secret or "", "url": url}])
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(f"{url}/Checkpoint")
        page.locator(".st-key-gate input[type=text]").first.click()
        for colour in colours:
            with engine().connect() as connection:
                page.keyboard.type(numbers_of(connection, colour, now() - timedelta(seconds=1))[0])
            page.keyboard.press("Enter")
            expect(page.locator(f".st-key-answer-{colour}")).to_be_visible(timeout=PATIENCE)
            page.wait_for_timeout(1000)
            page.screenshot(path=folder / f"{colour}_{language}.png")
        type_temperature(page, language)
        page.screenshot(path=folder / f"temperature_{language}.png")
        context.close()


def type_temperature(page: Page, language: str) -> None:
    """Somebody measured 37.5 °C."""
    page.get_by_text(translate("Temperature and national code", language), exact=True).click()
    for figure in "375":
        page.get_by_role("button", name=figure, exact=True).click()
        page.wait_for_timeout(1000)
    page.locator(".st-key-thermometer").evaluate("keys => keys.scrollIntoView({block: 'center'})")
    page.wait_for_timeout(500)
