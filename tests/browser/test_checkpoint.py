"""A gate and the desk behind it in a real browser: scanner, camera, an answer that clears itself while the desk reads a code,
prints a certificate and trusts a signer; then a temperature from the keypad to the notice that the district closes."""

import re
import shutil
from io import BytesIO
from pathlib import Path

import pytest
import qrcode
from cryptography.hazmat.primitives.serialization import Encoding
from PIL import Image
from playwright.sync_api import Browser, FilePayload, Page, expect
from pypdf import PdfReader

from hbcore.domain.vocabulary import FactKind, Outcome, Purpose, Role
from hbcore.services import gate_shifts, people
from hbcore.services.clock import now
from tests import standing
from tests.browser.conftest import FLAGS, SCREENSHOTS, Desk
from tests.browser.inside import Inside, inside
from tests.browser.test_journey import choose, press, says, settled, type_in
from tests.domain.test_key_files import certificate
from tests.services.gates import GATE, digits
from tests.services.numbers import resident_number
from tests.standing import Sampled

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
GREEN, RED = resident_number(1), resident_number(2)
BOX, ANSWER = ".st-key-gate [data-testid=stForm] input", "[class*=st-key-answer-]"
SWALLOWED = "：6%3058 -5 *05925+$ --%%4.18.5:9458503"


@pytest.mark.timeout(180)
def test_what_a_gate_sees_goes_and_what_it_measures_reaches_the_district(desk: Desk, browser: Browser, tmp_path: Path) -> None:
    with inside(desk) as within:
        green, red = (standing.person(number, now(), name="张小英") for number in (GREEN, RED))
        standing.result(green, Sampled(Outcome.NEGATIVE, now()), now())
        standing.fact(red, FactKind.CONFIRMED, now(), now())
        gate_shifts.begin(GATE, by=within.staff[Role.CHECKPOINT_STAFF], at=now())
        gate, clerk = within.visit(browser, Role.CHECKPOINT_STAFF), within.visit(browser, Role.DISTRICT_STAFF)
        try:
            rest = begin_at_gate(gate, desk, digits(red, now()), digits(green, now()))

            film_and_see(browser, within, tmp_path / "code.mjpeg")
            read_code(clerk, within)
            print_certificate(clerk, desk, tmp_path / "certificate.pdf")
            trust_a_signer(within.visit(browser, Role.ADMINISTRATOR), desk)

            gate_is_clear_and_goes_on(gate, rest)
            measure(gate)
            close_notice(clerk, desk)
        finally:
            SCREENSHOTS.mkdir(exist_ok=True)
            gate.screenshot(path=SCREENSHOTS / "gate.png", full_page=True)
            clerk.screenshot(path=SCREENSHOTS / "desk.png", full_page=True)


def scan(page: Page, text: str) -> None:
    """What a scanner does: type and press Enter, wherever the focus is."""
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def begin_at_gate(page: Page, desk: Desk, first: str, following: str) -> str:
    """The check page is at `/`. One code is scanned; of the next, half is typed: the other half."""
    page.set_viewport_size(PHONE)
    page.goto(desk.url)
    page.locator(BOX).click()
    scan(page, SWALLOWED)
    expect(page.locator(".st-key-gate")).to_contain_text("切换输入法")
    scan(page, f"{first} ")
    expect(page.locator(".st-key-answer-red")).to_contain_text("✗ 红码")
    expect(page.locator(ANSWER)).to_contain_text("30 秒后自动清除")
    page.keyboard.type(following[:6])
    return following[6:]


def live_text(number: str, within: Inside) -> str:
    """The text of somebody's signed code as their card shows it."""
    by = within.staff[Role.DISTRICT_STAFF]
    found = people.find(number, purpose=Purpose.CODE_QUESTION, by=by, at=now())
    assert found is not None
    assert found.live is not None
    return found.live.text


