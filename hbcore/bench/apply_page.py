"""`bench apply-page`: the public form as the server makes it, beside a page of as many bytes that is always the same."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from statistics import median
from time import perf_counter_ns

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message

from hbcore.bench.results_import import fresh_desk
from hbcore.public_words import PUBLIC_LANGUAGES
from hbcore.services import set_up
from hbcore.services.clock import now
from hbcore.web.apply.routes import routes
from hbcore.web.gate import Gate

WARM = 10
"""Pages before any is counted."""

CONSTANT = "/apply/constant"


def run(pages: int) -> dict[str, object]:
    """`pages` forms in each language through the gate, in turns with the constant page; milliseconds, and the ratio."""
    with fresh_desk():
        set_up.init(at=now())
        return asyncio.run(_measured(pages))


async def _measured(pages: int) -> dict[str, object]:
    text = await _asked(_app([*routes()]), "/apply", "lang=zh")

    async def constant(_request: Request) -> Response:
        return HTMLResponse(text)

    app = _app([*routes(), Route(CONSTANT, constant)])
    ours: list[float] = []
    alone: list[float] = []
    for turn in range(WARM + pages):
        for language in PUBLIC_LANGUAGES:
            taken = [await _millis(partial(_asked, app, *asked)) for asked in (("/apply", f"lang={language}"), (CONSTANT, ""))]
            if turn >= WARM:
                ours.append(taken[0])
                alone.append(taken[1])
    return {
        "pages": len(ours),
        "bytes": len(text),
        "p50_ms": round(median(ours), 2),
        "p99_ms": _high(ours),
        "constant_p50_ms": round(median(alone), 2),
        "constant_p99_ms": _high(alone),
        "ratio": round(median(ours) / median(alone), 2),
    }


def _app(paths: Sequence[BaseRoute]) -> ASGIApp:
    return Starlette(routes=list(paths), middleware=[Middleware(Gate)])


async def _asked(app: ASGIApp, path: str, query: str) -> bytes:
    """The body of a page as the server hands it to the network."""
    sent: list[bytes] = []
    headers = [(b"host", b"localhost"), (b"accept", b"text/html")]
    scope: dict[str, object] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
    }
    scope |= {"path": path, "raw_path": path.encode(), "query_string": query.encode(), "headers": headers}

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message.get("body", b""))

    await app({**scope, "server": ("localhost", 80), "client": ("127.0.0.1", 1)}, receive, send)
    return b"".join(sent)


async def _millis(ask: Callable[[], Awaitable[bytes]]) -> float:
    began = perf_counter_ns()
    await ask()
    return (perf_counter_ns() - began) / 1e6


def _high(taken: Sequence[float]) -> float:
    return round(sorted(taken)[int(0.99 * (len(taken) - 1))], 2)
