"""A gate in a real browser: a scanner that types, and a camera that sees a code."""

import shutil
from io import BytesIO
from pathlib import Path

import pytest
import qrcode
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from hbcore.domain.vocabulary import FactKind, Outcome, Role
from hbcore.services import gate_shifts
from hbcore.services.clock import now
from tests import standing
from tests.browser.conftest import FLAGS, SCREENSHOTS, Desk
from tests.browser.inside import inside
from tests.services.gates import GATE, digits
from tests.services.numbers import resident_number
from tests.standing import Sampled

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}


def film(text: str, file: Path) -> None:
    """Six pictures of a code held before a camera, a little nearer each time."""
    code, shown = qrcode.make(text).get_image().convert("L"), BytesIO()
    for turn in range(6):
        picture, side = Image.new("L", (640, 480), 150), 220 + 16 * turn
        picture.paste(code.resize((side, side)), ((640 - side) // 2, (480 - side) // 2))
        picture.save(shown, "JPEG", quality=80)
    file.write_bytes(shown.getvalue())


def filmed(browser: Browser, file: Path) -> Browser:
    """A Chromium whose camera sees `file`, and may."""
    seen = (f"--use-file-for-fake-video-capture={file}", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
    return browser.browser_type.launch(executable_path=shutil.which("chromium"), args=[*FLAGS, *seen])


def scan(page: Page, text: str) -> None:
    """What a scanner does: type and press Enter, wherever the focus is."""
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def test_a_gate_checks_by_scanner_without_touching_anything_then_by_camera(desk: Desk, browser: Browser, tmp_path: Path) -> None:
    with inside(desk) as within:
        guard = within.staff[Role.CHECKPOINT_STAFF]
        green, red = (standing.person(resident_number(place), now(), name="张三") for place in (1, 2))
        standing.result(green, Sampled(Outcome.NEGATIVE, now()), now())
        standing.fact(red, FactKind.CONFIRMED, now(), now())
        gate_shifts.begin(GATE, by=guard, at=now())
        film(digits(red, now()), tmp_path / "code.mjpeg")
        camera = filmed(browser, tmp_path / "code.mjpeg")
        try:
            page = within.visit(camera, Role.CHECKPOINT_STAFF)
            page.set_viewport_size(PHONE)
            broken: list[str] = []
            page.on("console", lambda said: broken.append(said.text) if "Content Security Policy" in said.text else None)
            page.goto(f"{desk.url}/Checkpoint")
            page.locator(".st-key-gate input[type=text]").first.click()

            scan(page, digits(green, now()))
            expect(page.locator(".st-key-answer-green")).to_contain_text("绿码", timeout=15_000)
            scan(page, f"{digits(red, now())} ")
            expect(page.locator(".st-key-answer-red")).to_contain_text("红码", timeout=15_000)
            expect(page.locator(".st-key-checks")).to_contain_text("本班 2 次")
            scan(page, "：6%3058 -5 *05925+$ --%%4.18.5:9458503")
            expect(page.locator(".st-key-gate")).to_contain_text("切换输入法", timeout=15_000)

            page.get_by_role("radio", name="摄像头").or_(page.get_by_text("摄像头", exact=True)).first.click()
            expect(page.locator(".st-key-answer-red")).to_contain_text("张*", timeout=30_000)
            expect(page.locator(".st-key-checks")).to_contain_text("本班 3 次")
            assert broken == []
        finally:
            SCREENSHOTS.mkdir(exist_ok=True)
            page.screenshot(path=SCREENSHOTS / "checkpoint.png")
            camera.close()
