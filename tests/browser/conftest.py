"""A served desk and a real Chromium."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
SCREENSHOTS = ROOT / ".screenshots"
FLAGS = (
    *("--no-sandbox", "--headless", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
PATIENCE = 60
"""Seconds until a desk that does not answer counts as not started."""


@dataclass(frozen=True)
class Desk:
    """A desk that is being served: its address, its home, and the set-up code of its first administrator."""

    url: str
    home: Path
    setup_code: str

    def shell(self, *arguments: str, typed: str = "") -> dict[str, object]:
        """Run `python -m hbcore … --json` on this desk's home with `typed` on standard input; its answer, also a refusal."""
        command = [sys.executable, "-m", "hbcore", *arguments, "--json"]
        ran = subprocess.run(command, cwd=ROOT, env=surroundings(self.home), input=typed, capture_output=True, text=True)
        answer: dict[str, object] = json.loads(ran.stdout)
        return answer


def surroundings(home: Path) -> dict[str, str]:
    """The environment of a desk that lives in `home`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HBCORE_", "STREAMLIT_"))}
    return kept | {"HBCORE_HOME": str(home)}


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def wait_until_healthy(url: str, served: subprocess.Popen[bytes], patience: float = PATIENCE) -> None:
    """Return once `/healthz` answers; AssertionError when the desk ended or kept silent."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        assert served.poll() is None, f"the desk ended with exit code {served.returncode}"
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=2):  # noqa: S310 - our own address
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise AssertionError("the desk did not answer")


def stop(served: subprocess.Popen[bytes]) -> None:
    """End a desk as Ctrl+C does; by force when that takes too long."""
    served.send_signal(signal.SIGINT)
    try:
        served.wait(10)
    except subprocess.TimeoutExpired:
        served.kill()
        served.wait()


@pytest.fixture(scope="session")
def made_desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A desk as `init` leaves it, made once and then only copied."""
    home = tmp_path_factory.mktemp("made") / "home"
    return Desk("", home, str(Desk("", home, "").shell("init")["setup_code"]))


@pytest.fixture
def desk(tmp_path: Path, made_desk: Desk) -> Iterator[Desk]:
    """A freshly set-up desk, served until the test ends; what it wrote is in `desk.log` beside its home."""
    home, port = tmp_path / "home", free_port()
    url = f"http://127.0.0.1:{port}"
    shutil.copytree(made_desk.home, home)
    with (tmp_path / "desk.log").open("wb") as log:
        command = [sys.executable, "-m", "hbcore", "serve", "--port", str(port)]
        served = subprocess.Popen(command, cwd=ROOT, env=surroundings(home), stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            wait_until_healthy(url, served)
            yield Desk(url, home, made_desk.setup_code)
        finally:
            stop(served)


def chromium(playwright: Playwright) -> Browser:
    """Debian's Chromium, started."""
    return playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, one for all journeys."""
    with sync_playwright() as playwright:
        started = chromium(playwright)
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page with cookies of its own, 1440 pixels wide, Chinese; it leaves a last screenshot named after its test."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN", timezone_id="Asia/Shanghai")
    shown = context.new_page()
    yield shown
    SCREENSHOTS.mkdir(exist_ok=True)
    shown.screenshot(path=SCREENSHOTS / f"{request.node.name}.png")
    context.close()
