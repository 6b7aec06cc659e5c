"""What every request of the public pages has: a language, an address it comes from, and a lane in which it is answered."""

from asyncio import Semaphore
from collections.abc import Callable
from typing import Any, TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from hbcore.public_words import language_of

STATUSES = {
    "too_large": 413,
    "proof_of_work_needed": 429,
    "too_many_from_here": 429,
    "too_many_for_document": 429,
    "too_many_tries": 429,
    "queue_full": 503,
    "busy": 503,
    "failed": 503,
}
"""What a refusal is called in HTTP; the others are 422: what was sent cannot be taken as it is."""


T = TypeVar("T")
LANES = Semaphore(12)
"""So many public pages are worked on at once: a flood waits here, and leaves staff threads to be asked in."""


async def in_lane(act: Callable[..., T], *given: Any, **named: Any) -> T:
    """What `act` answers, from a thread of those that the public pages may take."""
    async with LANES:
        return await run_in_threadpool(act, *given, **named)


def let_go(error: BaseException | None) -> None:
    """Take its way from an error that is answered.

    The frames on it hold a form with its photos, in a circle with the error: megabytes would stay until circles are looked for.
    """
    while error is not None:
        error.__traceback__ = None
        error = error.__cause__ or error.__context__


def status_of(code: str) -> int:
    """The HTTP status of a refusal."""
    return STATUSES.get(code, 422)


def language_for(request: Request, spoken: str = "") -> str:
    """The language asked for by a button, else by the address, else by the browser."""
    return language_of(spoken or request.query_params.get("lang"), request.headers.get("accept-language"))


def address_of(request: Request) -> str:
    """Where a request comes from, as the server saw it; used for quotas alone."""
    return request.client.host if request.client else ""
