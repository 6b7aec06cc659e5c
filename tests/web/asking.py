"""Asks an ASGI application without a network."""

import asyncio
from dataclasses import dataclass, field

from starlette.types import ASGIApp, Message


@dataclass(frozen=True)
class Answer:
    """What came back; a refused websocket counts as 403, as servers answer it."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = field(default=b"", repr=False)

    def header(self, name: str) -> str | None:
        return next((value for found, value in self.headers if found == name), None)


def ask(app: ASGIApp, path: str, *, method: str = "GET", scheme: str = "http", body: bytes = b"", **headers: str) -> Answer:
    """The answer to one request; `headers` are written with `_` for `-`. `Host` is `localhost` unless given."""
    sent: list[Message] = []
    scope = {
        "type": "websocket" if scheme.startswith("ws") else "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": scheme,
        "path": path.partition("?")[0],
        "raw_path": path.encode(),
        "query_string": path.partition("?")[2].encode(),
        "headers": [(n.replace("_", "-").encode(), v.encode("latin-1")) for n, v in {"host": "localhost", **headers}.items()],
        "server": ("localhost", 80),
        "client": ("127.0.0.1", 50000),
        "subprotocols": [],
    }
    first = "websocket.connect" if scope["type"] == "websocket" else "http.request"

    async def receive() -> Message:
        return {"type": first, "body": body, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    return _answer(sent)


def _answer(sent: list[Message]) -> Answer:
    start = sent[0]
    if start["type"] == "websocket.close":
        return Answer(403)
    if start["type"] == "websocket.accept":
        return Answer(101)
    headers = tuple((name.decode(), value.decode()) for name, value in start["headers"])
    return Answer(start["status"], headers, b"".join(message.get("body", b"") for message in sent[1:]))