def film_and_see(browser: Browser, within: Inside, file: Path) -> None:
    """A phone's camera sees a signed code, held up a little nearer each time."""
    code, shown = qrcode.make(live_text(RED, within)).get_image().convert("L"), BytesIO()
    for turn in range(6):
        picture, side = Image.new("L", (640, 480), 150), 320 + 16 * turn
        picture.paste(code.resize((side, side)), ((640 - side) // 2, (480 - side) // 2))
        picture.save(shown, "JPEG", quality=80)
    file.write_bytes(shown.getvalue())
    seen = (f"--use-file-for-fake-video-capture={file}", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
    camera = browser.browser_type.launch(executable_path=shutil.which("chromium"), args=[*FLAGS, *seen])
    try:
        page = within.visit(camera, Role.CHECKPOINT_STAFF)
        broken: list[str] = []
        page.on("console", lambda said: broken.append(said.text) if "Content Security Policy" in said.text else None)
        page.goto(within.desk.url)
        page.get_by_role("radio", name="摄像头").or_(page.get_by_text("摄像头", exact=True)).first.click()
        expect(page.locator(".st-key-answer-red")).to_contain_text("张*", timeout=30_000)
        expect(page.locator(ANSWER)).to_contain_text("签名有效，已登记")
        assert broken == []
    finally:
        camera.close()


def gate_is_clear_and_goes_on(page: Page, rest: str) -> None:
    """Half a minute later nobody's name is there, and the scanner goes on where it was."""
    expect(page.get_by_text("已清除。")).to_be_visible(timeout=35_000)
    assert "张" not in page.locator(".st-key-gate").inner_text()
    scan(page, rest)
    expect(page.locator(".st-key-answer-green")).to_contain_text("✓ 绿码")
    expect(page.locator(".st-key-checks")).to_contain_text("本班 3 次")


def read_code(page: Page, within: Inside) -> None:
    """A text from a scanner, pasted on the page of codes."""
    page.goto(f"{within.desk.url}/Codes")
    type_in(page, "码的内容，或码下方的 12 位查验号", live_text(GREEN, within))
    press(page, "读码")
    says(page, "本系统签发，登记簿有记录，有效")
    says(page, "现在的颜色：✓ 绿码")


def print_certificate(page: Page, desk: Desk, file: Path) -> None:
    """From the card of the person to a file, which says whose it is and what was found."""
    page.goto(f"{desk.url}/Person")
    choose(page, "查询理由", "本人申请")
    type_in(page, "号码", GREEN)
    page.keyboard.press("Enter")
    press(page, "打印证明…")
    press(page, "生成证明")
    with page.expect_download() as coming:
        press(page, "下载 PDF")
    coming.value.save_as(file)
    text = re.sub(r"\s+", "", "".join(one.extract_text() for one in PdfReader(file).pages))
    assert [words for words in ("张小英", GREEN, "阴性", "Negative", "各地规定不同") if words not in text] == []
    page.keyboard.press("Escape")


def trust_a_signer(page: Page, desk: Desk) -> None:
    """What a list would change stands before the button that imports it."""
    page.goto(f"{desk.url}/Trusted_signers")
    type_in(page, "名单名称", "EU")
    page.keyboard.press("Tab")
    pem = certificate().public_bytes(Encoding.PEM)
    page.locator('input[type="file"]').set_input_files(FilePayload(name="eu.pem", mimeType="application/x-pem-file", buffer=pem))
    says(page, "新增 1 个密钥")
    press(page, "导入该名单")
    expect(page.get_by_text("新增 1 个密钥")).to_have_count(0)
    expect(page.locator("canvas table").first).to_contain_text("EU")
    page.context.close()


def measure(page: Page) -> None:
    """Abnormal twice, by the keypad; what was done is asked before the second counts."""
    page.get_by_text("测温与国家码").click()
    says(page, "查验的人员")
    keys(page, "375")
    says(page, "37.5 °C 异常")
    press(page, "复测")
    says(page, "首测 37.5 °C")
    keys(page, "376", but=True)
    page.get_by_role("button", name="已联系社区").click()
    settled(page)
    press(page, "✓ 登记")
    says(page, "已登记并通知辖区，24 小时内处置。")


def keys(page: Page, figures: str, *, but: bool = False) -> None:
    """Press the keys of a temperature and record it; `but`: not yet."""
    for figure in figures:
        press(page, figure)
        settled(page)
    if not but:
        press(page, "✓ 登记")


def close_notice(page: Page, desk: Desk) -> None:
    """The district sees the notice and closes it with a reason."""
    page.goto(f"{desk.url}/Temperatures")
    says(page, "待处置 1 条")
    page.get_by_test_id("stDataFrame").first.click(position={"x": 16, "y": 52})
    says(page, f"测温地点：{GATE}")
    page.get_by_role("radio", name="再次复测体温正常").click()
    settled(page)
    press(page, "关闭")
    says(page, "通知已关闭。")
    says(page, "待处置 0 条")
