"""What a form sends, read with a bound on its size, its parts and its time, so that no stranger fills memory or disk (S33)."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
from starlette.requests import Request

LONGEST_TEXT = 16 * 1024
MOST_FIELDS = 40
MOST_PHOTOS = 2
MEGABYTE = 1024 * 1024
LONGEST_PHOTO = 8 * MEGABYTE
LONGEST_BODY = MOST_PHOTOS * 32 * MEGABYTE
"""Bytes of a whole form: four times what photos may have, so that one from a large camera is a fault at its field and not the
end of all that was typed. Beyond it nothing can be shown again."""

MOST_HELD = 256 * MEGABYTE
"""Bytes of all forms together that are being read and worked on: counted as they come in, so that slow lines hold up nobody."""
PATIENCE = 300
"""Seconds a form may take to come in: two photos over a slow line."""

_held = 0


class NotRead(Exception):
    """A body that is not taken; `code` as in the public sentences."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class TooLarge(MultiPartException):
    """The body is longer than it may be. Of this kind the parser closes what it has begun."""


class Busy(MultiPartException):
    """All forms together are longer than they may be."""


@asynccontextmanager
async def form_of(request: Request) -> AsyncIterator[FormData]:
    """The form of a POST; its files are closed when the block ends.

    :raises NotRead: `too_large`, `busy`, `failed` for what is no form.
    """
    global _held
    body = _Body(request)
    try:
        form = await _read(request, body)
        try:
            yield form
        finally:
            await form.close()
    finally:
        _held -= body.length


class _Body:
    """The body, as long as it is no longer than it may be, whatever length it was announced with."""

    def __init__(self, request: Request) -> None:
        self.request, self.length = request, 0

    async def stream(self) -> AsyncGenerator[bytes, None]:
        global _held
        async for chunk in self.request.stream():
            self.length += len(chunk)
            _held += len(chunk)
            if self.length > LONGEST_BODY:
                raise TooLarge("")
            if _held > MOST_HELD:
                raise Busy("")
            yield chunk


async def _read(request: Request, body: _Body) -> FormData:
    try:
        async with asyncio.timeout(PATIENCE):
            return await _parser(request, body).parse()
    except TooLarge as error:
        raise NotRead("too_large") from error
    except Busy as error:
        raise NotRead("busy") from error
    except (MultiPartException, HTTPException, KeyError, ValueError, TimeoutError) as error:
        raise NotRead("failed") from error


def _parser(request: Request, body: _Body) -> FormParser | MultiPartParser:
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        return MultiPartParser(
            request.headers, body.stream(), max_files=MOST_PHOTOS, max_fields=MOST_FIELDS, max_part_size=LONGEST_TEXT
        )
    return FormParser(request.headers, body.stream(), max_fields=MOST_FIELDS, max_part_size=LONGEST_TEXT)


def text_of(form: FormData, name: str) -> str:
    """What was typed in a field; empty for a field that is not there or is a file."""
    value = form.get(name)
    return value if isinstance(value, str) else ""


async def photo_of(form: FormData, name: str) -> bytes | None:
    """A photo as it came, of one that is too large no more than shows it; None where none was chosen."""
    value = form.get(name)
    return await value.read(LONGEST_PHOTO + 1) or None if isinstance(value, UploadFile) and value.filename else None
