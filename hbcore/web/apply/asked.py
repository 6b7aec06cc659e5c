"""What every request of the public pages tells: the language it is to be answered in, and where it comes from."""

from starlette.requests import Request

from hbcore.public_words import language_of

STATUSES = {
    "too_large": 413,
    "too_many_from_here": 429,
    "too_many_for_document": 429,
    "too_many_tries": 429,
    "queue_full": 503,
    "busy": 503,
    "failed": 503,
}
"""What a refusal is called in HTTP; the others are 422: what was sent cannot be taken as it is."""


def status_of(code: str) -> int:
    """The HTTP status of a refusal."""
    return STATUSES.get(code, 422)


def language_for(request: Request, spoken: str = "") -> str:
    """The language asked for by a button, else by the address, else by the browser."""
    return language_of(spoken or request.query_params.get("lang"), request.headers.get("accept-language"))


def address_of(request: Request) -> str:
    """Where a request comes from, as the server saw it; used for quotas alone."""
    return request.client.host if request.client else ""
