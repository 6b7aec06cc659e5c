"""The routes of the public pages; their script and style are the same for everybody and may be kept."""

from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from hbcore.web.apply import applying, standing
from hbcore.web.apply.pages import SCRIPT, STYLE

KEPT = {"cache-control": "public, max-age=86400"}


async def script(_request: Request) -> Response:
    """What the public pages run; they work without it."""
    return Response(SCRIPT, media_type="text/javascript", headers=KEPT)


async def style(_request: Request) -> Response:
    """How the public pages look."""
    return Response(STYLE, media_type="text/css", headers=KEPT)


def routes() -> list[BaseRoute]:
    """What strangers reach besides the sign-in."""
    return [
        Route("/apply.js", script),
        Route("/apply.css", style),
        # The form's long lists are a fifth of their size when packed: phones are slow. What a form answers is never packed,
        # as it holds a secret beside what somebody else may have typed.
        Route("/apply", applying.form, middleware=[Middleware(GZipMiddleware)]),
        Route("/apply", applying.send, methods=["POST"]),
        Route("/apply/status", standing.ask),
        Route("/apply/status", standing.look, methods=["POST"]),
        Route("/apply/status/live", standing.again),
    ]
