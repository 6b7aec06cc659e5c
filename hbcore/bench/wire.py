"""A page run again over its websocket as a browser does it, and the servers that are asked."""

import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets import Origin, Subprotocol
from websockets.sync.client import ClientConnection, connect

ROOT = Path(__file__).parents[2]
PATIENCE = 60
"""Seconds until a server that does not answer counts as not started."""


def rerun(connection: ClientConnection, page: str, states: Sequence[WidgetState] = ()) -> list[ForwardMsg]:
    """Ask for a run of `page` with what stands in its widgets, and read to its end; every message of the last run."""
    asked = BackMsg()
    asked.rerun_script.page_name = page
    asked.rerun_script.widget_states.widgets.extend(states)
    connection.send(asked.SerializeToString())
    said: list[ForwardMsg] = []
    while True:
        _answer_at_once(connection)
        received = connection.recv()
        if isinstance(received, str):
            continue
        one = ForwardMsg()
        one.ParseFromString(received)
        said.append(one)
        if one.WhichOneof("type") == "script_finished":
            if one.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                said.clear()  # the page itself asked for another run
                continue
            if one.script_finished != ForwardMsg.FINISHED_SUCCESSFULLY:
                raise AssertionError("the run broke")
            return said


def _answer_at_once(connection: ClientConnection) -> None:
    """Linux holds back its acknowledgement for 40 ms, and the server its next message until then: that is no rerun's time."""
    if hasattr(socket, "TCP_QUICKACK"):
        connection.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)


@contextmanager
def connected(port: int, headers: dict[str, str]) -> Iterator[ClientConnection]:
    """The websocket of a page."""
    address, spoken = f"127.0.0.1:{port}", Subprotocol("streamlit")
    origin = Origin(f"http://{address}")
    with connect(
        f"ws://{address}/_stcore/stream", origin=origin, additional_headers=headers, subprotocols=[spoken], max_size=None
    ) as connection:
        yield connection


@contextmanager
def served(command: Sequence[str], port: int) -> Iterator[None]:
    """A server that answers; ended as Ctrl-C does it."""
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
    try:
        _wait_until_healthy(port, process)
        yield
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_healthy(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            with urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("a server did not start")


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])
