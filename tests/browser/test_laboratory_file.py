"""A laboratory's file in a real browser: previewed, committed, taken back whole and put back; axe looks at each step."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from hbcore.domain.vocabulary import Role
from hbcore.services import held_queue, lab_imports
from hbcore.services.clock import now
from hbcore.services.uploads import IncomingFile
from tests.browser.conftest import Desk
from tests.browser.inside import LAB, inside
from tests.browser.test_axe import grave
from tests.browser.test_journey import SLOW, choose, kept, metric, press, says, settled
from tests.browser.test_pages import WIDTHS
from tests.services.numbers import resident_number

pytestmark = pytest.mark.browser


def export() -> FilePayload:
    """Three people; the number of the last has a wrong check digit."""
    sampled = f"{now() - timedelta(days=1):%Y-%m-%d %H:%M}"
    right, wrong = resident_number(3)[:-1], "0" if resident_number(3)[-1] != "0" else "1"
    numbers = (resident_number(1), resident_number(2), right + wrong)
    rows = [f"李四,{one},{sampled},S{place},阴性" for place, one in enumerate(numbers)]
    lines = ["姓名,身份证号,采样时间,样本编号,检测结果", *rows]
    return FilePayload(name="导出.csv", mimeType="text/csv", buffer="\r\n".join(lines).encode("gb18030"))


def seen(page: Page, step: str) -> Iterator[str]:
    """What axe finds in this step, wide and narrow; Streamlit's brief message, which has no name, is gone by then."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        settled(page)
        expect(page.get_by_test_id("stToast")).to_have_count(0, timeout=SLOW)
        kept(page, f"file-{step}-{width}")
        yield from (f"{step} {width}: {one}" for one in grave(page))


@pytest.mark.timeout(300)
def test_a_file_is_previewed_committed_recalled_and_put_back(desk: Desk, browser: Browser) -> None:
    with inside(desk) as there:
        page = there.visit(browser, Role.LAB_LIAISON)
        page.goto(f"{desk.url}/Lab_results")
        says(page, "拖入检测系统导出的文件")
        page.locator("input[type=file]").set_input_files(export())
        says(page, "1 行不入库")
        faults = list(seen(page, "preview"))

        press(page, "提交 2 行")
        says(page, "已变化的健康码：2 人 无码 → 绿码")
        assert metric(page, "未入库") == 1
        faults += seen(page, "committed")

        press(page, "整批撤回…")
        says(page, "撤回 2 条结果，不再计入任何统计")
        faults += seen(page, "recall")
        choose(page.get_by_role("dialog"), "原因", "上传了错误的文件")
        page.get_by_role("dialog").get_by_role("button", name="撤回 B").click()
        says(page, "其中结果均不再计入")
        faults += seen(page, "recalled")

        press(page, "取消撤回…")
        page.get_by_role("dialog").get_by_role("button", name="恢复 B").click()
        says(page, "该批次已恢复")

    assert faults == []


LONG = "NURMUHAMMAT ABDULKERIM TURSUNJAN-KURBANJAN"
CUT = """() => [...document.querySelectorAll('.st-key-beside [data-testid="stText"] *')].filter(one =>
    one.scrollWidth > one.clientWidth + 1 || one.getBoundingClientRect().right > innerWidth).map(one => one.innerText)"""


@pytest.mark.timeout(300)
def test_two_answers_stand_side_by_side_whole_on_a_phone(desk: Desk, browser: Browser) -> None:
    with inside(desk) as there:
        liaison = there.staff[Role.LAB_LIAISON]
        for name, said in {"李四": "阴性", LONG: "可疑"}.items():
            row = f"{name},{resident_number(1)},{now() - timedelta(days=1):%Y-%m-%d %H:%M},S1,{said}"
            file = f"姓名,身份证号,采样时间,样本编号,检测结果\n{row}".encode()
            lab_imports.commit(IncomingFile(file, "果.csv", LAB), by=liaison, at=now())
        (held,) = held_queue.listed(by=liaison, at=now()).lines
        page = there.visit(browser, Role.LAB_LIAISON)
        page.set_viewport_size({"width": 390, "height": 900})
        page.goto(f"{desk.url}/Lab_results?row={held.upload}.{held.row}")
        press(page, "并排查看")
        says(page, held.number)
        expect(page.locator(".st-key-beside").get_by_text(LONG)).to_have_count(1)
        whole = f"{resident_number(1)[:6]}********{resident_number(1)[-4:]}"
        expect(page.locator(".st-key-beside").get_by_text(whole)).to_have_count(1)
        assert page.evaluate(CUT) == []
        assert grave(page) == []
