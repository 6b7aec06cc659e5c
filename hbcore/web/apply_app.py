"""The public form by itself, `hbcore.web.apply_app:app`: a process without pages, websocket or uploads of staff."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from hbcore.services import set_up
from hbcore.web.addresses import PUBLIC
from hbcore.web.apply.routes import routes
from hbcore.web.gate import Gate
from hbcore.web.routes import healthz


@asynccontextmanager
async def lifespan(_app: object) -> AsyncIterator[None]:
    """Changes nothing of the desk: who keeps it sets it up and brings it up to date."""
    os.umask(0o077)
    if not (set_up.ready() and set_up.has_keys()):
        raise RuntimeError("the desk is not set up yet: run `init` first")
    yield


async def start(_request: Request) -> Response:
    """Whoever comes to the host alone wants the form."""
    return RedirectResponse(PUBLIC[0])


app = Starlette(
    routes=[Route("/", start), Route("/healthz", healthz), *routes()], middleware=[Middleware(Gate)], lifespan=lifespan
)
