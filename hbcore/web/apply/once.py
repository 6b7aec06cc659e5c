"""One form, one answer: sent twice, by a double tap or a reload, it gives the receipt that it gave the first time."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Generic, TypeVar

from hbcore.domain.public_form import PublicForm

T = TypeVar("T")
LASTS = timedelta(minutes=10)
MOST = 5_000
"""Answers kept at a time, in memory alone."""


NOT_TYPED = ("photo", "entry_photo", "held", "proof")


class Once(Generic[T]):
    """Keeps the answer to each form for ten minutes."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[datetime, asyncio.Future[T]]] = {}

    async def answer(self, key: str, act: Callable[[], Awaitable[T]], *, at: datetime) -> T:
        """What `act` answers; for a key that was used before, what it answered then. A refusal is not kept."""
        self._forget(at)
        known = self._kept.get(key)
        if known is None:
            # A task of its own: somebody who taps twice breaks off the first request, not what it does.
            known = self._kept[key] = (at + LASTS, asyncio.ensure_future(act()))
        try:
            return await asyncio.shield(known[1])
        except Exception:
            if self._kept.get(key) is known:
                del self._kept[key]
            raise

    def _forget(self, at: datetime) -> None:
        over = [key for key, (until, _) in self._kept.items() if until <= at]
        for key in over + list(self._kept)[: max(0, len(self._kept) - MOST)]:
            self._kept.pop(key, None)


def key_of(form_id: str, form: PublicForm) -> str:
    """The key of a form as it was typed: changed after going back, it is another one."""
    stated = {field: value for field, value in asdict(form).items() if field not in NOT_TYPED}
    return sha256(repr((form_id, sorted(stated.items()))).encode()).hexdigest()
