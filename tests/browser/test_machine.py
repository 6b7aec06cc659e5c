"""What the journeys stand on: a Chromium that runs here and draws Chinese, a desk that starts and ends."""

import subprocess
import sys
import urllib.request

import pytest

from tests.browser.conftest import free_port, stop, wait_until_healthy

pytestmark = pytest.mark.browser

DRAWN = """text => {
    const canvas = document.createElement("canvas"), pen = canvas.getContext("2d")
    pen.font = "40px sans-serif"
    pen.fillText(text, 10, 60)
    return canvas.toDataURL()
}"""


def test_chinese_characters_are_drawn_and_not_boxes(page):
    page.set_content("<h1>湖北健康码管理台</h1>")

    assert page.evaluate(DRAWN, "湖") != page.evaluate(DRAWN, "码")


def test_a_desk_that_ends_at_once_is_said_to_have_ended():
    ended = subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"])

    with pytest.raises(AssertionError, match="exit code 3"):
        wait_until_healthy(f"http://127.0.0.1:{free_port()}", ended)


def test_a_silent_desk_is_given_up_and_can_be_stopped():
    silent = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])

    with pytest.raises(AssertionError, match="did not answer"):
        wait_until_healthy(f"http://127.0.0.1:{free_port()}", silent, patience=0.3)

    stop(silent)
    assert silent.returncode is not None


def test_a_fresh_desk_answers_and_hands_out_its_set_up_code(desk):
    with urllib.request.urlopen(f"{desk.url}/healthz") as answer:  # noqa: S310 - our own address
        assert answer.status == 200
    assert len(desk.setup_code) >= 8
