"""What is served beside the pages: `/healthz`, `/enter`, where a ticket becomes the cookie, the keys of codes, script, style."""

import json
from pathlib import Path

import sqlalchemy as sa
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from hbcore.services import code_keys_kept, sessions, set_up
from hbcore.services.clock import now
from hbcore.services.code_keys_kept import PUBLISHED_FOR
from hbcore.services.sessions import COOKIE, SECURE_COOKIE
from hbcore.web.apply import routes as apply
from hbcore.web.gate import cookie_header

LONGEST_BODY = 1000
SCRIPT = (Path(__file__).parent / "desk.js").read_bytes()
STYLE = (Path(__file__).parent / "desk.css").read_bytes()


async def healthz(_request: Request) -> Response:
    """200 while the database answers."""
    ready = await run_in_threadpool(_database_answers)
    return JSONResponse({"status": "ok" if ready else "unavailable"}, 200 if ready else 503)


def _database_answers() -> bool:
    try:
        return set_up.ready()
    except sa.exc.SQLAlchemyError:
        return False


async def script(_request: Request) -> Response:
    """What a page runs before it draws anything; the same for everybody."""
    return Response(SCRIPT, media_type="text/javascript")


async def style(_request: Request) -> Response:
    """How a page looks beyond its theme; the same for everybody."""
    return Response(STYLE, media_type="text/css")


async def enter(request: Request) -> Response:
    """Trade a ticket for a new cookie (S02). JSON only: no form of another site can send that."""
    ticket = await _ticket(request)
    secret = await run_in_threadpool(sessions.trade, ticket, at=now()) if ticket else None
    if secret is None:
        return Response(status_code=403)
    secure = request.url.scheme == "https"
    answer = Response(status_code=204)
    name = SECURE_COOKIE if secure else COOKIE
    answer.raw_headers.append((b"set-cookie", cookie_header(name, secret, secure=secure)))
    return answer


async def _ticket(request: Request) -> str | None:
    if request.headers.get("content-type") != "application/json":
        return None
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_BODY:
            return None
    try:
        read = json.loads(body)
    except ValueError:
        return None
    ticket = read.get("ticket") if isinstance(read, dict) else None
    return ticket if isinstance(ticket, str) else None


async def key_set(_request: Request) -> Response:
    """The keys that codes are signed with, for whoever checks; the same for everybody, and kept for a while."""
    keys = await run_in_threadpool(code_keys_kept.key_set, now())
    return JSONResponse(keys, headers={"cache-control": f"public, max-age={int(PUBLISHED_FOR.total_seconds())}"})


def routes() -> list[BaseRoute]:
    """The routes that Home serves."""
    return [
        Route("/healthz", healthz),
        Route("/desk.js", script),
        Route("/desk.css", style),
        Route("/.well-known/jwks.json", key_set),
        Route("/enter", enter, methods=["POST"]),
        *apply.routes(),
    ]
