"""`bench rerun`: a rerun of each main page, beside a Streamlit page that draws the same elements and rows as constants."""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import ClientConnection

from hbcore.bench import waiting
from hbcore.bench.results_import import fresh_desk
from hbcore.bench.twin import deltas, kinds, script
from hbcore.bench.wire import connected, free_port, rerun, served
from hbcore.services import demo, sessions
from hbcore.services.clock import now
from hbcore.storage.engine import engine
from hbcore.storage.result_rows import RESULTS

WAITING = 10_000
"""So many applications wait besides those of the demonstration."""

WARM = 10
"""Reruns before any is counted."""

TWIN_APP = """
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


app = st.App("twin.py", lifespan=lifespan)
"""
"""Served as the desk is, with what lives at the start frozen."""

QUIET = (
    "--server.headless=true",
    "--runner.postScriptGC=false",
    "--server.fileWatcherType=none",
    "--browser.gatherUsageStats=false",
)


@dataclass(frozen=True)
class MainPage:
    """A page, who looks at it, and how it comes to show what it is for: the states its widgets then keep."""

    name: str
    account: str
    prepare: Callable[[ClientConnection], Sequence[WidgetState]]


def _as_it_opens(_connection: ClientConnection) -> Sequence[WidgetState]:
    return ()


def _looked_up(connection: ClientConnection) -> Sequence[WidgetState]:
    """Somebody with a positive is looked up; their card stays open. The header above has a search box and a button of its own."""
    drawn = [one.delta.new_element for one in rerun(connection, "Person") if one.WhichOneof("type") == "delta"]
    purpose = next(one.selectbox for one in drawn if one.WhichOneof("type") == "selectbox")
    *_, number = (one.text_input for one in drawn if one.WhichOneof("type") == "text_input")
    *_, search = (one.button for one in drawn if one.WhichOneof("type") == "button" and one.button.is_form_submitter)
    states = [
        WidgetState(id=purpose.id, string_value=purpose.options[0]),
        WidgetState(id=number.id, string_value=_positive_tube()),
    ]
    if not kinds(rerun(connection, "Person", [*states, WidgetState(id=search.id, trigger_value=True)]))["dataframe"]:
        raise AssertionError("nobody was found")
    return states


PAGES = (
    MainPage("Applications", "reviewer_province", _as_it_opens),
    MainPage("Lab_results", "lab_liaison", _as_it_opens),
    MainPage("Person", "reviewer_province", _looked_up),
    MainPage("Daily_counts", "reviewer_province", _as_it_opens),
)


def run(times: int = 100) -> dict[str, object]:
    """The demonstration served, each page run again by a websocket as a browser does it; medians, twins' medians, ratios.

    From the request to the last message of the run. Page and twin take turns, so that both meet the same machine.
    """
    figures: dict[str, object] = {}
    with fresh_desk() as folder:
        filled = demo.fill(at=now(), days=demo.FEWEST_DAYS)
        waiting.put(WAITING, ("420106", "420102", "420502"), now())
        port = free_port()
        with served([sys.executable, "-m", "hbcore", "serve", "--port", str(port)], port):
            for page in PAGES:
                with connected(port, {"Cookie": _cookie(page.account, filled.password)}) as ours:
                    figures |= _beside_its_twin(page, ours, folder, times)
    return figures


def _beside_its_twin(page: MainPage, ours: ClientConnection, folder: Path, times: int) -> dict[str, object]:
    states = page.prepare(ours)
    rerun(ours, page.name, states)  # the first run holds a place for what is being read
    said = rerun(ours, page.name, states)
    with _twin(said, folder) as theirs:
        drawn, again = kinds(said), kinds(rerun(theirs, ""))
        if drawn != again:
            raise AssertionError(f"{page.name} and its twin differ by {drawn - again} and {again - drawn}")
        taken: tuple[list[float], list[float]] = ([], [])
        for _turn in range(WARM + times):
            taken[0].append(_milliseconds(lambda: rerun(ours, page.name, states)))
            taken[1].append(_milliseconds(lambda: rerun(theirs, "")))
    ours_p50, twin_p50 = (sorted(values[WARM:])[times // 2] for values in taken)
    name = page.name.lower()
    return {
        f"{name}_elements": drawn.total(),
        f"{name}_p50_ms": round(ours_p50, 2),
        f"{name}_twin_p50_ms": round(twin_p50, 2),
        f"{name}_ratio": round(ours_p50 / twin_p50, 2),
    }


@contextmanager
def _twin(said: Sequence[ForwardMsg], folder: Path) -> Iterator[ClientConnection]:
    (folder / "twin.py").write_text(script(deltas(said)), encoding="utf-8")
    (folder / "twin_app.py").write_text(TWIN_APP, encoding="utf-8")
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(folder / "twin_app.py"), f"--server.port={port}", *QUIET]
    with served(command, port), connected(port, {}) as connection:
        yield connection


def _milliseconds(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return (time.perf_counter() - began) * 1000


def _cookie(account: str, password: str) -> str:
    at = now()
    ticket = sessions.sign_in(account, password, place="bench", at=at)
    secret = sessions.trade(ticket, at=at) if isinstance(ticket, str) else None
    if secret is None:
        raise AssertionError(f"{account} could not sign in")
    return f"{sessions.COOKIE}={secret}"


def _positive_tube() -> str:
    """The tube of a positive that still stands."""
    c = RESULTS.c
    standing = sa.select(c.sample_number).where(c.outcome == "positive", c.ended_at.is_(None)).order_by(c.sampled_at).limit(1)
    with engine().connect() as connection:
        return str(connection.execute(standing).scalar_one())
