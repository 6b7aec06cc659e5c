"""Several threads that want the same done at once: one of them does it for all who wait, in one transaction with one commit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")


@dataclass
class _Waiting(Generic[T, R]):
    """What one thread wants, until it is answered; `leads`: it is to see to all who wait by then."""

    wanted: T
    woken: Event = field(default_factory=Event)
    leads: bool = False
    answer: R | Exception | None = None


class Together(Generic[T, R]):
    """Who comes alone is served at once; who comes while others are being served waits, and is served with all who wait.

    `act` gets what they want in the order they came, and gives each an answer or the exception that is theirs; what it raises
    meets all of them. Nobody is answered before it is over: what it commits is durable by then.
    """

    def __init__(self, act: Callable[[Sequence[T]], Sequence[R | Exception]], most: int = 64) -> None:
        self._act, self._most = act, most
        self._lock = Lock()
        self._led = False
        self._waiting: list[_Waiting[T, R]] = []

    def do(self, wanted: T) -> R:
        """The answer to `wanted`, or its exception raised."""
        mine = _Waiting[T, R](wanted)
        with self._lock:
            self._waiting.append(mine)
            mine.leads, self._led = not self._led, True
        if not mine.leads:
            mine.woken.wait()
        if mine.leads:
            self._lead()
        if isinstance(mine.answer, Exception):
            raise mine.answer
        return mine.answer  # type: ignore[return-value]

    def _lead(self) -> None:
        with self._lock:
            these, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
        answers: Sequence[R | Exception] = [RuntimeError("broken off")] * len(these)
        try:
            answers = self._act([one.wanted for one in these])
        except Exception as error:
            answers = [error] * len(these)
        finally:
            self._hand_on()
            for one, answer in zip(these, answers, strict=True):
                one.answer = answer
                one.woken.set()

    def _hand_on(self) -> None:
        """Whoever waits longest leads next."""
        with self._lock:
            self._led = bool(self._waiting)
            if self._led:
                self._waiting[0].leads = True
                self._waiting[0].woken.set()
