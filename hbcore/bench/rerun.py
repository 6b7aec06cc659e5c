"""`bench rerun`: a rerun of Applications with 50 lines waiting, beside a Streamlit page that shows 50 constant rows."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.request import urlopen

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets import Origin, Subprotocol
from websockets.sync.client import ClientConnection, connect

from hbcore.bench.lab_file import INSTITUTION
from hbcore.bench.results_import import fresh_desk, liaison
from hbcore.domain.vocabulary import Role
from hbcore.services import accounts, applications, sessions
from hbcore.services.accounts import NewAccount
from hbcore.services.applications import Draft
from hbcore.services.clock import now

ROOT = Path(__file__).parents[2]
PASSWORD = "a bench's own password"  # noqa: S105 - of a desk that lives for a minute
LINES = 50
RECEIPT = f"A{now():%y}".encode()
"""How each line's receipt begins."""
PATIENCE = 60
"""Seconds until a server that does not answer counts as not started."""

CONSTANT_PAGE = """
import streamlit as st

st.header("50", anchor=False)
st.dataframe(
    [{"a": f"A261123-{n:05}", "b": "CHAN T***", "c": "H946****", "d": "23:59", "e": "- - -"} for n in range(50)],
    hide_index=True,
    width="stretch",
)
"""
CONSTANT_APP = """
import gc
from contextlib import asynccontextmanager

import pandas
import pyarrow
import streamlit as st


@asynccontextmanager
async def lifespan(_app):
    gc.collect()
    gc.freeze()
    yield


app = st.App("constant.py", lifespan=lifespan)
"""
"""Served as the desk is, what lives at the start frozen: without that Streamlit collects it all after every run."""

QUIET = ("--server.headless=true", "--server.fileWatcherType=none", "--browser.gatherUsageStats=false")


def run(times: int = 100) -> dict[str, object]:
    """Each page served by a process of its own and run again by a websocket as a browser does it; medians and their ratio.

    From the request to the last message of the run. The reruns take turns, so that both meet the same machine.
    """
    with fresh_desk() as folder:
        cookie = _filled()
        (folder / "constant.py").write_text(CONSTANT_PAGE, encoding="utf-8")
        (folder / "app.py").write_text(CONSTANT_APP, encoding="utf-8")
        desk, plain = _free_port(), _free_port()
        with (
            _served([sys.executable, "-m", "hbcore", "serve", "--port", str(desk)], desk),
            _served([sys.executable, "-m", "streamlit", "run", str(folder / "app.py"), f"--server.port={plain}", *QUIET], plain),
            _connected(desk, {"Cookie": f"{sessions.COOKIE}={cookie}"}) as ours,
            _connected(plain, {}) as theirs,
        ):
            if _rerun(ours, "Applications").count(RECEIPT) < LINES:
                raise AssertionError("Applications was not drawn")
            taken: dict[str, list[float]] = {"applications": [], "constant": []}
            for turn in range(times + 10):
                for name, connection, page in (("applications", ours, "Applications"), ("constant", theirs, "")):
                    began = time.perf_counter()
                    _rerun(connection, page)
                    if turn >= 10:
                        taken[name].append((time.perf_counter() - began) * 1000)
    p50 = {name: _median(values) for name, values in taken.items()}
    return {
        "lines": LINES,
        "applications_p50_ms": round(p50["applications"], 2),
        "constant_rows_p50_ms": round(p50["constant"], 2),
        "ratio": round(p50["applications"] / p50["constant"], 2),
    }


def _rerun(connection: ClientConnection, page: str) -> bytes:
    """Ask for a run of `page` and read to its end; what was drawn."""
    asked = BackMsg()
    asked.rerun_script.page_name = page
    connection.send(asked.SerializeToString())
    drawn = b""
    while True:
        _answer_at_once(connection)
        received = connection.recv()
        if isinstance(received, str):
            continue
        said = ForwardMsg()
        said.ParseFromString(received)
        drawn += received
        if said.WhichOneof("type") == "script_finished":
            if said.script_finished != ForwardMsg.FINISHED_SUCCESSFULLY:
                raise AssertionError("the run broke")
            return drawn


def _answer_at_once(connection: ClientConnection) -> None:
    """Linux holds back its acknowledgement for 40 ms, and the server its next message until then: that is no rerun's time."""
    if hasattr(socket, "TCP_QUICKACK"):
        connection.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)


@contextmanager
def _connected(port: int, headers: dict[str, str]) -> Iterator[ClientConnection]:
    address, spoken = f"127.0.0.1:{port}", Subprotocol("streamlit")
    origin = Origin(f"http://{address}")
    with connect(
        f"ws://{address}/_stcore/stream", origin=origin, additional_headers=headers, subprotocols=[spoken], max_size=None
    ) as connection:
        yield connection


@contextmanager
def _served(command: Sequence[str], port: int) -> Iterator[None]:
    served = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
    try:
        _wait_until_healthy(port, served)
        yield
    finally:
        served.send_signal(signal.SIGINT)
        try:
            served.wait(10)
        except subprocess.TimeoutExpired:
            served.kill()
            served.wait()


def _wait_until_healthy(port: int, served: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and served.poll() is None:
        try:
            with urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("a server did not start")


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def _filled() -> str:
    """Fifty applications that wait, entered by one colleague; the cookie of another who is signed in."""
    at = now()
    liaison()
    administrator = accounts.staff_named("bench-administrator")
    clerk, _reviewer = (
        accounts.add_staff(NewAccount(name, Role.DISTRICT_STAFF, unit=INSTITUTION[2]), PASSWORD, by=administrator, at=at)
        for name in ("bench-clerk", "bench-reviewer")
    )
    for place in range(LINES):
        draft = Draft(
            document_kind="hk_macau_permit",
            document_number=f"H{10_000_000 + place}",
            name=f"CHAN TAI {chr(65 + place // 26)}{chr(65 + place % 26)}",
            birth_date="1990-01-01",
            sex="M",
            nationality="CHN",
            email="someone@example.org",
            unit=INSTITUTION[2],
            address="1",
            entry_date=f"{at - timedelta(days=30):%Y-%m-%d}",
            symptoms="no",
            contact="no",
        )
        applications.enter(draft, by=clerk, at=at)
    cookie = sessions.trade(sessions.sign_in("bench-reviewer", PASSWORD, place="bench", at=at), at=at)
    if cookie is None:
        raise AssertionError("the reviewer could not sign in")
    return cookie


def _median(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2]
